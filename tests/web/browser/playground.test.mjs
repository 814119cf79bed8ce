// The playground, as `cargo xtask demo` writes it beside the demo page: every state can be reached and looked at.

import assert from "node:assert/strict";

import { assertAccessible, DEMO, DESKTOP, pageTest, PHONE } from "./host.mjs";
import { picture } from "./pictures.mjs";
import { serve } from "./server.mjs";

const site = () => serve({ folders: { "": DEMO } });
const open = (page, query = "") => page.goto(`/playground/index.html${query}`);
const widget = (page) => page.locator("sales-ready-lead");

/** Each situation with the state and, where there is a score, the readiness that it stands for. */
const SITUATIONS = {
  ready: ["ready", "sales-ready"],
  nurture: ["ready", "nurture"],
  cold: ["ready", "nurture"],
  abstain: ["ready", "abstain"],
  unknown: ["ready", "abstain"],
  odd: ["ready", undefined],
  touches: ["ready", "sales-ready"],
  fading: ["ready", undefined],
  empty: ["empty"],
  "no-model": ["empty"],
  loading: ["loading"],
  error: ["error"],
  missing: ["error"],
};

async function reached(page, [state, readiness]) {
  await page.waitForFunction(
    ([state, readiness]) => {
      const element = document.querySelector("sales-ready-lead");
      return element?.state === state && (!readiness || element.explanation?.score.readiness === readiness);
    },
    [state, readiness],
  );
}

for (const [name, expected] of Object.entries(SITUATIONS)) {
  pageTest(`situation ${name}: reached, and without an accessibility violation`, { site, expected: /404/ }, async (page) => {
    await open(page);
    await reached(page, SITUATIONS.ready);
    await page.getByLabel("Situation").selectOption(name);
    await reached(page, expected);
    if (name === "touches") await widget(page).locator("svg[part=plot]").waitFor();
    await assertAccessible(page);
    assert.equal(new URL(page.url()).searchParams.get("situation"), name);
  });
}

pageTest("every situation of the page is tested", { site }, async (page) => {
  await open(page);
  const offered = await page.getByLabel("Situation").locator("option").evaluateAll((all) => all.map(({ value }) => value));
  assert.deepEqual(offered.toSorted(), Object.keys(SITUATIONS).toSorted());
});

pageTest("attributes, width, theme and direction follow the form, and the address keeps them", { site }, async (page) => {
  await open(page);
  await reached(page, SITUATIONS.ready);
  await page.getByLabel("lang").selectOption("de");
  await page.getByLabel("lead-id").fill("L-17");
  await page.getByLabel("held-by").selectOption("sales");
  await page.getByLabel("heading-level").selectOption("2");
  await page.getByLabel("Direction").selectOption("rtl");
  await page.getByLabel("Theme").selectOption("dark");
  await page.getByLabel("Width").fill("280");
  await page.getByLabel("handback").check();
  const seen = () =>
    page.evaluate(() => {
      const element = document.querySelector("sales-ready-lead");
      const { colorScheme, direction, width } = getComputedStyle(element);
      const attributes = ["lang", "lead-id", "held-by", "heading-level", "actions"].map((name) => element.getAttribute(name));
      return { attributes, colorScheme, direction, width };
    });
  const chosen = { attributes: ["de", "L-17", "sales", "2", "handback"], colorScheme: "dark", direction: "rtl", width: "280px" };
  assert.deepEqual(await seen(), chosen);
  await page.reload();
  await reached(page, SITUATIONS.ready);
  assert.deepEqual(await seen(), chosen);
});

pageTest("a lead that is edited scores anew and is logged; what is no JSON yet is said", { site }, async (page) => {
  await open(page);
  await reached(page, SITUATIONS.ready);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByLabel("lead (JSON)").fill('{"pricing_views": 0');
  assert.match(await page.locator("#mistake").textContent(), /^No JSON yet: /);
  assert.equal(await page.locator("#log li").count(), 0);
  await page.getByLabel("lead (JSON)").fill('{"pricing_views": 0, "days_since_last_touch": 90, "emails_clicked": 0, "reviews_read": 0}');
  await page.locator("#log li").first().waitFor();
  assert.match(await page.locator("#log li").first().textContent(), /^sales-ready-change\w+/);
  assert.equal(await page.locator("#mistake").textContent(), "");
});

pageTest("a custom property is live, and goes again", { site }, async (page) => {
  await open(page);
  await reached(page, SITUATIONS.ready);
  const surface = () => page.evaluate(() => getComputedStyle(document.querySelector("sales-ready-lead").shadowRoot.querySelector("[part~=card]")).backgroundColor);
  const shipped = await surface();
  await page.getByLabel("Surface").fill("#aabbcc");
  assert.equal(await surface(), "rgb(170, 187, 204)");
  await page.getByRole("button", { name: "As shipped" }).click();
  assert.equal(await surface(), shipped);
});

pageTest("the snippets have the attributes that are set, and copy", { site }, async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, "?held-by=sales");
  await reached(page, SITUATIONS.ready);
  const shapes = await page.getByLabel("Shape").locator("option").allTextContents();
  assert.equal(shapes.length, 6);
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await page.locator("#code").textContent());
  assert.match(copied, /<sales-ready-lead model="model\.json" held-by="sales">/);
});

for (const [device, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
  pageTest(`nothing is wider than the page, and a picture: ${device}`, { site, viewport }, async (page) => {
    await open(page, "?situation=touches");
    await reached(page, SITUATIONS.touches);
    await widget(page).locator("svg[part=plot]").waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await picture(page, `playground-${device}`, { fullPage: true });
  });
}
