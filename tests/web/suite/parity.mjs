// The same bits as native Rust, for leads that a Rust test wrote down with their logits.

import { equal } from "./check.mjs";
import { bits, fromBits } from "./reference.mjs";

/** The tests of `model.json` and `leads.json` as the Rust side wrote them. */
export function parityTests(model, leads) {
  return [
    {
      name: `${leads.length} leads have the bits of native Rust`,
      async run({ readModel }) {
        const scorer = await readModel(model);
        for (const [row, { values, logit, contributions, readiness, known, chance, percentile }] of leads.entries()) {
          const { score, intercept, contributions: found, known: share } = await scorer.explain(readValues(values));
          equal(bits(score.logit), logit, `logit of lead ${row}`);
          equal([score.readiness, score.percentile, bits(share)], [readiness, percentile, known], `decision on lead ${row}`);
          equal([score.probability, ...score.interval].map(bits), chance, `chance of lead ${row}`);
          equal(found.map((one) => bits(one.logit)), contributions, `contributions of lead ${row}`);
          equal(bits(found.reduce((sum, one) => sum + one.logit, intercept)), logit, `sum of lead ${row}`);
        }
      },
    },
    {
      name: "in one batch, too",
      async run({ readModel }) {
        const scorer = await readModel(model);
        const read = leads.map(({ values }) => readValues(values));
        const columns = Object.fromEntries(scorer.model.fields.map(({ name }) => [name, read.map((lead) => lead[name])]));
        const { logits, readiness: found } = await scorer.scoreBatch(columns);
        leads.forEach(({ logit, readiness }, row) => equal([bits(logits[row]), found[row]], [logit, readiness], `lead ${row}`));
      },
    },
  ];
}

/** The tests of `texts.json`: how fields read values. */
export function textTests(model, texts) {
  return [
    {
      name: `${texts.length} values are read as by native Rust`,
      async run({ readModel }) {
        const scorer = await readModel(model);
        for (const { field, value, read } of texts) {
          const lead = readValues({ [field]: value });
          const what = JSON.stringify({ [field]: value });
          if (read === undefined) {
            const error = await scorer.explain(lead).catch((cause) => cause);
            equal([error.code, error.message?.includes("expected a number")], ["bad-value", true], what);
            continue;
          }
          const { contributions } = await scorer.explain(lead);
          const { fields, values } = contributions.find(({ fields }) => fields.includes(field));
          const found = values[fields.indexOf(field)];
          equal(typeof found === "number" ? bits(found) : found, read, what);
        }
      },
    },
  ];
}

/** The tests of `files.json`: which changes of a model file leave a model. */
export function fileTests(model, changes) {
  return [
    {
      name: `${changes.length} changes of a model file are taken and refused as by native Rust`,
      async run({ readModel }) {
        for (const { path, put, code } of changes) {
          const file = JSON.parse(model);
          const parent = path.slice(0, -1).reduce((part, key) => part[key], file);
          const last = path.at(-1);
          if (put !== undefined) parent[last] = put;
          else if (Array.isArray(parent)) parent.splice(last, 1);
          else delete parent[last];
          const found = await readModel(file).then(() => undefined, (error) => error.code);
          equal(found, code, `${path.join(".")}: ${JSON.stringify(put)}`);
        }
      },
    },
  ];
}

/** The tests of `touched/`: features, scores, shares, crossings and changes of touched leads at an instant. */
export function touchedParityTests(model, leads) {
  return [
    {
      name: `${leads.length} touched leads have the bits of native Rust`,
      async run({ readModel }) {
        const scorer = await readModel(model);
        for (const [row, expected] of leads.entries()) {
          const { touches, as_of: asOf } = expected;
          const call = { lead: readValues(expected.values), touches, asOf };
          const found = await scorer.scoreTouches(call);
          const features = Object.values(found.features).map((value) => (value === null ? null : bits(value)));
          equal(features, expected.features, `features of lead ${row}`);
          equal(bits(found.score.logit), expected.logit, `logit of lead ${row}`);
          equal(found.contributions.map(({ logit }) => bits(logit)), expected.contributions, `contributions of lead ${row}`);
          equal(found.shares.map(({ without, rounding }) => [without, rounding].map(bits)), expected.without, `shares of lead ${row}`);
          equal(found.touches.map(({ logit }) => bits(logit)), expected.totals, `totals of lead ${row}`);
          equal((await scorer.crossing(call, 30))?.at ?? null, expected.crossing, `crossing of lead ${row}`);
          const { decay, touches: fresh, fields } = await scorer.change({ ...call, since: asOf - 10 * 86_400_000, before: {} });
          equal([decay, fresh, fields].map(bits), expected.change, `change of lead ${row}`);
        }
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
