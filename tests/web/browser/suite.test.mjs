// The suite of `LeadScorer` in the browser, on a page with a strict policy.

import { test } from "node:test";
import assert from "node:assert/strict";
import path from "node:path";

import { readParity } from "../node/package.mjs";
import { DIST, pageTest, ROOT } from "./host.mjs";
import { serve } from "./server.mjs";

const web = path.join(ROOT, "tests/web");
const folders = { dist: DIST, suite: path.join(web, "suite"), fixtures: path.join(web, "fixtures") };
const page = (script) => ({ "/": '<!doctype html><script type="module" src="/run.js"></script>', "/run.js": script });

const runner = (imports, tests) => `
  import * as salesReady from "/dist/sales-ready.js";
  import { runSuite } from "/suite/check.mjs";
  ${imports}
  await salesReady.loadEngine();
  globalThis.results = await runSuite(${tests}, salesReady);
`;

async function results(page) {
  await page.goto("/");
  await page.waitForFunction(() => globalThis.results, undefined, { timeout: 60_000 });
  return page.evaluate(() => globalThis.results);
}

pageTest(
  "the suite of LeadScorer",
  { site: () => serve({ folders, pages: page(runner('import { tests } from "/suite/scorer.mjs";', "tests")) }) },
  async (page) => {
    const found = await results(page);
    assert.ok(found.length > 15);
    assert.deepEqual(found.filter(({ error }) => error), []);
  },
);

const parity = await readParity();
if (parity) {
  const script = runner(
    `import { parityTests } from "/suite/parity.mjs";
     const [model, leads] = await Promise.all(["/model.json", "/leads.json"].map(async (url) => (await fetch(url)).text()));`,
    "parityTests(model, JSON.parse(leads))",
  );
  const pages = { ...page(script), "/model.json": parity.model, "/leads.json": JSON.stringify(parity.leads) };
  pageTest("parity with native Rust", { site: () => serve({ folders, pages }) }, async (page) => {
    const found = await results(page);
    assert.equal(found.length, 2);
    assert.deepEqual(found.filter(({ error }) => error), []);
  });
} else test("parity with native Rust", (t) => t.diagnostic("skipped: no target/parity"));
