// The demo CRM page, as `cargo xtask demo` writes it: trained model, sample leads, the package as users get it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { fixtureModel, indicativeModel, READY_LEAD } from "../fixtures/model.mjs";
import { assertAccessible, DEMO, DESKTOP, pageTest, PHONE } from "./host.mjs";
import { picture } from "./pictures.mjs";
import { serve } from "./server.mjs";

const demo = (pages = {}) => () => serve({ folders: { "": DEMO }, pages });

const rows = (page) => page.locator("#list .row");
const widget = (page) => page.locator("sales-ready-lead");

async function open(page, hash = "") {
  await page.goto(`/${hash}`);
  await page.locator("#list .row .flag:not(.none)").first().waitFor();
}

/** A chance as a number of percent; "< 1 %" and "> 99 %" as the ends of the scale. */
function percent(text) {
  const [, sign = "", number] = text.match(/^([<>] )?(\d+) %$/);
  return Number(number) + { "": 0, "< ": -1, "> ": 1 }[sign];
}

async function chances(page) {
  return (await page.locator("#list .chance").allTextContents()).map(percent);
}

pageTest("lists every sample lead, scored and sorted by score", { site: demo() }, async (page) => {
  await open(page);
  const leads = JSON.parse(await readFile(path.join(DEMO, "leads.json"), "utf8"));
  assert.ok(leads.length >= 150, `${leads.length} leads`);
  assert.equal(await rows(page).count(), leads.length);
  const found = await chances(page);
  assert.deepEqual(found, found.toSorted((a, b) => b - a));
  assert.ok(found.every((chance) => chance >= 0 && chance <= 100));
  const flags = new Set(await page.locator("#list .flag").allTextContents());
  assert.deepEqual(flags, new Set(["Sales-ready", "Nurture"]));
  assert.match(await page.locator("#card").textContent(), /AUC0\.\d{3} \(95 % 0\.\d{3} to 0\.\d{3}\)/);
});

pageTest("opens a lead: the flag and the reasons of that lead", { site: demo() }, async (page) => {
  await open(page);
  const row = rows(page).first();
  const company = await row.locator(".company").textContent();
  await row.click();
  await widget(page).locator(".reason").first().waitFor();
  assert.equal(await page.locator("#lead-name").textContent(), company);
  assert.equal(await widget(page).locator("[part=flag]").textContent(), "Sales-ready");
  assert.equal(await row.getAttribute("aria-current"), "true");
  for (const sentence of await widget(page).locator(".reason").allTextContents()) {
    assert.match(sentence, /\. (Such leads convert|Beyond what each says alone, such leads convert) .+ (often|others)\.$/);
  }
  const chance = await row.locator(".chance").textContent();
  const words = await widget(page).locator("[part=words]").textContent();
  // "More than 99" and "fewer than 1" stand for 100 % and 0 %.
  const of100 = Number(words.match(/(\d+) of 100/)[1]);
  assert.ok(Math.abs(of100 - percent(chance)) <= 1, `${words} / ${chance}`);
  await rows(page).last().click();
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").explanation?.score.readiness === "nurture");
});

pageTest("shows the leads of a log of touches, as of a day: trend, timeline, and when the decision changes", { site: demo() }, async (page) => {
  await page.goto("/");
  await page.locator("#with-touches").click();
  await page.locator("#list .row .flag:not(.none)").first().waitFor();
  assert.equal(await page.locator("#with-touches").getAttribute("aria-current"), "page");
  const leads = JSON.parse(await readFile(path.join(DEMO, "touched-leads.json"), "utf8"));
  assert.equal(await rows(page).count(), leads.length);
  await rows(page).first().click();
  const crossing = widget(page).locator("[part=crossing]");
  await crossing.waitFor();
  assert.equal(await widget(page).locator("[part=flag]").textContent(), "Sales-ready");
  assert.match(await crossing.textContent(), /^(Falls below the threshold in|Stays sales-ready for at least) .+ without activity\.$/);
  assert.ok((await widget(page).locator("[part=timeline] li").count()) > 0);
  assert.equal(await widget(page).locator("svg[part=plot]").count(), 1);
  assert.match(await widget(page).locator("[part=sides]").textContent(), /^Marketing.+ associations, not causes\.$/);
  await assertAccessible(page);
});

pageTest("filters by flag and grade, and searches", { site: demo() }, async (page) => {
  await open(page);
  const all = await rows(page).count();
  await page.getByRole("button", { name: /^Sales-ready/ }).click();
  const ready = await rows(page).count();
  assert.ok(ready > 0 && ready < all, `${ready} of ${all}`);
  assert.deepEqual(new Set(await page.locator("#list .flag").allTextContents()), new Set(["Sales-ready"]));
  await page.getByRole("button", { name: /^Grade A/ }).click();
  assert.ok((await page.locator("#list .row .grade").allTextContents()).every((grade) => grade === "grade A"));
  await page.getByRole("button", { name: /^All leads/ }).click();
  assert.equal(await rows(page).count(), all);
  const company = await rows(page).nth(3).locator(".company").textContent();
  await page.getByRole("searchbox").fill(company.toUpperCase());
  const found = new Set(await page.locator("#list .company").allTextContents());
  assert.ok(found.has(company) && (await rows(page).count()) < all);
  await page.getByRole("searchbox").fill("no such company");
  assert.equal(await rows(page).count(), 0);
  assert.equal(await page.locator("#count").textContent(), "0 leads");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Show all leads" }).click();
  assert.equal(await rows(page).count(), all);
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
});

pageTest("the skip link leads to the list and keeps the lead beside it", { site: demo() }, async (page) => {
  await open(page);
  await rows(page).nth(5).click();
  const company = await rows(page).nth(5).locator(".company").textContent();
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "leads");
  assert.equal(await page.locator("#lead-name").textContent(), company);
});

let answer;
const asked = new Promise((resolve) => (answer = resolve));
pageTest("says that it is loading until the leads are there", { site: demo({ "/leads.json": () => asked }) }, async (page) => {
  await page.goto("/");
  assert.equal(await page.locator("#count").textContent(), "Loading …");
  assert.equal(await page.locator("#list").getAttribute("aria-busy"), "true");
  answer("[]");
  await page.getByText("There are no leads.").waitFor();
  assert.equal(await page.locator("#list").getAttribute("aria-busy"), null);
});

for (const [what, leads] of [["a page", "<p>login</p>"], ["no list", "{}"], ["nothing", undefined]]) {
  pageTest(`in place of the leads ${what}: the page says so`, { site: demo({ "/leads.json": leads }), expected: /404/ }, async (page) => {
    await page.goto("/");
    await page.locator("#notice").waitFor();
    assert.match(await page.locator("#notice").textContent(), /^The leads cannot be listed: /);
  });
}

for (const width of [320, 390, 768, 900, 1024, 1280, 1440]) {
  pageTest(`at ${width} px nothing is cut off but the longest names`, { site: demo(), viewport: { width, height: 800 } }, async (page) => {
    await open(page);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    const cut = await page.locator("#list .company").evaluateAll((all) => all.filter((name) => name.scrollWidth > name.clientWidth).length);
    const most = width === 320 ? 0.8 : 0.1;
    assert.ok(cut <= most * (await rows(page).count()), `${cut} names`);
    const edges = await page.locator("#list .row").first().evaluate((row) => [row.scrollWidth, row.clientWidth]);
    assert.equal(edges[0], edges[1]);
  });
}

pageTest("other values score at once, and reset returns to the saved ones", { site: demo({ "/model.json": JSON.stringify(fixtureModel()), "/leads.json": JSON.stringify([{ lead_id: "one", company: "One", ...READY_LEAD }]) }) }, async (page) => {
  await open(page, "#one");
  const words = widget(page).locator("[part=words]");
  const before = await words.textContent();
  await page.getByLabel("Days since last touch").fill("90");
  await page.getByLabel("Source").selectOption("");
  await page.waitForFunction((before) => document.querySelector("sales-ready-lead").shadowRoot.querySelector("[part=words]").textContent !== before, before);
  await page.getByLabel("Days since last touch").fill("soon");
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "error");
  await page.getByRole("button", { name: "Reset" }).click();
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "ready");
  assert.equal(await words.textContent(), before);
});

pageTest("on a desktop the lists scroll, and the page does not", { site: demo(), viewport: DESKTOP }, async (page) => {
  await open(page);
  const [list, whole] = await page.evaluate(() => {
    const pane = document.querySelector(".list-pane");
    return [pane.scrollHeight - pane.clientHeight, document.documentElement.scrollHeight - innerHeight];
  });
  assert.ok(list > 1_000, `${list} px`);
  assert.equal(whole, 0);
});

pageTest("works by keyboard", { site: demo() }, async (page) => {
  await open(page);
  await rows(page).first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const third = await rows(page).nth(2).locator(".company").textContent();
  await page.waitForFunction((name) => document.querySelector("#lead-name")?.textContent === name, third);
  await page.keyboard.press("End");
  assert.equal(await rows(page).last().evaluate((row) => row === document.activeElement), true);
});

pageTest("on a phone: the list, the lead, and back to the same place", { site: demo(), viewport: PHONE }, async (page) => {
  await open(page);
  assert.equal(await page.locator("#detail").isVisible(), false);
  await rows(page).nth(4).click();
  await widget(page).locator(".reason").first().waitFor();
  assert.equal(await page.locator("#list").isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.id), "lead-name");
  await page.goBack();
  await page.locator("#list").waitFor();
  assert.equal(await rows(page).nth(4).evaluate((row) => row === document.activeElement), true);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(overflow, 0);
});

pageTest("the theme follows the system until it is chosen, and is kept", { site: demo(), colorScheme: "dark" }, async (page) => {
  await open(page);
  const canvas = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await canvas();
  await page.getByRole("button", { name: "Light theme" }).click();
  const light = await canvas();
  assert.notEqual(light, dark);
  await page.reload();
  assert.equal(await canvas(), light);
  await page.getByRole("button", { name: "Dark theme" }).waitFor();
});

pageTest("without its model the page lists leads and says what is wrong", { site: demo({ "/model.json": undefined }), expected: /404/ }, async (page) => {
  await page.goto("/");
  await page.locator("#notice").waitFor();
  assert.match(await page.locator("#notice").textContent(), /^Leads are listed without scores: could not fetch the model .*404/);
  assert.ok((await rows(page).count()) > 150);
  await page.waitForFunction(() => document.querySelector("sales-ready-lead")?.state === "error");
  await assertAccessible(page);
});

pageTest("an indicative model flags no lead", { site: demo({ "/model.json": JSON.stringify(indicativeModel()), "/leads.json": JSON.stringify([{ lead_id: "one", company: "One", ...READY_LEAD }]) }) }, async (page) => {
  await open(page);
  assert.deepEqual(await page.locator("#list .flag").allTextContents(), ["Can’t tell"]);
  assert.equal(await widget(page).locator("[part=flag]").textContent(), "Can’t tell");
  assert.match(await widget(page).locator("[part=note]").textContent(), /^Indicative only/);
  await assertAccessible(page);
});

for (const [device, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
  for (const colorScheme of ["light", "dark"]) {
    pageTest(`no accessibility violation, and a picture: ${device}, ${colorScheme}`, { site: demo(), viewport, colorScheme }, async (page) => {
      await open(page);
      await assertAccessible(page);
      if (device === "phone") await picture(page, `list-${device}-${colorScheme}`);
      await rows(page).nth(1).click();
      await widget(page).locator(".reason").first().waitFor();
      await assertAccessible(page);
      await picture(page, `lead-${device}-${colorScheme}`);
    });
  }
}
