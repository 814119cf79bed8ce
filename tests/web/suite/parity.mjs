// The same bits as native Rust, for leads that a Rust test wrote down with their logits.

import { equal } from "./check.mjs";
import { bits, fromBits } from "./reference.mjs";

/** The tests of `model.json` and `leads.json` as the Rust side wrote them. */
export function parityTests(model, leads) {
  return [
    {
      name: `${leads.length} leads have the bits of native Rust`,
      run({ LeadScorer }) {
        const scorer = LeadScorer.fromModel(model);
        leads.forEach(({ values, logit, contributions }, row) => {
          const { score, intercept, contributions: found } = scorer.explain(readValues(values));
          equal(bits(score.logit), logit, `logit of lead ${row}`);
          equal(found.map((one) => bits(one.logit)), contributions, `contributions of lead ${row}`);
          equal(bits(found.reduce((sum, one) => sum + one.logit, intercept)), logit, `sum of lead ${row}`);
        });
      },
    },
    {
      name: "in one batch, too",
      run({ LeadScorer }) {
        const scorer = LeadScorer.fromModel(model);
        const read = leads.map(({ values }) => readValues(values));
        const columns = Object.fromEntries(scorer.model.fields.map(({ name }) => [name, read.map((lead) => lead[name])]));
        const { logits } = scorer.scoreBatch(columns);
        leads.forEach(({ logit }, row) => equal(bits(logits[row]), logit, `logit of lead ${row}`));
      },
    },
  ];
}

/** Numbers stand as `f64:` and their bits, since JSON has no NaN and no infinities. */
function readValues(values) {
  const number = (value) => typeof value === "string" && /^f64:[0-9a-f]{16}$/.test(value);
  const read = ([field, value]) => [field, number(value) ? fromBits(value.slice(4)) : value];
  return Object.fromEntries(Object.entries(values).map(read));
}
