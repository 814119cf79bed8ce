// The suite of `LeadScorer` in the browser, on a page with a strict policy.

import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { DIST, pageTest, ROOT } from "./host.mjs";
import { engineScript, parityFiles, SUITES, suiteScript } from "./scripts.mjs";
import { serve, STRICT_POLICY } from "./server.mjs";

const web = path.join(ROOT, "tests/web");
const folders = { dist: DIST, suite: path.join(web, "suite"), fixtures: path.join(web, "fixtures") };
const page = (script) => ({ "/": '<!doctype html><script type="module" src="/run.js"></script>', "/run.js": script });

async function results(page) {
  await page.goto("/");
  await page.waitForFunction(() => globalThis.results, undefined, { timeout: 60_000 });
  return page.evaluate(() => globalThis.results);
}

for (const [name, file] of SUITES) {
  pageTest(
    `the suite of ${name}`,
    { site: () => serve({ folders, pages: page(suiteScript(file)) }) },
    async (page) => {
      const found = await results(page);
      assert.ok(found.length > 5);
      assert.deepEqual(found.filter(({ error }) => error), []);
    },
  );
}

for (const use of ["wasm", "worker", "js"]) {
  const files = await parityFiles();
  if (!files) test(`parity with native Rust: ${use}`, (t) => t.diagnostic("skipped: no target/parity"));
  const expected = files ? /(?!)/ : /404/;
  pageTest(`the engine "${use}" has the bits of the others`, { site: () => serve({ folders, pages: { ...page(engineScript(use)), ...files } }), expected }, async (page) => {
    const found = await results(page);
    assert.equal(await page.evaluate(() => globalThis.engine), use);
    assert.equal(found.length, files ? 6 : 3);
    assert.deepEqual(found.filter(({ error }) => error), []);
  });
}

// Without a word of 'wasm-unsafe-eval' for the page; the files' own policy is another.
const TRUSTED = "require-trusted-types-for 'script'; trusted-types 'none'";
for (const [use, files, more = ""] of [["worker", STRICT_POLICY], ["js", "default-src 'self'"], ["js", STRICT_POLICY, TRUSTED]]) {
  const policies = { "/": `default-src 'self'; ${more}` };
  const run = `
    import { loadModel } from "/dist/index.js";
    const scorer = await loadModel("/model.json");
    globalThis.results = [scorer.engine, (await scorer.score(${JSON.stringify(READY_LEAD)})).readiness];`;
  const pages = { ...page(run), "/model.json": JSON.stringify(fixtureModel()) };
  pageTest(`where the page's policy forbids WebAssembly: ${use} ${more}`, { site: () => serve({ folders, pages, policies, policy: files }), expected: /WebAssembly|TrustedScriptURL/ }, async (page) => {
    assert.deepEqual(await results(page), [use, "sales-ready"]);
  });
}

// As in Salesforce: both are gone, and what is left is one script.
for (const [shape, engine, prepare] of [
  ["inline", "wasm", ""],
  ["js", "js", "delete globalThis.WebAssembly; delete globalThis.Worker;"],
]) {
  const pages = {
    "/": `<!doctype html><html lang="en"><title>Lead</title><script src="/prepare.js"></script><script src="/only/${shape}.js"></script>
      <sales-ready-lead model="/model.json"></sales-ready-lead><script src="/lead.js"></script>`,
    "/prepare.js": prepare || "// as it is",
    "/lead.js": `document.querySelector("sales-ready-lead").lead = ${JSON.stringify(READY_LEAD)};`,
    "/model.json": JSON.stringify(fixtureModel()),
    [`/only/${shape}.js`]: () => readFile(path.join(DIST, `${shape}.js`), "utf8"),
  };
  pageTest(`the one classic script "${shape}"`, { site: () => serve({ folders: { suite: folders.suite }, pages }) }, async (page) => {
    await page.goto("/");
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "ready");
    const found = await page.evaluate(() => [document.querySelector("sales-ready-lead").engine, typeof SalesReady.loadModel]);
    assert.deepEqual(found, [engine, "function"]);
    assert.ok((await page.locator("sales-ready-lead .reason").count()) > 0);
  });
}
