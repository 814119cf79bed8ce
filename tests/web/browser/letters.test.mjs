// The letters of the card: of the size that a reader has set in the browser, whatever the page's own is, with room at every width, and
// with nothing of what their place has for its own texts.

import assert from "node:assert/strict";

import { READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { sticksOut } from "../suite/room.mjs";
import { pageTest } from "./host.mjs";
import { documentWith, ELEMENT, part, show, site, unfold } from "./lead.mjs";

const SPARSE = { ...READY_LEAD, source: null, industry: "steel", pricing_views: 900, emails_clicked: -4 };
const PLAIN = [{ lead: SPARSE, touches: null }, { model: "/model.json" }];
const TOUCHED = [{ lead: LEAD, touches: TOUCHES, asOf: AS_OF, since: AS_OF - 7 * 86_400_000 }, { model: "/touched.json" }];
/** The size that a reader may set, with which browsers begin. */
const sized = (pixels) => [`--blink-settings=defaultFontSize=${pixels}`];
const size = (page, name) => part(page, name).first().evaluate((found) => Number.parseFloat(getComputedStyle(found).fontSize));
const width = (page, pixels) => page.locator("sales-ready-lead").evaluate((element, pixels) => void (element.style.width = `${pixels}px`), pixels);

/** What sticks out of the card at these widths, folded and unfolded. */
async function outside(page, widths) {
  const found = [];
  for (const pixels of widths) {
    await width(page, pixels);
    for (const open of [false, true]) {
      await unfold(page, open);
      found.push(...(await page.evaluate(sticksOut)).map((what) => `${pixels} px, ${open ? "unfolded" : "folded"}: ${what}`));
    }
  }
  return found;
}

const SIZES = { card: 14, words: 18, flag: 13, meaning: 13, "figure-value": 20, "figure-meaning": 12, footnote: 12, caption: 13, kind: 14, when: 13, ask: 13, "about-name": 13, summary: 13, handoff: 14 };
for (const [reader, root] of [[16, "100%"], [16, "62.5%"], [24, "62.5%"], [12, "20px"]]) {
  const page = documentWith(`<link rel="stylesheet" href="/style.css">${ELEMENT}`);
  pageTest(`letters are of the reader's size: ${reader} px, in a page of ${root}`, { site: site({ "/": page, "/style.css": `html { font-size: ${root}; } body { font-size: 1.4rem; }` }), args: sized(reader) }, async (page) => {
    await show(page, ...PLAIN);
    await show(page, ...TOUCHED);
    const seen = await Promise.all(Object.keys(SIZES).filter((name) => name !== "ask").map(async (name) => [name, await size(page, name)]));
    const expected = Object.entries(SIZES).filter(([name]) => name !== "ask").map(([name, pixels]) => [name, (pixels * reader) / 16]);
    seen.forEach(([name, pixels], place) => assert.ok(Math.abs(pixels - expected[place][1]) < 0.01, `${name}: ${pixels}, not ${expected[place][1]}`));
    await show(page, { lead: SPARSE, touches: null }, { model: "/model.json" });
    assert.ok(Math.abs((await size(page, "ask")) - (SIZES.ask * reader) / 16) < 0.01);
    // Letters of one width are no smaller.
    await page.locator("sales-ready-lead").evaluate((element) => element.style.setProperty("--sales-ready-font", "monospace"));
    assert.ok(Math.abs((await size(page, "card")) - (SIZES.card * reader) / 16) < 0.01);
  });
}

for (const lang of ["en", "de", "fr"]) {
  pageTest(`letters of twice the size find room: ${lang}`, { site: site(), args: sized(32) }, async (page) => {
    for (const scene of [PLAIN, TOUCHED]) {
      await show(page, scene[0], { ...scene[1], lang });
      assert.equal(await size(page, "card"), 28);
      assert.deepEqual(await outside(page, [280, 400, 700]), []);
    }
  });
}

for (const lang of ["en", "de", "fr", "es", "pt", "ja"]) {
  pageTest(`a card of 160 px has room for its letters: ${lang}`, { site: site() }, async (page) => {
    for (const scene of [PLAIN, TOUCHED]) {
      await show(page, scene[0], { ...scene[1], lang });
      assert.deepEqual(await outside(page, [160, 200]), []);
    }
  });
}

const PLACE = `main { word-spacing: 20px; letter-spacing: 3px; word-break: break-all; text-shadow: 0 0 5px red; -webkit-text-fill-color: red; text-transform: uppercase;
  font-feature-settings: "zero"; text-align: right; writing-mode: vertical-rl; line-break: anywhere; } sales-ready-lead { writing-mode: horizontal-tb; color-scheme: dark; }`;
pageTest("a card takes nothing of what its place has for its own texts, but what it has for all that is in it", { site: site({ "/": documentWith(`<link rel="stylesheet" href="/style.css">${ELEMENT}`), "/plain/": documentWith(ELEMENT), "/style.css": PLACE }) }, async (page) => {
  const looks = () =>
    part(page, "what").first().evaluate((found) => {
      const { wordSpacing, letterSpacing, wordBreak, textShadow, webkitTextFillColor, color, textTransform, fontFeatureSettings, textAlign, writingMode, lineBreak } = getComputedStyle(found);
      return { wordSpacing, letterSpacing, wordBreak, textShadow, filled: webkitTextFillColor === color, textTransform, fontFeatureSettings, textAlign, writingMode, lineBreak };
    });
  await page.goto("/plain/");
  await show(page, { lead: READY_LEAD });
  const plain = await looks();
  await page.goto("/");
  await show(page, { lead: READY_LEAD });
  assert.deepEqual(await looks(), plain);
  const words = part(page, "words");
  assert.equal(await words.evaluate((found) => getComputedStyle(found).colorScheme), "dark");
  await page.locator("sales-ready-lead").evaluate((element) => void Object.assign(element.style, { visibility: "hidden", pointerEvents: "none", userSelect: "none", cursor: "grab" }));
  assert.deepEqual(await words.evaluate((found) => ["visibility", "pointerEvents", "userSelect", "cursor"].map((name) => getComputedStyle(found)[name])), ["hidden", "none", "none", "grab"]);
});
