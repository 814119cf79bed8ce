// The element without a mouse and without a screen: every control is reached and worked by keys, and each change is read out
// once.

import assert from "node:assert/strict";

import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { pageTest } from "./host.mjs";
import { documentWith, ELEMENT, part, show, site, unfold } from "./lead.mjs";

const SPARSE = { ...READY_LEAD, source: null };
const AROUND = documentWith(`<button>before</button>${ELEMENT.replace("></", '><button slot="actions">own</button></')}<button>after</button>`);

/** What has the focus, through the element's shadow tree: its name, as it is read, and whether it is seen to have it. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.querySelector("sales-ready-lead");
    const one = document.activeElement === element ? element.shadowRoot.activeElement : document.activeElement;
    const label = one.closest("label")?.querySelector(".ask")?.textContent;
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    const own = one.getRootNode() === element.shadowRoot;
    return { name: label ?? one.textContent, seen: outlineStyle !== "none" && outlineWidth !== "0px", box: own ? one.getBoundingClientRect().height : 24 };
  });

/** Presses a key until what has the focus is called `last`; the names on the way. */
async function walk(page, key, last) {
  const names = [];
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press(key);
    const { name, seen, box } = await focused(page);
    assert.ok(seen, `${name}: the focus is not seen`);
    assert.ok(box >= 24, `${name}: ${box} px tall`);
    names.push(name);
    if (name === last) return names;
  }
  throw new Error(`${last} is not reached: ${names.join(", ")}`);
}

pageTest("Tab reaches every control in the order in which they are read, and leaves again, both ways", { site: site({ "/": AROUND }) }, async (page) => {
  await show(page, { lead: SPARSE });
  await page.getByRole("button", { name: "before" }).focus();
  const folded = ["Show all reasons", "What if?", "Data quality: 2 things to note", "About this score", "Hand to sales", "Hand back", "This score looks wrong", "own"];
  assert.deepEqual(await walk(page, "Tab", "after"), [...folded, "after"]);
  assert.deepEqual(await walk(page, "Shift+Tab", "before"), [...folded.toReversed(), "before"]);

  // Each is unfolded where the focus comes to it.
  const names = [];
  for (let steps = 0; steps < 40 && names.at(-1) !== "after"; steps += 1) {
    await page.keyboard.press("Tab");
    const { name, seen } = await focused(page);
    assert.ok(seen, name);
    names.push(name);
    if (folded.includes(name) && !["Hand to sales", "own"].includes(name)) await page.keyboard.press(names.length % 2 ? "Enter" : "Space");
  }
  const controls = { "What if?": ["E-mails clicked", "Newsletter", "Reset"], "Hand back": ["Why does it go back?", "Comment (optional)", "Send"], "This score looks wrong": ["What is wrong with it?", "Comment (optional)", "Send"] };
  assert.deepEqual(names, [...folded.flatMap((name) => [name, ...(controls[name] ?? [])]), "after"]);
});

pageTest("what if, and a hand-back, by keys alone; a wrong answer says so and keeps the focus", { site: site({ "/": AROUND }) }, async (page) => {
  await show(page, { lead: SPARSE });
  await page.evaluate(() => {
    globalThis.heard = [];
    for (const name of ["handback", "handoff"]) document.addEventListener(`sales-ready-${name}`, ({ detail }) => globalThis.heard.push([name, detail.reason, detail.comment]));
  });
  await page.getByRole("button", { name: "before" }).focus();
  await walk(page, "Tab", "What if?");
  await page.keyboard.press("Enter");
  await walk(page, "Tab", "E-mails clicked");
  await page.keyboard.press("ArrowDown");
  await walk(page, "Tab", "Newsletter");
  await page.keyboard.press("n");
  await page.waitForFunction(() => /^Chance: \d+% → \d+%/.test(document.querySelector("sales-ready-lead").shadowRoot.querySelector(".result").textContent));
  // The same lead again, as a CRM's page gives it after each change: the focus and the values stay.
  await show(page, { lead: { ...SPARSE } });
  assert.equal((await focused(page)).name, "Newsletter");
  assert.match(await part(page, "result").textContent(), /→/);
  await walk(page, "Tab", "Reset");
  await page.keyboard.press("Enter");
  assert.match(await part(page, "result").textContent(), /No value is changed/);

  await walk(page, "Tab", "Hand back");
  await page.keyboard.press("Space");
  await walk(page, "Tab", "Send");
  await page.keyboard.press("Enter");
  assert.equal((await focused(page)).name, "Why does it go back?");
  assert.equal(await part(page, "handback").locator(".wrong").textContent(), "Choose a reason first.");
  await page.keyboard.press("ArrowDown");
  await walk(page, "Tab", "Comment (optional)");
  await page.keyboard.type("next year");
  await walk(page, "Tab", "Send");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => globalThis.heard.length === 1);
  assert.deepEqual(await page.evaluate(() => globalThis.heard), [["handback", "too-early", "next year"]]);
  assert.equal((await focused(page)).name, "Hand back");
});

pageTest("each change is read out once, in one place, and what changes nothing is not", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("sales-ready-lead");
    globalThis.said = [];
    const live = [...shadowRoot.querySelectorAll("[role=status], [role=alert], [aria-live], output")];
    // As a screen reader is told: each text that a live region comes to hold.
    for (const region of live) {
      new MutationObserver(() => region.ariaLive !== "off" && region.textContent && globalThis.said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
    }
    // A region that is made with its words in it is not read out, or twice.
    new MutationObserver((all) => {
      for (const { addedNodes } of all) for (const node of addedNodes) if (node.matches?.("[role=status], [role=alert], [aria-live]")) globalThis.said.push("a new region");
    }).observe(shadowRoot, { childList: true, subtree: true });
  });
  const said = () => page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(globalThis.said.splice(0)))));
  const decision = async (flag, grade) => `${flag}, grade ${grade}. ${await part(page, "words").textContent()}`;

  await show(page, { lead: { ...READY_LEAD } });
  assert.deepEqual(await said(), [], "the same lead again");
  await show(page, { lead: COLD_LEAD });
  assert.deepEqual(await said(), [await decision("Not yet", "D")]);
  await show(page, { lead: { reviews_read: "many" } });
  assert.deepEqual(await said(), ["No score. A value of this lead cannot be read."]);
  await show(page, { lead: LEAD, touches: TOUCHES, asOf: AS_OF }, { model: "/touched.json" });
  assert.deepEqual(await said(), [await decision("Sales-ready", "A")]);
  await part(page, "handoff").click();
  assert.deepEqual(await said(), ["Passed on to this page."]);
  await show(page, {}, { lang: "de" });
  assert.deepEqual(await said(), [], "the same in other words");
  assert.equal(await part(page, "status").textContent(), "");
  await show(page, { lead: { reviews_read: "many" }, touches: null, asOf: null }, { model: "/model.json" });
  await show(page, { lead: READY_LEAD });
  const german = await said();
  assert.equal(german.length, 2);
  assert.match(german[1], /^Vertriebsreif, Note A\. /);

  await show(page, { lead: COLD_LEAD, touches: null, asOf: null }, { lang: "en", model: "/model.json" });
  await said();
  await part(page, "what-if").locator("summary").click();
  await page.getByLabel("E-mails clicked").fill("9");
  await page.waitForFunction(() => globalThis.said.length > 0);
  const answers = await said();
  assert.equal(answers.length, 1);
  assert.match(answers[0], /^Chance: below 1%|^Chance: \d+% →/);
});

pageTest("what is typed in the card is not the page's shortcuts, nor a change of its form", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await unfold(page);
  await page.evaluate(() => {
    globalThis.heard = [];
    for (const type of ["keydown", "keypress", "keyup", "beforeinput", "input", "change", "copy", "cut", "paste", "drop"]) addEventListener(type, ({ type, key = "" }) => globalThis.heard.push(`${type} ${key}`));
  });
  const comment = part(page, "handback").locator("textarea");
  await comment.pressSequentially("no budget");
  await part(page, "what-if").locator("input").first().fill("4");
  await part(page, "what-if").locator("select").first().press("Home");
  assert.equal(await comment.inputValue(), "no budget");
  await page.waitForFunction(() => / → /.test(document.querySelector("sales-ready-lead").shadowRoot.querySelector(".result").textContent));
  assert.deepEqual(await page.evaluate(() => globalThis.heard), []);
  // Signs that are written with AltGr, or with Option, are typed, too; elsewhere Alt asks the page for something.
  for (const [platform, heard] of [["Linux x86_64", ["keydown ł", "keydown x", "keydown ś"]], ["MacIntel", ["keydown ś"]]]) {
    await comment.evaluate((field, platform) => {
      Object.defineProperty(navigator, "platform", { value: platform, configurable: true });
      const press = (key, modifiers) => field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, ...modifiers }));
      press("@", { ctrlKey: true, altKey: true, modifierAltGraph: true });
      press("ł", { altKey: true });
      press("x", { altKey: true });
      press("ś", { ctrlKey: true });
    }, platform);
    assert.deepEqual(await page.evaluate(() => globalThis.heard.splice(0)), heard);
  }
  // As a page has it that takes what is pasted anywhere but into its fields.
  await page.evaluate(() => addEventListener("paste", (event) => event.preventDefault()));
  await comment.fill("budget");
  for (const keys of ["Control+a", "Control+c", "Control+x", "Control+v", "Control+v"]) await comment.press(keys);
  assert.equal(await comment.inputValue(), "budgetbudget");
  const dropped = (type) => comment.evaluate((field, type) => {
    const data = new DataTransfer();
    if (type) data.items.add(type, "text/plain");
    else data.items.add(new File(["a"], "a.txt"));
    field.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, composed: true, ctrlKey: true }));
  }, type);
  await dropped("until May");
  assert.deepEqual(await page.evaluate(() => globalThis.heard.splice(0).filter((heard) => /^(copy|cut|paste|drop|input)/.test(heard))), []);
  // For a file the browser would leave the page, which may know better.
  await dropped();
  assert.deepEqual(await page.evaluate(() => globalThis.heard.splice(0)), ["drop "]);
  await comment.press("Escape");
  await comment.press("Control+s");
  assert.deepEqual(await page.evaluate(() => globalThis.heard.filter((heard) => /^keydown (Escape|s)$/.test(heard))), ["keydown Escape", "keydown s"]);
});

const LIST = documentWith('<ul id="list"></ul><script type="module" src="/list.js"></script>');
const LEADS = `for (let place = 0; place < 30; place += 1) {
  const element = document.querySelector("#list").appendChild(document.createElement("li")).appendChild(document.createElement("sales-ready-lead"));
  element.setAttribute("model", place % 5 ? "/model.json" : "/none.json");
  element.lead = { reviews_read: place };
}`;
for (const [where, more] of [["before the element is defined", {}], ["after", { "/list.js": `await customElements.whenDefined("sales-ready-lead");${LEADS}` }]]) {
  pageTest(`of a list of cards none speaks until something takes the place of what it shows: leads ${where}`, { site: site({ "/": LIST, "/list.js": LEADS, ...more }), expected: /404/ }, async (page) => {
    await page.goto("/");
    const said = () => page.evaluate(() => [...document.querySelectorAll("sales-ready-lead")].map(({ shadowRoot }) => shadowRoot.querySelector(".status").textContent));
    await page.waitForFunction(() => {
      const all = [...document.querySelectorAll("sales-ready-lead")];
      return all.length === 30 && all.every(({ state }) => state === "ready" || state === "error");
    });
    assert.deepEqual(await said(), Array(30).fill(""));
    // The same again is no change; another score is one, and speaks once, of its card alone.
    const give = (lead) =>
      page.evaluate(async (lead) => {
        const element = document.querySelectorAll("sales-ready-lead")[7];
        const scored = new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true }));
        element.lead = lead;
        await scored;
      }, lead);
    await give({ reviews_read: 7 });
    assert.deepEqual(await said(), Array(30).fill(""));
    await give(READY_LEAD);
    const now = await said();
    assert.match(now[7], /^Sales-ready, grade A\./);
    assert.equal(now.join(""), now[7]);
  });
}

pageTest("what a page's translator makes of the words that were read out is not read out anew with the same score", { site: site() }, async (page) => {
  await show(page, { lead: COLD_LEAD });
  await show(page, { lead: READY_LEAD });
  await page.evaluate(() => {
    // As translators do: other elements with other words in place of each text.
    const { shadowRoot } = document.querySelector("sales-ready-lead");
    const texts = document.createTreeWalker(shadowRoot, NodeFilter.SHOW_TEXT);
    const all = [];
    while (texts.nextNode()) all.push(texts.currentNode);
    for (const text of all.filter(({ data, parentElement }) => data.trim() && !parentElement.closest("svg, select"))) {
      const font = document.createElement("font");
      font.appendChild(document.createElement("font")).textContent = text.data.toUpperCase();
      text.replaceWith(font);
    }
    globalThis.said = [];
    const status = shadowRoot.querySelector(".status");
    new MutationObserver(() => globalThis.said.push(status.textContent)).observe(status, { childList: true });
  });
  await show(page, { lead: { ...READY_LEAD } });
  assert.deepEqual(await page.evaluate(() => globalThis.said), []);
  assert.equal(await part(page, "flag").textContent(), "Sales-ready");
  await show(page, { lead: COLD_LEAD });
  assert.equal((await page.evaluate(() => globalThis.said)).length, 1);
  assert.equal(await part(page, "flag").textContent(), "Not yet");
});

for (const [what, body, first] of [
  ["is all that is in it", ELEMENT, "Show all reasons"],
  ["comes before its button", `${ELEMENT}<button>Close</button>`, "Show all reasons"],
  ["has no control", '<sales-ready-lead></sales-ready-lead><button>Close</button>', "Close"],
]) {
  pageTest(`a dialog gives the focus to its first control, where a card ${what}`, { site: site({ "/": documentWith(`<dialog>${body}</dialog>`) }) }, async (page) => {
    if (what === "has no control") await page.goto("/");
    else await show(page, { lead: READY_LEAD });
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot?.querySelector(".card"));
    await page.evaluate(() => document.querySelector("dialog").showModal());
    assert.equal((await focused(page)).name, first);
  });
}

pageTest("a card has the focus while a button of it has gone, and no longer", { site: site({ "/later.json": null, "/": documentWith(`${ELEMENT}<button>after</button>`) }), expected: /404/ }, async (page) => {
  await show(page, { lead: READY_LEAD }, { model: "/later.json" });
  const inCard = () => page.evaluate(() => document.querySelector("sales-ready-lead").shadowRoot.activeElement?.className);
  const card = part(page, "card");
  assert.equal(await card.getAttribute("tabindex"), null);
  await part(page, "retry").press("Enter");
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.activeElement);
  assert.equal(await inCard(), "card");
  await page.getByRole("button", { name: "after" }).focus();
  assert.equal(await card.getAttribute("tabindex"), null);
});

pageTest("who leaves the window for another one finds the focus in the card again", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  const session = await page.context().newCDPSession(page);
  // Tests else believe that all windows have the focus.
  await session.send("Emulation.setFocusEmulationEnabled", { enabled: false });
  const { windowId } = await session.send("Browser.getWindowForTarget");
  const state = (windowState) => session.send("Browser.setWindowBounds", { windowId, bounds: { windowState } });
  await part(page, "handoff").last().focus();
  await page.evaluate(() => document.querySelector("sales-ready-lead").setAttribute("held-by", "sales"));
  const inCard = () => page.evaluate(() => document.querySelector("sales-ready-lead").shadowRoot.activeElement?.className);
  assert.equal(await inCard(), "card");
  await state("minimized");
  await page.waitForFunction(() => !document.hasFocus());
  assert.equal(await inCard(), "card");
  await state("normal");
  await page.waitForFunction(() => document.hasFocus());
  assert.equal(await inCard(), "card");
});

for (const [name, reason, title] of [["handback", "too-early", "Hand back"], ["feedback", "too-low", "This score looks wrong"]]) {
  pageTest(`${name} without a reason: the choice is told to be wrong, and why, until there is one`, { site: site() }, async (page) => {
    await show(page, { lead: READY_LEAD });
    await unfold(page);
    const asked = page.locator(`sales-ready-lead .${name}`);
    const [choice, wrong] = [asked.locator("select"), asked.locator('[part~="wrong"]')];
    const told = () => choice.evaluate((select) => [select.ariaInvalid, select.getRootNode().getElementById(select.getAttribute("aria-describedby"))?.textContent]);
    assert.deepEqual(await told(), [null, ""]);
    await asked.locator("button").click();
    assert.deepEqual(await told(), ["true", "Choose a reason first."]);
    await choice.selectOption(reason);
    assert.deepEqual(await told(), [null, ""]);
    assert.equal(await wrong.isVisible(), false);
    // Two of a card have a button of one name.
    assert.equal(await page.getByRole("group", { name: title }).getByRole("button", { name: "Send" }).count(), 1);
    assert.equal(await page.getByRole("table", { name: "All reasons" }).count(), 1);
  });
}

/** By what takes a control away: the control, and what the page sets. */
const GOING = {
  "a summary, with the lead": [".all summary", { lead: null }],
  "a summary, with a value that cannot be read": [".about summary", { lead: { reviews_read: "many" } }],
  "a summary, with the model": [".about summary", { model: "" }],
  "the hand-off, with the lead": [".handoff", { lead: null }],
  "a summary, with what there was to note": [".quality summary", { lead: READY_LEAD }],
  "a value that is tried, with the model that has it": [".what-if input", { model: "/few.json" }],
  "all values that can be tried": [".what-if summary", { model: "/silent.json" }],
};
for (const [what, [control, then]] of Object.entries(GOING)) {
  pageTest(`who is at a control that goes stays in the card: ${what}`, { site: site() }, async (page) => {
    await show(page, { lead: { ...READY_LEAD, source: null } });
    await unfold(page);
    await page.locator(`sales-ready-lead ${control}`).focus();
    await page.locator("sales-ready-lead").evaluate((element, then) => void Object.assign(element, then), then);
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.activeElement?.matches(".card"), undefined, { timeout: 5000 });
    // A browser looks for the focus when it draws.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").shadowRoot.activeElement?.className), "card");
  });
}
