// Every shape of the package under the policies that CRMs send: a score with reasons, by the engine that each allows, and
// requests for nothing but its own files and the model.

import assert from "node:assert/strict";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { DIST, pageTest } from "./host.mjs";
import { serve } from "./server.mjs";

const MODEL = JSON.stringify(fixtureModel());
const ESM = '<script type="module" src="/dist/define.js"></script>';
const INLINE = '<script defer src="/dist/inline.js"></script>';
const JS = '<script defer src="/dist/js.js"></script>';
const SALESFORCE = '<script src="/salesforce.js"></script>';
const TRUSTED = "require-trusted-types-for 'script'; trusted-types 'none'";
const WASM = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** The package's own files. */
const OWN = ["define", "index", "scorer", "details", "inline", "js", "engine-js", "engine-page", "engine-worker"].map((name) => `/dist/${name}.js`).concat("/dist/engine.wasm");

/** What a page has, what it sends, and the engine that has to come of it; a Worker's script has a policy of its own. */
const CASES = [
  ["files, 'self'", ESM, "default-src 'self'", "worker"],
  ["files, 'self', and the Worker's policy as strict", ESM, "default-src 'self'", "js", "default-src 'self'"],
  ["files, 'wasm-unsafe-eval'", ESM, WASM, "wasm"],
  ["files, Dynamics' literal", ESM, "default-src 'self' blob: data:", "worker"],
  ["files, trusted types", ESM, `${WASM}; ${TRUSTED}`, "wasm"],
  ["files, 'self' and trusted types", ESM, `default-src 'self'; ${TRUSTED}`, "js"],
  ["one script, 'wasm-unsafe-eval'", INLINE, WASM, "wasm"],
  ["one script, trusted types", INLINE, `${WASM}; ${TRUSTED}`, "wasm"],
  ["one script, 'self'", INLINE, "default-src 'self'", "worker"],
  ["without WebAssembly, 'self'", JS, "default-src 'self'", "js"],
  ["without WebAssembly, Dynamics' literal and trusted types", JS, `default-src 'self' blob: data:; ${TRUSTED}`, "js"],
  ["without WebAssembly, where it were allowed", JS, WASM, "js"],
  ["as in Salesforce", SALESFORCE + JS, "default-src 'self'", "js"],
];

for (const [what, scripts, policy, engine, workerPolicy = WASM] of CASES) {
  const page = `<!doctype html><html lang="en"><title>Lead</title><script src="/watch.js"></script>${scripts}
    <sales-ready-lead model="/model.json"></sales-ready-lead>`;
  const pages = {
    "/": page,
    "/model.json": MODEL,
    "/watch.js": 'globalThis.refused = []; addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective + " " + event.blockedURI));',
    "/salesforce.js": "delete globalThis.WebAssembly; delete globalThis.Worker; delete globalThis.SharedWorker; Object.freeze(Object.prototype);",
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
    if (scripts === INLINE && engine === "wasm") assert.deepEqual(asked, ["/dist/inline.js"]);
    assert.equal(server.requests.get("/model.json"), 1);
  });
}
