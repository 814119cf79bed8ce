// What a page gives, checked and made plain: in the language that reads its own objects without weight.
//
// A touch is five numbers in a row: milliseconds since 1970, quantity, the side's and the stage's place from 1 (0 where
// they are not said), and the kind's place in a list of its own.

const SIDES = ["marketing", "sales"];
const STAGES = ["awareness", "interest", "consideration", "intent", "purchase", "loyalty"];

/** More touches than any lead has: what takes longer than a person waits is an error. */
const MOST = 200_000;

/** How far from 1970 dates reach, in milliseconds. */
const REACH = 8.64e15;

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):?(\d\d)))?$/;

/** The lead's values of these fields; nothing where it has none of them, and need not have any. */
export function readLead(lead, names, optional) {
  if (optional && lead == null) return names.map(() => null);
  if (!isObject(lead)) throw wrong("expected a lead: an object of values by field name");
  let known = optional || names.length === 0;
  const values = names.map((name) => {
    const value = read(lead, name);
    known ||= value !== undefined || (name in lead && !(name in Object.prototype));
    return checked(value, quoted(name));
  });
  return known ? values : undefined;
}

/** A table's length, and for each of these fields its column or nothing; nothing at all where it has none of them. */
export function readColumns(table, names) {
  if (!isObject(table)) throw wrong("expected columns: an object of arrays by field name");
  let first;
  const columns = names.map((name) => {
    const column = read(table, name);
    if (column === undefined) return undefined;
    if (!isObject(column) || !column[Symbol.iterator]) throw wrong(`expected an array of values for ${quoted(name)}`);
    const values = column instanceof Float64Array ? column : Array.from(column);
    first ??= { name, length: values.length };
    if (values.length !== first.length) {
      const found = `${quoted(first.name)} has ${first.length} values, ${quoted(name)} has ${values.length}`;
      throw wrong(`expected columns of one length: ${found}`);
    }
    if (values !== column) values.forEach((value, row) => checked(value, `${quoted(name)} at place ${row} of the columns`));
    return values;
  });
  return first && [first.length, ...columns];
}

/** A field may be called `constructor` or `__proto__`: what every object has of that name is no value. */
function read(object, name) {
  return name in Object.prototype && !Object.hasOwn(object, name) ? undefined : object[name];
}

function checked(value, place) {
  if (value == null || ["number", "string", "boolean"].includes(typeof value)) return value;
  throw wrong(`expected a number, a text, true, false or null for ${place}, found a value of type ${typeof value}`);
}

function isObject(found) {
  return typeof found === "object" && found !== null;
}

/** As in Rust's messages. */
function quoted(text) {
  return JSON.stringify(text);
}

/**
 * The instants of these names, of `instants`, and then the numbers of the touches of `call`, whose kinds are added to
 * `kinds`, each once.
 */
export function readCall(call, instants, names, kinds) {
  if (!isObject(call)) throw wrong("expected an object with a lead and its touches");
  const numbers = names.split(" ").map((name, place) => readInstant(Array.isArray(instants) ? instants[place] : instants[name], name));
  const list = call.touches;
  if (!isObject(list) || !list[Symbol.iterator]) throw expected("a list", "touches", list);
  const many = () => wrong(`expected at most ${MOST} touches of a lead, found more`);
  // An array of holes can be four billion long.
  if (list.length > MOST) throw many();
  const places = new Map();
  let place = 0;
  for (const touch of list) {
    const name = `touches[${place}]`;
    if (place++ >= MOST) throw many();
    if (!isObject(touch)) throw expected("an object with at and kind", name, touch);
    const { at, kind, quantity, side, stage } = touch;
    if (typeof kind !== "string" || kind === "") throw expected("a text", `${name}.kind`, kind);
    if (!places.has(kind)) places.set(kind, kinds.push(kind) - 1);
    if (quantity != null && !Number.isFinite(quantity)) throw expected("a finite number", `${name}.quantity`, quantity);
    numbers.push(
      readInstant(at, `${name}.at`),
      quantity ?? 1,
      named(SIDES, side, `${name}.side`),
      named(STAGES, stage, `${name}.stage`),
      places.get(kind),
    );
  }
  return new Float64Array(numbers);
}

/** Milliseconds since 1970 of a date, of a number of them, or of a text in ISO 8601 with its zone or without a time. */
function readInstant(found, name) {
  let millis = found;
  if (found instanceof Date) millis = Date.prototype.getTime.call(found);
  else if (typeof found === "string") millis = parse(found.trim());
  if (typeof millis === "number" && Math.abs(millis) <= REACH) return Math.floor(millis);
  const what = 'a valid Date, milliseconds since 1970, or a text such as "2026-03-01T09:30Z" with its zone or "2026-03-01"';
  throw expected(what, name, found);
}

// Not by `Date.parse`: it takes other texts in other browsers, without a zone for the page's own, and makes the third of
// March of the thirty-first of February.
function parse(text) {
  const parts = ISO.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second, , , zoneHour, zoneMinute] = parts.slice(1).map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(2000, month - 1, day));
  // Years below 100 would be taken for those of the last century.
  date.setUTCFullYear(year, month - 1, day);
  const valid = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!valid || hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return undefined;
  const ahead = (parts[8] === "-" ? -1 : 1) * (zoneHour * 60 + zoneMinute);
  return date.getTime() + ((hour * 60 + minute - ahead) * 60 + second) * 1000 + Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
}

function named(names, found, name) {
  if (found == null) return 0;
  const place = names.indexOf(found) + 1;
  if (place > 0) return place;
  throw expected(`one of ${names.join(", ")}`, name, found);
}

function expected(what, name, found) {
  let shown = `a value of type ${typeof found}`;
  if (found == null) shown = "nothing";
  else if (typeof found === "string") shown = JSON.stringify(found.length > 80 ? `${found.slice(0, 80)}…` : found);
  else if (typeof found === "number") shown = String(found);
  else if (found instanceof Date) shown = "an invalid Date";
  return wrong(`expected ${what} for ${name}, found ${shown}`);
}

function wrong(message) {
  return Object.assign(new Error(message), { name: "SalesReadyError", code: "bad-value" });
}
