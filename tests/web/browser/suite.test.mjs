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
  import * as salesReady from "/dist/index.js";
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

for (const [name, file] of [["LeadScorer", "scorer"], ["LeadScorer with touches", "touches"]]) {
  pageTest(
    `the suite of ${name}`,
    { site: () => serve({ folders, pages: page(runner(`import { tests } from "/suite/${file}.mjs";`, "tests")) }) },
    async (page) => {
      const found = await results(page);
      assert.ok(found.length > 10);
      assert.deepEqual(found.filter(({ error }) => error), []);
    },
  );
}

for (const [folder, tests, count] of [["", "parityTests", 2], ["touched", "touchedParityTests", 1]]) {
  const parity = await readParity(folder);
  if (!parity) {
    test(`parity with native Rust: ${tests}`, (t) => t.diagnostic("skipped: no target/parity"));
    continue;
  }
  const script = runner(
    `import { ${tests} } from "/suite/parity.mjs";
     const [model, leads] = await Promise.all(["/model.json", "/leads.json"].map(async (url) => (await fetch(url)).text()));`,
    `${tests}(model, JSON.parse(leads))`,
  );
  const pages = { ...page(script), "/model.json": parity.model, "/leads.json": JSON.stringify(parity.leads) };
  pageTest(`parity with native Rust: ${tests}`, { site: () => serve({ folders, pages }) }, async (page) => {
    const found = await results(page);
    assert.equal(found.length, count);
    assert.deepEqual(found.filter(({ error }) => error), []);
  });
}
