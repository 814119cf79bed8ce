// Pages whose libraries, older than the standard, have put their own in place of what arrays and elements can do.

import assert from "node:assert/strict";

import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { pageTest } from "./host.mjs";
import { documentWith, ELEMENT, part, site } from "./lead.mjs";

/**
 * What Prototype.js has from 1.5 to 1.7.3: `Array.from` knows neither iterators nor functions, `entries` are the values, `remove` fails
 * on what stands nowhere; until 1.6, `reduce` is something else and JSON has lists as texts.
 */
const PROTOTYPE = `
  Array.from = (list) => {
    const copy = new Array((list && list.length) || 0);
    for (let place = 0; place < copy.length; place += 1) copy[place] = list[place];
    return copy;
  };
  Object.assign(Array.prototype, {
    entries() { return this.slice(); },
    find(test) { return this.filter(test)[0]; },
    reduce() { return this.length > 1 ? this : this[0]; },
    toArray() { return this.slice(); },
    toJSON() { return "[" + this.map((item) => JSON.stringify(item)).join(", ") + "]"; },
  });
  HTMLElement.prototype.remove = function () {
    this.parentNode.removeChild(this);
    return this;
  };
`;
/** What MooTools has from 1.3 on. */
const MOOTOOLS = `
  Array.from = (item) => (item == null ? [] : typeof item.length === "number" && typeof item !== "string" ? Array.prototype.slice.call(item) : [item]);
`;
/** What no page should do, and some do. */
const POLLUTED = `
  Object.prototype.extend = function (more) { return Object.assign(this, more); };
  Array.prototype.remove = function (item) { this.splice(this.indexOf(item), 1); };
`;
/** Values, too: of names that a model's file, a touch and a sentence may do without. */
const VALUED = `
  Object.assign(Object.prototype, { title: "Title", unit: () => {}, touches: [], missing: 1, abstains: {}, engagement: true, actionable: true, range: [0, 1], se: "" });
`;

/** As pages do that let nobody change what is the platform's. */
const FROZEN = `
  for (const one of [Object, Function, Array, Error, TypeError, Promise, Map, Set, Node, Element, HTMLElement]) Object.freeze(one.prototype);
`;
/** As `globalThis.Promise = Bluebird`: the platform's own functions go on to give the other kind. */
const PROMISES = `
  const Own = Promise;
  globalThis.Promise = class Promise {
    #own;
    constructor(run) { this.#own = new Own(run); }
    then(...both) { return new globalThis.Promise((...ends) => this.#own.then(...both).then(...ends)); }
    catch(failed) { return this.then(undefined, failed); }
    finally(done) { return new globalThis.Promise((...ends) => this.#own.finally(done).then(...ends)); }
    static resolve(value) { return new this((resolve) => resolve(value)); }
    static reject(cause) { return new this((_, reject) => reject(cause)); }
    static all(all) { return new this((...ends) => Own.all(all).then(...ends)); }
    static race(all) { return new this((...ends) => Own.race(all).then(...ends)); }
  };
`;

const MODULES = documentWith(ELEMENT);
const CLASSIC = MODULES.replace('type="module" src="/dist/define.js"', 'src="/dist/js.js"');

/** Not `show`: where a library breaks the card, no event comes. */
async function give(page, properties, attributes = {}) {
  const scores = await page.locator("sales-ready-lead").evaluate((element, [properties, attributes]) => {
    if (globalThis.scores === undefined) addEventListener("sales-ready-change", () => (globalThis.scores += 1));
    globalThis.scores ??= 0;
    for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
    Object.assign(element, properties);
    return globalThis.scores;
  }, [properties, attributes]);
  const shown = ([scores, part]) => globalThis.scores > scores && document.querySelector("sales-ready-lead").shadowRoot.querySelector(part);
  await page.waitForFunction(shown, [scores, properties.touches ? ".timeline li" : ".about"], { timeout: 5000 });
}

for (const [name, library] of Object.entries({ "Prototype.js": PROTOTYPE, MooTools: MOOTOOLS, "a library that adds to all objects": POLLUTED, "one that adds values to them": VALUED, "other promises": PROMISES, "what is frozen": FROZEN })) {
  for (const [shape, document] of Object.entries({ modules: MODULES, "one script": CLASSIC })) {
    const page = document.replace("<script", '<script src="/library.js"></script><script');
    pageTest(`beside ${name}: ${shape}`, { site: site({ "/": page, "/plain/": document, "/library.js": library }) }, async (page) => {
      const seen = async (path) => {
        await page.goto(path);
        await page.waitForFunction(() => customElements.get("sales-ready-lead"));
        const found = [];
        const read = async () => found.push(await page.locator("sales-ready-lead").evaluate(({ shadowRoot }) => shadowRoot.textContent.replace(/\d+:\d+.[AP]M/g, "")));
        for (const lead of [READY_LEAD, { ...COLD_LEAD, newsletter: "monthly" }, COLD_LEAD, READY_LEAD]) await give(page, { lead });
        await read();
        await give(page, { lead: LEAD, touches: TOUCHES, asOf: AS_OF, since: AS_OF - 7 * 86_400_000 }, { model: "/touched.json" });
        await part(page, "recency").waitFor();
        await read();
        assert.equal(await part(page, "touch").count(), TOUCHES.length - 1);
        return found;
      };
      assert.deepEqual(await seen("/"), await seen("/plain/"));
    });
  }
}

for (const [name, library] of Object.entries({ "what is frozen": FROZEN, "a getter of all objects": "Object.prototype.get = function () {};" })) {
  pageTest(`an error is told beside ${name}`, { site: site({ "/": MODULES.replace("<script", '<script src="/library.js"></script><script'), "/library.js": library }) }, async (page) => {
    await page.goto("/");
    await page.waitForFunction(() => customElements.get("sales-ready-lead"));
    await page.locator("sales-ready-lead").evaluate((element) => void (element.lead = { reviews_read: "many" }));
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "error", undefined, { timeout: 5000 });
    const { name, code, message } = await page.locator("sales-ready-lead").evaluate(({ error: { name, code, message } }) => ({ name, code, message }));
    assert.deepEqual([name, code], ["SalesReadyError", "bad-value"]);
    assert.match(message, /^expected a number for "reviews_read"/);
    await give(page, { lead: READY_LEAD });
  });
}
