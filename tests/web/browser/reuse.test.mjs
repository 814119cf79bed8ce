// Elements that a page uses again: lists that show other leads in the rows they have, and what makes one page of another (idiomorph,
// morphdom, Turbo), which changes the attributes of the cards that it finds, and knows nothing of their properties.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { DIST, ENGINES, onlyEngine, pageTest } from "./host.mjs";
import { documentWith, part, show, site } from "./lead.mjs";

const A = { id: "A", ...READY_LEAD };
const B = { id: "B", ...COLD_LEAD };
const card = (page, read, given) => page.locator("sales-ready-lead").evaluate(read, given);

pageTest("a card that is named after another lead does not show the last one's score, nor hand that over", { site: site() }, async (page) => {
  await show(page, { lead: A }, { "lead-id": "A" });
  await page.evaluate(() => addEventListener("sales-ready-before-handoff", () => (globalThis.asked = true)));
  await card(page, (element) => element.setAttribute("lead-id", "B"));
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "empty", undefined, { timeout: 5000 });
  await part(page, "flag").filter({ hasText: "No lead selected" }).waitFor();
  assert.deepEqual(await card(page, ({ lead, explanation }) => [lead, explanation]), [null, null]);
  await card(page, ({ shadowRoot }) => shadowRoot.querySelector(".handoff").click());
  assert.equal(await page.evaluate(() => globalThis.asked), undefined);
  await show(page, { lead: B });
  assert.equal(await part(page, "flag").textContent(), "Not yet");
});

/** What names a card after another lead and gives that, in one task. */
const TOGETHER = {
  "the name first": (card, lead) => (card.setAttribute("lead-id", lead.id), (card.lead = lead)),
  "the lead first": (card, lead) => ((card.lead = lead), card.setAttribute("lead-id", lead.id)),
  "the name when the lead is scored": async (card, lead) => {
    card.lead = lead;
    for (let turn = 0; turn < 20; turn += 1) await null;
    card.setAttribute("lead-id", lead.id);
  },
  "the lead when the name is looked at": async (card, lead) => {
    card.setAttribute("lead-id", lead.id);
    for (let turn = 0; turn < 20; turn += 1) await null;
    card.lead = lead;
  },
  "outside of the page": async (card, lead) => {
    const { parentNode } = card;
    card.remove();
    card.lead = lead;
    card.setAttribute("lead-id", lead.id);
    await new Promise((resolve) => setTimeout(resolve, 20));
    parentNode.append(card);
  },
};

for (const [how, set] of Object.entries(TOGETHER)) {
  pageTest(`a lead and its name that are set together belong together: ${how}`, { site: site() }, async (page) => {
    await show(page, { lead: A }, { "lead-id": "A" });
    await page.evaluate(() => addEventListener("sales-ready-feedback", ({ target, detail: { lead } }) => (globalThis.told = [target.getAttribute("lead-id"), lead.id])));
    await page.evaluate(([set, lead]) => new Function("card", "lead", `return (${set})(card, lead);`)(document.querySelector("sales-ready-lead"), lead), [String(set), B]);
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").explanation?.score.readiness !== "sales-ready");
    await part(page, "flag").filter({ hasText: "Not yet" }).waitFor();
    await part(page, "feedback").locator("summary").click();
    await part(page, "feedback").locator("select").selectOption("too-high");
    await part(page, "feedback").getByRole("button", { name: "Send" }).click();
    assert.deepEqual(await page.evaluate(() => globalThis.told), ["B", "B"]);
  });
}

pageTest("what another lead has in common with the last one stays where its touches are given", { site: site() }, async (page) => {
  await show(page, { lead: LEAD, touches: TOUCHES, asOf: AS_OF }, { model: "/touched.json", "lead-id": "A" });
  await show(page, { touches: [] }, { "lead-id": "B" });
  assert.deepEqual(await card(page, ({ lead, state }) => [lead, state]), [LEAD, "ready"]);
});

const LATE = { "/dist/engine.wasm": () => new Promise((resolve) => setTimeout(() => resolve(readFile(path.join(DIST, "engine.wasm"))), 300)) };
for (const engine of ENGINES) {
  pageTest(`rows that are used again show their own leads, however fast they change while the engine is fetched and after: ${engine}`, {
    site: site({ "/": documentWith('<ul id="list"></ul>'), ...LATE }),
  }, async (page) => {
    await onlyEngine(page, engine);
    await page.goto("/");
    await page.waitForFunction(() => customElements.get("sales-ready-lead"));
    const strangers = await page.evaluate(async () => {
      const list = document.querySelector("#list");
      const cards = Array.from({ length: 6 }, () => list.appendChild(document.createElement("sales-ready-lead")));
      const strangers = [];
      list.addEventListener("sales-ready-change", ({ target, detail: { lead, explanation } }) => {
        const read = explanation.contributions.find(({ fields }) => fields[0] === "reviews_read").values[0];
        if (`${lead.reviews_read}` !== target.getAttribute("lead-id") || read !== lead.reviews_read) strangers.push([target.getAttribute("lead-id"), lead, read]);
      });
      for (const card of cards) card.setAttribute("model", "/model.json");
      for (let turn = 0; turn < 1000; turn += 1) {
        for (const [place, card] of cards.entries()) {
          card.setAttribute("lead-id", turn + place);
          card.lead = { reviews_read: turn + place };
        }
        if (turn % 3 === 0) await null;
        else if (turn % 10 === 1) await new Promise((resolve) => setTimeout(resolve, turn % 4));
        if (turn % 7 === 0) list.append(cards[turn % 6]);
      }
      return strangers;
    });
    assert.deepEqual(strangers, []);
    await page.waitForFunction(() => {
      const cards = [...document.querySelectorAll("sales-ready-lead")];
      // All that is drawn of it, and what only the details say.
      return cards.every((card) => card.state === "ready" && card.lead.reviews_read >= 999 && card.shadowRoot.querySelector(".about"));
    });
    const shown = await page.locator("sales-ready-lead").evaluateAll((cards) => cards.map(({ lead, shadowRoot }) => [lead.reviews_read, shadowRoot.querySelector(".sum-reason .sum-what").textContent]));
    for (const [given, said] of shown) assert.equal(said.replace(/\D/g, ""), String(given));
  });
}

/** A list of three cards that have their leads so many milliseconds later, with a model that is there before; all that they show. */
const later = (millis) => `import { loadModel } from "/dist/scorer.js";
await customElements.whenDefined("sales-ready-lead");
await loadModel("/model.json");
const cards = Array.from({ length: 3 }, () => document.querySelector("#list").appendChild(document.createElement("sales-ready-lead")));
globalThis.seen = new Set();
for (const card of cards) {
  card.setAttribute("model", "/model.json");
  const look = () => card.shadowRoot.querySelector(".card") && seen.add(card.shadowRoot.querySelector(".card").dataset.state);
  new MutationObserver(look).observe(card.shadowRoot, { childList: true, subtree: true, attributes: true });
}
setTimeout(() => cards.forEach((card, place) => (card.lead = { reviews_read: place })), ${millis});`;
const settled = (page) =>
  page.waitForFunction(() => {
    const cards = [...document.querySelectorAll("sales-ready-lead")];
    return cards.length === 3 && cards.every(({ state }) => state === "ready");
  });
const said = (page) => page.locator("sales-ready-lead").evaluateAll((cards) => cards.map(({ shadowRoot }) => shadowRoot.querySelector(".status").textContent));
const LIST = documentWith('<ul id="list"></ul><script type="module" src="/list.js"></script>');

pageTest("a card that has its lead when the page has been painted once shows nothing else before", { site: site({ "/": LIST, "/list.js": later(30) }) }, async (page) => {
  await page.goto("/");
  await settled(page);
  assert.equal(await page.evaluate(() => globalThis.seen.has("empty")), false);
});

pageTest("cards that have their first leads later than their page do not speak", { site: site({ "/": LIST, "/list.js": later(400) }) }, async (page) => {
  await page.goto("/");
  await settled(page);
  assert.deepEqual(await said(page), Array(3).fill(""));
});

pageTest("a card that has stood empty reads out whom somebody chooses", { site: site({ "/": LIST, "/list.js": later(400) }) }, async (page) => {
  // The element's patience is not the test's.
  await page.addInitScript(() => {
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (run, millis, ...more) => setTimeout(run, millis === 3_000 ? 0 : millis, ...more);
  });
  await page.goto("/");
  await settled(page);
  for (const one of await said(page)) assert.match(one, /, grade [A-D]\. /);
});

pageTest("who writes in a card goes on where its list is put in another order, and nowhere else", {
  site: site({ "/": documentWith('<sales-ready-lead model="/model.json" actions="handback"></sales-ready-lead><p>Others</p><input>') }),
}, async (page) => {
  await show(page, { lead: A });
  await part(page, "handback").locator("summary").click();
  const comment = part(page, "handback").locator("textarea");
  await comment.fill("not yet");
  await comment.evaluate((field) => field.setSelectionRange(4, 4));
  const move = (how) => page.evaluate((how) => new Function("card", "main", `return (async () => { ${how} })();`)(document.querySelector("sales-ready-lead"), document.querySelector("main")), how);
  await move("main.append(card);");
  await page.keyboard.type("known ");
  await move("card.remove(); main.prepend(card);");
  await page.keyboard.type("as ");
  assert.equal(await comment.inputValue(), "not known as yet");
  const focused = () => page.evaluate(() => document.activeElement.localName);
  // Where a page gives the focus to something else, it stays there.
  await move('card.remove(); document.querySelector("input").focus(); main.append(card);');
  assert.equal(await focused(), "input");
  await comment.focus();
  await move("card.remove(); await new Promise((resolve) => setTimeout(resolve)); main.append(card);");
  assert.equal(await focused(), "body");
});

pageTest("a few cards that change together are read out, and of many none is", { site: site({ "/": documentWith('<sales-ready-lead model="/model.json"></sales-ready-lead>'.repeat(5)) }) }, async (page) => {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  const give = (lead, from = 0) =>
    page.evaluate(
      async ([lead, from]) => {
        const cards = [...document.querySelectorAll("sales-ready-lead")].slice(from);
        const scored = cards.map((card) => new Promise((resolve) => card.addEventListener("sales-ready-change", resolve, { once: true })));
        for (const card of cards) card.lead = lead;
        await Promise.all(scored);
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
      [lead, from],
    );
  const spoken = async () => (await said(page)).map((text) => text.split(",")[0]);
  await give(READY_LEAD);
  await give(COLD_LEAD, 2);
  assert.deepEqual(await spoken(), ["", "", "Not yet", "Not yet", "Not yet"]);
  // Nor is what was read out before left for who looks for it.
  await give({ ...READY_LEAD, reviews_read: 1 });
  assert.deepEqual(await spoken(), ["", "", "", "", ""]);
  await give(COLD_LEAD, 4);
  assert.deepEqual(await spoken(), ["", "", "", "", "Not yet"]);
});

pageTest("a card that is given another lead a moment after its name shows nothing between the two", { site: site() }, async (page) => {
  await show(page, { lead: A }, { "lead-id": "A" });
  const seen = await page.evaluate(async (lead) => {
    const element = document.querySelector("sales-ready-lead");
    const card = element.shadowRoot.querySelector(".card");
    const seen = [];
    new MutationObserver(() => seen.push(card.dataset.state)).observe(card, { attributes: true, attributeFilter: ["data-state"] });
    element.setAttribute("lead-id", "B");
    // As effects are run when a page has been painted.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    seen.push(element.state);
    element.lead = lead;
    await new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true }));
    return seen;
  }, B);
  assert.deepEqual(seen, ["empty", "not-yet"]);
});

pageTest("another lead in the same words leaves alone what is the same of all", { site: site() }, async (page) => {
  await show(page, { lead: A });
  await card(page, (element) => {
    globalThis.changed = [];
    const { shadowRoot } = element;
    const look = new MutationObserver((all) => globalThis.changed.push(...all.map(({ target, attributeName }) => `${target.className} ${attributeName ?? "text"}`)));
    for (const name of ["card", "status"]) look.observe(shadowRoot.querySelector(`.${name}`), { attributeFilter: ["lang", "dir"] });
    for (const name of ["compared", "footnote", "retry"]) look.observe(shadowRoot.querySelector(`.${name}`), { childList: true });
  });
  await show(page, { lead: B });
  assert.deepEqual(await page.evaluate(() => globalThis.changed), []);
  // Where it is another direction, or other words, it is said so.
  await show(page, {}, { dir: "rtl" });
  assert.deepEqual(await card(page, ({ shadowRoot }) => [".card", ".status"].map((name) => shadowRoot.querySelector(name).dir)), ["rtl", "rtl"]);
  await show(page, {}, { lang: "de", dir: null });
  assert.deepEqual(await card(page, ({ shadowRoot }) => [".card", ".status"].map((name) => `${shadowRoot.querySelector(name).lang} ${shadowRoot.querySelector(name).dir}`)), ["de ltr", "de ltr"]);
});
