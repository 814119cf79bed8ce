// How a field reads a value: the same as `Field::read` of the core, which a test holds it against. What is read is a number; of a
// category the code of its level; `NaN` where it is missing.

import { brief, quoted } from "./parts.js";

/** How a column writes its numbers. */
export interface NumberFormat {
  /** The sign before the fraction. */
  decimal: string;
  /** The sign between groups of digits, if there is one. */
  group: string | undefined;
  /** A sign that may stand before or after the number. */
  unit: string | undefined;
}

/** What reads a field's values. */
export interface FieldReader {
  name: string;
  /** Of a number; absent for a category. */
  format: NumberFormat | undefined;
  /** Texts that mean "not known", in small ASCII letters. */
  missing: Set<string>;
  /** Numbers that do, as in columns where 999 means "never". */
  marks: Set<number>;
  /** The levels that the model tells apart; a level's code is its place. Behind them: any other, a bare yes, a bare no. */
  levels: string[];
  codes: Map<string, number>;
  /** What texts of a category were read as: a table has few of them, many times. */
  read: Map<unknown, number>;
}

const SPACE = /\p{White_Space}/u;

/** A reader of a field of the model file, whose terms tell these levels apart. */
export function readerOf({ name, type: format, missing }: { name: string; type: NumberFormat | undefined; missing: string[] }, levels: string[]): FieldReader {
  const numeric = format ? missing.filter((marker) => /[0-9]/.test(marker)).map((marker) => parse(format, marker)) : [];
  return {
    name,
    format,
    missing: new Set(["", ...missing.map(lower)]),
    marks: new Set(numeric.filter((mark) => mark !== undefined)),
    levels,
    codes: new Map(levels.map((level, code) => [level, code])),
    read: new Map(),
  };
}

/** The reading of a value; throws a text that says what was expected. */
export function reading(field: FieldReader, value: unknown): number {
  if (value == null || value !== value) return Number.NaN;
  if (field.format) {
    if (typeof value === "number") return field.marks.has(value) ? Number.NaN : value;
    if (typeof value === "boolean") return Number(value);
    const text = textOf(value, field);
    if (field.missing.has(lower(text))) return Number.NaN;
    const number = parse(field.format, text);
    if (number !== undefined) return number;
    throw `expected a number for ${quoted(field.name)}, found ${brief(text)}; correct it, or leave it empty if it is not known`;
  }
  let found = field.read.get(value);
  if (found !== undefined) return found;
  if (typeof value === "boolean") return field.levels.length + (value ? 1 : 2);
  const text = textOf(value, field);
  found = field.missing.has(lower(text)) ? Number.NaN : (field.codes.get(text) ?? field.levels.length);
  // There is no end of names, nor of what is given for one.
  if (typeof value === "string" && value.length < 100 && field.read.size < 1000) field.read.set(value, found);
  return found;
}

/** A value as the model reads it, given its reading: for people. */
export function shown(field: FieldReader, reading: number, value: unknown): number | string | boolean | null {
  if (Number.isNaN(reading)) return null;
  if (field.format) return reading;
  const beyond = reading - field.levels.length;
  return beyond > 0 ? beyond === 1 : beyond < 0 ? field.levels[reading]! : textOf(value, field);
}

function textOf(value: unknown, field: FieldReader): string {
  if (typeof value === "string") return trimmed(value);
  if (typeof value === "number") return decimal(value);
  throw `expected a number, a text, true, false or null for ${quoted(field.name)}, found a value of type ${typeof value}`;
}

/** Without white space at its ends, by Unicode's definition: JavaScript's own leaves U+0085 and takes U+FEFF. */
function trimmed(text: string, start = 0, end = text.length): string {
  while (start < end && SPACE.test(text[start]!)) start += 1;
  while (start < end && SPACE.test(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}

/** With small ASCII letters: others differ from language to language. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A number, or nothing where the text is not written in this format. */
function parse({ decimal, group, unit }: NumberFormat, given: string): number | undefined {
  // The minus sign of typesetters is one, too.
  let text = trimmed(given).replace("\u2212", "-");
  let negative = false;
  if (unit) {
    // The sign may stand before the unit: "-€ 5".
    const behind = text.startsWith("-") ? trimmed(text.slice(1)) : "";
    if (behind.startsWith(unit)) {
      negative = true;
      text = trimmed(behind.slice(unit.length));
      // One sign is enough.
      if (/^[-+]/.test(text)) return undefined;
    } else if (text.startsWith(unit)) text = trimmed(text.slice(unit.length));
    else if (text.endsWith(unit)) text = trimmed(text.slice(0, -unit.length));
  }
  const at = text.indexOf(decimal);
  let whole = at < 0 ? text : text.slice(0, at);
  const fraction = at < 0 ? "" : text.slice(at + decimal.length);
  if (group && whole.includes(group)) {
    const groups = whole.split(group);
    // By three, or all but the last three by two, as in India. What begins with a zero is not grouped: "0.125" is a fraction.
    if (!/^[-+]*[1-9](\d{0,2}(,\d{3})+|\d?(,\d{2})+,\d{3})$/.test(groups.join())) return undefined;
    whole = groups.join("");
  } else if (whole.includes(".")) return undefined;
  if (fraction.includes(".")) return undefined;
  const plain = at < 0 ? whole : `${whole}.${fraction}`;
  // "Infinity" and "0x10" are words in a table.
  if (!/^[-+.\deE]+$/.test(plain)) return undefined;
  const number = Number(plain);
  if (!Number.isFinite(number)) return undefined;
  return negative ? -number : number;
}

/** The shortest decimal text that reads back as the number, without an exponent. */
function decimal(number: number): string {
  if (Object.is(number, -0)) return "-0";
  const text = String(number).replace("Infinity", "inf");
  const parts = /^(-?)(\d)\.?(\d*)e(.+)$/.exec(text);
  if (!parts) return text;
  const [, sign, first, rest, exponent] = parts as unknown as [string, string, string, string, string];
  // From 1e21 a number's shortest digits are fewer than its places.
  return Number(exponent) < 0
    ? `${sign}0.${"0".repeat(-Number(exponent) - 1)}${first}${rest}`
    : `${sign}${first}${rest}${"0".repeat(Number(exponent) - rest.length)}`;
}
