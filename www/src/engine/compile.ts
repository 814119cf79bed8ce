// A model file → the numbers that the engine takes, and what reads a lead's values for it. The parts of the file have been checked one
// by one; that they fit together is checked here.

import type { Document, Term } from "./document.js";
import { readerOf, type FieldReader } from "./fields.js";
import { quoted, sayOf } from "./parts.js";
import type { ReadRecipe, Recipe } from "./recipe.js";

/** A model file, ready to be scored with. */
export interface Compiled {
  /** What the engine takes, in the order in which `wasm/src/read.rs` reads it. */
  numbers: Float64Array;
  /** What reads the values of the fields. */
  fields: FieldReader[];
  /** Of each term the places of its fields. */
  terms: number[][];
  /** What is made of touches; absent where nothing is. */
  recipe: Recipe | undefined;
  /** Made-up leads and the logits they have. */
  golden: Document["golden"];
}

/** Rows in rows; the engine gets their numbers one after the other. */
export type Rows = readonly (number | Rows)[];

/**
 * The most that reading a file may take: every pair and table tells of each level of its fields which of its cells that has, and every
 * golden vector is scored. The core has the same limit.
 */
const MOST = 3e6;
const YES = /^(true|yes|1|y|t)$/i;
const NO = /^(false|no|0|n|f)$/i;

/** Compiles a file, with what reads its recipe where it has one; throws a text that says what was expected, and where. */
export function compile(file: Document, readRecipe?: ReadRecipe): Compiled {
  const { fields, intercept, terms, calibration, policy, golden } = file;
  const placeOf = new Map(fields.map(({ name }, place) => [name, place]));
  fields.forEach(({ name }, at) => placeOf.get(name) === at || sayOf("fields", at, `one field of the name ${quoted(name)}, found two`));
  const places = placesOfTerms(file, placeOf);
  // Of a category all the levels that its terms tell apart.
  const levels = fields.map(() => new Set<string>());
  terms.forEach(({ axes }, term) => axes.forEach((axis, at) => axis.levels?.forEach((level) => levels[places[term]![at]!]!.add(level))));
  let size = golden.length * (fields.length + terms.length);
  for (const own of places) for (const place of own) size += levels[place]!.size;
  if (size > MOST) sayOf("terms", undefined, "fewer levels, pairs or golden vectors: train a smaller model");
  const recipe = file.touches == null ? undefined : readRecipe!(file.touches, fields, placeOf);
  const { threshold, grades, abstains, past } = policy;
  const all: Rows = [
    counted(fields.map(({ known }) => known)),
    intercept,
    counted(terms.map((term, at) => rowsOf(term, places[at]!, levels))),
    curveOf(calibration),
    threshold ?? Number.NaN,
    abstains ? 1 : 0,
    grades,
    past?.leads ?? 0,
    counted(past?.percentiles ?? []),
    recipe?.rows ?? [0, 0],
  ];
  return {
    numbers: new Float64Array((all as unknown[]).flat(Infinity as 1) as number[]),
    fields: fields.map((field, place) => readerOf(field, [...levels[place]!])),
    terms: places,
    recipe,
    golden,
  };
}

/** Of each term the places of its fields. */
function placesOfTerms({ fields, intercept, terms }: Document, placeOf: Map<string, number>): number[][] {
  const seen = new Set<string>();
  let pairs = false;
  let reach = Math.abs(intercept);
  const places = terms.map(({ fields: names, axes, values, missing }, at) => {
    const say = (what: string) => sayOf("terms", at, what);
    const own = names.map((name) => placeOf.get(name) ?? say(`a field of the model, found ${quoted(name)}`));
    const known = [...own].sort().join();
    const named = names.map(quoted).join(" and ");
    if (seen.has(known)) say(`one term of ${named}, found two`);
    seen.add(known);
    if (pairs && own.length === 1) say("pairs behind curves and tables");
    pairs = own.length === 2;
    if (own[0] === own[1]) say("two different fields");
    if (own.some((place, at) => !fields[place]!.type !== !axes[at]!.cuts)) say(`cuts for a number and levels for a category, of ${named}`);
    let most = Math.abs(missing);
    for (const value of values) most = Math.max(most, Math.abs(value));
    reach += most;
    return own;
  });
  if (!Number.isFinite(reach)) sayOf("terms", undefined, "contributions that add up to a finite number");
  return places;
}

export function counted(rows: Rows): Rows {
  return [rows.length, rows];
}

function curveOf({ axes, values, missing }: Term): Rows {
  return [counted(axes[0]!.cuts!), counted(values), missing];
}

function rowsOf(term: Term, places: number[], levels: Set<string>[]): Rows {
  const { axes, values } = term;
  const [first, last = first] = places as [number, number?];
  if (axes.length === 1 && axes[0]!.cuts) return [0, first, curveOf(term)];
  const written = axes.map(({ cuts, levels: own }, at): Rows => {
    if (cuts) return [1, counted(cuts)];
    // A category may have as many levels as there are towns: each is looked up, not looked for.
    const cellOf = new Map(own!.map((level, cell) => [level, cell]));
    const cell = (level: string | undefined) => cellOf.get(level!) ?? own!.length;
    // Behind its levels: any other, a bare yes, a bare no.
    const all = [...levels[places[at]!]!, undefined, ...[YES, NO].map((word) => own!.find((level) => word.test(level)))];
    return [2, own!.length, counted(all.map(cell))];
  });
  return [1, first, last, written, axes.length === 1 ? [0] : [], counted(values)];
}
