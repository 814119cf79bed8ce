// Scripts of pages that run a suite and leave what came of it in `globalThis.results`.

import { readParity } from "../node/package.mjs";

/** The suites of the package's interface: what each is of, and its file. */
export const SUITES = [["LeadScorer", "scorer"], ["model files", "models"], ["LeadScorer with touches", "touches"]];

export const suiteScript = (file) => `
  import * as salesReady from "/dist/index.js";
  import { runSuite } from "/suite/check.mjs";
  import { tests } from "/suite/${file}.mjs";
  await salesReady.loadEngine();
  globalThis.results = await runSuite(tests, salesReady);
`;

/** For an engine: what it must have in common with the others, and the leads of native Rust. */
export const engineScript = (use) => `
  import { loadEngine, readModel } from "/dist/scorer.js";
  import { runSuite } from "/suite/check.mjs";
  import { tests } from "/suite/engines.mjs";
  import { parityTests, touchedParityTests } from "/suite/parity.mjs";
  const load = async (url) => { const answer = await fetch(url); return answer.ok ? answer.text() : undefined; };
  const [model, leads, touchedModel, touched] = await Promise.all(["/parity/model.json", "/parity/leads.json", "/parity/touched.json", "/parity/touched-leads.json"].map(load));
  const all = [...tests];
  if (model) all.push(...parityTests(model, JSON.parse(leads)));
  if (touched) all.push(...touchedParityTests(touchedModel, JSON.parse(touched)));
  globalThis.engine = await loadEngine({ use: "${use}" });
  globalThis.results = await runSuite(all, { readModel });
`;

/** What that script fetches, or nothing where the Rust side has not written it: all leads, or one of so many. */
export async function parityFiles(oneOf = 1) {
  const [parity, touched] = await Promise.all([readParity(), readParity("touched")]);
  if (!parity || !touched) return undefined;
  const some = (leads) => JSON.stringify(leads.filter((_, place) => place % oneOf === 0));
  return {
    "/parity/model.json": parity.model,
    "/parity/leads.json": some(parity.leads),
    "/parity/touched.json": touched.model,
    "/parity/touched-leads.json": some(touched.leads),
  };
}
