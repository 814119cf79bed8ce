// Every shape of the package under the policies that CRMs send: a score with reasons, by the engine that each allows, and
// requests for nothing but its own files and the model.

import assert from "node:assert/strict";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { CASES, LIGHTNING, TRUSTED, WASM } from "../fixtures/policies.mjs";
import { DIST, pageTest } from "./host.mjs";
import { serve } from "./server.mjs";

const MODEL = JSON.stringify(fixtureModel());
/** The package's own files. */
const OWN = ["define", "core", "reader", "scorer", "questions", "details", "inline", "js", "engine-js", "engine-page", "engine-worker"].map((name) => `/dist/${name}.js`).concat("/dist/engine.wasm");

for (const { what, scripts, policy, engine, workerPolicy = WASM } of CASES) {
  const page = `<!doctype html><html lang="en"><title>Lead</title><script src="/watch.js"></script>${scripts}
    <sales-ready-lead model="/model.json"></sales-ready-lead>`;
  const pages = {
    "/": page,
    "/model.json": MODEL,
    "/watch.js": 'globalThis.refused = []; addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective + " " + event.blockedURI));',
    ...LIGHTNING,
  };
  const site = () => serve({ folders: { dist: DIST }, pages, policy, policies: { "/dist/engine-worker.js": workerPolicy } });
  // The probe for WebAssembly, and the attempt at a Worker, are reported: there is no other way to ask.
  pageTest(`a score under every policy: ${what}`, { site, expected: /WebAssembly|TrustedScriptURL|Trusted Type/ }, async (page, server) => {
    await page.goto("/");
    await page.waitForFunction(() => customElements.get("sales-ready-lead"));
    await page.evaluate((lead) => (document.querySelector("sales-ready-lead").lead = lead), READY_LEAD);
    await page.waitForFunction(() => ["ready", "error"].includes(document.querySelector("sales-ready-lead").state));
    const found = await page.evaluate(() => {
      const { state, error, engine } = document.querySelector("sales-ready-lead");
      return { state, error: error?.message, engine, refused: globalThis.refused };
    });
    assert.deepEqual([found.state, found.engine], ["ready", engine], found.error);
    assert.equal(await page.locator('sales-ready-lead [part~="flag"]').textContent(), "Sales-ready");
    assert.ok((await page.locator("sales-ready-lead .for .reason").count()) > 0);
    const probes = engine === "wasm" || scripts.includes("js.js") ? [] : ["script-src wasm-eval", "require-trusted-types-for trusted-types-sink"];
    assert.deepEqual(found.refused.filter((refused) => !probes.includes(refused)), []);
    const asked = [...server.requests.keys()].filter((address) => !["/", "/watch.js", "/salesforce.js", "/favicon.ico", "/model.json"].includes(address));
    assert.deepEqual(asked.filter((address) => !OWN.includes(address)), []);
    if (scripts.includes("js.js")) assert.deepEqual(asked, ["/dist/js.js"]);
    if (scripts.includes("inline.js") && engine === "wasm") assert.deepEqual(asked, ["/dist/inline.js"]);
    assert.equal(server.requests.get("/model.json"), 1);
  });
}

/** A program's page, or its Worker, which has no document: the scorer, and nothing to look at. */
const HEADLESS = (tell) => `async function run() {
    const { loadModel, reason } = await import("/dist/scorer.js");
    const scorer = await loadModel(new URL("/model.json", location.origin));
    const lead = ${JSON.stringify(READY_LEAD)};
    const { score, reasonsFor } = await scorer.explain(lead);
    const again = await scorer.score(lead);
    return { engine: scorer.engine, readiness: score.readiness, same: again.logit === score.logit, reason: reason(reasonsFor[0], scorer.model) };
  }
  run().catch((error) => ({ error: String(error) })).then(${tell});`;
const ITSELF = '<script type="module" src="/headless.js"></script>';
const IN_WORKER = '<script type="module" src="/start.js"></script>';
for (const [what, script, policy, engine, workerPolicy, files] of [
  ["'wasm-unsafe-eval'", ITSELF, WASM, "wasm", WASM, ["core.js", "engine.wasm", "questions.js", "reader.js", "scorer.js"]],
  ["'self'", ITSELF, "default-src 'self'", "worker", WASM],
  ["'self' and trusted types", ITSELF, `default-src 'self'; ${TRUSTED}`, "js", WASM],
  ["in a Worker of the page's own", IN_WORKER, "default-src 'self'", "wasm", WASM, ["core.js", "engine.wasm", "questions.js", "reader.js", "scorer.js"]],
  ["in a Worker that forbids WebAssembly", IN_WORKER, "default-src 'self'", undefined, "default-src 'self'"],
]) {
  const pages = {
    "/": `<!doctype html><html lang="en"><title>Scores</title><script src="/watch.js"></script>${script}`,
    "/model.json": MODEL,
    "/watch.js": "globalThis.tell = (found) => (globalThis.told = found);",
    "/headless.js": HEADLESS("tell"),
    "/start.js": 'const own = new Worker("/work.js", { type: "module" }); own.onmessage = ({ data }) => tell(data); own.onerror = ({ message }) => tell({ error: String(message) });',
    "/work.js": HEADLESS("(found) => postMessage(found)"),
  };
  const site = () => serve({ folders: { dist: DIST }, pages, policy, policies: { "/dist/engine-worker.js": workerPolicy, "/work.js": workerPolicy } });
  pageTest(`the scorer alone asks for its own files and the model, and for nothing else: ${what}`, { site, expected: /WebAssembly|TrustedScriptURL|Trusted Type/ }, async (page, server) => {
    await page.goto("/");
    await page.waitForFunction(() => globalThis.told);
    const found = await page.evaluate(() => globalThis.told);
    assert.equal(found.error, undefined);
    assert.deepEqual({ ...found, reason: undefined }, { engine: engine ?? found.engine, readiness: "sales-ready", same: true, reason: undefined });
    assert.match(found.reason, /^Pricing views: 4\. Such leads convert/);
    if (!engine) assert.notEqual(found.engine, "wasm");
    const asked = [...server.requests].filter(([address]) => !Object.keys(pages).includes(address) && address !== "/favicon.ico");
    assert.deepEqual(asked.filter(([address]) => !OWN.includes(address)), []);
    assert.ok(asked.every(([, times]) => times === 1), JSON.stringify(asked));
    if (files) assert.deepEqual(asked.map(([address]) => address.slice("/dist/".length)).sort(), files);
    assert.equal(server.requests.get("/model.json"), 1);
  });
}

/** By how a page loads the package: its scripts, and what it has its own say first. */
const FIRST = {
  "after inline.js and before the elements": ['<script src="/dist/inline.js"></script><script src="/own.js"></script>', 'SalesReady.loadEngine({ use: "js" });'],
  "in a module before define.js": ['<script type="module" src="/own.js"></script><script type="module" src="/dist/define.js"></script>', 'import { loadEngine } from "/dist/index.js"; await loadEngine({ use: "js" });'],
  "before the element is defined": ['<script type="module" src="/own.js"></script>', 'import { loadEngine, SalesReadyLeadElement } from "/dist/index.js"; loadEngine({ use: "js" }); SalesReadyLeadElement.define();'],
};
for (const [where, [scripts, own]] of Object.entries(FIRST)) {
  const pages = { "/": `<!doctype html><html lang="en"><title>CRM</title>${scripts}<sales-ready-lead model="/model.json"></sales-ready-lead></html>`, "/own.js": own, "/model.json": MODEL };
  pageTest(`a page has the engine that it asks for first, ${where}`, { site: () => serve({ folders: { dist: DIST }, pages }) }, async (page) => {
    await page.goto("/");
    await page.waitForFunction(() => customElements.get("sales-ready-lead"));
    await page.evaluate((lead) => void (document.querySelector("sales-ready-lead").lead = lead), READY_LEAD);
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "ready");
    assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").engine), "js");
  });
}
