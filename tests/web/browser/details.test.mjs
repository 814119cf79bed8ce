// What a score rests on, in full, as a person unfolds it.

import assert from "node:assert/strict";

import { COLD_LEAD, fixtureModel, indicativeModel, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, touchedModel, TOUCHES } from "../fixtures/touched.mjs";
import { assertAccessible, DIST, pageTest } from "./host.mjs";
import { picture } from "./pictures.mjs";
import { serve } from "./server.mjs";

const PAGE = `<!doctype html><html lang="en"><title>Lead</title><meta name="color-scheme" content="light dark">
  <script type="module" src="/dist/define.js"></script>
  <body><main><h1>CRM</h1><h2>Lead</h2><sales-ready-lead model="/model.json" actions="handoff handback feedback"></sales-ready-lead></main></body></html>`;
const pages = {
  "/": PAGE,
  "/model.json": JSON.stringify(fixtureModel()),
  "/few.json": JSON.stringify(indicativeModel()),
  "/touched.json": JSON.stringify(touchedModel()),
};
const site = () => serve({ folders: { dist: DIST }, pages });
const NARROW = { width: 296, height: 900 };
const SPARSE = { ...READY_LEAD, source: null, industry: "steel", pricing_views: 900 };

const part = (page, name) => page.locator(`sales-ready-lead [part~="${name}"]`);
const unfold = (page) => page.evaluate(() => document.querySelector("sales-ready-lead").shadowRoot.querySelectorAll("details").forEach((fold) => (fold.open = true)));
/** A number as the card writes it. */
const read = (text) => Number(text.replace("−", "-").replace("+", "").replace(",", "."));

/** Shows a lead, with its details. */
async function show(page, properties = { lead: READY_LEAD }, attributes = {}) {
  page.setDefaultTimeout(5000);
  if (page.url() === "about:blank") await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await page.evaluate(
    ([properties, attributes]) =>
      new Promise((resolve, reject) => {
        const element = document.querySelector("sales-ready-lead");
        element.addEventListener("sales-ready-change", resolve, { once: true });
        element.addEventListener("sales-ready-error", ({ detail }) => reject(detail.error), { once: true });
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        Object.assign(element, properties);
      }),
    [properties, attributes],
  );
  await part(page, "about").waitFor({ timeout: 5000 });
}

pageTest("all reasons, as shown, add up to this lead but for rounding", { site }, async (page, server) => {
  await show(page, { lead: SPARSE });
  assert.equal(server.requests.get("/dist/details.js"), 1);
  assert.equal(await part(page, "sum").isVisible(), false);
  await part(page, "all").locator("summary").click();
  const shown = (await part(page, "sum-logit").allTextContents()).map(read);
  const { intercept, contributions, score } = await page.evaluate(() => document.querySelector("sales-ready-lead").explanation);
  const exact = [intercept, ...contributions.map(({ logit }) => logit), score.logit];
  assert.equal(shown.length, exact.length);
  shown.forEach((value, place) => assert.ok(Math.abs(value - exact[place]) < 0.00501, `${value} stands for ${exact[place]}`));
  const sum = shown.slice(0, -1).reduce((sum, value) => sum + value, 0);
  assert.ok(Math.abs(sum - shown.at(-1)) <= 0.005 * shown.length + 1e-9, `${sum} against ${shown.at(-1)}`);
  assert.match(await part(page, "all").textContent(), new RegExp(`a chance of ${Math.round(score.probability * 100)}%\\.$`));
});

pageTest("fit, engagement and both add up to all reasons; models without engagement show none of it", { site }, async (page) => {
  await show(page);
  const shown = (await page.locator("sales-ready-lead .sums .part-value").allTextContents()).map(read);
  const { intercept, score } = await page.evaluate(() => document.querySelector("sales-ready-lead").explanation);
  assert.equal(shown.length, 3);
  assert.ok(Math.abs(shown.reduce((sum, value) => sum + value) - (score.logit - intercept)) <= 0.0151);
  const plain = fixtureModel();
  plain.fields = plain.fields.map(({ engagement: _, actionable: __, ...field }) => field);
  await show(page, { modelSource: JSON.stringify(plain) });
  assert.equal(await part(page, "sums").isVisible(), false);
  assert.equal(await part(page, "what-if").isVisible(), false);
});

pageTest("with touches it says how long ago the last one was", { site }, async (page) => {
  await show(page, { lead: LEAD, touches: TOUCHES, asOf: AS_OF }, { model: "/touched.json" });
  const last = Math.max(...TOUCHES.map(({ at }) => at).filter((at) => at <= AS_OF));
  const days = Math.floor((AS_OF - last) / 86_400_000);
  const said = days < 1 ? "less than a day ago" : days === 1 ? "1 day ago" : `${days} days ago`;
  await part(page, "recency").waitFor();
  assert.equal(await part(page, "recency").textContent(), `Last touch: ${said}.`);
});

pageTest("what if changes the chance as the engine does, keeps the focus, and resets", { site }, async (page) => {
  await show(page, { lead: COLD_LEAD });
  await part(page, "what-if").locator("summary").click();
  const clicked = page.getByLabel("E-mails clicked");
  const before = await clicked.inputValue();
  const unchanged = await part(page, "result").textContent();
  assert.match(unchanged, /No value is changed\.$/);
  await clicked.focus();
  await clicked.fill("9");
  await page.getByLabel("Newsletter").selectOption("yes");
  const chance = await page.evaluate(async (lead) => {
    const { loadModel } = await import("/dist/scorer.js");
    const { score } = await (await loadModel("/model.json")).explain({ ...lead, emails_clicked: 9, newsletter: "yes" });
    return score.probability;
  }, COLD_LEAD);
  const said = chance < 0.005 ? "below 1%" : `${Math.round(chance * 100)}%`;
  await page.waitForFunction((end) => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".result").textContent.includes(end), `→ ${said}.`);
  await clicked.fill("5");
  assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").shadowRoot.activeElement.type), "number");
  await clicked.fill("500");
  await page.getByText("Give a number from 0 to 9.").waitFor();
  await part(page, "reset").click();
  assert.equal(await clicked.inputValue(), before);
  assert.equal(await part(page, "result").textContent(), unchanged);
  assert.deepEqual(await page.evaluate(() => document.querySelector("sales-ready-lead").lead), COLD_LEAD);
});

pageTest("data quality names what is missing, unseen and out of range, with its effect", { site }, async (page) => {
  await show(page, { lead: SPARSE });
  await part(page, "quality").locator("summary").click();
  const items = await part(page, "quality-item").allTextContents();
  const { contributions } = await page.evaluate(() => document.querySelector("sales-ready-lead").explanation);
  const notable = contributions.filter(({ standings }) => standings.some((standing) => standing !== "known"));
  assert.equal(items.length, notable.length);
  items.forEach((item, place) => assert.ok(Math.abs(read(item.match(/[+−]?[\d.]+$/)[0]) - notable[place].logit) < 0.00501, item));
  for (const said of [/^Source is not known /, /^Industry: steel is rare or new to the model /, /^Pricing views: 900 is above what the model knows \(to 6\) /]) {
    assert.ok(items.some((item) => said.test(item)), `${said} in ${items.join(" | ")}`);
  }
  const whole = Object.fromEntries(contributions.flatMap(({ fields }) => fields).map((field) => [field, 1]));
  await show(page, { lead: { ...whole, source: "fair", industry: "health", newsletter: "no" } });
  assert.equal(await part(page, "quality-good").textContent(), "Data quality: every value is given and within what the model knows.");
  assert.equal(await part(page, "quality").isVisible(), false);
  await show(page, { lead: { source: null } });
  assert.match(await part(page, "quality").textContent(), /Too little is known of this lead/);
  await show(page, { lead: READY_LEAD }, { model: "/few.json" });
  assert.match(await page.evaluate(() => document.querySelector("sales-ready-lead").shadowRoot.querySelectorAll(".details")[1].textContent), /Indicative only/);
});

pageTest("where it comes from", { site }, async (page) => {
  await show(page);
  await part(page, "about").locator("summary").click();
  const values = await part(page, "about-value").allTextContents();
  assert.deepEqual([values[0], values[1], values.at(-1)], ["hand-written fixture", "4000 leads, of which converted: 1180", "WebAssembly"]);
  assert.equal(await part(page, "local").textContent(), "Computed in this browser; nothing left this page.");
});

pageTest("an action asks before it is done, and the page can stop it", { site }, async (page) => {
  await show(page);
  await page.evaluate(() => {
    globalThis.heard = [];
    for (const name of ["before-handoff", "handoff", "before-handback", "handback", "feedback"]) {
      document.addEventListener(`sales-ready-${name}`, (event) => {
        const { score, lead, reason, comment } = event.detail;
        globalThis.heard.push([name, event.composed, event.cancelable, score.grade, Object.keys(lead).length > 0, reason, comment]);
        if (name === globalThis.stop) event.preventDefault();
      });
    }
  });
  const heard = () => page.evaluate(() => globalThis.heard.splice(0));
  const button = (name) => page.getByRole("button", { name, exact: true });
  const ask = async (name, reason, comment) => {
    const asked = part(page, name);
    if (!(await asked.evaluate(({ open }) => open))) await asked.locator("summary").click();
    await asked.getByRole("combobox").selectOption(reason);
    await asked.getByRole("textbox").fill(comment);
    await asked.getByRole("button", { name: "Send" }).click();
  };
  await button("Hand to sales").click();
  assert.deepEqual(await heard(), [["before-handoff", true, true, "A", true, null, null], ["handoff", true, false, "A", true, null, null]].map((row) => row.map((value) => value ?? undefined)));
  await page.evaluate(() => (globalThis.stop = "before-handoff"));
  await button("Hand to sales").click();
  assert.deepEqual((await heard()).map(([name]) => name), ["before-handoff"]);
  assert.match(await part(page, "said").textContent(), /stopped/);
  await part(page, "handback").locator("summary").click();
  await part(page, "handback").getByRole("button", { name: "Send" }).click();
  assert.equal(await part(page, "handback").locator(".wrong").textContent(), "Choose a reason first.");
  assert.deepEqual(await heard(), []);
  await ask("handback", "too-early", " budget next year ");
  assert.deepEqual((await heard()).map(([name, , , , , reason, comment]) => [name, reason, comment]), [["before-handback", "too-early", "budget next year"], ["handback", "too-early", "budget next year"]]);
  await page.evaluate(() => (globalThis.stop = "before-handback"));
  await ask("handback", "no-fit", "");
  assert.deepEqual((await heard()).map(([name]) => name), ["before-handback"]);
  await ask("feedback", "too-high", "");
  assert.deepEqual((await heard()).map(([name, , , , , reason]) => [name, reason]), [["feedback", "too-high"]]);
  for (const [holder, handoff, handback] of [["sales", false, true], ["marketing", true, false]]) {
    await page.evaluate((holder) => document.querySelector("sales-ready-lead").setAttribute("held-by", holder), holder);
    assert.deepEqual([await part(page, "handoff").isVisible(), await part(page, "handback").isVisible()], [handoff, handback]);
  }
  await page.evaluate(() => document.querySelector("sales-ready-lead").removeAttribute("actions"));
  assert.equal(await part(page, "buttons").isVisible(), false);
});

for (const colorScheme of ["light", "dark"]) {
  for (const [width, viewport] of [[280, NARROW], [700, { width: 716, height: 900 }]]) {
    pageTest(`unfolded, ${width} px wide and ${colorScheme}, it is accessible and nothing sticks out`, { site, colorScheme, viewport }, async (page) => {
      await show(page, { lead: SPARSE });
      await picture(page, `details-${width}-${colorScheme}-folded`, { fullPage: true });
      await unfold(page);
      await assertAccessible(page);
      const out = await page.evaluate(() => {
        const { shadowRoot } = document.querySelector("sales-ready-lead");
        const { left, right } = shadowRoot.querySelector(".card").getBoundingClientRect();
        const all = [...shadowRoot.querySelectorAll(".card *")].filter((part) => part.getBoundingClientRect().width > 0);
        return all.filter((part) => part.getBoundingClientRect().right > right + 0.5 || part.getBoundingClientRect().left < left - 0.5).map(({ className }) => String(className));
      });
      assert.deepEqual(out, []);
      await picture(page, `details-${width}-${colorScheme}`, { fullPage: true });
    });
  }
}

for (const [how, file] of [["missing", undefined], ["empty", () => ""]]) {
  pageTest(`a score stands without its details, and says so: the file is ${how}`, {
    site: () => serve({ folders: { dist: DIST }, pages: { ...pages, "/dist/details.js": file } }),
    expected: /404|MIME/,
  }, async (page) => {
    await page.goto("/");
    await page.evaluate((lead) => (document.querySelector("sales-ready-lead").lead = lead), READY_LEAD);
    await page.getByText("The details could not be loaded. Load the page again to see them.").waitFor();
    assert.equal(await part(page, "flag").textContent(), "Sales-ready");
    assert.ok((await part(page, "reason").count()) > 0);
    assert.deepEqual(await page.evaluate(() => [document.querySelector("sales-ready-lead").state, document.querySelector("sales-ready-lead").error]), ["ready", null]);
    await assertAccessible(page);
    await page.evaluate((lead) => (document.querySelector("sales-ready-lead").lead = lead), COLD_LEAD);
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").explanation.score.readiness === "nurture");
    await page.getByText("The details could not be loaded. Load the page again to see them.").waitFor();
  });
}

pageTest("of many cards each says when it was scored, by one format of dates", {
  site: () => serve({ folders: { dist: DIST }, pages: { ...pages, "/": PAGE.replace("<sales-ready-lead", '<sales-ready-lead model="/model.json"></sales-ready-lead>'.repeat(20) + "$&") } }),
}, async (page) => {
  await page.addInitScript(() => {
    globalThis.formats = [];
    const { DateTimeFormat } = Intl;
    Intl.DateTimeFormat = function (...options) {
      globalThis.formats.push(JSON.stringify(options));
      return new DateTimeFormat(...options);
    };
  });
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await page.evaluate((lead) => document.querySelectorAll("sales-ready-lead").forEach((card) => (card.lead = lead)), READY_LEAD);
  await page.waitForFunction(() => [...document.querySelectorAll("sales-ready-lead")].every(({ shadowRoot }) => shadowRoot.querySelector(".about-value")));
  const formats = await page.evaluate(() => globalThis.formats);
  assert.ok(formats.length > 0);
  assert.deepEqual(formats, [...new Set(formats)]);
});

pageTest("whatever a file's card holds, which nobody has checked, the details are there, and say of it what can be said", { site }, async (page) => {
  const odd = (data) => ({ lead: READY_LEAD, modelSource: fixtureModel({ card: { target: { field: "won" }, data } }) });
  const names = () => part(page, "about-name").allTextContents();
  await show(page, odd({ leads: 300, conversions: 20, period: [1, { a: 1 }] }));
  assert.deepEqual(await names(), ["Model", "Learnt from", "Scored at", "Engine"]);
  await show(page, odd({ leads: "<b>many</b>", conversions: {}, period: ["2024-01-08", "spring"] }));
  assert.deepEqual(await names(), ["Model", "Period", "Scored at", "Engine"]);
  assert.equal(await part(page, "handoff").isVisible(), true);
});
