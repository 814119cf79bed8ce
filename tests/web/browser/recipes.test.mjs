// The code of the recipes, as it stands on their pages, with a stub in the place of each CRM.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";

import { fixtureModel } from "../fixtures/model.mjs";
import { DIST, pageTest, ROOT } from "./host.mjs";
import { serve } from "./server.mjs";

const { build, transformSync } = createRequire(path.join(ROOT, "www/package.json"))("esbuild");
const FOLDER = path.join(ROOT, "www/recipes");
const MODEL = JSON.stringify(fixtureModel());
/** What every stub's record says, in the model's words. */
const EXPECTED = { pricing_views: 4, reviews_read: 6, source: "referral" };

const text = (name) => readFileSync(path.join(FOLDER, `${name}.md`), "utf8");

/** The page's blocks of code that are files, by name. */
function files(name) {
  const blocks = text(name).matchAll(/^```(js|jsx|ts) file=(\S+)\n(.*?)^```$/gms);
  return Object.fromEntries(Array.from(blocks, ([, loader, file, code]) => [path.basename(file), { loader, code }]));
}

/** The package's file of that name, wherever a recipe has it put. */
const shape = (file) => () => readFile(path.join(DIST, file));

/** What a CRM does that loads a classic script. */
const LOAD = `(src) => new Promise((resolve, reject) => {
  document.head.append(Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject }));
})`;

/**
 * One file of a recipe as a script; imports of `stubs` get their text, the package's modules come from `/dist`, and what a
 * recipe bundles is bundled.
 */
async function bundled(name, file, stubs = {}, format = "esm") {
  const { loader, code } = files(name)[file];
  const places = { "sales-ready/scorer": "/dist/scorer.js", "./define.js": "/dist/define.js" };
  const stubbed = {
    name: "stubs",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, ({ path: wanted, kind }) => {
        if (wanted === "sales-ready/js") return { path: path.join(DIST, "js.js") };
        if (places[wanted]) return { path: places[wanted], external: true };
        if (wanted.startsWith("/") || kind === "dynamic-import") return { path: wanted, external: true };
        if (stubs[wanted] === undefined) throw new Error(`${name}: no stub of ${wanted}`);
        return { path: wanted, namespace: "stub" };
      });
      onLoad({ filter: /.*/, namespace: "stub" }, ({ path: wanted }) => ({ contents: stubs[wanted], loader: wanted.endsWith(".json") ? "json" : "js" }));
    },
  };
  const options = { bundle: true, write: false, format, target: "es2022", logLevel: "silent", plugins: [stubbed] };
  const { outputFiles } = await build({ ...options, stdin: { contents: code, loader, resolveDir: FOLDER } });
  return outputFiles[0].text;
}

/** A page with a script that stands for the CRM, and the recipe's own after it. */
const page = (scripts, body = "") => `<!doctype html><html lang="en"><title>CRM</title>${scripts.map((src) => `<script type="module" src="${src}"></script>`).join("")}<body>${body}`;

const ELEMENT = '<sales-ready-lead model="model.json"></sales-ready-lead>';
const DEFINE = "/dist/define.js";

/** By recipe: the page, what else is served, and what the record of the CRM is called. */
const CASES = {
  salesforce: async () => ({
    "/": page(["/locker.js", "/run.js"]),
    // As Lightning Web Security has it.
    "/locker.js": "delete globalThis.WebAssembly; delete globalThis.Worker;",
    "/resource/model.json": MODEL,
    "/resource/js.js": shape("js.js"),
    "/run.js": await bundled("salesforce", "salesReady.js", {
      lwc: `export class LightningElement {
        template = document.body.appendChild(document.createElement("main"));
        constructor() { this.template.append(Object.assign(document.createElement("div"), { className: "place" })); }
      }
      export const api = () => {};
      export const wire = (adapter, config) => (method, { addInitializer }) => {
        addInitializer(function () { queueMicrotask(() => { method.call(this, { data: undefined }); method.call(this, adapter(config)); }); });
      };`,
      "lightning/uiRecordApi": `const values = { "Lead.Pricing_Views__c": 4, "Lead.Reviews_Read__c": 6, "Lead.LeadSource": "referral" };
      export const getRecord = ({ recordId, fields }) => ({ data: recordId === "$recordId" && Object.fromEntries(fields.map((field) => [field, values[field]])) });
      export const getFieldValue = (data, field) => data[field];`,
      "lightning/platformResourceLoader": `const load = ${LOAD}; export const loadScript = (self, url) => load(url);`,
      "@salesforce/resourceUrl/salesReady": 'export default "/resource";',
    }).then((code) => code.replace(/export \{\s*(\w+) as default\s*\};?\s*$/, "new $1().renderedCallback();")),
  }),
  dynamics: async () => ({
    "/": page(["/run.js"]),
    "/model.json": MODEL,
    "/run.js": await bundled("dynamics", "index.ts").then((code) =>
      code.replace(/export \{\s*(\w+)\s*\};?\s*$/, 'new $1().init({ parameters: { pricingViews: { raw: 4 }, reviewsRead: { raw: 6 }, source: { raw: "referral" }, model: { raw: "/model.json" } } }, () => {}, {}, document.body);')),
  }),
  odoo: async () => ({
    "/": page(["/run.js"]),
    "/sales_ready/static/lib/model.json": MODEL,
    "/sales_ready/static/lib/inline.js": shape("inline.js"),
    "/run.js": await bundled("odoo", "sales_ready.js", {
      "@odoo/owl": `export class Component { constructor(props) { this.props = props; this.setup(); } }
      export const onMounted = (run) => queueMicrotask(run);
      export const onWillUpdateProps = () => {};
      export const useRef = () => ({ el: document.body });
      export const xml = String.raw;`,
      "@web/core/assets": `export const loadJS = ${LOAD};`,
      "@web/core/registry": `const data = { pricing_views: 4, reviews_read: 6, source_id: [7, "referral"] };
      export const registry = { category: () => ({ add: (name, { component }) => new component({ record: { data, fields: {} } }) }) };`,
      "@web/views/widgets/standard_widget_props": "export const standardWidgetProps = {};",
    }),
  }),
  zoho: async () => ({
    "/": page(["/crm.js", DEFINE, "/run.js"], ELEMENT),
    "/model.json": MODEL,
    "/crm.js": `let told; globalThis.ZOHO = {
      embeddedApp: { on: (event, run) => { if (event === "PageLoad") told = run; }, init: () => told({ Entity: "Leads", EntityId: "1" }) },
      CRM: { API: { getRecord: async ({ Entity, RecordID }) => ({ data: Entity === "Leads" && RecordID === "1" ? [{ Pricing_Views: 4, Reviews_Read: 6, Lead_Source: "referral" }] : [] }) } },
    };`,
    "/run.js": await bundled("zoho", "widget.js"),
  }),
  pipedrive: async () => ({
    "/": page([DEFINE, "/run.js"], ELEMENT),
    "/model.json": MODEL,
    "/pipedrive/lead": JSON.stringify(EXPECTED),
    "/run.js": await bundled("pipedrive", "panel.js", {
      "@pipedrive/app-extensions-sdk": `export const Command = { RESIZE: "resize" };
      export default class { async initialize() { return { execute: (command, { height }) => { globalThis.panel = { command, height }; } }; } }`,
    }),
  }),
  espocrm: async () => ({
    "/": page(["/crm.js", "/run.js"]),
    "/client/custom/lib/sales-ready/model.json": MODEL,
    "/client/custom/lib/sales-ready/define.js": `import "${DEFINE}";`,
    "/crm.js": `const values = { pricingViews: 4, reviewsRead: 6, source: "referral" };
    class Side { model = { get: (name) => values[name] }; element = document.body; listenTo() {} }
    globalThis.define = (needed, make) => {
      const Panel = make(Side);
      const panel = new Panel();
      panel.setup();
      // What its template says, made by hand: the engine for templates is EspoCRM's.
      if (!panel.templateContent.startsWith('<sales-ready-lead model="{{viewObject.modelUrl}}">')) throw new Error(panel.templateContent);
      const element = document.createElement("sales-ready-lead");
      element.setAttribute("model", panel.modelUrl);
      document.body.append(element);
      panel.afterRender();
    };`,
    "/run.js": await bundled("espocrm", "sales-ready.js"),
  }),
  frappe: async () => ({
    "/": page(["/crm.js", "/run.js"]),
    "/assets/my_app/sales_ready/model.json": MODEL,
    "/assets/my_app/sales_ready/define.js": `import "${DEFINE}";`,
    "/crm.js": `const frm = { doc: { pricing_views: 4, reviews_read: 6, source: "referral" }, get_field: (name) => ({ $wrapper: name === "sales_ready" ? [document.body] : [] }) };
    globalThis.frappe = { ui: { form: { on: (type, { refresh }) => { if (type === "Lead") refresh(frm); } } } };`,
    "/run.js": await bundled("frappe", "lead.js"),
  }),
  suitecrm: async () => ({
    "/": page(["/run.js"], `<sales-ready-lead model="model.json" data-lead="${JSON.stringify(EXPECTED).replaceAll('"', "&quot;")}"></sales-ready-lead>`),
    "/model.json": MODEL,
    "/run.js": await bundled("suitecrm", "panel.js"),
  }),
};

/** Where it is not WebAssembly in the page: what computes there. */
const ENGINES = { salesforce: "js", dynamics: "js" };
/** Where the platform's own is stricter than a page's own. */
const POLICIES = { dynamics: "default-src 'self'; script-src 'self' blob: data:" };

for (const [name, pages] of Object.entries(CASES)) {
  const site = async () => serve({ folders: { dist: DIST }, pages: await pages(), policy: POLICIES[name] });
  pageTest(`${name}: the recipe's code shows the score of the CRM's record`, { site }, async (page) => {
    await page.goto("/?resource=person&selectedIds=1");
    await page.waitForFunction(() => {
      const element = document.querySelector("sales-ready-lead");
      return element?.state === "error" || element?.explanation?.score.readiness === "sales-ready";
    });
    const found = await page.evaluate(() => {
      const { state, lead, engine } = document.querySelector("sales-ready-lead");
      return { state, lead, engine };
    });
    assert.deepEqual(found, { state: "ready", lead: EXPECTED, engine: ENGINES[name] ?? "wasm" });
    if (name === "pipedrive") {
      const fits = () => {
        const { offsetHeight, shadowRoot, state } = document.querySelector("sales-ready-lead");
        const { command, height } = globalThis.panel ?? {};
        return (state === "empty" || shadowRoot.querySelector(".about")) && command === "resize" && height === Math.min(Math.max(offsetHeight, 100), 750);
      };
      await page.waitForFunction(fits, undefined, { timeout: 5000 });
      await page.evaluate(() => void (document.querySelector("sales-ready-lead").lead = null));
      await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "empty");
      await page.waitForFunction(fits, undefined, { timeout: 5000 });
    }
  });
}

const HEADLESS = {
  hubspot: { hs_analytics_num_page_views: "4", reviews_read: "6", hs_analytics_source: "referral" },
  twenty: { pricingViews: 4, reviewsRead: 6, source: "referral" },
};
for (const [name, record] of Object.entries(HEADLESS)) {
  const site = async () =>
    serve({ folders: { dist: DIST }, pages: { "/": page([]), "/score.js": await bundled(name, "score.js", { "./model.json": MODEL }) } });
  pageTest(`${name}: the recipe's code scores the CRM's record`, { site }, async (page) => {
    await page.goto("/");
    const { readiness, words } = await page.evaluate(async (record) => (await import("/score.js")).score(record), record);
    assert.equal(readiness, "sales-ready");
    assert.match(words, /^(About \d+|More than 99) of 100 leads like this convert\.$/);
  });
}

/** As React has them, for one component that is drawn when it is told to. */
const HOOKS = `let state, of, end;
  export const useState = (first) => [(state ??= first), (next) => { state = next; }];
  export const useEffect = (run, [id]) => {
    if (id === of) return;
    end?.();
    of = id;
    end = run();
  };
  globalThis.React = { createElement: (type, props, ...children) => (typeof type === "function" ? type(props ?? {}) : [children].flat(Infinity).join("")) };`;
const SCORE = "export const FIELDS = {}; export const score = async (record) => record;";
/** What draws the card of a record; `fetchOf` gives a promise of it. */
const CARDS = {
  hubspot: ["SalesReadyCard.jsx", {
    "@hubspot/ui-extensions": `export const [Button, StatusTag, Text] = ["button", "span", "p"];
      export const hubspot = { extend: (run) => { globalThis.draw = (id) => run({ context: { crm: { objectId: id } }, actions: { fetchCrmObjectProperties: () => globalThis.fetchOf(id) } }); } };`,
    "./score": SCORE,
  }],
  twenty: ["sales-ready.jsx", {
    "twenty-client-sdk/rest": "export class RestApiClient { get = (address) => globalThis.fetchOf(address.at(-1)).then((person) => ({ data: { person } })); }",
    "twenty-sdk/define": "export const defineFrontComponent = ({ component }) => { globalThis.draw = (id) => { globalThis.id = id; return component(); }; };",
    "twenty-sdk/front-component": "export const useSelectedRecordIds = () => [globalThis.id];",
    "../score": SCORE,
  }],
};
for (const [name, [file, stubs]] of Object.entries(CARDS)) {
  const site = async () => serve({ folders: { dist: DIST }, pages: { "/": page([]), "/card.js": await bundled(name, file, { react: HOOKS, ...stubs }) } });
  pageTest(`${name}: a card shows the record that is looked at, also where another one's answer comes later`, { site }, async (page) => {
    await page.goto("/");
    const drawn = await page.evaluate(async () => {
      await import("/card.js");
      const answers = {};
      globalThis.fetchOf = (id) => new Promise((resolve) => (answers[id] = resolve));
      const answer = async (id) => {
        answers[id]({ readiness: "nurture", words: `Of ${id}.`, grade: "B" });
        await new Promise((resolve) => setTimeout(resolve, 20));
        return globalThis.draw("2");
      };
      globalThis.draw("1");
      globalThis.draw("2");
      const [second, first] = [await answer("2"), await answer("1")];
      globalThis.draw("3");
      return [second, first, globalThis.draw("3")];
    });
    assert.match(drawn[0], /Of 2\. Grade B/);
    assert.equal(drawn[1], drawn[0]);
    assert.doesNotMatch(drawn[2], /Of 2/);
  });
}

pageTest("salesforce: while the next record is fetched, and where it cannot be, the last one's score is gone", {
  site: async () =>
    serve({
      folders: { dist: DIST },
      pages: {
        "/": page([]),
        "/resource/model.json": MODEL,
        "/resource/js.js": shape("js.js"),
        "/lead.js": await bundled("salesforce", "salesReady.js", {
          lwc: `export class LightningElement { template = document.body; }
            export const api = () => {};
            export const wire = () => (method, { addInitializer }) => void addInitializer(function () { globalThis.provide = (found) => method.call(this, found); });`,
          "lightning/uiRecordApi": 'export const getRecord = null; export const getFieldValue = (data, field) => data[field];',
          "lightning/platformResourceLoader": `const load = ${LOAD}; export const loadScript = (self, url) => load(url);`,
          "@salesforce/resourceUrl/salesReady": 'export default "/resource";',
        }),
      },
    }),
}, async (page) => {
  await page.goto("/");
  const shown = (readiness) => page.waitForFunction((readiness) => document.querySelector("sales-ready-lead").explanation?.score.readiness === readiness, readiness);
  const record = { "Lead.Pricing_Views__c": 4, "Lead.Reviews_Read__c": 6, "Lead.LeadSource": "referral" };
  await page.evaluate(async (data) => {
    const { default: Lead } = await import("/lead.js");
    document.body.append(Object.assign(document.createElement("div"), { className: "place" }));
    globalThis.lead = new Lead();
    globalThis.lead.recordId = "1";
    await globalThis.lead.renderedCallback();
    globalThis.provide({ data });
  }, record);
  await shown("sales-ready");
  await page.evaluate(() => (globalThis.lead.recordId = "2"));
  await shown(undefined);
  assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").state), "empty");
  await page.evaluate((data) => globalThis.provide({ data }), { ...record, "Lead.Pricing_Views__c": 0, "Lead.Reviews_Read__c": 0 });
  await shown("nurture");
  // What is said twice is the same record.
  await page.evaluate(() => (globalThis.lead.recordId = "2"));
  await page.waitForTimeout(50);
  await shown("nurture");
  await page.evaluate(() => globalThis.provide({ error: { status: 403 } }));
  await shown(undefined);
});

test("every recipe says what was tried and what was not, cites a page, and has code that can be read", () => {
  const names = readdirSync(FOLDER).map((file) => path.basename(file, ".md")).filter((name) => name !== "README");
  assert.deepEqual(names.toSorted(), [...Object.keys(CASES), ...Object.keys(HEADLESS)].toSorted());
  for (const name of names) {
    assert.match(text(name), /^Tried: .+\bNot\s+tried: /ms, name);
    assert.match(text(name), /<https:\/\/[^>]+>/, name);
    assert.match(text("README"), new RegExp(`\\(${name}\\.md\\)`), name);
    for (const { loader, code } of Object.values(files(name))) transformSync(code, { loader });
    for (const [, json] of text(name).matchAll(/^```json\n(.*?)^```$/gms)) JSON.parse(json);
  }
});
