// A model file, as `JSON.parse` made it → the numbers that the engine takes, and what reads a lead's values for it. Everything
// is checked here, for the engine checks nothing; what is wrong is said with its place: `terms[3].curve.x[2]: expected a number`.

import { readerOf, type FieldReader, type NumberFormat } from "./fields.js";

/** A model file, ready to be scored with. */
export interface Compiled {
  /** What the engine takes, in the order in which `wasm/src/read.rs` reads it. */
  numbers: Float64Array;
  /** What reads the values of the fields. */
  fields: FieldReader[];
  /** Of each term the places of its fields. */
  terms: number[][];
  /** What is made of touches: the places of the fields, and the kinds that are told apart; absent where nothing is. */
  recipe: { made: number[]; kinds: Map<string, number> } | undefined;
  /** Made-up leads and the logits they have. */
  golden: { lead: object; logit: number; bits: string }[];
}

/** A part of the file, and where it is: told only where something is wrong, since a file has thousands of them. */
interface Part {
  js: any; // Whatever a page gives: each is checked before it is used.
  of?: Part;
  key?: string | number;
}

type Read<T> = (part: Part) => T;

interface Axis {
  cuts?: number[];
  levels?: string[];
}

interface Term extends Partial<Record<"x" | "y" | "values", number[]>> {
  fields: string[];
  axes?: Axis[];
  missing: number;
}

export const SIDES = ["marketing", "sales"] as const;
export const STAGES = ["awareness", "interest", "consideration", "intent", "purchase", "loyalty"] as const;
const MEASURES = ["since-last", "since-first", "kinds", "active-days", "gap", "alternations", "stage"];
const YES = /^(true|yes|1|y|t)$/i;
const NO = /^(false|no|0|n|f)$/i;

/** Reads and checks a file; throws a text that says what was expected, and where. */
export function compile(file: object): Compiled {
  const root: Part = { js: file };
  get(root, "generator", text);
  const fields = get(root, "fields", list(field));
  const place = new Map(fields.map(({ name }, place) => [name, place]));
  fields.forEach(({ name }, at) => place.get(name) === at || say(item(root, "fields", at), `one field of the name ${quoted(name)}, found two`));
  const intercept = get(root, "intercept", number);
  const levels = fields.map(() => new Set<string>());
  let reach = Math.abs(intercept);
  const seen = new Set<string>();
  let pairs = false;
  const terms = get(root, "terms", list((part) => {
    const read = term(part);
    const places = read.fields.map((name) => {
      const found = place.get(name);
      return found ?? say(part, `a field of the model, found ${quoted(name)}`);
    });
    const known = [...places].sort().join();
    if (seen.has(known)) say(part, `one term of ${named(read)}, found two`);
    if (pairs && places.length === 1) say(part, "pairs behind curves and tables");
    pairs = places.length === 2;
    if (places[0] === places[1]) say(part, "two different fields");
    seen.add(known);
    places.forEach((place, at) => {
      const own = read.axes?.[at]?.levels;
      if ((fields[place]!.format === undefined) !== (own !== undefined)) {
        say(part, `cuts for a number and levels for a category, of ${named(read)}`);
      }
      own?.forEach((level) => levels[place]!.add(level));
    });
    reach += (read.y ?? read.values!).reduce((most, value) => Math.max(most, Math.abs(value)), Math.abs(read.missing));
    return { ...read, places };
  }));
  if (!Number.isFinite(reach)) say({ js: terms, of: root, key: "terms" }, "contributions that add up to a finite number");

  const readers = fields.map((field, place) => readerOf(field, [...levels[place]!]));
  const numbers: number[] = [];
  const put = (...values: number[]) => void numbers.push(...values);
  const putList = (values: number[]) => {
    put(values.length);
    for (const value of values) numbers.push(value);
  };
  const putCurve = ({ x, y, missing }: Pick<Term, "x" | "y" | "missing">) => {
    putList(x!);
    putList(y!);
    put(missing);
  };
  putList(fields.map(({ known }) => known ?? 1));
  put(intercept, terms.length);
  for (const { places, axes, values, ...curve } of terms) {
    if (!axes) {
      put(0, places[0]!);
      putCurve(curve);
      continue;
    }
    put(1, places[0]!, places.at(-1)!);
    axes.forEach(({ cuts, levels: own }, axis) => {
      put(cuts ? 1 : 2);
      if (cuts) return putList(cuts);
      put(own!.length);
      const cell = (found: number) => (found < 0 ? own!.length : found);
      // A category may have as many levels as there are towns: each is looked up, not looked for.
      const cellOf = new Map(own!.map((level, place) => [level, place]));
      const cells = [...levels[places[axis]!]!].map((level) => cellOf.get(level) ?? own!.length);
      // Then: any other level, a bare yes, a bare no.
      putList([...cells, own!.length, ...[YES, NO].map((word) => cell(own!.findIndex((level) => word.test(level))))]);
    });
    if (axes.length === 1) put(0);
    putList(values!);
  }
  const calibration = get(root, "calibration", curve);
  if (calibration.y!.some((y, at) => y < calibration.y![at - 1]!)) say({ js: calibration.y, of: { js: calibration, of: root, key: "calibration" }, key: "y" }, "values that do not decrease");
  putCurve(calibration);
  const { threshold, grades, abstains, past } = get(root, "policy", policy);
  put(threshold ?? Number.NaN, abstains ? 1 : 0, ...grades, past?.leads ?? 0);
  putList(past?.percentiles ?? []);
  const recipe = get(root, "touches", maybe(recipeOf));
  const kinds = new Map(recipe?.kinds.map(({ kind }, place) => [kind, place]));
  const made = recipe?.fields.map(({ name }, at) => {
    const found = place.get(name);
    if (found === undefined || !fields[found]!.format) say(item({ js: recipe, of: root, key: "touches" }, "fields", at), `a number of the model, found ${quoted(name)}`);
    return found!;
  });
  put(kinds.size);
  for (const { side, stage } of recipe?.kinds ?? []) put(side, stage);
  put(made?.length ?? 0);
  recipe?.fields.forEach(({ of, kind, side, measure, days }, at) => put(made![at]!, of, of === 2 ? kinds.get(kind)! : side, measure, days));
  return {
    numbers: new Float64Array(numbers),
    fields: readers,
    terms: terms.map(({ places }) => places),
    recipe: made && { made, kinds },
    golden: get(root, "golden", list((part) => ({ lead: get(part, "lead", lead), logit: get(part, "logit", number), bits: get(part, "bits", text) }))),
  };
}

function say(part: Part, what: string): never {
  const path = pathOf(part);
  throw `${path && `${path}: `}expected ${what}`;
}

function pathOf({ of, key }: Part): string {
  if (!of) return "";
  const path = pathOf(of);
  return typeof key === "number" ? `${path}[${key}]` : path ? `${path}.${key}` : `${key}`;
}

/** The place of an item of a list. */
function item(of: Part, key: string, place: number): Part {
  return { js: undefined, of: { js: undefined, of, key }, key: place };
}

function fail(part: Part, what: string): never {
  return say(part, part.js == null ? "something, found nothing" : what);
}

function isObject({ js }: Part): boolean {
  return typeof js === "object" && js !== null;
}

/** A part of a part. */
function get<T>(part: Part, key: string, read: Read<T>): T {
  if (!isObject(part)) say(part, "an object");
  return read({ js: part.js[key], of: part, key });
}

function has(part: Part, key: string): boolean {
  return isObject(part) && part.js[key] != null;
}

const number = (part: Part): number => (Number.isFinite(part.js) ? part.js : fail(part, "a number"));
// Half a letter alone is in no text that other readers of the file take.
const text = (part: Part): string => {
  if (typeof part.js !== "string") fail(part, "a text");
  return /\p{Surrogate}/u.test(part.js) ? say(part, "a text without halves of characters") : part.js;
};
const letter = (part: Part): string => (/^.$/su.test(text(part)) ? part.js : fail(part, "one character"));
const list =
  <T>(read: Read<T>): Read<T[]> =>
  (part) => {
    if (!Array.isArray(part.js)) fail(part, "a list");
    // Not by `map`, which skips the holes of an array that is four billion long.
    const items: T[] = [];
    for (let place = 0; place < part.js.length; place += 1) items.push(read({ js: part.js[place], of: part, key: place }));
    return items;
  };
const maybe =
  <T>(read: Read<T>): Read<T | undefined> =>
  (part) =>
    part.js == null ? undefined : read(part);
const numbers = list(number);
const orZero = (part: Part): number => maybe(number)(part) ?? 0;

/** Numbers of which each is greater than the one before. */
function rising(part: Part): number[] {
  const values = numbers(part);
  return values.every((value, at) => at === 0 || value > values[at - 1]!) ? values : say(part, "finite, strictly increasing numbers");
}

/** Texts in order, each once. */
function sorted(part: Part): string[] {
  const texts = list(text)(part);
  return texts.every((text, at) => at === 0 || inOrder(texts[at - 1]!, text) < 0) ? texts : say(part, "sorted, distinct texts");
}

/** Less than 0 where one text stands before another, letter by letter; JavaScript's own order is by halves of letters. */
export function inOrder(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const letter = (text: string) => {
    // The second half of a letter tells the letter only together with the first.
    const half = text.charCodeAt(at) >> 10 === 0x37 && text.charCodeAt(at - 1) >> 10 === 0x36;
    return text.codePointAt(half ? at - 1 : at) ?? -1;
  };
  return letter(one) - letter(other);
}

function field(part: Part): { name: string; format: NumberFormat | undefined; missing: string[]; known: number | undefined } {
  const format = get(part, "type", (type) => {
    if (type.js === "category") return undefined;
    if (!has(type, "number")) say(type, '"category" or a number format');
    return get(type, "number", (part) => ({
      decimal: get(part, "decimal", letter),
      group: get(part, "group", maybe(letter)),
      unit: get(part, "unit", maybe(text)),
    }));
  });
  const known = get(part, "known", maybe(number));
  if (known !== undefined && !(known >= 0 && known <= 1)) say(part, "a share from 0 to 1 for known");
  get(part, "title", maybe(text));
  return { name: get(part, "name", text), format, missing: get(part, "missing", maybe(list(text))) ?? [], known };
}

function curve(part: Part): Term {
  const [x, y] = [get(part, "x", rising), get(part, "y", numbers)];
  if (x.length === 0 || x.length !== y.length) say(part, "as many values as knots, and at least one");
  errors(part, "se", y.length);
  get(part, "missing_se", maybe(number));
  const steps = [x, y].every((values) => values.every((value, at) => at === 0 || Number.isFinite(value - values[at - 1]!)));
  if (!steps) say(part, "finite steps from knot to knot");
  return { fields: [get(part, "field", maybe(text)) ?? ""], x, y, missing: get(part, "missing", orZero) };
}

function table(part: Part): Term {
  const levels = get(part, "levels", list((part) => {
    get(part, "se", maybe(number));
    return { level: get(part, "level", text), value: get(part, "value", number) };
  }));
  const names = levels.map(({ level }) => level);
  sorted({ js: names, of: part, key: "levels" });
  const [unseen, missing] = [get(part, "unseen", orZero), get(part, "missing", orZero)];
  for (const key of ["unseen_se", "missing_se"]) get(part, key, maybe(number));
  const values = [...levels.map(({ value }) => value), unseen, missing];
  return { fields: [get(part, "field", text)], axes: [{ levels: names }], values, missing };
}

function pair(part: Part): Term {
  const two = <T>(read: Read<T>): Read<T[]> => (part) => {
    const entries = list(read)(part);
    return entries.length === 2 ? entries : fail(part, "two entries");
  };
  const axes = get(part, "axes", two((part): Axis => {
    if (has(part, "cuts")) return { cuts: get(part, "cuts", rising) };
    if (has(part, "levels")) return { levels: get(part, "levels", sorted) };
    return say(part, isObject(part) ? "cuts or levels" : "an object");
  }));
  const [rows, columns] = axes.map(({ cuts, levels }) => (cuts ?? levels!).length + 2);
  const grid = (part: Part) => {
    const values = list(numbers)(part);
    if (values.length !== rows || values.some((row) => row.length !== columns)) say(part, "a value for each cell of the axes");
    return values.flat();
  };
  get(part, "se", (part) => (Array.isArray(part.js) && part.js.length === 0) || maybe(grid)(part));
  return { fields: get(part, "fields", two(text)), axes, values: get(part, "values", grid), missing: 0 };
}

function term(part: Part): Term {
  for (const [key, read] of Object.entries({ curve, table, pair })) if (has(part, key)) return get(part, key, read);
  return say(part, isObject(part) ? "a curve, a table or a pair" : "an object");
}

/** Standard errors, as many as values. */
function errors(part: Part, key: string, length: number): void {
  const found = get(part, key, maybe(numbers)) ?? [];
  if (found.length > 0 && found.length !== length) say(part, "as many standard errors as knots, or none");
}

/** The place of one of some names, from 1. */
const oneOf =
  (names: readonly string[]): Read<number> =>
  (part) =>
    names.indexOf(part.js) + 1 || fail(part, names.length === 2 ? names.join(" or ") : `one of ${names.join(", ")}`);

function recipeOf(part: Part) {
  const known = get(part, "kinds", maybe(list((part) => ({
    kind: get(part, "kind", text),
    side: get(part, "side", maybe(oneOf(SIDES))) ?? 0,
    stage: get(part, "stage", maybe(oneOf(STAGES))) ?? 0,
  })))) ?? [];
  sorted({ js: known.map(({ kind }) => kind), of: part, key: "kinds" });
  const fields = get(part, "fields", list((part) => ({ name: get(part, "name", text), ...get(part, "of", selection), ...get(part, "measure", measure) })));
  const names = fields.map(({ name }) => name);
  if (new Set(names).size < names.length) say(part, "fields of different names");
  const kinds = new Map(known.map((kind) => [kind.kind, kind]));
  for (const { of, kind } of fields) if (of === 2 && !kinds.has(kind)) kinds.set(kind, { kind, side: 0, stage: 0 });
  return { kinds: [...kinds.values()], fields };
}

/** Which touches a field is made of: all (0), those of a side (1) or those of a kind (2). */
function selection(part: Part) {
  if (part.js === "all") return { of: 0, side: 0, kind: "" };
  if (has(part, "side")) return { of: 1, side: get(part, "side", oneOf(SIDES)), kind: "" };
  if (has(part, "kind")) return { of: 2, side: 0, kind: get(part, "kind", text) };
  return say(part, isObject(part) || typeof part.js === "string" ? '"all", a side or a kind' : "an object");
}

function measure(part: Part) {
  const place = MEASURES.indexOf(part.js);
  if (place >= 0) return { measure: place + 2, days: 0 };
  const days = (part: Part) => (number(part) > 0 ? part.js : say(part, "a number of days above 0"));
  if (has(part, "decayed")) return { measure: 0, days: get(part, "decayed", (part) => get(part, "half_life", days)) };
  if (has(part, "window")) return { measure: 1, days: get(part, "window", (part) => get(part, "days", days)) };
  return say(part, isObject(part) || typeof part.js === "string" ? "a measure of touches" : "an object");
}

function policy(part: Part) {
  const threshold = get(part, "threshold", (part) => (part.js === undefined ? fail(part, "") : maybe(number)(part)));
  const probability = get(part, "probability", number);
  if (!(probability >= 0 && probability <= 1)) say(part, "a probability");
  get(part, "basis", (part) => {
    if (has(part, "economics")) for (const key of ["cost_per_contact", "value_per_conversion"]) get(part, "economics", (part) => get(part, key, number));
    else if (has(part, "f1")) get(part, "f1", (part) => get(part, "f1", number));
    else say(part, isObject(part) ? "the economics or the F1 behind the threshold" : "an object");
  });
  const falls = (values: number[]) => values.every((value, at) => at === 0 || value <= values[at - 1]!);
  const grades = get(part, "grades", (part) => {
    const found = numbers(part);
    return found.length === 3 && falls(found) ? found : say(part, "three numbers, none greater than the one before");
  });
  const abstains = get(part, "abstains", maybe((part) => {
    get(part, "kind", oneOf(["too-few", "no-signal"]));
    const count = (part: Part) => Number.isInteger(part.js) && part.js >= 0 && part.js < 9e15 || fail(part, "a count");
    for (const key of ["conversions", "non_conversions", "needed", "needed_for_auc"]) get(part, key, count);
    for (const key of ["value", "low", "high"]) get(part, "auc", (part) => get(part, key, number));
    return true;
  }));
  const past = get(part, "past", maybe((part) => {
    const [leads, percentiles] = [get(part, "leads", number), get(part, "percentiles", numbers)];
    if (leads < 0 || percentiles.length !== 99 || !falls([...percentiles].reverse())) say(part, "a number of leads and 99 percentiles in order");
    return { leads, percentiles };
  }));
  return { threshold, grades, abstains, past };
}

/** A lead whose values are those of a file. */
function lead(part: Part): object {
  if (!isObject(part)) say(part, "an object");
  for (const key of Object.keys(part.js)) {
    get(part, key, (part) => part.js === null || ["number", "string", "boolean"].includes(typeof part.js) || say(part, "a value of a lead"));
  }
  return part.js;
}

function named({ fields }: Term): string {
  return fields.map(quoted).join(" and ");
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
