// What a page gives → numbers, checked: leads, tables, instants and touches.

import type { LeadColumns } from "../generated/sales_ready_wasm.js";
import type { Compiled } from "./compile.js";
import { coded } from "./errors.js";
import { reading } from "./fields.js";
import { inOrder, SIDES, STAGES } from "./names.js";
import { brief, isObject, ownOf, quoted } from "./parts.js";

/** A lead: the readings of the model's fields, and the values they were read from. */
export interface ReadLead {
  readings: Float64Array;
  values: unknown[];
}

/** A lead's touches: the numbers that the engine takes, six for each, and the kind of each. */
export interface ReadTouches {
  numbers: Float64Array;
  kinds: string[];
}

/** More touches than any lead has: what takes longer than a person waits is an error. */
const MOST = 200_000;

/** How far from 1970 dates reach, in milliseconds. */
const REACH = 8.64e15;

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):?(\d\d)))?$/;

/** Reads a lead. Where it is `optional` it may be absent, and have none of the model's fields: its touches say something, too. */
export function readLead({ fields, recipe }: Compiled, lead: unknown, optional = false): ReadLead {
  if (!(optional && lead == null) && !isObject(lead)) throw wrong("expected a lead: an object of values by field name");
  let known = optional || fields.length === 0;
  const values = fields.map(({ name }, place) => {
    const value = isObject(lead) ? ownOf(lead, name) : undefined;
    known ||= value !== undefined || (name in (lead as object) && !(name in Object.prototype));
    // What is made of touches is not read from the lead.
    return optional && recipe?.made.includes(place) ? undefined : value;
  });
  if (!known) throw strange(fields, "the lead");
  return { readings: Float64Array.from(fields, (field, place) => saying(() => reading(field, values[place]))), values };
}

/** Reads a table: how many rows there are, and what gives the readings of some of them, column behind column. */
export function readTable({ fields }: Compiled, table: LeadColumns): { rows: number; part: (from: number, to: number) => Float64Array } {
  if (!isObject(table)) throw wrong("expected columns: an object of arrays by field name");
  let first: { name: string; length: number } | undefined;
  const columns = fields.map(({ name }) => {
    const column = ownOf(table, name);
    if (column === undefined) return undefined;
    if (!isObject(column) || !(Symbol.iterator in column)) throw wrong(`expected an array of values for ${quoted(name)}`);
    const values = ArrayBuffer.isView(column) ? held(column as Float64Array, name) : [...(column as Iterable<unknown>)];
    first ??= { name, length: values.length };
    if (values.length !== first.length) {
      const found = `${quoted(first.name)} has ${first.length} values, ${quoted(name)} has ${values.length}`;
      throw wrong(`expected columns of one length: ${found}`);
    }
    return values;
  });
  if (!first) throw strange(fields, "the table");
  const { length } = first;
  const part = (from: number, to: number) => {
    const rows = to - from;
    const readings = new Float64Array(fields.length * rows).fill(Number.NaN);
    columns.forEach((column, place) => {
      const field = fields[place]!;
      if (!column) return;
      // Rows that are not there any more would be taken for rows of which nothing is known.
      if (column.length !== length) throw moved(field.name);
      // Numbers as they are.
      if (field.format && column instanceof Float64Array && field.marks.size === 0) return readings.set(column.subarray(from, to), place * rows);
      let row = from;
      try {
        // What a table has many times is looked up here, without a call.
        for (let at = place * rows; row < to; row += 1, at += 1) readings[at] = field.read.get(column[row]) ?? reading(field, column[row]);
      } catch (cause) {
        throw typeof cause === "string" ? wrong(`at place ${row} of the columns: ${cause}`) : cause;
      }
    });
    return readings;
  };
  return { rows: length, part };
}

/** One whose memory has gone elsewhere would be taken for one without rows. */
function held(column: Float64Array, name: string): Float64Array {
  try {
    column.values();
  } catch {
    throw moved(name);
  }
  return column;
}

function moved(name: string): Error {
  return wrong(`the column ${quoted(name)} has lost its values, as where its buffer is transferred; keep it until the answer is there`);
}

/** Reads a lead's touches. */
export function readTouches({ recipe }: Compiled, call: unknown): ReadTouches {
  if (!isObject(call)) throw wrong("expected an object with a lead and its touches");
  const list = (call as { touches: unknown }).touches;
  if (!isObject(list) || !(Symbol.iterator in list)) throw expected("a list", "touches", list);
  if (!recipe) {
    const message = "the model has no fields that are made of touches; train one with touches, or score the lead's values";
    throw coded("missing-field", message);
  }
  const many = () => wrong(`expected at most ${MOST} touches of a lead, found more`);
  // An array of holes can be four billion long.
  if ((list as unknown[]).length > MOST) throw many();
  const kinds: string[] = [];
  const numbers: number[] = [];
  for (const touch of list as Iterable<unknown>) {
    const name = `touches[${kinds.length}]`;
    if (kinds.length >= MOST) throw many();
    if (!isObject(touch)) throw expected("an object with at and kind", name, touch);
    const [at, kind, quantity, side, stage] = ["at", "kind", "quantity", "side", "stage"].map((name) => ownOf(touch, name));
    if (typeof kind !== "string" || kind === "") throw expected("a text", `${name}.kind`, kind);
    if (quantity != null && !Number.isFinite(quantity)) throw expected("a finite number", `${name}.quantity`, quantity);
    numbers.push(
      readInstant(at, `${name}.at`),
      (quantity as number | null | undefined) ?? 1,
      placed(SIDES, side, `${name}.side`),
      placed(STAGES, stage, `${name}.stage`),
      recipe.kinds.get(kind) ?? recipe.kinds.size,
      0,
    );
    kinds.push(kind);
  }
  // Touches at one instant are added up in the order of their kinds' names.
  const ranks = new Map([...new Set(kinds)].sort(inOrder).map((kind, rank) => [kind, rank]));
  kinds.forEach((kind, touch) => (numbers[6 * touch + 5] = ranks.get(kind)!));
  return { numbers: new Float64Array(numbers), kinds };
}

/** Milliseconds since 1970 of a date, of a number of them, or of a text in ISO 8601 with its zone or without a time. */
export function readInstant(found: unknown, name: string): number {
  let millis = found;
  if (isDate(found)) millis = timeOf(found);
  else if (typeof found === "string") millis = parse(found.trim());
  if (typeof millis === "number" && Math.abs(millis) <= REACH) return Math.floor(millis) + 0; // The engine's order of touches tells -0 from 0.
  const what = 'a valid Date, milliseconds since 1970, or a text such as "2026-03-01T09:30Z" with its zone or "2026-03-01"';
  throw expected(what, name, found);
}

/** Also a date of another window, which has a `Date` of its own. */
function isDate(found: unknown): boolean {
  return found instanceof Date || Object.prototype.toString.call(found) === "[object Date]";
}

function timeOf(date: unknown): number | undefined {
  try {
    return Date.prototype.getTime.call(date);
  } catch {
    return undefined; // It only says that it is one.
  }
}

/** A number of days, or what stands for one that is not given. */
export function readDays(days: unknown, otherwise: number, name: string): number {
  const found = days ?? otherwise;
  if (typeof found === "number" && Number.isFinite(found)) return found;
  throw wrong(`expected a number of days for ${name}`);
}

export function wrong(message: string): Error {
  return coded("bad-value", message);
}

function saying<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw typeof cause === "string" ? wrong(cause) : cause;
  }
}

/** That something has none of the model's fields, which means that the names do not match. */
function strange(fields: Compiled["fields"], what: string): Error {
  const names = fields.map(({ name }) => name).join(", ");
  return coded("missing-field", `${what} has none of the model's fields; expected some of ${names}`);
}

// Not by `Date.parse`: it takes other texts in other browsers, without a zone for the page's own, and makes the third of
// March of the thirty-first of February.
function parse(text: string): number | undefined {
  const parts = ISO.exec(text);
  if (!parts) return undefined;
  const numbers = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, ...number[]];
  const [year, month, day, hour = 0, minute = 0, second = 0, , , zoneHour = 0, zoneMinute = 0] = numbers;
  const date = new Date(Date.UTC(2000, month - 1, day));
  // Years below 100 would be taken for those of the last century.
  date.setUTCFullYear(year, month - 1, day);
  const valid = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!valid || hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return undefined;
  const ahead = (parts[8] === "-" ? -1 : 1) * (zoneHour * 60 + zoneMinute);
  return date.getTime() + ((hour * 60 + minute - ahead) * 60 + second) * 1000 + Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
}

/** The place of one of some names, from 1; 0 where it is not said. */
function placed(names: readonly string[], found: unknown, name: string): number {
  if (found == null) return 0;
  const place = names.indexOf(found as string) + 1;
  if (place > 0) return place;
  throw expected(`one of ${names.join(", ")}`, name, found);
}

function expected(what: string, name: string, found: unknown): Error {
  let shown = `a value of type ${typeof found}`;
  if (found == null) shown = "nothing";
  else if (typeof found === "string") shown = brief(found);
  else if (typeof found === "number") shown = String(found);
  else if (isDate(found)) shown = "an invalid Date";
  return wrong(`expected ${what} for ${name}, found ${shown}`);
}
