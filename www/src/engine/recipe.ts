// What a model makes of touches, checked, as its file says it: part of what only pages with such a model fetch.

import type { Side } from "../generated/sales_ready_wasm.js";
import { counted, type Rows } from "./compile.js";
import type { Document } from "./document.js";
import { SIDES, STAGES } from "./names.js";
import { either, isSorted, list, maybe, number, object, oneOf, or, quoted, sayOf, SORTED, such, text } from "./parts.js";

/** The fields that are made of touches. */
export interface Recipe {
  /** Their places. */
  made: number[];
  /** The kinds that are told apart. */
  kinds: Map<string, number>;
  /** All of it, for the engine. */
  rows: Rows;
}

/** Reads and checks a recipe; `placeOf` has the model's fields by name. */
export type ReadRecipe = (touches: unknown, fields: Document["fields"], placeOf: Map<string, number>) => Recipe;

const MEASURES = ["since-last", "since-first", "kinds", "active-days", "gap", "alternations", "stage"];

const days = such(number, (value) => value > 0, "a number of days above 0");
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
const checked = object({
  kinds: such(
    or([], list(object({ kind: text, side: maybe(oneOf(SIDES)), stage: maybe(oneOf(STAGES)) }))),
    (kinds) => isSorted(kinds.map(({ kind }) => kind)),
    SORTED,
  ),
  fields: such(list(touched), (fields) => new Set(fields.map(({ name }) => name)).size === fields.length, "fields of different names"),
});

export const readRecipe: ReadRecipe = (touches, fields, placeOf) => {
  const recipe = checked({ js: touches, of: {}, key: "touches" });
  const kinds = new Map(recipe.kinds.map(({ kind }, place) => [kind, place]));
  const sides = recipe.kinds.map(({ side, stage }) => [SIDES.indexOf(side!) + 1, STAGES.indexOf(stage!) + 1]);
  // A kind that only a field names is told apart, too.
  for (const { of: { kind } } of recipe.fields) if (kind !== undefined && !kinds.has(kind)) kinds.set(kind, sides.push([0, 0]) - 1);
  const made = recipe.fields.map(({ name }, at) => {
    const place = placeOf.get(name);
    return place !== undefined && fields[place]!.type ? place : sayOf("touches.fields", at, `a number of the model, found ${quoted(name)}`);
  });
  const rows = recipe.fields.map(({ of: { side, kind }, measure }, at) => {
    const of = kind !== undefined ? [2, kinds.get(kind)!] : [side ? 1 : 0, SIDES.indexOf(side!) + 1];
    return [made[at]!, of, measure];
  });
  return { made, kinds, rows: [counted(sides), counted(rows)] };
};
