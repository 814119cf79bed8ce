// Leads and models that somebody made to break the page: each is shown as text or is an error, and the others go on.

import assert from "node:assert/strict";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { DIST, ENGINES, onlyEngine, pageTest } from "./host.mjs";
import { serve } from "./server.mjs";

const MODEL = JSON.stringify(fixtureModel());
/** A page without any protection of its own: what were interpreted would run. */
const OPEN = "default-src * data: blob: 'unsafe-inline' 'unsafe-eval'";
const DOCUMENT = `<!doctype html><html lang="en"><title>Lead</title><script type="module" src="/dist/define.js"></script>
  <sales-ready-lead id="other" model="/model.json"></sales-ready-lead><sales-ready-lead id="hostile"></sales-ready-lead>`;

const site = (pages = {}) => () =>
  serve({ folders: { dist: DIST }, pages: { "/": DOCUMENT, "/model.json": MODEL, ...pages }, policy: OPEN });

/** Each case on each engine: a lead goes another way into a Worker, and a model is read by another machine's code. */
function onEachEngine(name, options, run) {
  for (const engine of ENGINES) {
    pageTest(`${name}: ${engine}`, options, async (page) => {
      await onlyEngine(page, engine);
      await open(page);
      await run(page);
      assert.equal(await page.evaluate(() => document.querySelector("#other").engine), engine);
    });
  }
}

/** The page, with one element that shows a score, and goes on doing so. */
async function open(page) {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await page.evaluate((lead) => {
    globalThis.lead = lead;
    /** Sets properties of the element under attack; resolves to what it then shows. */
    globalThis.give = (properties) =>
      new Promise((resolve) => {
        const element = document.querySelector("#hostile");
        const done = ({ type, detail }) =>
          resolve(type === "sales-ready-change" ? ["scored", element.shadowRoot.textContent.slice(0, 5000)] : [detail.error.code, detail.error.message]);
        for (const type of ["sales-ready-change", "sales-ready-error"]) element.addEventListener(type, done, { once: true });
        for (const [name, value] of Object.entries(properties)) element[name] = value;
      });
  }, READY_LEAD);
  await othersGoOn(page);
}

/** The other element scores; nothing that a text asked for was made of it. */
async function othersGoOn(page) {
  const found = await page.evaluate(async () => {
    const other = document.querySelector("#other");
    const scored = new Promise((resolve) => other.addEventListener("sales-ready-change", resolve, { once: true }));
    other.lead = { ...globalThis.lead };
    await scored;
    const made = document.querySelector("#hostile").shadowRoot.querySelectorAll("img, script, iframe, a, style, link, [onerror], [onload]");
    return { state: other.state, made: made.length, ran: globalThis.ran ?? null, polluted: Object.keys(Object.prototype).length + ("polluted" in {} ? 1 : 0) };
  });
  assert.deepEqual(found, { state: "ready", made: 0, ran: null, polluted: 0 });
}

const TEXTS = {
  markup: '<img src="/x" onerror="ran = 1"><script>ran = 1</script><a href="javascript:ran=1">x</a>',
  "an attribute": '" onload="ran = 1" x="',
  template: "${ran = 1} {{ran = 1}} #{ran = 1} <%= ran = 1 %>",
  address: "javascript:ran=1",
  "bidi controls": "\u202Eevil\u2066\u2067\u200F name\u2069\u061C",
  emoji: "👩🏽‍🚀🏴󠁧󠁢󠁳󠁣󠁴󠁿🇩🇪👨‍👩‍👧‍👦",
  "half a pair": "\uD83D half \uDE00",
  control: "\u0000\u0007\u001B[31m\u2028\u2029\uFEFF",
  "combining marks": `Z${"\u0351\u0352".repeat(200)}`,
  "a megabyte": "x".repeat(1_000_000),
  "a megabyte of markup": "<b>".repeat(333_333),
  "the prototype": "__proto__",
  "its constructor": "constructor",
  "its text": "toString",
  "its value": "valueOf",
  "its definer": "__defineGetter__",
  "a promise's": "then",
  "a place": "0",
  "a percent sign": "%s%n%p{0}\\u0041",
};

const number = { number: { decimal: "." } };
/** A model that calls its field, and a level of it, so. */
function named(text) {
  const fields = [{ name: text, title: text, type: "category" }, { name: "reviews_read", type: number }];
  const table = { field: text, levels: [{ level: text, value: 1 }], unseen: -0.5, missing: -0.25 };
  const curve = { field: "reviews_read", x: [0, 4], y: [-1, 1], missing: 0 };
  return fixtureModel({ fields, terms: [{ table }, { curve }], golden: [], generator: text });
}

onEachEngine("names, levels and values are text, whatever they hold", { site: site() }, async (page) => {
  for (const [what, text] of Object.entries(TEXTS)) {
    // As JSON: a key called __proto__ is made no other way.
    const source = JSON.stringify(named(text));
    const lead = `{${JSON.stringify(text)}: ${JSON.stringify(text)}, "reviews_read": 4}`;
    const [scored, shown] = await page.evaluate(
      ({ source, lead }) => globalThis.give({ modelSource: source, lead: JSON.parse(lead) }),
      { source, lead },
    );
    if (what === "half a pair") {
      // No reader of the file takes half a surrogate pair, which is no character.
      assert.match(`${scored} ${shown}`, /^model-invalid .*generator: expected a text without halves of characters/);
      continue;
    }
    assert.equal(scored, "scored", `${what}: ${shown}`);
    const [known, absent] = await page.evaluate(
      async (own) => {
        const element = document.querySelector("#hostile");
        const first = element.explanation.contributions[0];
        await globalThis.give({ lead: { reviews_read: 4 } });
        return [[first.logit, first.fields[0] === own], element.explanation.contributions[0].logit];
      },
      text,
    );
    assert.deepEqual(known, [1, true], what);
    assert.equal(absent, -0.25, `${what}: a lead without that field has what every object has`);
    await othersGoOn(page);
  }
});

onEachEngine("keys that are part of every object change nobody's objects, in models and leads", { site: site() }, async (page) => {
  const polluting = MODEL.replace("{", '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}},');
  for (const [model, lead] of [[polluting, "{}"], [MODEL, '{"__proto__": {"polluted": 1, "reviews_read": 4}, "reviews_read": 4}']]) {
    const [state] = await page.evaluate(
      ({ model, lead }) => globalThis.give({ modelSource: model, lead: { ...globalThis.lead, ...JSON.parse(lead) } }),
      { model, lead },
    );
    assert.equal(state, "scored");
    await othersGoOn(page);
  }
});

const DEEP = 100_000;
const deep = (open, close) => open.repeat(DEEP) + "1" + close.repeat(DEEP);
const MODELS = {
  "/cut": MODEL.slice(0, -20),
  "/deep-list": deep("[", "]"),
  "/deep-object": deep('{"a":', "}"),
  "/deep-terms": MODEL.replace('"terms":[', `"terms":[${deep("[", "]")},`),
  "/deep-field": MODEL.replace('"fields":[', `"fields":[{"name":${deep('{"a":', "}")}},`),
  "/foreign": JSON.stringify({ trees: [{ split: "x", left: 1, right: 2 }], version: "xgboost" }),
  "/another-format": MODEL.replace("sales-ready/1", "sales-ready/999"),
  "/number": "1e999",
  "/null": "null",
  "/empty": " ",
  "/bytes": String.fromCharCode(...Array(4096).keys()),
  "/no-numbers": MODEL.replace(/-0\.62/, '"-0.62"'),
  "/endless-numbers": MODEL.replace(/-0\.62/, "1e999"),
  "/page": "<!doctype html><script>ran = 1</script>",
  // As long as a file may come by mistake: fifty megabytes of numbers, and one text of as many.
  "/huge-list": () => `[${"0,".repeat(25_000_000)}0]`,
  "/huge-text": () => `"${"x".repeat(50_000_000)}"`,
};
onEachEngine("a model file that is none is an error with a message, and no end of the page", { site: site(MODELS) }, async (page) => {
  for (const address of Object.keys(MODELS)) {
    const [code, message] = await page.evaluate((model) => globalThis.give({ lead: globalThis.lead, model }), address);
    assert.match(code, /^model-(format|invalid)$/, `${address}: ${code}: ${message}`);
    assert.ok(message.length > 20 && message.length < 2000, `${address}: ${message.length} characters of message`);
    const shown = await page.locator('#hostile [part~="cause"]').textContent();
    assert.ok(shown.toLowerCase().startsWith(message.slice(0, 20).toLowerCase()), shown.slice(0, 100));
    await othersGoOn(page);
  }
});

onEachEngine("a huge model file that is one is scored with", {
  site: site({ "/huge.json": () => MODEL.replace("{", `{"padding": "${"x".repeat(50_000_000)}",`) }),
}, async (page) => {
  assert.deepEqual((await page.evaluate(() => globalThis.give({ lead: globalThis.lead, model: "/huge.json" })))[0], "scored");
  await othersGoOn(page);
});

onEachEngine("objects with a will of their own, as leads, touches and models", { site: site() }, async (page) => {
  const found = await page.evaluate(async () => {
    const revoked = (target) => {
      const { proxy, revoke } = Proxy.revocable(target, {});
      revoke();
      return proxy;
    };
    const trap = () => { throw new Error("trapped"); };
    const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap]));
    const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
    const circle = {};
    circle.reviews_read = circle;
    const cases = {
      "a trapped lead": { lead: new Proxy({}, traps) },
      "a revoked lead": { lead: revoked({}) },
      "a deep lead": { lead: { reviews_read: deep } },
      "a circle": { lead: circle },
      "a symbol": { lead: { reviews_read: Symbol("x") } },
      "a big integer": { lead: { reviews_read: 10n ** 1000n } },
      "a function": { lead: { reviews_read: () => 1 } },
      "an object with a primitive": { lead: { source: { toString: trap, valueOf: trap, [Symbol.toPrimitive]: trap } } },
      "a thrown proxy": { lead: { get reviews_read() { throw new Proxy({}, traps); } } },
      "a thrown revoked": { lead: { get reviews_read() { throw revoked({}); } } },
      "a thrown symbol": { lead: { get reviews_read() { throw Symbol("x"); } } },
      "a lead that is a text": { lead: "Ada" },
      "a lead that is a symbol": { lead: Symbol("Ada") },
      "a lead that is a number": { lead: 7n },
      "a lead that is a window": { lead: window },
    };
    const answers = {};
    for (const [name, properties] of Object.entries(cases)) answers[name] = await globalThis.give({ model: "/model.json", ...properties });
    const models = {
      "a trapped model": new Proxy({}, traps),
      "a revoked model": revoked({}),
      "a deep model": deep,
      "a model of getters": { get format() { throw new Error("mine"); } },
      "a model that is a list": [1],
      "a model that is a window": window,
      "a model that is a function": () => "model",
      "a model that is a symbol": Symbol("model"),
      "a model that is a number": 7n,
    };
    for (const [name, modelSource] of Object.entries(models)) answers[name] = await globalThis.give({ lead: globalThis.lead, modelSource });
    return answers;
  });
  for (const [what, [code, message]] of Object.entries(found)) {
    const expected = what.includes("model") ? /^model-(format|invalid)$/ : /^(bad-value|missing-field)$/;
    assert.match(code, expected, `${what}: ${message}`);
    assert.ok(message.length > 20 && message.length < 500, `${what}: ${message.slice(0, 500)}`);
  }
  await othersGoOn(page);
});
