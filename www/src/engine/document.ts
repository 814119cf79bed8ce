// A model file, as `JSON.parse` made it → its parts, copied and checked, for the engine checks nothing. What is wrong is said with its
// place: `terms[3].curve.x[2]: expected a number`.

import type { Side } from "../generated/sales_ready_wasm.js";
import { inOrder, SIDES, STAGES } from "./names.js";

/** A part of the file, and where it is: told only where something is wrong, since a file has thousands of them. */
interface Part {
  js?: any; // Whatever a page gives: each is checked before it is used.
  of?: Part | undefined;
  key?: string | number;
}

type Read<T> = (part: Part) => T;

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

const MEASURES = ["since-last", "since-first", "kinds", "active-days", "gap", "alternations", "stage"];

/** Throws what was expected, as a text. */
function say(part: Part, what: string): never {
  const path = pathOf(part);
  throw `${path && `${path}: `}expected ${what}`;
}

function pathOf({ of, key }: Part): string {
  if (!of) return "";
  const path = pathOf(of);
  return typeof key === "number" ? `${path}[${key}]` : path ? `${path}.${key}` : `${key}`;
}

function fail(part: Part, what: string): never {
  return say(part, part.js == null ? "something, found nothing" : what);
}

function isObject({ js }: Part): boolean {
  return typeof js === "object" && js !== null;
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** What is made of what is read. */
const made =
  <T, U>(read: Read<T>, make: (value: T, part: Part) => U): Read<U> =>
  (part) =>
    make(read(part), part);

/** What is read has to hold, too. */
const such = <T>(read: Read<T>, holds: (value: T) => boolean, what: string): Read<T> => made(read, (value, part) => (holds(value) ? value : say(part, what)));

/** What may be absent. */
const or =
  <T, U>(otherwise: U, read: Read<T>): Read<T | U> =>
  (part) =>
    part.js == null ? otherwise : read(part);
const maybe = <T>(read: Read<T>) => or(undefined, read);

const list =
  <T>(read: Read<T>): Read<T[]> =>
  (part) => {
    if (!Array.isArray(part.js)) fail(part, "a list");
    // Not by `map`, which skips the holes of an array that is four billion long.
    const items: T[] = [];
    for (let key = 0; key < part.js.length; key += 1) items.push(read({ js: part.js[key], of: part, key }));
    return items;
  };

/** An object, of whose keys each has its reader. */
const object =
  <T extends object>(readers: { [K in keyof T]: Read<T[K]> }): Read<T> =>
  (part) => {
    if (!isObject(part)) say(part, "an object");
    const read = {} as T;
    for (const key in readers) read[key] = readers[key]({ js: part.js[key], of: part, key });
    return read;
  };

/** An object with one of some keys: the first that it has, and what that holds. */
const either =
  <T extends object>(what: string, readers: { [K in keyof T]: Read<T[K]> }): Read<{ [K in keyof T]: [K, T[K]] }[keyof T]> =>
  (part) => {
    for (const key in readers) if (isObject(part) && part.js[key] != null) return [key, readers[key]({ js: part.js[key], of: part, key })];
    return say(part, isObject(part) || typeof part.js === "string" ? what : "an object");
  };

const oneOf =
  <T extends string>(names: readonly T[]): Read<T> =>
  (part) =>
    names.includes(part.js) ? part.js : fail(part, names.length === 2 ? names.join(" or ") : `one of ${names.join(", ")}`);

/** Whether each value has its place behind the one before. */
function each<T>(values: readonly T[], follows: (value: T, before: T) => boolean): boolean {
  return values.every((value, at) => at === 0 || follows(value, values[at - 1]!));
}

const falls = (values: number[]) => each(values, (value, before) => value <= before);
const isSorted = (texts: string[]) => each(texts, (text, before) => inOrder(before, text) < 0);

const anything: Read<unknown> = ({ js }) => js;
const number: Read<number> = (part) => (Number.isFinite(part.js) ? part.js : fail(part, "a number"));
const share = such(number, (value) => value >= 0 && value <= 1, "a share from 0 to 1");
const count = such(number, (value) => Number.isInteger(value) && value >= 0 && value < 9e15, "a count");
const days = such(number, (value) => value > 0, "a number of days above 0");
const orZero = or(0, number);
/** Such as a standard error, which is for people. */
const orNone = maybe(number);
const numbers = list(number);
const rising = such(numbers, (values) => each(values, (value, before) => value > before), "finite, strictly increasing numbers");
// Half a letter alone is in no text that other readers of the file take.
const text: Read<string> = (part) => {
  if (typeof part.js !== "string") fail(part, "a text");
  return /\p{Surrogate}/u.test(part.js) ? say(part, "a text without halves of characters") : part.js;
};
const letter = such(text, (value) => /^.$/su.test(value), "one character");
const texts = list(text);
const SORTED = "sorted, distinct texts";

const format = either('"category" or a number format', { number: object({ decimal: letter, group: maybe(letter), unit: maybe(text) }) });
const field = object({
  name: text,
  title: maybe(text),
  /** Of a number its format. */
  type: (part) => (part.js === "category" ? undefined : format(part)[1]),
  /** Texts that mean "not known". */
  missing: or([], texts),
  /** How often it is known. */
  known: or(1, share),
  engagement: anything,
  actionable: anything,
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
  probability: such(number, (value) => value >= 0 && value <= 1, "a probability"),
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
      ({ leads, percentiles }) => leads >= 0 && percentiles.length === 99 && falls(percentiles.toReversed()),
      "a number of leads and 99 percentiles in order",
    ),
  ),
});

const selection = either('"all", a side or a kind', { side: oneOf(SIDES), kind: text });
const measure = either("a measure of touches", { decayed: object({ half_life: days }), window: object({ days }) });
const touched = object({
  name: text,
  /** Which touches it is made of: those of a side, of a kind, or all. */
  of: (part): { side?: Side; kind?: string } => (part.js === "all" ? {} : Object.fromEntries([selection(part)])),
  /** The measure's place in the engine's list, and its days. */
  measure: (part): [number, number] => {
    const place = MEASURES.indexOf(part.js);
    if (place >= 0) return [place + 2, 0];
    const found = measure(part);
    return found[0] === "decayed" ? [0, found[1].half_life] : [1, found[1].days];
  },
});
const recipe = object({
  kinds: such(
    or([], list(object({ kind: text, side: maybe(oneOf(SIDES)), stage: maybe(oneOf(STAGES)) }))),
    (kinds) => isSorted(kinds.map(({ kind }) => kind)),
    SORTED,
  ),
  fields: such(list(touched), (fields) => new Set(fields.map(({ name }) => name)).size === fields.length, "fields of different names"),
});

/** A lead whose values are those of a file. */
const lead: Read<object> = (part) => {
  if (!isObject(part)) say(part, "an object");
  for (const [key, js] of Object.entries(part.js)) {
    if (js !== null && !["number", "string", "boolean"].includes(typeof js)) say({ of: part, key }, "a value of a lead");
  }
  return part.js;
};

const calibration = made(curve, (curve, part) => {
  if (!each(curve.values, (value, before) => value >= before)) say({ of: part, key: "y" }, "values that do not decrease");
  return curve;
});

const document = object({
  generator: text,
  fields: list(field),
  intercept: number,
  terms: list(term),
  calibration,
  policy,
  touches: maybe(recipe),
  golden: list(object({ lead, logit: number, bits: text })),
  card: anything,
});

/** What is read of a file. */
export type Document = ReturnType<typeof document>;

/** Reads and checks a file by its parts; throws a text that says what was expected, and where. `compile` checks how they fit. */
export function read(file: object): Document {
  return document({ js: file });
}

/** Throws what was expected of an item of a list, or of all of it. */
export function sayOf(key: string, at: number | undefined, what: string): never {
  const list = { of: {}, key };
  return say(at === undefined ? list : { of: list, key: at }, what);
}
