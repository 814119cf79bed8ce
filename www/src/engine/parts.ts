// How a file's parts are read: each by a reader, which copies and checks it. What is wrong is said with its place:
// `terms[3].curve.x[2]: expected a number`.

import { inOrder } from "./names.js";

/** A part of the file, and where it is: told only where something is wrong, since a file has thousands of them. */
export interface Part {
  js?: any; // Whatever a page gives: each is checked before it is used.
  of?: Part | undefined;
  key?: string | number;
}

export type Read<T> = (part: Part) => T;

/** Throws what was expected, as a text. */
export function say(part: Part, what: string): never {
  const path = pathOf(part);
  throw `${path && `${path}: `}expected ${what}`;
}

function pathOf({ of, key }: Part): string {
  if (!of) return "";
  const path = pathOf(of);
  return typeof key === "number" ? `${path}[${key}]` : path ? `${path}.${key}` : `${key}`;
}

export function fail(part: Part, what: string): never {
  return say(part, part.js == null ? "something, found nothing" : what);
}

export function isObject(found: unknown): found is Record<string, any> {
  return typeof found === "object" && found !== null;
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A value's text, which may be a book. */
export function brief(text: string): string {
  return quoted(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** What is made of what is read. */
export const made =
  <T, U>(read: Read<T>, make: (value: T, part: Part) => U): Read<U> =>
  (part) =>
    make(read(part), part);

/** What is read has to hold, too. */
export const such = <T>(read: Read<T>, holds: (value: T) => boolean, what: string): Read<T> => made(read, (value, part) => (holds(value) ? value : say(part, what)));

/** What may be absent. */
export const or =
  <T, U>(otherwise: U, read: Read<T>): Read<T | U> =>
  (part) =>
    part.js === undefined ? otherwise : read(part);
/** What may be nothing, too. */
export const maybe =
  <T>(read: Read<T>): Read<T | undefined> =>
  (part) =>
    part.js == null ? undefined : read(part);

export const list =
  <T>(read: Read<T>): Read<T[]> =>
  (part) => {
    if (!Array.isArray(part.js)) fail(part, "a list");
    // Not by `map`, which skips the holes of an array that is four billion long.
    const items: T[] = [];
    for (let key = 0; key < part.js.length; key += 1) items.push(read({ js: part.js[key], of: part, key }));
    return items;
  };

/** Without what a page may have added to all objects. */
const keysOf = Object.keys as <T extends object>(readers: T) => (keyof T & string)[];

/** What an object has of that name: what a page may have added to all objects is no part of a file, nor a value of a lead. */
export function ownOf(object: object, name: string): unknown {
  return name in Object.prototype && !Object.hasOwn(object, name) ? undefined : (object as Record<string, unknown>)[name];
}

/** An object, of whose keys each has its reader. */
export const object =
  <T extends object>(readers: { [K in keyof T]: Read<T[K]> }): Read<T> =>
  (part) => {
    if (!isObject(part.js)) say(part, "an object");
    const read = {} as T;
    for (const key of keysOf(readers)) read[key] = readers[key]({ js: ownOf(part.js, key), of: part, key });
    return read;
  };

/** An object with one of some keys and no other: that key, and what it holds. */
export const either =
  <T extends object>(what: string, readers: { [K in keyof T]: Read<T[K]> }): Read<{ [K in keyof T]: [K, T[K]] }[keyof T]> =>
  (part) => {
    if (isObject(part.js)) {
      const keys = keysOf<T>(part.js as T);
      const [key] = keys;
      if (keys.length === 1 && Object.hasOwn(readers, key!)) return [key!, readers[key!]({ js: part.js[key!], of: part, key: key! })];
    } else if (typeof part.js !== "string") say(part, "an object");
    return say(part, what);
  };

export const oneOf =
  <T extends string>(names: readonly T[]): Read<T> =>
  (part) =>
    names.includes(part.js) ? part.js : fail(part, names.length === 2 ? names.join(" or ") : `one of ${names.join(", ")}`);

/** Whether each value has its place behind the one before. */
export function each<T>(values: readonly T[], follows: (value: T, before: T) => boolean): boolean {
  return values.every((value, at) => at === 0 || follows(value, values[at - 1]!));
}

/** Throws what was expected of an item of a list, or of all of it. */
export function sayOf(key: string, at: number | undefined, what: string): never {
  const list = { of: {}, key };
  return say(at === undefined ? list : { of: list, key: at }, what);
}

export const truth: Read<boolean> = (part) => (typeof part.js === "boolean" ? part.js : fail(part, "true or false"));
export const number: Read<number> = (part) => (Number.isFinite(part.js) ? part.js : fail(part, "a number"));
// Half a letter alone is in no text that other readers of the file take.
export const text: Read<string> = (part) => {
  if (typeof part.js !== "string") fail(part, "a text");
  return /\p{Surrogate}/u.test(part.js) ? say(part, "a text without halves of characters") : part.js;
};

/** Texts of which each stands behind the one before. */
export const isSorted = (texts: string[]) => each(texts, (text, before) => inOrder(before, text) < 0);
export const SORTED = "sorted, distinct texts";
