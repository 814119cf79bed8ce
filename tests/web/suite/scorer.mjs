// `LeadScorer`: what it takes, what it gives, how it fails. The host passes the package's exports.

import { COLD_LEAD, fixtureModel, indicativeModel, READY_LEAD, silentModel } from "../fixtures/model.mjs";
import { equal, ok, random, thrownBy } from "./check.mjs";
import { bits, referenceContributions, referenceLogit } from "./reference.mjs";

const MODEL = fixtureModel();

const test = (name, run) => ({ name, run: ({ LeadScorer }) => run(LeadScorer.fromModel(MODEL), LeadScorer) });

export const tests = [
  test("a model's text and its parsed form score alike", (scorer, LeadScorer) => {
    equal(LeadScorer.fromModel(JSON.stringify(MODEL)).score(READY_LEAD), scorer.score(READY_LEAD));
  }),

  test("a score has logit, probability, interval, percentile, grade and decision", (scorer) => {
    const score = scorer.score(READY_LEAD);
    equal(bits(score.logit), bits(referenceLogit(MODEL, READY_LEAD)), "logit");
    equal([score.grade, score.readiness], ["A", "sales-ready"]);
    const [low, high] = score.interval;
    ok(0 < low && low < score.probability && score.probability < high && high < 1, `${low} ${score.probability} ${high}`);
    equal(score.percentile, MODEL.policy.past.percentiles.filter((part) => part <= score.logit).length);
    equal(scorer.score(COLD_LEAD).readiness, "nurture");
  }),

  test("random leads score as the reference does, bit for bit", (scorer) => {
    const next = random(7);
    for (let count = 0; count < 2000; count += 1) {
      const lead = randomLead(next);
      equal(bits(scorer.score(lead).logit), bits(referenceLogit(MODEL, lead)), JSON.stringify(lead));
    }
  }),

  test("contributions are the reference's and add up to the logit, bit for bit", (scorer) => {
    const next = random(8);
    for (let count = 0; count < 500; count += 1) {
      const lead = randomLead(next);
      const { score, intercept, contributions } = scorer.explain(lead);
      const logits = contributions.map(({ logit }) => logit);
      equal(logits.map(bits), referenceContributions(MODEL, lead).map(bits), JSON.stringify(lead));
      equal(bits(logits.reduce((sum, logit) => sum + logit, intercept)), bits(score.logit), "sum");
      equal(score, scorer.score(lead), "score");
    }
  }),

  test("reasons are a sorted view of the contributions", (scorer) => {
    const { contributions, reasonsFor, reasonsAgainst } = scorer.explain({ ...READY_LEAD, days_since_last_touch: 60 });
    equal(reasonsAgainst.map(({ fields }) => fields), [["days_since_last_touch"]]);
    equal(reasonsFor.length + reasonsAgainst.length, contributions.filter(({ logit }) => logit !== 0).length);
    const sizes = reasonsFor.map(({ logit }) => logit);
    equal(sizes, sizes.toSorted((a, b) => b - a));
    for (const reason of reasonsFor) ok(contributions.some((one) => JSON.stringify(one) === JSON.stringify(reason)), reason.fields.join());
    equal([contributions[0].fields, contributions[0].values], [["reviews_read"], [6]]);
  }),

  test("every contribution says how its value stands to the model", (scorer) => {
    const standing = (lead) => scorer.explain(lead).contributions.map((one) => one.standings.join(" "));
    equal(standing({ reviews_read: -1, emails_clicked: 10, pricing_views: 2, source: "moon", industry: "health" }), [
      "below-range", "above-range", "missing", "known", "missing", "unseen", "known", "missing", "known known", "missing unseen", "missing known",
    ]);
    const pairs = ["known unseen", "known unseen", "missing missing"];
    equal(standing({ pricing_views: 2, industry: "steel", newsletter: "yes", source: "moon" }).slice(-3), pairs);
  }),

  test("a pair is a contribution of both its fields", (scorer) => {
    const pair = (lead) => scorer.explain(lead).contributions[8];
    const found = { fields: ["pricing_views", "industry"], values: [4, "software"], logit: 0.95, standings: ["known", "known"] };
    equal(pair(READY_LEAD), found);
    const logits = [Number.NEGATIVE_INFINITY, 0.999, 1, 3.999, "4", Number.POSITIVE_INFINITY, null];
    equal(logits.map((views) => pair({ pricing_views: views, industry: "health" }).logit), [-0.15, -0.15, 0.04, 0.04, 0.1, 0.1, -0.07]);
    const industries = ["health", " software ", "Software", 7, null];
    equal(industries.map((industry) => pair({ pricing_views: 1, industry }).logit), [0.04, 0.2, -0.02, -0.02, 0.03]);
    equal(pair({ pricing_views: 1 }).values, [1, null]);
    equal(pair({ source: "fair" }).standings, ["missing", "missing"]);
  }),

  test("a flag in a pair is the level that says so", (scorer) => {
    const pair = (newsletter) => scorer.explain({ newsletter, source: "fair" }).contributions[9].logit;
    equal([true, "yes", false, "no", "Yes", null].map(pair), [-0.15, -0.15, 0.11, 0.11, 0.19, 0.24]);
  }),

  test("a field that only pairs read is described by them", (_, LeadScorer) => {
    const terms = MODEL.terms.filter(({ pair }) => pair);
    const { model } = LeadScorer.fromModel({ ...MODEL, terms, golden: [] });
    const described = (name) => model.fields.find((field) => field.name === name);
    equal(described("source").levels, ["fair", "referral"]);
    equal([described("pricing_views").range, described("reviews_read").range], [[1, 4], [0.5, 6]]);
    equal([described("webinars_attended").range, described("webinars_attended").levels], [undefined, []]);
  }),

  test("absent, null, undefined, NaN, empty and marked values are all missing", (scorer) => {
    const expected = scorer.score({ reviews_read: 3 }).logit;
    for (const missing of [null, undefined, Number.NaN, "", "  ", "NEVER"]) {
      equal(bits(scorer.score({ reviews_read: 3, days_since_last_touch: missing }).logit), bits(expected), String(missing));
    }
  }),

  test("numbers as text, flags and the ends of the number line are read", (scorer) => {
    const logit = (lead) => scorer.score(lead).logit;
    equal(logit({ reviews_read: " 4 " }), logit({ reviews_read: 4 }));
    equal(logit({ reviews_read: "0.1" }), logit({ reviews_read: 0.1 }));
    equal(logit({ reviews_read: "1.7976931348623157e308" }), logit({ reviews_read: 12 }));
    equal(logit({ reviews_read: true }), logit({ reviews_read: 1 }));
    equal(logit({ newsletter: true }), logit({ newsletter: "yes" }));
    equal(logit({ pricing_views: Number.POSITIVE_INFINITY }), logit({ pricing_views: 6 }));
    equal(logit({ pricing_views: Number.NEGATIVE_INFINITY }), logit({ pricing_views: 0 }));
    equal(logit({ pricing_views: -Number.MAX_VALUE }), logit({ pricing_views: 0 }));
  }),

  test("fields the model does not know are ignored, whatever they hold", (scorer) => {
    equal(scorer.score({ ...READY_LEAD, notes: { deep: [] }, when: new Date(0), big: 1n }), scorer.score(READY_LEAD));
  }),

  test("a wrong value names its field and what was expected", (scorer) => {
    for (const wrong of [{ reviews_read: "many" }, { reviews_read: {} }, { reviews_read: 3n }, { source: Symbol("x") }]) {
      const error = thrownBy(() => scorer.score(wrong));
      equal([error.name, error.code], ["SalesReadyError", "bad-value"]);
      ok(error.message.includes(`"${Object.keys(wrong)[0]}"`) && error.message.includes("expected"), error.message);
    }
  }),

  test("a lead without any of the model's fields, and what is no lead, are errors", (scorer) => {
    const error = thrownBy(() => scorer.score({ reviewsRead: 4 }));
    equal(error.code, "missing-field");
    ok(error.message.includes("reviews_read, emails_clicked"), error.message);
    for (const wrong of [undefined, null, 4, "lead", true, Symbol("x"), 1n]) {
      equal(thrownBy(() => scorer.score(wrong)).code, "bad-value", String(wrong));
      equal(thrownBy(() => scorer.explain(wrong)).code, "bad-value", String(wrong));
      equal(thrownBy(() => scorer.scoreBatch(wrong)).code, "bad-value", String(wrong));
    }
  }),

  test("what a lead's getter throws comes through, and the scorer goes on working", (scorer) => {
    const lead = { get reviews_read() { throw new RangeError("mine"); } };
    equal(thrownBy(() => scorer.score(lead)).message, "mine");
    const column = { *[Symbol.iterator]() { yield 1; throw new RangeError("mine too"); } };
    equal(thrownBy(() => scorer.scoreBatch({ reviews_read: column })).message, "mine too");
    equal(scorer.score(READY_LEAD).grade, "A");
  }),

  test("a batch equals its single scores", (scorer) => {
    const next = random(9);
    const leads = Array.from({ length: 300 }, () => randomLead(next));
    const columns = Object.fromEntries(MODEL.fields.map(({ name }) => [name, leads.map((lead) => lead[name])]));
    const batch = scorer.scoreBatch(columns);
    ok(batch.logits instanceof Float64Array && batch.probabilities instanceof Float64Array, "typed arrays");
    leads.forEach((lead, row) => {
      const { logit, probability, grade, readiness } = scorer.score(lead);
      const found = [bits(batch.logits[row]), bits(batch.probabilities[row]), batch.grades[row], batch.readiness[row]];
      equal(found, [bits(logit), bits(probability), grade, readiness], `row ${row}`);
    });
  }),

  test("typed arrays and plain arrays of numbers give the same batch", (scorer) => {
    const numbers = [0, 1, 2, 3, 250];
    const expected = scorer.scoreBatch({ reviews_read: numbers }).logits;
    for (const type of [Float64Array, Float32Array, Int32Array, Uint8Array, Uint16Array]) {
      equal(scorer.scoreBatch({ reviews_read: type.from(numbers) }).logits, expected, type.name);
    }
    equal(scorer.scoreBatch({ reviews_read: new Float64Array([Number.NaN]) }).logits, scorer.scoreBatch({ reviews_read: [null] }).logits);
    equal(scorer.scoreBatch({ reviews_read: [] }).grades, []);
  }),

  test("a batch's errors name the column and the place", (scorer) => {
    const message = (columns) => {
      const error = thrownBy(() => scorer.scoreBatch(columns));
      return `${error.code}: ${error.message}`;
    };
    ok(/^bad-value: at place 1 of the columns: .*"reviews_read".*"many"/.test(message({ reviews_read: [1, "many"] })), message({ reviews_read: [1, "many"] }));
    ok(/at place 1 of the columns: .*"source"/.test(message({ source: ["fair", {}] })), message({ source: ["fair", {}] }));
    ok(/one length: "reviews_read" has 2 values, "source" has 1/.test(message({ reviews_read: [1, 2], source: ["fair"] })), "lengths");
    ok(/^missing-field/.test(message({ other: [1] })), "no field");
    for (const wrong of ["text", 4, {}, null, new DataView(new ArrayBuffer(8))]) {
      ok(/expected an array of values for "reviews_read"/.test(message({ reviews_read: wrong })), String(wrong));
    }
    const gone = new Float64Array([1, 2]);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    ok(/^bad-value: the column "reviews_read" has lost its values/.test(message({ reviews_read: gone })), message({ reviews_read: gone }));
  }),

  test("the model describes its fields and its policy", (scorer) => {
    const { fields, threshold, probability, abstains, generator } = scorer.model;
    equal([threshold, probability, abstains, generator], [-0.4, 0.44, undefined, "hand-written fixture"]);
    equal(fields[1], { name: "emails_clicked", title: "e-mails clicked", type: "number", levels: [], engagement: true, actionable: true, range: [0, 9] });
    equal(fields[5].levels, ["fair", "organic search", "paid search", "referral"]);
  }),

  test("an indicative model abstains and says what is needed", (_, LeadScorer) => {
    const scorer = LeadScorer.fromModel(indicativeModel());
    equal(scorer.score(READY_LEAD).readiness, "abstain");
    const known = { conversions: 12, nonConversions: 300, needed: 40, neededForAuc: 75 };
    equal(scorer.model.abstains, { kind: "too-few", ...known, auc: [0.7, 0.56, 0.81] });
  }),

  test("a model without terms gives every lead the rate of all and no reasons", (_, LeadScorer) => {
    const scorer = LeadScorer.fromModel(silentModel());
    equal(scorer.model.abstains.kind, "no-signal");
    for (const lead of [READY_LEAD, COLD_LEAD, {}]) {
      const { score, contributions, reasonsFor, reasonsAgainst } = scorer.explain(lead);
      equal([score.logit, score.readiness, score.grade], [-1.1, "abstain", "C"]);
      equal([contributions, reasonsFor, reasonsAgainst], [[], [], []]);
    }
  }),

  test("levels that differ by case or by how their letters are composed are different ones", (_, LeadScorer) => {
    // In the order of letters, in which the last stands before none of the basic plane.
    const names = ["CAFE", "Cafe", "cafe\u0301", "caf\u00e9", "\uffe5", "😀"];
    const levels = names.map((level, place) => ({ level, value: place + 1 }));
    const terms = [{ table: { field: "name", levels } }];
    const scorer = LeadScorer.fromModel({ ...MODEL, fields: [{ name: "name", type: "category" }], terms, intercept: 0, golden: [] });
    equal([...scorer.scoreBatch({ name: [...names, "cafe"] }).logits], [1, 2, 3, 4, 5, 6, 0]);
  }),

  test("a message quotes the beginning of what is wrong, be it a book", (scorer) => {
    const { message } = thrownBy(() => scorer.score({ pricing_views: "many ".repeat(100_000) }));
    ok(message.startsWith('expected a number for "pricing_views", found "many many') && message.length < 300, message.slice(0, 300));
  }),

  test("a table of more than one chunk names the row that is wrong, and of many fields has smaller ones", (scorer, LeadScorer) => {
    const views = Array.from({ length: 5000 }, (_, row) => row % 7);
    const { message } = thrownBy(() => scorer.scoreBatch({ pricing_views: views.with(4500, "many") }));
    ok(message.startsWith('at place 4500 of the columns: expected a number for "pricing_views"'), message);
    const fields = Array.from({ length: 3000 }, (_, place) => ({ name: `field ${place}`, type: { number: { decimal: "." } } }));
    const terms = [{ curve: { field: "field 2999", x: [0, 10], y: [0, 10] } }];
    const wide = LeadScorer.fromModel({ ...MODEL, fields, terms, intercept: 0, golden: [] });
    equal(wide.scoreBatch({ "field 2999": views }).logits, views);
  }),

  test("a scorer that was freed says so, may be freed again, and leaves others alone", (_, LeadScorer) => {
    const [first, second, third] = [0, 1, 2].map(() => LeadScorer.fromModel(MODEL));
    const expected = first.score(READY_LEAD);
    second.free();
    second.free();
    second[Symbol.dispose ?? "free"]();
    for (const ask of ["score", "explain", "scoreBatch"]) {
      const { code, message } = thrownBy(() => second[ask]({ reviews_read: [1] }));
      equal([code, message], ["engine", "this scorer was freed; make another of the model, or free it later"]);
    }
    equal(third.score(READY_LEAD), expected);
    third.free();
    equal(first.score(READY_LEAD), expected);
    first.free();
  }),

  test("a number in a category is the level that its shortest decimal text names", (_, LeadScorer) => {
    const numbers = { "0": 0, "-0": -0, "1.5": 1.5, "0.1": 0.1, "-7": -7, "9007199254740994": 2 ** 53 + 2, "0.00000012": 1.2e-7, "1000000000000000000000": 1e21, "-12300000000000000000000": -1.23e22, inf: Infinity, "-inf": -Infinity };
    const levels = Object.keys(numbers).sort().map((level, place) => ({ level, value: place + 1 }));
    const model = { ...MODEL, fields: [{ name: "code", type: "category" }], intercept: 0, golden: [] };
    const scorer = LeadScorer.fromModel({ ...model, terms: [{ table: { field: "code", levels } }] });
    for (const { level, value } of levels) equal(scorer.score({ code: numbers[level] }).logit, value, level);
  }),

  test("a golden vector that does not reproduce is refused", (_, LeadScorer) => {
    const [first, ...others] = MODEL.golden;
    const last = first.bits.endsWith("0") ? "1" : "0";
    const changed = { ...MODEL, golden: [{ ...first, bits: first.bits.slice(0, -1) + last }, ...others] };
    equal(thrownBy(() => LeadScorer.fromModel(changed)).code, "model-golden");
    const moved = structuredClone(MODEL);
    moved.terms[0].curve.y[3] += 2 ** -40;
    moved.terms[0].curve.y[2] += 2 ** -40;
    equal(thrownBy(() => LeadScorer.fromModel(moved)).code, "model-golden");
  }),

  test("memory that grows does not disturb scores", (scorer, LeadScorer) => {
    const before = scorer.score(READY_LEAD);
    const rows = 200_000;
    const columns = { reviews_read: new Float64Array(rows).fill(6), source: new Array(rows).fill("referral") };
    const { logits } = scorer.scoreBatch(columns);
    equal(bits(logits[rows - 1]), bits(scorer.score({ reviews_read: 6, source: "referral" }).logit));
    const others = Array.from({ length: 200 }, () => LeadScorer.fromModel(MODEL));
    equal(others.at(-1).explain(READY_LEAD), scorer.explain(READY_LEAD));
    equal(scorer.score(READY_LEAD), before);
    for (const other of others) other.free();
  }),
];

/** A lead with missing, unseen, extreme and ordinary values. */
function randomLead(next) {
  const pick = (values) => values[Math.floor(next() * values.length)];
  const number = () =>
    pick([
      () => Math.floor(next() * 14),
      () => (next() - 0.2) * 40,
      () => null,
      () => String(Math.round(next() * 1e4) / 1e3),
      () => pick([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e308, -1e308, 5e-324, 2 ** 53]),
    ])();
  return {
    reviews_read: number(),
    emails_clicked: number(),
    webinars_attended: number(),
    pricing_views: number(),
    days_since_last_touch: number(),
    source: pick(["fair", "referral", " paid search ", "Select", "moon", "", null, 7, true]),
    industry: pick(["software", "health", undefined, "Software"]),
    newsletter: pick([true, false, "yes", "no", null]),
  };
}
