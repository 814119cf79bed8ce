// What has to be alike in all engines: bits after memory has grown, and errors. The host passes the package's exports, its
// engine started; the suite of parity has the rest.

import { COLD_LEAD, fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, touchedModel, TOUCHES } from "../fixtures/touched.mjs";
import { equal, ok, random } from "./check.mjs";
import { bits, referenceLogit } from "./reference.mjs";

const MODEL = fixtureModel();

/** The tests of an engine. */
export const tests = [
  {
    name: "memory grows between scores, and no bit changes",
    async run({ readModel }) {
      const scorer = await readModel(MODEL);
      const touched = await readModel(touchedModel());
      const next = random(5);
      for (const length of [10, 3_000, 30_000, 100_000, 300_000]) {
        const reviews = Float64Array.from({ length }, () => next() * 20);
        const { logits } = await scorer.scoreBatch({ reviews_read: reviews });
        equal(logits.length, length);
        for (const row of [0, length >> 1, length - 1]) {
          equal(bits(logits[row]), bits(referenceLogit(MODEL, { reviews_read: reviews[row] })), `row ${row} of ${length}`);
        }
        // Needs more memory than all before it.
        const touches = Array.from({ length: length / 2 }, () => ({ at: AS_OF - next() * 1e10, kind: "call" }));
        equal((await touched.scoreTouches({ lead: LEAD, touches, asOf: AS_OF })).touches.length, touches.length);
        for (const lead of [READY_LEAD, COLD_LEAD, { source: "ü".repeat(length) }]) {
          equal(bits((await scorer.explain(lead)).score.logit), bits(referenceLogit(MODEL, lead)), `after ${length} rows`);
        }
      }
    },
  },
  {
    name: "what is wrong is said in the same words",
    async run({ readModel }) {
      const scorer = await readModel(MODEL);
      const touched = await readModel(touchedModel());
      const call = { lead: LEAD, touches: TOUCHES, asOf: AS_OF };
      const own = new RangeError("mine");
      const getter = { get reviews_read() { throw own; } };
      for (const [act, code, words] of [
        [() => scorer.score({ reviews_read: "many" }), "bad-value", '"reviews_read"'],
        [() => scorer.score({ reviews_read: () => 4 }), "bad-value", "a value of type function"],
        [() => scorer.explain({ nothing: 1 }), "missing-field", "has none of the model's fields"],
        [() => scorer.explain(null), "bad-value", "expected a lead"],
        [() => scorer.scoreBatch({ reviews_read: [1, 2], source: ["x"] }), "bad-value", "columns of one length"],
        [() => scorer.scoreBatch({ reviews_read: [1, "many"] }), "bad-value", "place 1"],
        [() => scorer.scoreBatch({}), "missing-field", "the table has none"],
        [() => scorer.scoreTouches({ ...call, lead: {} }), "missing-field", "no fields that are made of touches"],
        [() => touched.scoreTouches({ ...call, asOf: "soon" }), "bad-value", "for asOf"],
        [() => touched.scoreTouches({ ...call, touches: [{ at: 0, kind: Symbol("kind") }] }), "bad-value", "touches[0].kind"],
        [() => touched.history(call, 0, 1e12, 1), "bad-value", "at most 1000 points"],
        // Numbers that no integer holds, which must not wrap.
        [() => touched.history(call, 0, 1, 1e300), undefined],
        [() => touched.crossing(call, 1e300), "bad-value", "at most 3660 days"],
        [() => touched.crossing(call, -1e300), undefined],
        [() => touched.change({ ...call, since: AS_OF + 1 }), "bad-value", "to be the earlier one"],
        [() => readModel("{"), "model-invalid", "expected a model file"],
        [() => readModel({ ...MODEL, format: "sales-ready/9" }), "model-format", "sales-ready/9"],
        [() => readModel({ ...MODEL, intercept: 4 }), "model-golden", "golden vector"],
      ]) {
        const error = await act().then(() => undefined, (cause) => cause);
        equal(error?.code, code, String(act));
        if (code) ok(error instanceof Error && error.name === "SalesReadyError" && error.message.includes(words), `${act}: ${error}`);
      }
      equal(await scorer.explain(getter).catch((cause) => cause === own), true, "what a getter throws");
      equal((await scorer.score(READY_LEAD)).readiness, "sales-ready", "afterwards");
    },
  },
  {
    name: "a column that goes elsewhere before the answer is an error, and no rows of which nothing is known",
    async run({ readModel }) {
      const scorer = await readModel(MODEL);
      for (const begun of [false, true]) {
        const reviews = new Float64Array(300_000).fill(6);
        const asked = scorer.scoreBatch({ reviews_read: reviews });
        if (begun) await scorer.score(READY_LEAD);
        structuredClone(reviews.buffer, { transfer: [reviews.buffer] });
        const found = await asked.then(({ logits }) => logits.length === 300_000 && logits.every((logit) => logit === logits[0]), ({ code }) => code);
        // An engine of the page itself has answered by then.
        ok(found === "bad-value" || (begun && found === true), `${begun}: ${found}`);
      }
    },
  },
];
