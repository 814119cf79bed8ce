// States of pages that are nobody's plan: cards that are moved, leads that change while somebody types, places without a width.

import assert from "node:assert/strict";

import { COLD_LEAD, fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { sticksOut } from "../suite/room.mjs";
import { pageTest } from "./host.mjs";
import { documentWith, part, show, site, unfold } from "./lead.mjs";

const said = (page) => part(page, "said").textContent();
const card = (page, read) => page.locator("sales-ready-lead").first().evaluate(read);

pageTest("cards that are sorted as their scores come report each score once", { site: site({ "/": documentWith('<div id="list"></div>') }) }, async (page) => {
  await page.goto("/");
  const seen = await page.evaluate(async (leads) => {
    await customElements.whenDefined("sales-ready-lead");
    const list = document.querySelector("#list");
    let events = 0;
    list.addEventListener("sales-ready-change", () => {
      if ((events += 1) > 50) return; // or the page would never answer again
      const scored = [...list.children].filter(({ explanation }) => explanation);
      list.append(...scored.sort((one, other) => other.explanation.score.logit - one.explanation.score.logit));
    });
    for (const lead of leads) list.append(Object.assign(document.createElement("sales-ready-lead"), { model: "/model.json", lead }));
    const all = () => [...list.children].every(({ shadowRoot }) => shadowRoot?.querySelector(".about"));
    for (let tries = 0; tries < 200 && !all(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    return { events, details: all(), order: [...list.children].map(({ explanation }) => explanation.score.readiness) };
  }, [COLD_LEAD, READY_LEAD]);
  assert.deepEqual(seen, { events: 2, details: true, order: ["sales-ready", "nurture"] });
});

pageTest("a card that is moved to where another language is spoken speaks it", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await card(page, (element) => {
    const german = document.body.appendChild(document.createElement("div"));
    german.lang = "de_DE_PREEURO";
    german.append(element);
  });
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".flag").textContent === "Vertriebsreif");
  assert.match(await part(page, "threshold-note").textContent(), /Schwelle/);
});

pageTest("the language of a shadow tree in a frame is found", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await card(page, (element) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const host = frame.contentDocument.body.appendChild(frame.contentDocument.createElement("div"));
    host.lang = "de";
    host.attachShadow({ mode: "open" }).append(element);
    globalThis.moved = element;
  });
  await page.waitForFunction(() => globalThis.moved.shadowRoot.querySelector(".flag").textContent === "Vertriebsreif");
});

pageTest("touches are read once, whatever they are given as", { site: site() }, async (page) => {
  const model = { model: "/touched.json" };
  await show(page, { lead: LEAD, touches: TOUCHES, asOf: AS_OF }, model);
  const expected = await card(page, ({ explanation }) => [explanation.score.probability, explanation.touches.length]);
  const found = await page.evaluate(async (touches) => {
    const element = document.querySelector("sales-ready-lead");
    const scored = () => new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true }));
    element.touches = new Map(touches.entries()).values();
    await scored();
    element.lead = { ...element.lead };
    await scored();
    return [element.explanation.score.probability, element.explanation.touches.length];
  }, TOUCHES);
  assert.deepEqual(found, expected);
  for (const given of ["Promise.resolve([])", "{}", "5", "(async function* () {})()", "Object.assign([], { length: 4294967295 })"]) {
    const error = await page.evaluate(async (given) => {
      const element = document.querySelector("sales-ready-lead");
      const told = new Promise((resolve) => element.addEventListener("sales-ready-error", ({ detail }) => resolve(detail.error.message), { once: true }));
      element.touches = new Function(`return ${given}`)();
      return told;
    }, given);
    assert.match(error, /expected a list for touches|expected at most 200000 touches/, given);
  }
});

pageTest("without a lead, no touches say nothing of one", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await card(page, (element) => Object.assign(element, { lead: null, touches: [] }));
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "empty");
});

pageTest("no model yet is no address", { site: site({ "/": documentWith("<sales-ready-lead></sales-ready-lead>") }) }, async (page, server) => {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  for (const model of [null, undefined, ""]) assert.equal(await page.evaluate((model) => (document.querySelector("sales-ready-lead").model = model, document.querySelector("sales-ready-lead").model), model), "");
  await page.evaluate(() => {
    const made = document.createElement("sales-ready-lead");
    made.setAttribute("model", "/model.json");
    Object.defineProperty(made, "model", { value: undefined, configurable: true, writable: true });
    document.body.append(made);
  });
  await page.waitForFunction(() => document.querySelector("body > sales-ready-lead").state === "empty");
  await page.waitForFunction(() => document.querySelector("body > sales-ready-lead").model.endsWith("/model.json"));
  assert.deepEqual([...server.requests.keys()].filter((address) => /null|undefined/.test(address)), []);
});

pageTest("a page that sets all properties anew with each rendering disturbs nobody: neither who listens nor who is at a control", { site: site() }, async (page) => {
  const renders = () =>
    card(page, async (element) => {
      const { shadowRoot } = element;
      const found = [];
      const watch = (name, options, seen) => new MutationObserver((records) => found.push(...records.map(seen))).observe(shadowRoot.querySelector(name), options);
      watch(".card", { attributeFilter: ["data-state"], attributeOldValue: true }, ({ oldValue }) => oldValue);
      watch(".status", { childList: true }, ({ target }) => target.textContent);
      for (let rendering = 0; rendering < 3; rendering += 1) {
        for (const none of [null, undefined]) Object.assign(element, { touches: none, since: none, leadBefore: none, asOf: none, modelSource: globalThis.model ?? none });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return [found.filter((seen) => seen !== "sales-ready"), shadowRoot.activeElement?.className, shadowRoot.activeElement?.value];
    });
  await show(page, { lead: READY_LEAD });
  await part(page, "handoff").focus();
  assert.deepEqual(await renders(), [[], "button handoff", ""]);
  await page.evaluate((model) => (document.querySelector("sales-ready-lead").modelSource = globalThis.model = model), fixtureModel());
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "ready");
  await unfold(page);
  await part(page, "what-if").locator("input").first().fill("4");
  assert.deepEqual(await renders(), [[], "control", "4"]);
});

const PLACES = {
  "a dialog": "<dialog open><slot-here></slot-here></dialog>",
  "a flex row": '<div class="flex"><slot-here></slot-here></div>',
  "a float": '<div class="float"><slot-here></slot-here></div>',
  "a cell without breaks, centred": '<table><tr><td nowrap align="center"><slot-here></slot-here></table>',
};
const STYLE = ".flex { display: flex; } .float { float: left; }";
for (const [name, html] of Object.entries(PLACES)) {
  const body = `<link rel="stylesheet" href="/style.css">${html.replace("<slot-here></slot-here>", '<sales-ready-lead model="/model.json"></sales-ready-lead>')}`;
  pageTest(`a place that is as wide as what it holds: ${name}`, { site: site({ "/": documentWith(body), "/style.css": STYLE }) }, async (page) => {
    await show(page, { lead: READY_LEAD });
    const { width } = await card(page, (element) => element.getBoundingClientRect().toJSON());
    assert.ok(width >= 280 && width < 700, `${width} px`);
    await unfold(page);
    assert.deepEqual(await page.evaluate(sticksOut), []);
    assert.equal(await part(page, "words").evaluate((words) => getComputedStyle(words).textAlign), "start");
    // Where a reader has all four times as large, that is what is left of 1280.
    await page.setViewportSize({ width: 320, height: 256 });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320, "a page to be moved both ways");
  });
}

for (const [decision, done] of [[false, false], [null, false], ["yes", false], [true, true]]) {
  pageTest(`only true is a yes: ${JSON.stringify(decision)}`, { site: site() }, async (page) => {
    await show(page, { lead: READY_LEAD });
    await page.evaluate((decision) => {
      globalThis.done = false;
      document.addEventListener("sales-ready-before-handoff", ({ detail }) => detail.until(decision));
      document.addEventListener("sales-ready-handoff", () => (globalThis.done = true));
    }, decision);
    await part(page, "handoff").click();
    await page.waitForFunction(() => /^(?!Waiting)./.test(document.querySelector("sales-ready-lead").shadowRoot.querySelector(".said").textContent));
    assert.equal(await page.evaluate(() => globalThis.done), done);
  });
}

pageTest("what a person has begun about a lead ends with it, and stays while it is the same lead", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await page.evaluate(() => {
    globalThis.asked = [];
    globalThis.done = [];
    addEventListener("sales-ready-before-handoff", ({ detail: { lead, until } }) => until(new Promise((resolve) => globalThis.asked.push({ lead, resolve }))));
    addEventListener("sales-ready-handoff", ({ detail: { lead } }) => globalThis.done.push(lead));
  });
  await unfold(page);
  const typed = () => part(page, "handback").evaluate((fold) => [fold.open, fold.querySelector("select").value, fold.querySelector("textarea").value]);
  await part(page, "handback").locator("select").selectOption("no-fit");
  await part(page, "handback").locator("textarea").fill("Too small for us");
  await show(page, { lead: { ...READY_LEAD } });
  assert.deepEqual(await typed(), [true, "no-fit", "Too small for us"]);
  await part(page, "handoff").click();
  const waits = await said(page);
  assert.notEqual(waits, "");
  await show(page, { lead: COLD_LEAD });
  assert.deepEqual([await typed(), await said(page)], [[false, "", ""], ""]);
  // Of this lead it is asked, too; the answer about the first comes late, and is about the first.
  await part(page, "handoff").click();
  assert.equal(await said(page), waits);
  await page.evaluate(() => globalThis.asked[0].resolve(true));
  await page.waitForFunction(() => globalThis.done.length === 1);
  assert.deepEqual(await page.evaluate(() => globalThis.done), [READY_LEAD]);
  assert.equal(await said(page), waits);
  await page.evaluate(() => globalThis.asked[1].resolve(false));
  await page.waitForFunction((waits) => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".said").textContent !== waits, waits);
  assert.equal(await page.evaluate(() => globalThis.done.length), 1);
});

pageTest("where the button goes with its lead, it is still said what became of it, and the focus stays in the card", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD }, { actions: "handoff" });
  await page.evaluate(() => addEventListener("sales-ready-handoff", ({ target }) => target.setAttribute("held-by", "sales")));
  await part(page, "handoff").focus();
  await page.keyboard.press("Enter");
  assert.equal(await part(page, "handoff").isVisible(), false);
  assert.equal(await part(page, "said").isVisible(), true);
  assert.notEqual(await said(page), "");
  assert.equal(await card(page, ({ shadowRoot }) => shadowRoot.activeElement?.className), "card");
});

pageTest("what if asks of what was scored: leads of a class, and leads that have changed since", { site: site() }, async (page) => {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  const ask = async (script) => {
    await page.evaluate(([lead, script]) => {
      const element = document.querySelector("sales-ready-lead");
      element.lead = new Function("lead", script)(lead);
    }, [READY_LEAD, script]);
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".what-if"));
    await page.evaluate(() => Object.assign(document.querySelector("sales-ready-lead").lead, { pricing_views: 0, reviews_read: 0 }));
    await unfold(page);
    const input = part(page, "what-if").locator("input").first();
    await input.fill("4");
    await page.waitForFunction(() => / → /.test(document.querySelector("sales-ready-lead").shadowRoot.querySelector(".result").textContent));
    const found = await part(page, "result").textContent();
    await part(page, "reset").click();
    return found;
  };
  const plain = await ask("return { ...lead };");
  assert.equal(await ask("return Object.create(lead);"), plain);
  assert.equal(await ask("return new (class Lead { get company() { throw new Error(); } constructor() { Object.setPrototypeOf(Object.getPrototypeOf(this), lead); } })();"), plain);
});

pageTest("what if keeps nothing of one lead for the next, and asks nothing by itself", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await unfold(page);
  const before = await part(page, "result").textContent();
  await part(page, "what-if").locator("input").first().fill("4");
  await page.waitForFunction((before) => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".result").textContent !== before, before);
  await show(page, { lead: COLD_LEAD });
  assert.doesNotMatch(await part(page, "result").textContent(), /→/);
  const levels = () => page.locator("sales-ready-lead .what-if select option").allTextContents();
  const known = await levels();
  for (const newsletter of ["weekly", "monthly to jane@example.com"]) await show(page, { lead: { ...READY_LEAD, newsletter } });
  await show(page, { lead: READY_LEAD });
  assert.deepEqual(await levels(), known);
  await show(page, { lead: { ...READY_LEAD, emails_clicked: Number.POSITIVE_INFINITY } });
  assert.doesNotMatch(await part(page, "result").textContent(), /→/);
});

pageTest("an address that the policy forbids is the element's error, and nobody else's", {
  site: site({ "/": documentWith('<sales-ready-lead model="http://127.0.0.1:1/model.json"></sales-ready-lead>').replace("<script", '<script src="/watch.js"></script><script'), "/watch.js": 'addEventListener("unhandledrejection", () => (globalThis.unhandled = true));' }),
  expected: /violates the following Content Security Policy|Refused to connect|Failed to load/,
}, async (page) => {
  await page.goto("/");
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "error");
  assert.equal(await page.evaluate(() => globalThis.unhandled), undefined);
});

/** The shortest module that there is: another's, as far as the element is concerned. */
const OTHERS_MODULE = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
for (const [what, file, says] of [
  ["another module", OTHERS_MODULE, /found another module in place of the engine/],
  ["a web page", "<!doctype html><title>Not found</title>", /expected magic word/],
  ["nothing", undefined, /the server answered 404/],
]) {
  pageTest(`in place of engine.wasm ${what}: told as the engine's fault, with its address`, { site: site({ "/dist/engine.wasm": file }), expected: /404/ }, async (page, { origin }) => {
    await show(page, { lead: READY_LEAD });
    const { code, message } = await page.locator("sales-ready-lead").evaluate(({ error: { code, message } }) => ({ code, message }));
    assert.equal(code, "engine");
    assert.match(message, says);
    assert.ok(message.endsWith(`check that ${origin}/dist/engine.wasm is this version's engine.wasm`), message);
    assert.equal(await part(page, "words").textContent(), "The scoring engine could not start.");
    assert.equal(await part(page, "retry").isVisible(), true);
  });
}

pageTest("what somebody tries is kept, and its field, where the language changes", { site: site() }, async (page) => {
  await show(page, { lead: COLD_LEAD });
  await unfold(page);
  const controls = page.locator("sales-ready-lead .controls .control");
  await controls.last().selectOption("yes");
  await controls.first().fill("9");
  const result = part(page, "result");
  await result.filter({ hasText: "→" }).waitFor();
  const share = async () => (await result.textContent()).match(/\d+/g);
  const before = await share();
  await show(page, {}, { lang: "de" });
  assert.equal(await part(page, "card").getAttribute("lang"), "de");
  assert.deepEqual(await Promise.all([controls.first().inputValue(), controls.last().inputValue()]), ["9", "yes"]);
  await result.filter({ hasText: "→" }).waitFor();
  assert.deepEqual(await share(), before);
  // In its words; and who was in a field still is.
  assert.match(await part(page, "what-if").textContent(), /^Was wäre, wenn\?/);
  assert.equal(await controls.last().locator("option").first().textContent(), "nicht bekannt");
  assert.equal(await controls.first().evaluate((input) => input.getRootNode().activeElement === input), true);
  await page.evaluate(() => document.querySelector("sales-ready-lead").removeAttribute("lang"));
  await part(page, "card").and(page.locator("[lang=en]")).waitFor();
  await result.filter({ hasText: "→" }).waitFor();
  assert.equal(await controls.first().inputValue(), "9");
});

pageTest("attributes are read as a hurried person writes them: commas for blanks, a capital at the beginning", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD }, { actions: "handoff,handback, feedback" });
  const shown = () => Promise.all(["handoff", "handback", "feedback"].map((name) => part(page, name).isVisible()));
  assert.deepEqual(await shown(), [true, true, true]);
  for (const [by, expected] of [["Sales", [false, true, true]], ["Marketing", [true, false, true]]]) {
    await show(page, { lead: READY_LEAD }, { "held-by": by });
    assert.deepEqual(await shown(), expected, by);
  }
});
