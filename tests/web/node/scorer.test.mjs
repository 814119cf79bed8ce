// The suite of `LeadScorer` in Node.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import assert from "node:assert/strict";
import path from "node:path";
import { runInNewContext } from "node:vm";
import { pathToFileURL } from "node:url";

import { fixtureModel, indicativeModel, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, touchedModel, TOUCHES } from "../fixtures/touched.mjs";
import { tests as engineTests } from "../suite/engines.mjs";
import { fileTests, parityTests, textTests, touchedParityTests } from "../suite/parity.mjs";
import { tests as modelTests } from "../suite/models.mjs";
import { tests as scorerTests } from "../suite/scorer.mjs";
import { tests as touchTests } from "../suite/touches.mjs";
import { copyOfPackage, DIST, loadPackage, loadScorer, readParity } from "./package.mjs";

const salesReady = await loadPackage();
const tests = [...scorerTests, ...modelTests, ...touchTests];

for (const { name, run } of tests) test(name, () => run(salesReady));

const parity = await readParity();
const touched = await readParity("touched");
const texts = await readParity("", "texts.json");
const files = await Promise.all(["", "touched"].map((folder) => readParity(folder, "files.json")));
if (!parity || !touched) test("parity with native Rust", (t) => t.diagnostic("skipped: no target/parity"));
for (const use of ["wasm", "js"]) {
  const scorer = await loadScorer(use);
  const suites = [...engineTests];
  if (parity) suites.push(...parityTests(parity.model, parity.leads));
  if (touched) suites.push(...touchedParityTests(touched.model, touched.leads));
  if (use === "js") suites.push(...tests);
  // Values and files are read by the same code for all engines.
  else {
    if (texts) suites.push(...textTests(texts.model, texts.leads));
    for (const found of files) if (found) suites.push(...fileTests(found.model, found.leads));
  }
  for (const { name, run } of suites) test(`${use}: ${name}`, () => run(scorer));
}

test("Node's import and require find the engine by themselves", async () => {
  const required = createRequire(import.meta.url)(path.join(DIST, "node.cjs"));
  for (const { readModel } of [await import(pathToFileURL(path.join(DIST, "node.js")).href), required]) {
    const scorer = await readModel(fixtureModel());
    assert.deepEqual([scorer.engine, (await scorer.score(READY_LEAD)).readiness], ["wasm", "sales-ready"]);
  }
});

test("what is asked for at once, before an engine is there, says what to wait for", async () => {
  const copy = await copyOfPackage("early");
  const { LeadScorer } = await import(pathToFileURL(path.join(copy, "index.js")).href);
  assert.throws(() => LeadScorer.fromModel(fixtureModel()), ({ name, code, message }) => name === "SalesReadyError" && code === "engine" && message.includes("loadEngine()"));
});

test("what registers the element in Node has the engine that Node finds", async () => {
  const { exports } = JSON.parse(await readFile(path.join(DIST, "../package.json"), "utf8"));
  const [own, registered] = await Promise.all([exports["."].node.import.default, exports["./define"].node.default].map((file) => import(pathToFileURL(path.join(DIST, "..", file)).href)));
  assert.equal(registered.SalesReadyLeadElement, own.SalesReadyLeadElement);
});

test("dates and columns of another realm are read as this one's", () => {
  const other = (text) => runInNewContext(text, { AS_OF });
  const touched = salesReady.LeadScorer.fromModel(touchedModel());
  const found = touched.scoreTouches({ touches: TOUCHES, asOf: other("new Date(AS_OF)") });
  assert.deepEqual(found, touched.scoreTouches({ touches: TOUCHES, asOf: AS_OF }));
  assert.throws(() => touched.scoreTouches({ touches: TOUCHES, asOf: other("new Date(NaN)") }), /found an invalid Date/);
  const scorer = salesReady.LeadScorer.fromModel(fixtureModel());
  const expected = scorer.scoreBatch({ reviews_read: [1, 2] });
  for (const column of ["new Float64Array([1, 2])", "[1, 2]", "new Set([1, 2])", "new Uint8Array([1, 2])"]) {
    assert.deepEqual(scorer.scoreBatch({ reviews_read: other(column) }), expected, column);
  }
});

test("the package can be imported where there is no page", () => {
  assert.equal(globalThis.HTMLElement, undefined);
  assert.equal(typeof salesReady.SalesReadyLeadElement, "function");
});

test("the declarations name no file that the package lacks", async () => {
  const text = await readFile(path.join(DIST, "scorer.d.ts"), "utf8");
  const files = [...text.matchAll(/from "(\.[^"]+)\.js"/g)].map(([, file]) => `${file}.d.ts`);
  assert.ok(files.length >= 2);
  for (const file of files) await readFile(path.join(DIST, file), "utf8");
});

test("what comes back has exactly the keys that its declaration has", async () => {
  const declarations = await readFile(path.join(DIST, "generated/sales_ready_wasm.d.ts"), "utf8");
  const declared = (name) => {
    const [, parent, body] = declarations.match(new RegExp(`export interface ${name} (?:extends (\\w+) )?\\{(.*?)\n\\}`, "s"));
    const own = [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, key]) => key);
    return [...own, ...(parent ? declared(parent) : [])].sort();
  };
  const keys = (...objects) => [...new Set(objects.flatMap(Object.keys))].sort();
  const scorer = salesReady.LeadScorer.fromModel(fixtureModel());
  const { model } = salesReady.LeadScorer.fromModel(indicativeModel());
  const explanation = scorer.explain(READY_LEAD);
  assert.deepEqual(keys(scorer.score(READY_LEAD)), declared("LeadScore"));
  assert.deepEqual(keys(explanation), declared("LeadExplanation"));
  assert.deepEqual(keys(explanation.contributions[0]), declared("TermContribution"));
  assert.deepEqual(keys(scorer.scoreBatch({ reviews_read: [1] })), declared("BatchScores"));
  assert.deepEqual(keys(model), declared("ModelInfo"));
  const touched = salesReady.LeadScorer.fromModel(touchedModel());
  const call = { touches: TOUCHES, asOf: AS_OF };
  const found = touched.scoreTouches(call);
  const [day, week] = [86_400_000, 7 * 86_400_000].map((before) => AS_OF - before);
  assert.deepEqual(keys(...model.fields, ...touched.model.fields), declared("FieldInfo"));
  assert.deepEqual(keys(found), declared("TouchExplanation"));
  assert.deepEqual(keys(found.shares[0]), declared("TermShares"));
  assert.deepEqual(keys(...found.touches), declared("TouchShare"));
  assert.deepEqual(keys(found.sides), declared("Departments"));
  assert.deepEqual(keys(touched.history(call, day, AS_OF)[0]), declared("TrendPoint"));
  assert.deepEqual(keys(touched.crossing(call)), declared("LeadCrossing"));
  assert.deepEqual(keys(touched.change({ ...call, since: week })), declared("LeadChange"));
  assert.deepEqual(keys(model.abstains), declared("AbstentionInfo"));
});

test("where an address is relative to nothing, a whole one is asked for", async () => {
  const expected = { code: "io", message: 'expected the address of a model file, a whole one outside of a page, found "/model.json"; correct it' };
  await assert.rejects(salesReady.loadModel("/model.json"), expected);
});

test("models of addresses that are never the same again are not kept for ever", async () => {
  const load = async (time, generator) => {
    const answer = { ok: true, status: 200, statusText: "OK", text: async () => JSON.stringify(fixtureModel({ generator })) };
    return (await salesReady.loadModel(`https://crm.example/model.json?t=${time}`, Promise.resolve(answer))).model.generator;
  };
  assert.deepEqual([await load(0, "old"), await load(0, "new")], ["old", "old"]);
  for (let time = 1; time <= 100; time += 1) await load(time, "other");
  assert.equal(await load(0, "new"), "new");
});
