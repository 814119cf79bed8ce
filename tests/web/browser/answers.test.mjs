// A page's answer to what a person has asked for: one that does not come, comes late, or comes when the card has gone.

import assert from "node:assert/strict";

import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { pageTest } from "./host.mjs";
import { part, show, site } from "./lead.mjs";

const A = { id: "A", ...READY_LEAD };
const LATE = "The CRM has not answered yet. Try again, or wait.";
const said = (page) => part(page, "said").textContent();
const reads = (page, text) => part(page, "said").filter({ hasText: text }).waitFor({ timeout: 5000 });

/** The element's patience is not the test's: a minute is over when the page says so. */
const IMPATIENT = () => {
  const { setTimeout } = globalThis;
  globalThis.minutes = [];
  globalThis.setTimeout = (run, millis, ...more) => (millis === 60_000 ? globalThis.minutes.push(run) : setTimeout(run, millis, ...more));
};
/** Writes down what is done; `decides` has what was asked, in its turn; `cancels` is whether the page stops what it is asked. */
const LISTEN = () => {
  globalThis.done = [];
  globalThis.decides = [];
  addEventListener("sales-ready-before-handoff", (event) => {
    if (globalThis.cancels) event.preventDefault();
    else event.detail.until(new Promise((resolve) => globalThis.decides.push(resolve)));
  });
  addEventListener("sales-ready-handoff", ({ target, detail }) => globalThis.done.push([target.nodeName, detail.lead.id]));
};

async function asked(page) {
  await page.addInitScript(IMPATIENT);
  await show(page, { lead: A });
  await page.evaluate(LISTEN);
  await part(page, "handoff").click();
  await reads(page, "Waiting");
}
const decide = (page, place, decision) => page.evaluate(([place, decision]) => globalThis.decides[place](decision), [place, decision]);
const aMinuteLater = (page) => page.evaluate(() => globalThis.minutes.splice(0).forEach((run) => run()));
const done = (page) => page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(globalThis.done), 20)));

pageTest("who gets no answer for a minute is told so, and can ask again; what was asked first is then not done, too", { site: site() }, async (page) => {
  await asked(page);
  // Not at once: a page may well need some seconds.
  await part(page, "handoff").click();
  assert.equal(await page.evaluate(() => globalThis.decides.length), 1);
  await aMinuteLater(page);
  assert.equal(await said(page), LATE);
  await part(page, "handoff").click();
  await reads(page, "Waiting");
  await decide(page, 0, true);
  assert.deepEqual([await done(page), await said(page)], [[], "Waiting for the CRM’s answer …"]);
  await decide(page, 1, true);
  await reads(page, "has accepted");
  assert.deepEqual(await done(page), [["SALES-READY-LEAD", "A"]]);
});

pageTest("an answer that comes after more than a minute counts, as does one where the page stops who asks again", { site: site() }, async (page) => {
  await asked(page);
  await aMinuteLater(page);
  await page.evaluate(() => (globalThis.cancels = true));
  await part(page, "handoff").click();
  assert.match(await said(page), /stopped/);
  await decide(page, 0, true);
  await reads(page, "has accepted");
  assert.deepEqual(await done(page), [["SALES-READY-LEAD", "A"]]);
});

pageTest("that an answer is late is said of the lead that it is about", { site: site() }, async (page) => {
  await asked(page);
  await show(page, { lead: { id: "B", ...COLD_LEAD } });
  await aMinuteLater(page);
  assert.equal(await said(page), "");
  await show(page, { lead: { ...A } });
  assert.equal(await said(page), LATE);
  await decide(page, 0, false);
  await reads(page, "has not accepted");
  assert.deepEqual(await done(page), []);
});

pageTest("what a page agrees to when the card has left it is told the whole page", { site: site() }, async (page) => {
  await asked(page);
  await page.evaluate(() => {
    const card = document.querySelector("sales-ready-lead");
    card.addEventListener("sales-ready-handoff", () => globalThis.done.push(["the card", ""]));
    card.remove();
  });
  await decide(page, 0, true);
  assert.deepEqual(await done(page), [["the card", ""], ["#document", "A"]]);
});
