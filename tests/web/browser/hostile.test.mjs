// `<sales-ready-lead>` in pages that are less than kind to it.

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { WASM } from "../fixtures/policies.mjs";
import { assertAccessible, DIST, ENGINES, onlyEngine, pageTest } from "./host.mjs";
import { serve } from "./server.mjs";

const MODEL = JSON.stringify(fixtureModel());
const DOCUMENT = (attributes, body) => `<!doctype html><html ${attributes}><title>Lead</title>
  <meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
  <script type="module" src="/dist/define.js"></script>
  <body><main><h1>CRM</h1><h2>Lead</h2>${body}</main></body></html>`;
const ELEMENT = '<sales-ready-lead model="/model.json"></sales-ready-lead>';

const site = (pages = {}) => () =>
  serve({ folders: { dist: DIST }, pages: { "/": DOCUMENT('lang="en"', ELEMENT), "/model.json": MODEL, ...pages } });
const part = (page, name) => page.locator(`sales-ready-lead [part~="${name}"]`);
const reaches = (page, state) => page.waitForFunction((state) => document.querySelector("sales-ready-lead")?.state === state, state);

async function open(page, lead) {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  if (!lead) return;
  await page.evaluate((lead) => (document.querySelector("sales-ready-lead").lead = lead), lead);
  await reaches(page, "ready");
}

for (const engine of ENGINES) pageTest(`whatever a lead holds or throws, there is an error with a code, and the next lead is scored: ${engine}`, { site: site() }, async (page) => {
  await onlyEngine(page, engine);
  await open(page, READY_LEAD);
  assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").engine), engine);
  const found = await page.evaluate(async (good) => {
    const element = document.querySelector("sales-ready-lead");
    const next = () =>
      new Promise((resolve) => {
        const done = ({ type, detail }) => resolve(type === "sales-ready-error" ? [detail.error.code, detail.error.message] : ["scored"]);
        element.addEventListener("sales-ready-change", done, { once: true });
        element.addEventListener("sales-ready-error", done, { once: true });
      });
    const throwing = (thrown) => Object.defineProperty({}, "reviews_read", { get() { throw thrown; } });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const leads = {
      date: { days_since_last_touch: new Date(0) },
      bigint: { reviews_read: 4n },
      symbol: { source: Symbol("x") },
      nested: { reviews_read: { value: 4 } },
      array: { reviews_read: [4] },
      error: throwing(new RangeError("mine")),
      nothing: throwing(null),
      bare: throwing(Object.create(null)),
      foreign: throwing(new DOMException("no", "AbortError")),
      revoked: revoked.proxy,
      list: [4],
      proxy: new Proxy(good, { get: (target, key) => target[key] }),
      bareLead: Object.assign(Object.create(null), good),
      inherited: Object.create(good),
    };
    const answers = {};
    for (const [name, lead] of Object.entries(leads)) {
      const answer = next();
      element.lead = lead;
      answers[name] = await answer;
    }
    return answers;
  }, READY_LEAD);
  const codes = Object.fromEntries(Object.entries(found).map(([name, [code]]) => [name, code]));
  const bad = "bad-value";
  assert.deepEqual(codes, {
    ...{ date: bad, bigint: bad, symbol: bad, nested: bad, array: bad, error: bad, nothing: bad, bare: bad, foreign: bad, revoked: bad },
    ...{ list: "missing-field", proxy: "scored", bareLead: "scored", inherited: "scored" },
  });
  assert.equal(found.error[1], "the lead could not be read: mine; correct what its getter throws");
  assert.match(found.date[1], /for "days_since_last_touch", found a value of type object/);
});

pageTest("keeps its styles in a frame, in a closed shadow tree and out of a template", { site: site() }, async (page) => {
  await open(page, READY_LEAD);
  const found = await page.evaluate(async (lead) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const closed = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "closed" });
    const template = document.createElement("template");
    template.innerHTML = '<sales-ready-lead model="/model.json"></sales-ready-lead>';
    const make = (place) => place.appendChild(Object.assign(document.createElement("sales-ready-lead"), { model: "/model.json", lead }));
    const moved = document.querySelector("sales-ready-lead");
    const made = [make(frame.contentDocument.body), make(closed), document.body.appendChild(document.importNode(template.content, true).firstChild)];
    made[2].lead = lead;
    frame.contentDocument.body.append(moved);
    made.push(moved);
    const unseen = make(document.implementation.createHTMLDocument().body);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const padding = (element) => {
      const card = element.shadowRoot.querySelector(".card");
      return card.ownerDocument.defaultView.getComputedStyle(card).paddingLeft;
    };
    const back = document.body.appendChild(unseen);
    await new Promise((resolve) => setTimeout(resolve, 100));
    return [...made, back].map((element) => [element.state, padding(element)]);
  }, READY_LEAD);
  assert.deepEqual(found, Array(5).fill(["ready", "20px"]));
});

pageTest("speaks English, from left to right, in a page of another language", {
  site: site({ "/": DOCUMENT('lang="ar" dir="rtl"', ELEMENT) }),
}, async (page) => {
  await open(page, { ...READY_LEAD, source: "إحالة" });
  const card = part(page, "card");
  assert.deepEqual([await card.getAttribute("lang"), await card.evaluate((card) => getComputedStyle(card).direction)], ["en", "ltr"]);
  const edge = async (name) => (await part(page, name).boundingBox()).x;
  assert.equal(await edge("fill"), await edge("track"));
  await assertAccessible(page);
});

pageTest("long names and texts stay within 320 pixels", {
  site: site({
    "/model.json": JSON.stringify(fixtureModel({ fields: fixtureModel().fields.map((field) => ({ ...field, title: "Donaudampfschifffahrts".repeat(12) })) })),
  }),
  viewport: { width: 320, height: 640 },
  expected: /404/,
}, async (page) => {
  await open(page, { ...READY_LEAD, source: "x".repeat(400) });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(await overflow(), 0);
  await page.evaluate(() => (document.querySelector("sales-ready-lead").lead = { reviews_read: "y".repeat(3000) }));
  await reaches(page, "error");
  assert.equal(await overflow(), 0);
  await page.evaluate(() => (document.querySelector("sales-ready-lead").model = `/${"z".repeat(400)}.json`));
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").error?.code === "io");
  assert.equal(await overflow(), 0);
});

pageTest("says what came instead of a model", {
  site: site({
    "/login": "\n <!doctype html><p>Please log in</p>",
    "/cut.json": MODEL.slice(0, 500),
    "/packed.json": gzipSync(MODEL),
    "/pointer.json": "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
    "/nothing.json": "",
    "/marked.json": `\uFEFF\uFEFF ${MODEL}`,
  }),
}, async (page) => {
  await open(page, READY_LEAD);
  const failure = (model) =>
    page.evaluate(
      (model) =>
        new Promise((resolve) => {
          const element = document.querySelector("sales-ready-lead");
          element.addEventListener("sales-ready-error", ({ detail }) => resolve(`${detail.error.code}: ${detail.error.message}`), { once: true });
          element.model = model;
        }),
      model,
    );
  assert.match(await failure("/login"), /^model-invalid: expected a model file at \S+\/login, found "\\n <!doctype html"; check the address, and whether it needs a login$/);
  assert.match(await failure("/packed.json"), /^model-invalid: expected a model file at \S+\/packed.json, found "\\u001f\S+/);
  assert.match(await failure("/pointer.json"), /found "version https:\/\/"; check/);
  assert.match(await failure("/nothing.json"), /\/nothing.json, found ""; check the address/);
  assert.match(await failure("/cut.json"), /^model-invalid: expected a model file \(sales-ready\/1\): /);
  assert.match(await failure("http://["), /^io: expected the address of a model file, a whole one outside of a page, found "http:\/\/\["/);
  await page.evaluate(() => (document.querySelector("sales-ready-lead").model = "/marked.json"));
  await reaches(page, "ready");
});

pageTest("offline, and trying again by keyboard: the focus stays in the element", {
  site: site(),
  expected: /ERR_INTERNET_DISCONNECTED/,
}, async (page) => {
  await open(page, READY_LEAD);
  await page.context().setOffline(true);
  await page.waitForFunction(() => !navigator.onLine);
  await page.evaluate(() => (document.querySelector("sales-ready-lead").model = "/model.json?2"));
  await reaches(page, "error");
  assert.match(await part(page, "cause").textContent(), /^Could not fetch the model \S+; check the address and the connection\.$/);
  await page.context().setOffline(false);
  await page.waitForFunction(() => navigator.onLine);
  await part(page, "retry").focus();
  await page.keyboard.press("Enter");
  await reaches(page, "ready");
  assert.equal(await page.evaluate(() => document.activeElement.localName), "sales-ready-lead");
});

pageTest("works where the system's locale has no valid name", { site: site() }, async (page) => {
  await page.addInitScript(() => {
    const broken = () => { throw new RangeError("Incorrect locale information provided"); };
    for (const name of Object.getOwnPropertyNames(Intl)) if (typeof Intl[name] === "function") Intl[name] = broken;
    Number.prototype.toLocaleString = Date.prototype.toLocaleString = broken;
  });
  await open(page, READY_LEAD);
  assert.equal(await part(page, "flag").textContent(), "Sales-ready");
});

const EMPTY = fixtureModel({ fields: [], terms: [], golden: [] });
const NEVER = fixtureModel({ policy: { ...fixtureModel().policy, threshold: null } });
pageTest("a model without fields, and one without a threshold", {
  site: site({ "/empty.json": JSON.stringify(EMPTY), "/never.json": JSON.stringify(NEVER) }),
}, async (page) => {
  await open(page, READY_LEAD);
  const shown = async (model) => {
    await page.evaluate((model) => (document.querySelector("sales-ready-lead").model = model), model);
    await page.waitForFunction((model) => {
      const element = document.querySelector("sales-ready-lead");
      return element.state === "ready" && element.model.endsWith(model);
    }, model);
    await assertAccessible(page);
    return Promise.all(["flag", "note", "none"].map((name) => part(page, name).allTextContents()));
  };
  assert.deepEqual((await shown("/empty.json"))[2], ["Nothing notable.", "Nothing notable."]);
  const [flag, note] = await shown("/never.json");
  assert.deepEqual([flag, note], [["Nurture"], ["No lead is worth its contact at the costs this model was given."]]);
  assert.equal(await part(page, "tick").count(), 0);
});

pageTest("the newest of many model changes is the one shown, at the cost of one request each", { site: site() }, async (page, server) => {
  await open(page, READY_LEAD);
  const events = await page.evaluate(async () => {
    const element = document.querySelector("sales-ready-lead");
    let events = 0;
    element.addEventListener("sales-ready-change", () => (events += 1));
    for (let count = 0; count < 50; count += 1) element.model = `/model.json?${count % 5}`;
    await new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    return events;
  });
  assert.equal(events, 1);
  assert.equal(server.requests.get("/model.json"), 6);
});

pageTest("an image that is named as what a page calls its script does not choose where the Worker comes from", {
  site: () =>
    serve({
      folders: { dist: DIST },
      pages: {
        "/": `<!doctype html><html lang="en"><title>CRM</title><p>A comment: <img name="currentScript" alt="" src="/uploads/x.png"></p>
          <sales-ready-lead model="/model.json"></sales-ready-lead><script src="/dist/inline.js"></script></html>`,
        "/model.json": MODEL,
        "/uploads/x.png": "",
        "/uploads/engine-worker.js": "onmessage = ({ data: { id } }) => postMessage({ id, value: 1 });",
      },
      policy: "default-src 'self'",
      policies: { "/dist/engine-worker.js": WASM },
    }),
  expected: /WebAssembly/,
}, async (page, server) => {
  await open(page, READY_LEAD);
  assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").engine), "worker");
  assert.deepEqual([...server.requests.keys()].filter((address) => address.endsWith("engine-worker.js")), ["/dist/engine-worker.js"]);
});

const MANY = Array.from({ length: 2000 }, (_, at) => `field_${at}`);
const WIDE = fixtureModel({
  fields: MANY.map((name) => ({ name, type: { number: { decimal: "." } } })),
  terms: MANY.map((field) => ({ curve: { field, x: [0, 1], y: [0, 0.001], missing: -0.001 } })),
  golden: [],
});
pageTest("the details of a model of thousands of fields look each up, and not for it in all", { site: site({ "/model.json": JSON.stringify(WIDE) }) }, async (page) => {
  await page.addInitScript(() => {
    const { find } = Array.prototype;
    globalThis.looks = 0;
    Array.prototype.find = function (test) {
      return find.call(this, (...item) => (globalThis.looks++, test(...item)));
    };
  });
  await open(page, { field_1999: 1 });
  await part(page, "quality-item").nth(1998).waitFor({ state: "attached" });
  const looks = await page.evaluate(() => globalThis.looks);
  assert.ok(looks < 100_000, `${looks} looks`);
});
