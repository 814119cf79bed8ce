// What `JSON.parse` made of a model file, checked for its shape and written out as a row of numbers and a row of texts, for
// `parsed.rs` to read in the same order. Here, since the same checks weigh four times as much in WebAssembly.
//
// A list is its length and its items; what may be absent, 0 or 1 and then itself; what may be one of several, its place
// among them from 0 and then itself.

const SIDES = ["marketing", "sales"];
const STAGES = ["awareness", "interest", "consideration", "intent", "purchase", "loyalty"];
const MEASURES = ["since-last", "since-first", "kinds", "active-days", "gap", "alternations", "stage"];

/** The rows; throws a text that says what was expected, and where: `terms[3].curve.x[2]: expected a number`. */
export function flatten(file) {
  const numbers = [];
  const texts = [];

  const say = ({ path }, what) => {
    throw `${path && `${path}: `}expected ${what}`;
  };
  const fail = (part, what) => say(part, part.js == null ? "something, found nothing" : what);
  const isObject = ({ js }) => typeof js === "object" && js !== null;
  const get = (part, key) => {
    if (!isObject(part)) say(part, "an object");
    return { js: part.js[key], path: part.path ? `${part.path}.${key}` : key };
  };
  const has = (part, key) => isObject(part) && part.js[key] != null;

  const number = (part) => numbers.push(typeof part.js === "number" ? part.js : fail(part, "a number"));
  const text = (part) => texts.push(typeof part.js === "string" ? part.js : fail(part, "a text"));
  const letter = (part) => texts.push(/^.$/su.test(part.js) && typeof part.js === "string" ? part.js : fail(part, "one character"));
  const count = (part) => numbers.push(Number.isInteger(part.js) && part.js >= 0 && part.js < 9e15 ? part.js : fail(part, "a count"));
  const list = (read) => (part) => {
    if (!Array.isArray(part.js)) fail(part, "a list");
    numbers.push(part.js.length);
    for (let place = 0; place < part.js.length; place += 1) read({ js: part.js[place], path: `${part.path}[${place}]` });
  };
  const two = (read) => (part) => {
    if (Array.isArray(part.js) && part.js.length !== 2) fail(part, "two entries");
    list(read)(part);
  };
  const values = list(number);
  /** One of some names. */
  const named = (names, what) => (part) => numbers.push(names.indexOf(part.js) + 1 || fail(part, what));
  /** Parts that must be there. */
  const all = (part, reads) => {
    for (const [key, read] of Object.entries(reads)) read(get(part, key));
  };
  /** A part that may be absent. */
  const maybe = (read) => (part) => {
    numbers.push(part.js == null ? 0 : 1);
    if (part.js != null) read(part);
  };
  const orZero = (part) => (part.js == null ? numbers.push(0) : number(part));
  /** One of several parts, the first that is there. */
  const either = (part, what, reads) => {
    const place = Object.keys(reads).findIndex((key) => has(part, key));
    if (place < 0) say(part, isObject(part) || typeof part.js === "string" ? what : "an object");
    numbers.push(place);
    const [key, read] = Object.entries(reads)[place];
    read(get(part, key));
  };

  const field = (part) => {
    all(part, { name: text, title: maybe(text) });
    const type = get(part, "type");
    const category = type.js === "category";
    numbers.push(category ? 1 : 0);
    if (!category) {
      if (!has(type, "number")) say(type, '"category" or a number format');
      all(get(type, "number"), { decimal: letter, group: maybe(letter), unit: maybe(text) });
    }
    maybe(list(text))(get(part, "missing"));
    maybe(number)(get(part, "known"));
  };
  const curve = (part) =>
    all(part, { field: maybe(text), x: values, y: values, missing: orZero, missing_se: maybe(number), se: maybe(values) });
  const level = (part) => all(part, { level: text, value: number, se: maybe(number) });
  const table = (part) =>
    all(part, { field: text, levels: list(level), unseen: orZero, unseen_se: maybe(number), missing: orZero, missing_se: maybe(number) });
  const axis = (part) => either(part, "cuts or levels", { cuts: values, levels: list(text) });
  const pair = (part) => all(part, { fields: two(text), axes: two(axis), values: list(values), se: maybe(list(values)) });
  const term = (part) => either(part, "a curve, a table or a pair", { curve, table, pair });

  const side = named(SIDES, "marketing or sales");
  const stage = named(STAGES, `one of ${STAGES.join(", ")}`);
  const of = (part) => {
    if (part.js === "all") numbers.push(2);
    else either(part, '"all", a side or a kind', { side, kind: text });
  };
  const measure = (part) => {
    const days = (key) => (part) => number(get(part, key));
    const place = MEASURES.indexOf(part.js);
    if (place < 0) either(part, "a measure of touches", { decayed: days("half_life"), window: days("days") });
    else numbers.push(place + 2);
  };
  const recipe = (part) =>
    all(part, {
      kinds: maybe(list((part) => all(part, { kind: text, side: maybe(side), stage: maybe(stage) }))),
      fields: list((part) => all(part, { name: text, of, measure })),
    });

  const threshold = (part) => {
    if (part.js === undefined) fail(part);
    maybe(number)(part);
  };
  const basis = (part) =>
    either(part, "the economics or the F1 behind the threshold", {
      economics: (part) => all(part, { cost_per_contact: number, value_per_conversion: number }),
      f1: (part) => all(part, { f1: number }),
    });
  const grades = (part) => {
    if (Array.isArray(part.js) && part.js.length !== 3) fail(part, "three numbers");
    values(part);
  };
  const estimate = (part) => all(part, { value: number, low: number, high: number });
  const abstention = (part) =>
    all(part, {
      kind: named(["too-few", "no-signal"], "too-few or no-signal"),
      conversions: count,
      non_conversions: count,
      needed: count,
      needed_for_auc: count,
      auc: estimate,
    });
  const past = (part) => all(part, { leads: number, percentiles: values });
  const policy = (part) =>
    all(part, { threshold, probability: number, basis, grades, abstains: maybe(abstention), past: maybe(past) });

  const value = (part) => {
    const { js } = part;
    const place = [js == null, typeof js === "number", typeof js === "string", typeof js === "boolean"].indexOf(true);
    numbers.push(place < 0 ? fail(part, "a value of a lead") : place);
    if (place === 2) texts.push(js);
    else if (place > 0) numbers.push(Number(js));
  };
  const lead = (part) => {
    const keys = isObject(part) ? Object.keys(part.js) : fail(part, "an object");
    numbers.push(keys.length);
    for (const key of keys) {
      texts.push(key);
      value(get(part, key));
    }
  };
  const golden = (part) => all(part, { lead, logit: number, bits: text });

  all({ js: file, path: "" }, {
    format: text,
    generator: text,
    fields: list(field),
    intercept: number,
    terms: list(term),
    touches: maybe(recipe),
    calibration: curve,
    policy,
    golden: list(golden),
  });
  return [new Float64Array(numbers), texts];
}
