// What `LeadScorer.fromModel` takes for a model file, and how it refuses the others. The host passes the package's exports.

import { fixtureModel, indicativeModel } from "../fixtures/model.mjs";
import { equal, ok, thrownBy } from "./check.mjs";

const MODEL = fixtureModel();

const test = (name, run) => ({ name, run: ({ LeadScorer }) => run(LeadScorer.fromModel(MODEL), LeadScorer) });

export const tests = [
  test("another reason to abstain is refused", (_, LeadScorer) => {
    const model = indicativeModel();
    model.policy.abstains.kind = "moody";
    const { code, message } = thrownBy(() => LeadScorer.fromModel(model));
    equal([code, message.includes("policy.abstains.kind: expected too-few or no-signal")], ["model-invalid", true]);
  }),

  test("a file that is no model is refused with what was expected", (_, LeadScorer) => {
    const code = (model) => thrownBy(() => LeadScorer.fromModel(model)).code;
    for (const wrong of ["", "{", "null", "[]", "{}", "4", null, undefined, 4, [], {}, Symbol("x")]) {
      equal(code(wrong), "model-invalid", String(wrong));
    }
    for (const part of ["fields", "terms", "intercept", "calibration", "policy", "golden"]) {
      const { [part]: _gone, ...rest } = MODEL;
      const error = thrownBy(() => LeadScorer.fromModel(rest));
      equal(error.code, "model-invalid", part);
      ok(error.message.includes(part), error.message);
      equal(code({ ...MODEL, [part]: "wrong" }), "model-invalid", part);
    }
    equal(code({ ...MODEL, format: "sales-ready/2" }), "model-format");
    const error = thrownBy(() => LeadScorer.fromModel({ format: "sales-ready/9", generator: "tomorrow" }));
    ok(error.message.includes('"sales-ready/9"') && error.message.includes("tomorrow"), error.message);
  }),

  // `tests/tests/all/parity.rs` has the same files: all readers draw the line at the same place.
  test("a small file that asks for much is refused", (_, LeadScorer) => {
    const many = (length, entry) => Array.from({ length }, (_, at) => entry(at));
    const file = (fields, levels, pairs, golden) => ({
      ...MODEL,
      fields: many(fields, (at) => ({ name: `f${at}`, type: "category" })),
      intercept: 0,
      terms: [
        { table: { field: "f0", levels: many(levels, (at) => ({ level: `${at}`.padStart(6, "0"), value: 0 })) } },
        ...many(pairs, (at) => ({ pair: { fields: ["f0", `f${at + 1}`], axes: [{ levels: [] }, { levels: [] }], values: [[0, 0], [0, 0]] } })),
      ],
      golden: many(golden, () => ({ lead: { f0: "x" }, logit: 0, bits: "0".repeat(16) })),
    });
    for (const [fields, levels, pairs, golden] of [[1000, 3000, 999, 0], [1499, 0, 0, 2000]]) {
      LeadScorer.fromModel(file(fields, levels, pairs, golden)).free();
      const { code, message } = thrownBy(() => LeadScorer.fromModel(file(fields + 1, levels, pairs && pairs + 1, golden + 1)));
      equal([code, message], ["model-invalid", "expected a model file (sales-ready/1): terms: expected fewer levels, pairs or golden vectors: train a smaller model"]);
    }
  }),

  test("a file that begins with a byte order mark is read", (scorer, LeadScorer) => {
    const text = JSON.stringify(MODEL);
    equal(LeadScorer.fromModel(`\ufeff${text}`).score({ reviews_read: 1 }).logit, scorer.score({ reviews_read: 1 }).logit);
    // Elsewhere it is a letter.
    for (const wrong of [`\ufeff\ufeff${text}`, text.replace(",", "\ufeff,")]) equal(thrownBy(() => LeadScorer.fromModel(wrong)).code, "model-invalid");
  }),

  test("a damaged file says where", (_, LeadScorer) => {
    const message = (change) => {
      const model = structuredClone(MODEL);
      change(model);
      return thrownBy(() => LeadScorer.fromModel(model)).message;
    };
    const at = (place) => `expected a model file (sales-ready/1): ${place}`;
    equal(message((model) => (model.terms[2].curve.x[1] = "1")), at("terms[2].curve.x[1]: expected a number"));
    equal(message((model) => delete model.fields[3].name), at("fields[3].name: expected something, found nothing"));
    equal(message((model) => (model.fields[0].type = "date")), at('fields[0].type: expected "category" or a number format'));
    equal(message((model) => (model.golden[0].lead.source = {})), at("golden[0].lead.source: expected a value of a lead"));
    equal(message((model) => (model.policy.grades = [1])), at("policy.grades: expected three numbers, none greater than the one before"));
    equal(message((model) => (model.terms[0] = { grid: {} })), at("terms[0]: expected a curve, a table or a pair"));
    equal(message((model) => (model.terms[8].pair.values[1][0] = null)), at("terms[8].pair.values[1][0]: expected something, found nothing"));
    equal(message((model) => (model.terms[8].pair.axes[1] = { cut: [1] })), at("terms[8].pair.axes[1]: expected cuts or levels"));
    for (const fields of [["pricing_views"], ["pricing_views", "industry", "source"]]) {
      equal(message((model) => (model.terms[8].pair.fields = fields)), at("terms[8].pair.fields: expected two entries"));
    }
    equal(message((model) => model.terms[8].pair.values.pop()), at("terms[8].pair.values: expected a value for each cell of the axes"));
    equal(message((model) => model.terms[8].pair.axes.reverse()), at('terms[8]: expected cuts for a number and levels for a category, of "pricing_views" and "industry"'));
    equal(message((model) => model.terms.reverse()), at("terms[3]: expected pairs behind curves and tables"));
    equal(message((model) => model.terms.push(model.terms[0])), at('terms[11]: expected one term of "reviews_read", found two'));
    equal(message((model) => model.terms.splice(1, 0, model.terms[0])), at('terms[1]: expected one term of "reviews_read", found two'));
    equal(message((model) => (model.terms[2].curve.field = "moon")), at('terms[2]: expected a field of the model, found "moon"'));
    equal(message((model) => (model.fields[1].name = "reviews_read")), at('fields[0]: expected one field of the name "reviews_read", found two'));
    equal(message((model) => (model.calibration.y = [3, 2, 4])), at("calibration.y: expected values that do not decrease"));
    equal(message((model) => (model.terms[0].curve.y[0] = model.terms[1].curve.y[0] = 1.7e308)), at("terms: expected contributions that add up to a finite number"));
    equal(message((model) => (model.terms = new Array(2 ** 32 - 1))), at("terms[0]: expected an object"));
    equal(message((model) => (model.terms[0].curve.x = [1, 0, 2, 3])), at("terms[0].curve.x: expected finite, strictly increasing numbers"));
  }),

  test("a file that native readers take is taken, whatever else stands in it", (_, LeadScorer) => {
    const expected = LeadScorer.fromModel(MODEL).model;
    const changed = (change) => {
      const model = structuredClone({ ...MODEL, golden: [] });
      change(model);
      return LeadScorer.fromModel(model);
    };
    equal(changed((model) => (model.terms[8].pair.se = [])).model, expected, "no standard errors");
    equal(changed((model) => Object.assign(model.terms[0].curve, { fields: 3, axes: [3], levels: 3 })).model, expected, "unknown keys");
    // No curve's step, which would have to be a number: cuts are only compared.
    const wide = changed((model) => (model.terms[8].pair.axes[0].cuts = [-1.7e308, 1.7e308]));
    equal(wide.explain({ pricing_views: 0, industry: "software" }).contributions[8].logit, 0.2);
  }),

  test("a file that native readers refuse for half a letter is refused", (_, LeadScorer) => {
    for (const half of ["\ud800", "\udc00x", "x\ud83d"]) {
      const model = { ...MODEL, fields: [...MODEL.fields, { name: half, type: "category" }] };
      equal(thrownBy(() => LeadScorer.fromModel(model)).message, "expected a model file (sales-ready/1): fields[8].name: expected a text without halves of characters");
    }
    const model = { ...MODEL, fields: [...MODEL.fields, { name: "😀", type: "category" }] };
    equal(LeadScorer.fromModel(model).score({ "😀": "😀" }).logit, LeadScorer.fromModel(MODEL).score({ source: null }).logit);
  }),

  test("what a model's getter throws is a model that cannot be read, and each is asked once", (_, LeadScorer) => {
    const asked = (times) => {
      let read = 0;
      return { ...MODEL, get fields() { if (read++ < times) return MODEL.fields; throw new RangeError("mine"); } };
    };
    const { name, code, message } = thrownBy(() => LeadScorer.fromModel(asked(0)));
    equal([name, code, message], ["SalesReadyError", "model-invalid", "expected a model file (sales-ready/1): mine"]);
    equal(LeadScorer.fromModel(asked(1)).model, LeadScorer.fromModel(MODEL).model);
  }),

  test("what a page has added to all objects is no part of a model", (_, LeadScorer) => {
    const expected = LeadScorer.fromModel(MODEL).model;
    for (const added of [1, () => "mine"]) {
      Object.prototype.added = added;
      try {
        equal(LeadScorer.fromModel(MODEL).model, expected);
        equal(thrownBy(() => LeadScorer.fromModel({ ...MODEL, terms: [{}] })).code, "model-invalid");
      } finally {
        delete Object.prototype.added;
      }
    }
  }),

  test("a list that is longer when it is read than when it is asked is judged by what was read", (_, LeadScorer) => {
    const { pair } = MODEL.terms[8];
    for (const key of ["fields", "axes"]) {
      let asked = 0;
      const list = [...pair[key], pair[key][1]];
      const shifty = new Proxy(list, { get: (_, name) => (name === "length" && asked++ === 0 ? 2 : list[name]) });
      const { message } = thrownBy(() => LeadScorer.fromModel({ ...MODEL, terms: [{ pair: { ...pair, [key]: shifty } }] }));
      equal(message, `expected a model file (sales-ready/1): terms[0].pair.${key}: expected two entries`);
    }
  }),

  test("fields and levels may have the names that every object has", (_, LeadScorer) => {
    const names = ["__proto__", "constructor", "hasOwnProperty", "toString"];
    const fields = names.map((name) => ({ name, type: "category" }));
    const levels = [...names].sort().map((level, place) => ({ level, value: place + 1 }));
    const terms = names.map((field) => ({ table: { field, levels, unseen: 100, missing: 1000 } }));
    const scorer = LeadScorer.fromModel(JSON.stringify({ ...MODEL, fields, terms, intercept: 0, golden: [] }));
    equal(scorer.score(JSON.parse('{"__proto__": "constructor", "toString": "valueOf"}')).logit, 2 + 1000 + 1000 + 100);
    equal(thrownBy(() => scorer.score({})).code, "missing-field");
    equal([...scorer.scoreBatch({ constructor: names }).logits], [1, 2, 3, 4].map((value) => 3000 + value));
  }),
];
