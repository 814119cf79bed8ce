// What passes: a page without a lead while it fetches one, a file that takes its time, an address that the page has left.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { COLD_LEAD, fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { DIST, pageTest } from "./host.mjs";
import { documentWith, part, show, site } from "./lead.mjs";

const MODEL = JSON.stringify(fixtureModel());
const LEAD = { id: "A", ...READY_LEAD };
const card = (page, read, given) => page.locator("sales-ready-lead").evaluate(read, given);
const isIn = (page, state) => page.waitForFunction((state) => document.querySelector("sales-ready-lead").shadowRoot?.querySelector(".card")?.dataset.state === state, state);
const inLanguage = (page, lang) => page.waitForFunction((lang) => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".card").lang === lang, lang);

/** A file that is sent when it is let go. */
function held(text) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  return { page: async () => (await released, text), release };
}

/** By what comes between two scores: what a page sets, and what it sets then. */
const BETWEEN = {
  "no lead": [{ lead: null }, { lead: LEAD }, "empty"],
  "a model that is still fetched": [{ model: "/held.json" }, {}, "loading"],
  "no model": [{ model: "" }, { model: "/model.json" }, "empty"],
};

for (const [what, [between, then, state]] of Object.entries(BETWEEN)) {
  const file = held(MODEL);
  pageTest(`what is read out of a lead is not what is read out of nobody, and is read out again in the same words: ${what}`, { site: site({ "/held.json": file.page }) }, async (page) => {
    await page.goto("/");
    // What a card shows first is not read out.
    await isIn(page, "empty");
    await show(page, { lead: COLD_LEAD });
    await show(page, { lead: LEAD });
    const status = part(page, "status");
    const said = await status.textContent();
    assert.notEqual(said, "");
    await card(page, (element, between) => void Object.assign(element, between), between);
    await isIn(page, state);
    assert.equal(await status.textContent(), "");
    file.release();
    await card(page, (element, then) => void Object.assign(element, then), then);
    await isIn(page, "sales-ready");
    assert.equal(await status.textContent(), said);
  });
}

/** Counts what the card asks the page for, and what letters the page takes for its shortcuts. */
const LISTEN = () => {
  globalThis.heard = [];
  globalThis.keys = [];
  for (const type of ["before-handoff", "handoff", "before-handback", "handback", "feedback"]) addEventListener(`sales-ready-${type}`, ({ type }) => globalThis.heard.push(type));
  addEventListener("keydown", ({ key, target }) => !/^(INPUT|TEXTAREA)$/.test(target.tagName) && key.length === 1 && globalThis.keys.push(key));
};

/** What passes: what a page sets while somebody writes in one of the two, and what is shown then. */
const PASSING = {
  "no lead": [() => ({ lead: null }), "empty"],
  "a value that cannot be read": [() => ({ lead: { ...LEAD, reviews_read: "many" } }), "error"],
  "another model that is still fetched": [(name) => ({ model: `/${name}.json` }), "loading"],
};

for (const [what, [passing, state]] of Object.entries(PASSING)) {
  const files = { handback: held(MODEL), feedback: held(MODEL) };
  const pages = Object.fromEntries(Object.entries(files).map(([name, file]) => [`/${name}.json`, file.page]));
  pageTest(`who writes about a lead goes on in its field, and asks for nothing meanwhile: ${what}`, { site: site(pages) }, async (page) => {
    await show(page, { lead: LEAD }, { "lead-id": "A" });
    await page.evaluate(LISTEN);
    const shown = (...names) => Promise.all(names.map((name) => part(page, name).first().isVisible()));
    for (const [name, file] of Object.entries(files)) {
      const fold = part(page, name);
      await fold.locator("summary").click();
      await fold.locator("select").selectOption("wrong-data");
      await fold.locator("textarea").focus();
      await page.keyboard.type("not ");
      await card(page, (element, passing) => void Object.assign(element, passing), passing(name));
      await isIn(page, state);
      // Nothing of the last lead is left but this.
      assert.deepEqual(await shown(name, name === "feedback" ? "handback" : "feedback", "handoff", "all", "quality-good", "about"), [true, false, false, false, false, false]);
      await page.keyboard.type("yet");
      await fold.getByRole("button", { name: "Send" }).click();
      assert.deepEqual(await page.evaluate(() => [globalThis.heard, globalThis.keys]), [[], []]);
      await fold.locator("textarea").focus();
      file.release();
      await card(page, (element, lead) => void Object.assign(element, { lead, model: "/model.json" }), LEAD);
      await isIn(page, "sales-ready");
      await page.keyboard.type(" known");
      assert.equal(await fold.locator("textarea").inputValue(), "not yet known");
      await fold.getByRole("button", { name: "Send" }).click();
      await page.waitForFunction((name) => globalThis.heard.splice(0).at(-1)?.endsWith(name), name);
    }
  });
}

pageTest("who tries another value goes on in its field while the page has no lead; who writes nowhere has nothing left", { site: site() }, async (page) => {
  await show(page, { lead: LEAD }, { "lead-id": "A" });
  await part(page, "what-if").locator("summary").click();
  const input = part(page, "what-if").locator("input").first();
  await input.fill("4");
  const setLead = (lead) => card(page, (element, lead) => void (element.lead = lead), lead);
  await setLead(null);
  await isIn(page, "empty");
  await page.keyboard.type("2");
  await setLead({ ...LEAD });
  await isIn(page, "sales-ready");
  await page.keyboard.type("1");
  assert.equal(await input.inputValue(), "421");
  await part(page, "handoff").focus();
  await setLead(null);
  await isIn(page, "empty");
  for (const name of ["handoff", "what-if", "details", "buttons"]) assert.equal(await part(page, name).first().isVisible(), false, name);
});

pageTest("what a person says of a score is about the lead as it was scored", { site: site() }, async (page) => {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await page.evaluate((lead) => (globalThis.lead = document.querySelector("sales-ready-lead").lead = lead), LEAD);
  await part(page, "feedback").locator("summary").click();
  await part(page, "feedback").locator("select").selectOption("too-high");
  const [lead, comment] = await page.evaluate(async () => {
    const heard = new Promise((resolve) => addEventListener("sales-ready-feedback", ({ detail }) => resolve([{ ...detail.lead }, detail.comment])));
    Object.assign(globalThis.lead, { id: "B", pricing_views: 99 });
    document.querySelector("sales-ready-lead").shadowRoot.querySelector(".feedback button").click();
    return heard;
  });
  assert.deepEqual([lead, comment], [LEAD, ""]);
});

pageTest("a double click, and a key that is held, hand over once", { site: site() }, async (page) => {
  await show(page, { lead: LEAD });
  await page.evaluate(LISTEN);
  const once = async () => assert.deepEqual(await page.evaluate(() => globalThis.heard.splice(0)), ["sales-ready-before-handoff", "sales-ready-handoff"]);
  await part(page, "handoff").dblclick();
  await once();
  await page.keyboard.down("Enter");
  await page.keyboard.down("Enter");
  await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await once();
});

/** The element's patience is not the test's: a score that waits for its words no longer does. */
const IMPATIENT = () => {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (run, millis, ...more) => setTimeout(run, millis === 1_000 ? 0 : millis, ...more);
};

const slow = held();
pageTest("a card waits a second for a slow language, and no longer is without words", {
  site: site({ "/": documentWith('<sales-ready-lead model="/model.json"></sales-ready-lead>', 'lang="de"'), "/dist/locales/de.js": async () => (await slow.page(), readFile(path.join(DIST, "locales/de.js"))) }),
}, async (page) => {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await card(page, (element, lead) => void (element.lead = lead), LEAD);
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "ready", undefined, { timeout: 5000 });
  assert.equal(await part(page, "flag").textContent(), "Sales-ready");
  slow.release();
  await inLanguage(page, "de");
});

const slower = held();
pageTest("a card in one language that waits for another does not speak a third meanwhile", {
  site: site({ "/dist/locales/fr.js": async () => (await slower.page(), readFile(path.join(DIST, "locales/fr.js"))) }),
}, async (page) => {
  await page.addInitScript(IMPATIENT);
  await show(page, { lead: LEAD }, { lang: "de" });
  await inLanguage(page, "de");
  await show(page, { lead: COLD_LEAD }, { lang: "fr" });
  assert.equal(await part(page, "flag").textContent(), "Noch nicht");
  slower.release();
  await inLanguage(page, "fr");
});

const late = held();
pageTest("a language that comes after the score is spoken from then on", {
  site: site({ "/": documentWith('<sales-ready-lead model="/model.json"></sales-ready-lead>', 'lang="de"'), "/dist/locales/de.js": async () => (await late.page(), readFile(path.join(DIST, "locales/de.js"))) }),
}, async (page) => {
  await page.addInitScript(IMPATIENT);
  await show(page, { lead: LEAD });
  await inLanguage(page, "en");
  late.release();
  await inLanguage(page, "de");
  assert.equal(await part(page, "flag").textContent(), "Vertriebsreif");
});

pageTest("a language that never comes is not waited for any more", {
  site: site({ "/": documentWith('<sales-ready-lead model="/model.json"></sales-ready-lead>', 'lang="de"'), "/dist/locales/de.js": undefined }),
  expected: /404/,
}, async (page, { requests }) => {
  await show(page, { lead: LEAD });
  const asked = requests.get("/dist/locales/de.js");
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  assert.equal(await card(page, ({ shadowRoot }) => shadowRoot.querySelector(".card").lang), "en");
  assert.equal(requests.get("/dist/locales/de.js"), asked);
});

const details = held();
pageTest("a page that speaks another language before the details are there is followed", {
  site: site({ "/dist/details.js": async () => (await details.page(), readFile(path.join(DIST, "details.js"))) }),
}, async (page) => {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await card(page, (element, lead) => void (element.lead = lead), LEAD);
  await isIn(page, "sales-ready");
  await page.evaluate(() => (document.documentElement.lang = "de"));
  details.release();
  await inLanguage(page, "de");
  await page.evaluate(() => (document.documentElement.lang = "fr"));
  await inLanguage(page, "fr");
});

let answers = false;
pageTest("trying again asks for the address that was given, though the page has gone on to another", {
  site: site({
    "/leads/": documentWith('<sales-ready-lead model="own.json"></sales-ready-lead>'),
    "/leads/own.json": () => (answers ? MODEL : undefined),
  }),
  expected: /404/,
}, async (page, { requests }) => {
  await page.goto("/leads/");
  await card(page, (element, lead) => void (element.lead = lead), COLD_LEAD);
  await isIn(page, "error");
  await page.evaluate(() => history.pushState(null, "", "/leads/42/edit"));
  answers = true;
  await part(page, "retry").click();
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "ready");
  assert.deepEqual([...requests.keys()].filter((address) => address.endsWith("own.json")), ["/leads/own.json"]);
});
