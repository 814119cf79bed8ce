// The engine's memory over many models, batches and explanations: what is freed is used again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { COLD_LEAD, fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { random } from "../suite/check.mjs";
import { bits, referenceLogit } from "../suite/reference.mjs";

const memory = catchMemory();
const { loadPackage } = await import("./package.mjs");
const { LeadScorer } = await loadPackage();

test("memory does not grow with the number of calls", () => {
  const next = random(11);
  const upTo = (limit) => 1 + Math.floor(next() * limit);
  const model = JSON.stringify(fixtureModel());
  const alive = [];
  const round = () => {
    alive.push(LeadScorer.fromModel(model));
    const scorer = alive[upTo(alive.length) - 1];
    const source = Array.from({ length: upTo(800) }, () => "referral".padEnd(upTo(300)));
    const { logits } = scorer.scoreBatch({ source, reviews_read: new Float64Array(source.length).fill(upTo(12)) });
    assert.equal(logits.length, source.length);
    for (const lead of [READY_LEAD, COLD_LEAD]) {
      assert.equal(bits(scorer.explain(lead).score.logit), bits(referenceLogit(fixtureModel(), lead)));
    }
    assert.throws(() => scorer.score({ reviews_read: "x".repeat(upTo(5000)) }));
    if (alive.length > 20) alive.splice(upTo(20) - 1, 1)[0].free();
  };
  const rounds = (count) => {
    for (let done = 0; done < count; done += 1) round();
    return memory().buffer.byteLength;
  };
  const before = rounds(300);
  const after = rounds(1200);
  // A larger block than any before may still come; what leaks would have multiplied it by five.
  assert.ok(after <= 1.5 * before, `${before} bytes after 300 rounds, ${after} after 1500`);
  for (const scorer of alive) scorer.free();
});

/** The memory of the module that is started next: the package does not export it. */
function catchMemory() {
  const { instantiate } = WebAssembly;
  let instance;
  WebAssembly.instantiate = async (...source) => {
    const made = await instantiate(...source);
    instance = made.instance ?? made;
    return made;
  };
  return () => Object.values(instance.exports).find((found) => found instanceof WebAssembly.Memory);
}
