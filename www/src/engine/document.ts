// A model file, as `JSON.parse` made it → its parts, copied and checked, for the engine checks nothing.
// What is made of touches, the card and the leads of golden vectors stay the page's own: who reads them checks them.

import { each, either, fail, isObject, isSorted, list, made, maybe, number, object, oneOf, or, say, SORTED, such, text, truth, type Read } from "./parts.js";

/** What an axis tells apart: intervals of a number, or the levels of a category. */
export interface Axis {
  cuts?: number[];
  levels?: string[];
}

/** A curve is a term of one axis with cuts, its knots; a table of one with levels; a pair of two. */
export interface Term {
  fields: string[];
  axes: Axis[];
  values: number[];
  missing: number;
}

const falls = (values: number[]) => each(values, (value, before) => value <= before);
const rises = (values: number[]) => each(values, (value, before) => value >= before);

const anything: Read<unknown> = ({ js }) => js;
const isShare = (value: number) => value >= 0 && value <= 1;
const share = such(number, isShare, "a share from 0 to 1");
const count = such(number, (value) => Number.isInteger(value) && value >= 0 && value < 9e15, "a count");
const orZero = or(0, number);
/** Such as a standard error, which is for people. */
const orNone = maybe(number);
const numbers = list(number);
const rising = such(numbers, (values) => each(values, (value, before) => value > before), "finite, strictly increasing numbers");
const letter = such(text, (value) => /^.$/su.test(value), "one character");
const texts = list(text);

const format = either('"category" or a number format', { number: object({ decimal: letter, group: maybe(letter), unit: maybe(text) }) });
const field = object({
  name: text,
  title: maybe(text),
  /** Of a number its format. */
  type: (part) => (part.js === "category" ? undefined : format(part)[1]),
  /** Texts that mean "not known". */
  missing: or([], texts),
  /** How often it is known. */
  known: made(maybe(share), (known) => known ?? 1),
  engagement: or(false, truth),
  actionable: or(false, truth),
});

const curve = made(
  object({ field: or("", text), x: rising, y: numbers, se: or([], numbers), missing: orZero, missing_se: orNone }),
  ({ field, x, y, se, missing }, part): Term => {
    if (x.length === 0 || x.length !== y.length) say(part, "as many values as knots, and at least one");
    if (se.length > 0 && se.length !== y.length) say(part, "as many standard errors as knots, or none");
    if (![x, y].every((values) => each(values, (value, before) => Number.isFinite(value - before)))) say(part, "finite steps from knot to knot");
    return { fields: [field], axes: [{ cuts: x }], values: y, missing };
  },
);

const table = made(
  object({
    field: text,
    levels: list(object({ level: text, value: number, se: orNone })),
    unseen: orZero,
    unseen_se: orNone,
    missing: orZero,
    missing_se: orNone,
  }),
  ({ field, levels: found, unseen, missing }, part): Term => {
    const levels = found.map(({ level }) => level);
    if (!isSorted(levels)) say({ of: part, key: "levels" }, SORTED);
    return { fields: [field], axes: [{ levels }], values: [...found.map(({ value }) => value), unseen, missing], missing };
  },
);

const two = <T>(read: Read<T>) => such(list(read), ({ length }) => length === 2, "two entries");
const axis = made(either("cuts or levels", { cuts: rising, levels: such(texts, isSorted, SORTED) }), ([kind, entries]): Axis => ({ [kind]: entries }));
const grid = list(numbers);
const pair = made(object({ fields: two(text), axes: two(axis), values: grid, se: or([], grid) }), ({ fields, axes, values, se }, part): Term => {
  // An axis has two cells more than entries: of a number the last interval and what is missing, of a category any other level, too.
  const [rows, columns] = axes.map(({ cuts, levels }) => (cuts ?? levels!).length + 2);
  const fits = (grid: number[][]) => grid.length === rows && grid.every(({ length }) => length === columns);
  if (!fits(values)) say({ of: part, key: "values" }, "a value for each cell of the axes");
  if (se.length > 0 && !fits(se)) say({ of: part, key: "se" }, "a value for each cell of the axes");
  return { fields, axes, values: values.flat(), missing: 0 };
});

const term = made(either("a curve, a table or a pair", { curve, table, pair }), ([, term]) => term);

const policy = object({
  /** `null` where no lead is worth its contact, but it has to be said. */
  threshold: (part) => (part.js === undefined ? fail(part, "") : orNone(part)),
  probability: such(number, isShare, "a probability"),
  basis: either("the economics or the F1 behind the threshold", {
    economics: object({ cost_per_contact: number, value_per_conversion: number }),
    f1: object({ f1: number }),
  }),
  grades: such(numbers, (values) => values.length === 3 && falls(values), "three numbers, none greater than the one before"),
  abstains: maybe(
    object({
      kind: oneOf(["too-few", "no-signal"]),
      conversions: count,
      non_conversions: count,
      needed: count,
      needed_for_auc: count,
      auc: object({ value: number, low: number, high: number }),
    }),
  ),
  past: maybe(
    such(
      object({ leads: number, percentiles: numbers }),
      ({ leads, percentiles }) => leads >= 0 && percentiles.length === 99 && rises(percentiles),
      "a number of leads and 99 percentiles in order",
    ),
  ),
});

/** A lead whose values are those of a file. */
const lead: Read<object> = (part) => {
  if (!isObject(part.js) || Array.isArray(part.js)) say(part, "an object");
  for (const [key, js] of Object.entries(part.js)) {
    if (js !== null && !["number", "string", "boolean"].includes(typeof js)) say({ of: part, key }, "a value of a lead");
  }
  return part.js;
};

const calibration = made(curve, (curve, part) => {
  if (!rises(curve.values)) say({ of: part, key: "y" }, "values that do not decrease");
  return curve;
});

const document = object({
  generator: text,
  fields: list(field),
  intercept: number,
  terms: list(term),
  calibration,
  policy,
  /** Checked by `recipe.ts`, which few pages need. */
  touches: anything,
  golden: list(object({ lead, logit: number, bits: text })),
  /** Not checked: it is for people. */
  card: anything,
});

/** What is read of a file. */
export type Document = ReturnType<typeof document>;

/** Reads and checks a file by its parts; throws a text that says what was expected, and where. `compile` checks how they fit. */
export function read(file: object): Document {
  return document({ js: file });
}
