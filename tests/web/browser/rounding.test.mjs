// What a card writes in fewer digits than there are: it has to be true as it is read.

import assert from "node:assert/strict";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { pageTest } from "./host.mjs";
import { part, show, site, unfold } from "./lead.mjs";

const { policy, terms } = fixtureModel();
const file = (changes) => JSON.stringify(fixtureModel(changes));

const sure = file({ intercept: 9, calibration: { x: [0, 20], y: [0, 20] }, policy: { ...policy, past: { ...policy.past, leads: 4e6 } } });
pageTest("what is nearly always so is not said to be always so", { site: site({ "/sure.json": sure }) }, async (page) => {
  await show(page, { lead: READY_LEAD }, { model: "/sure.json" });
  assert.ok((await page.evaluate(() => document.querySelector("sales-ready-lead").explanation.score.interval[0])) > 0.995);
  assert.equal(await part(page, "words").textContent(), "More than 99 of 100 leads like this convert.");
  assert.equal(await part(page, "interval").textContent(), "Between 99 and 100 of 100, with 95% confidence.");
});

/** Fields that say all there is to say in shares of 0.247 and the rest. */
const quarter = file({
  fields: [{ name: "a", type: { number: { decimal: "." } } }, { name: "b", type: { number: { decimal: "." } } }],
  terms: [{ curve: { field: "a", x: [0, 1], y: [0, 0.247], missing: 0 } }, { curve: { field: "b", x: [0, 1], y: [0, 0.753], missing: 0 } }],
  golden: [],
});
pageTest("less than the quarter that is needed is not said to be a quarter", { site: site({ "/quarter.json": quarter }) }, async (page) => {
  await show(page, { lead: { a: 1 } }, { model: "/quarter.json" });
  const known = await page.evaluate(() => document.querySelector("sales-ready-lead").explanation.known);
  assert.ok(known > 0.245 && known < 0.25, `${known}`);
  const said = await part(page, "card").textContent();
  assert.match(said, /Too little is known of this lead to flag it: 24% of what is usually known; a quarter is needed\./);
  // The details say it, too.
  assert.deepEqual([...new Set(said.match(/\d+% of what is usually known/g))], ["24% of what is usually known"]);
});

pageTest("nothing is nothing, also below zero and in other languages", { site: site() }, async (page) => {
  await page.goto("/");
  const said = await page.evaluate(async () => {
    const { loadWords } = await import("/dist/index.js");
    return Promise.all(["en", "de", "fr", "es", "pt", "ja"].map(async (lang) => (await loadWords(lang)).number(-0)));
  });
  assert.deepEqual(said, Array(6).fill("0"));
});

/** What is written of a range, by its ends: what that says may be given is taken, and the next number is not. */
const RANGES = {
  "0.4 to 1234.56": [[0.4, 1234.56], "0.4 to 1234", ["0.4", "1234"], ["0.399", "1235"]],
  "12.34567 to 99.99967": [[12.34567, 99.99967], "12.346 to 99.999", ["12.346", "99.999"], ["12.345", "100"]],
  "-1234.56 to -100.5": [[-1234.56, -100.5], "-1234 to -101", ["-1234", "-101"], ["-1235", "-100"]],
  "0.0001 to 2": [[0.0001, 2], "1E-4 to 2", ["0.0001", "2"], ["0", "3"]],
};
for (const [name, [[low, high], written, right, wrong]] of Object.entries(RANGES)) {
  const ranged = file({ terms: terms.map((term) => (term.curve?.field === "emails_clicked" ? { curve: { ...term.curve, x: [low, (low + high) / 2, high] } } : term)), golden: [] });
  pageTest(`a range is written so that what it says may be given: ${name}`, { site: site({ "/ranged.json": ranged }) }, async (page) => {
    await show(page, { lead: { ...READY_LEAD, emails_clicked: (low + high) / 2 } }, { model: "/ranged.json" });
    await unfold(page);
    const input = page.locator("sales-ready-lead .what-if input");
    assert.equal(await page.locator("sales-ready-lead .what-if .asked-part .hint").first().textContent(), written);
    for (const [values, blamed] of [[right, ""], [wrong, `Give a number from ${written}.`]]) {
      for (const value of values) {
        await input.fill(value);
        assert.equal(await part(page, "wrong").first().textContent(), blamed, value);
      }
    }
  });
}
