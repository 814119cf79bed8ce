// The instructions that compute, as expressions of JavaScript. A 32-bit integer is a number congruent to it, whose least and
// greatest value are known: it is only brought into its range where that matters. A 64-bit one is a signed BigInt.

const TWO = 2 ** 31;
const SAFE = 2 ** 52;
const INT = [-TWO, TWO - 1];

/** An expression that holds any signed 32-bit integer. */
export const int = (js, [lo, hi] = INT) => ({ js, lo, hi });
const bool = (js) => ({ js, lo: 0, hi: 1, bool: true });
const other = (js) => ({ js });

const within = ({ lo, hi }, least, most) => lo >= least && hi <= most;

/** In the signed range. */
export const signed = (value) => (within(value, ...INT) ? value : int(`(${value.js}|0)`));
const unsigned = (value) => (within(value, 0, 2 * TWO - 1) ? value : int(`(${value.js}>>>0)`, [0, 2 * TWO - 1]));
/** A number, and in the signed range: what locals hold, functions take and give. */
export function kept(value, need) {
  if (value.bool) return int(`(+${value.js})`, [0, 1]);
  if (value.loose) return other(exact(value, need));
  return value.lo === undefined ? value : signed(value);
}
/** What may stand as a condition: 0 for 0 and nothing else. */
export const truth = (value) =>
  value.truth ?? (value.bool || within(value, 1 - 2 * TWO, 2 * TWO - 1) ? value.js : `(${value.js}|0)`);

/** The number of a literal: what else has but one value may do something on the way to it. */
const constant = (value) => value.constant;

function add(a, b) {
  const c = constant(b);
  if (c !== undefined && constant(a) !== undefined) return literal(String((c + constant(a)) | 0));
  if (constant(a) !== undefined && c === undefined) return add(b, a);
  if (c === 0) return a;
  const js = c < 0 ? `(${a.js}-${named(String(-c))})` : `(${a.js}+${b.js})`;
  return Math.max(-a.lo - b.lo, a.hi + b.hi) < SAFE ? int(js, [a.lo + b.lo, a.hi + b.hi]) : add(signed(a), signed(b));
}

function sub(a, b) {
  const js = `(${a.js}-${b.js})`;
  return Math.max(-a.lo + b.hi, a.hi - b.lo) < SAFE ? int(js, [a.lo - b.hi, a.hi - b.lo]) : sub(signed(a), signed(b));
}

function mul(a, b, need) {
  if (constant(a) !== undefined && constant(b) === undefined) return mul(b, a, need);
  const c = constant(b);
  // Of 0 and a negative number there would come -0.
  if (c > 0 && Math.max(-a.lo, a.hi) * c < SAFE) return int(`(${a.js}*${c})`, [a.lo * c, a.hi * c]);
  return int(`${need("imul")}(${a.js},${b.js})`);
}

const natural31 = (value) => within(value, 0, TWO - 1);
/** The least number of ones in a row that is at least as great. */
const ones = (value) => 2 ** (32 - Math.clz32(value)) - 1;

function and(a, b) {
  const [one] = [a, b].filter(natural31).sort((a, b) => a.hi - b.hi);
  return int(`(${a.js}&${b.js})`, one && [0, one.hi]);
}

const union = (operator) => (a, b) =>
  int(`(${a.js}${operator}${b.js})`, natural31(a) && natural31(b) ? [0, ones(Math.max(a.hi, b.hi))] : undefined);

function shiftLeft(a, b) {
  const c = constant(b);
  return int(`(${a.js}<<${b.js})`, c >= 0 && c < 31 && within(a, 0, (TWO - 1) >> c) ? [a.lo << c, a.hi << c] : undefined);
}

function shiftRight(a, b) {
  const c = constant(b);
  const most = c === undefined ? 2 * TWO - 1 : (2 * TWO - 1) >>> c;
  return int(`(${a.js}>>>${b.js})`, [0, most]);
}

const compare = (operator, range) => (a, b) => bool(`(${range(a).js}${operator}${range(b).js})`);
const plain = (value) => value;

const I32 = {
  add,
  sub,
  mul,
  and,
  or: union("|"),
  xor: union("^"),
  shl: shiftLeft,
  shr_s: (a, b) => int(`(${a.js}>>${b.js})`),
  shr_u: shiftRight,
  div_s: (a, b) => int(`(${signed(a).js}/${signed(b).js}|0)`),
  div_u: (a, b) => int(`(${unsigned(a).js}/${unsigned(b).js}>>>0)`, [0, 2 * TWO - 1]),
  rem_s: (a, b) => int(`(${signed(a).js}%${signed(b).js}|0)`),
  rem_u: (a, b) => int(`(${unsigned(a).js}%${unsigned(b).js}>>>0)`, [0, 2 * TWO - 1]),
  rotl: (a, b, need) => int(`${need("rotl")}(${a.js},${b.js})`),
  rotr: (a, b, need) => int(`${need("rotl")}(${a.js},-${b.js})`),
  clz: (a, need) => int(`${need("clz")}(${a.js})`, [0, 32]),
  ctz: (a, need) => int(`${need("ctz")}(${a.js})`, [0, 32]),
  popcnt: (a, need) => int(`${need("popcnt")}(${a.js})`, [0, 32]),
  eqz: (a) => ({ ...bool(`!${truth(a)}`), truth: a.not, not: truth(a) }),
  eq: compare("==", signed),
  ne: compare("!=", signed),
  lt_s: compare("<", signed),
  le_s: compare("<=", signed),
  gt_s: compare(">", signed),
  ge_s: compare(">=", signed),
  lt_u: compare("<", unsigned),
  le_u: compare("<=", unsigned),
  gt_u: compare(">", unsigned),
  ge_u: compare(">=", unsigned),
  extend8_s: (a) => int(`(${a.js}<<24>>24)`, [-128, 127]),
  extend16_s: (a) => int(`(${a.js}<<16>>16)`, [-32768, 32767]),
  wrap_i64: (a, need) => int(`${need("wrap")}(${a.js})`),
  reinterpret_f32: (a, need) => int(`${need("bitsOfFloat")}(${a.js})`),
  trunc_f64_s: (a, need) => int(`${need("toInt")}(${a.js})`),
  trunc_f64_u: (a, need) => int(`${need("toUint")}(${a.js})`),
  trunc_sat_f64_s: (a, need) => int(`${need("toInt")}(${a.js})`),
  trunc_sat_f64_u: (a, need) => int(`${need("toUint")}(${a.js})`),
};

/** A BigInt that is only congruent to the integer. */
const loose = (js) => ({ js, loose: true });
const exact = (a, need) => (a.loose ? `${need("signed64")}(${a.js})` : a.js);
const natural = (a, need) => `${need("unsigned64")}(${a.js})`;
const i64 = (operator) => (a, b) => loose(`(${a.js}${operator}${b.js})`);
const shift = (b) => (/^\d+n$/.test(b.js) ? `${BigInt(b.js.slice(0, -1)) & 63n}n` : `(${b.js}&63n)`);
const compare64 = (operator) => (a, b, need) => bool(`(${exact(a, need)}${operator}${exact(b, need)})`);
const naturals = (operator) => (a, b, need) => bool(`(${natural(a, need)}${operator}${natural(b, need)})`);

const mask = (operator) => (a, b) => ({ js: `(${a.js}${operator}${b.js})`, loose: a.loose || b.loose });

const I64 = {
  add: i64("+"),
  sub: i64("-"),
  mul: i64("*"),
  and: mask("&"),
  or: mask("|"),
  xor: mask("^"),
  shl: (a, b) => loose(`(${a.js}<<${shift(b)})`),
  shr_s: (a, b, need) => other(`(${exact(a, need)}>>${shift(b)})`),
  shr_u: (a, b, need) => ({ js: `(${natural(a, need)}>>${shift(b)})`, loose: !/^[1-9]\d*n$/.test(shift(b)) }),
  div_s: (a, b, need) => loose(`(${exact(a, need)}/${exact(b, need)})`),
  div_u: (a, b, need) => loose(`(${natural(a, need)}/${natural(b, need)})`),
  rem_s: (a, b, need) => other(`(${exact(a, need)}%${exact(b, need)})`),
  rem_u: (a, b, need) => loose(`(${natural(a, need)}%${natural(b, need)})`),
  rotl: (a, b, need) => other(`${need("rotl64")}(${a.js},${shift(b)})`),
  rotr: (a, b, need) => other(`${need("rotl64")}(${a.js},-${shift(b)}&63n)`),
  clz: (a, need) => other(`${need("clz64")}(${a.js})`),
  ctz: (a, need) => other(`${need("ctz64")}(${a.js})`),
  eqz: (a, need) => bool(`!${exact(a, need)}`),
  eq: compare64("=="),
  ne: compare64("!="),
  lt_s: compare64("<"),
  le_s: compare64("<="),
  gt_s: compare64(">"),
  ge_s: compare64(">="),
  lt_u: naturals("<"),
  le_u: naturals("<="),
  gt_u: naturals(">"),
  ge_u: naturals(">="),
  extend8_s: (a, need) => other(`${need("BigInt")}.asIntN(8,${a.js})`),
  extend16_s: (a, need) => other(`${need("BigInt")}.asIntN(16,${a.js})`),
  extend32_s: (a, need) => other(`${need("BigInt")}.asIntN(32,${a.js})`),
  extend_i32_s: (a, need) => other(`${need("BigInt")}(${kept(a).js})`),
  extend_i32_u: (a, need) => other(`${need("BigInt")}(${unsigned(a).js})`),
  reinterpret_f64: (a, need) => other(`${need("bitsOf")}(${a.js})`),
  trunc_f64_s: (a, need) => other(`${need("toInt64")}(${a.js})`),
  trunc_f64_u: (a, need) => other(`${need("toUint64")}(${a.js})`),
  trunc_sat_f64_s: (a, need) => other(`${need("toInt64")}(${a.js})`),
  trunc_sat_f64_u: (a, need) => other(`${need("toUint64")}(${a.js})`),
};

const arithmetic = (operator) => (a, b) => other(`(${a.js}${operator}${b.js})`);
const math = (name) => (a, need) => other(`${need(name)}(${a.js})`);

const F64 = {
  add: arithmetic("+"),
  sub: arithmetic("-"),
  mul: arithmetic("*"),
  div: arithmetic("/"),
  min: (a, b, need) => other(`${need("min")}(${a.js},${b.js})`),
  max: (a, b, need) => other(`${need("max")}(${a.js},${b.js})`),
  copysign: (a, b, need) => other(`${need("copysign")}(${a.js},${b.js})`),
  neg: (a) => other(`(-${a.js})`),
  abs: math("abs"),
  ceil: math("ceil"),
  floor: math("floor"),
  sqrt: math("sqrt"),
  trunc: math("trunc"),
  nearest: math("nearest"),
  eq: compare("==", plain),
  ne: compare("!=", plain),
  lt: compare("<", plain),
  le: compare("<=", plain),
  gt: compare(">", plain),
  ge: compare(">=", plain),
  convert_i32_s: (a) => other(kept(a).js),
  convert_i32_u: (a) => other(unsigned(a.bool ? kept(a) : a).js),
  convert_i64_s: (a, need) => other(`${need("Number")}(${exact(a, need)})`),
  convert_i64_u: (a, need) => other(`${need("Number")}(${natural(a, need)})`),
  reinterpret_i64: (a, need) => other(`${need("ofBits")}(${a.js})`),
  promote_f32: (a) => a,
};

/** Of floats of 32 bits: what doubles give, rounded. That is exact for each of these. */
const rounded = (write) => (...operands) => {
  const need = operands.at(-1);
  return other(`${need("fround")}(${write(...operands).js})`);
};
const ROUNDED = ["add", "sub", "mul", "div", "sqrt", "convert_i32_s", "convert_i32_u"];
const F32 = {
  ...F64,
  ...Object.fromEntries(ROUNDED.map((name) => [name, rounded(F64[name])])),
  demote_f64: math("fround"),
};

const INSTRUCTIONS = { i32: I32, i64: I64, f64: F64, f32: F32 };

/** How an instruction is written, as a function of its operands and of what it needs; nothing where it does not compute. */
export function instruction(name) {
  // A float of 32 bits is a number like any other.
  const [type, operation] = name.replace("_f32_", "_f64_").split(".");
  return INSTRUCTIONS[type]?.[operation];
}

/** A constant of a type. */
export function literal(text, type = "i32") {
  const number = Number(text);
  if (type === "i32") return { ...int(named(String(number)), [number, number]), constant: number };
  if (type === "i64") return other(named(`${text}n`));
  const [, sign, odd] = /^([+-]?)(inf|nan)?/.exec(text);
  return other(named(odd ? `${sign}${odd === "inf" ? "Infinity" : "NaN"}` : text));
}

const SIGNS = { ".": "$", "-": "_", "+": "p" };

/** A constant; a long one under a name that says it, so that it can be written once. */
function named(text) {
  if (text.length > 5) return `K${text.replace(/[.+-]/g, (sign) => SIGNS[sign])}`;
  return text.startsWith("-") ? `(${text})` : text;
}

/** Text in which long constants are written out, or, where that is shorter, the variables that hold them. */
export function withConstants(text) {
  const name = /\bK[\w$]+\b/g;
  const uses = new Map();
  for (const [found] of text.matchAll(name)) uses.set(found, (uses.get(found) ?? 0) + 1);
  const value = (found) => found.slice(1).replace(/[$_p]/g, (letter) => Object.keys(SIGNS).find((sign) => SIGNS[sign] === letter));
  // A name has two letters, its declaration four more.
  const held = [...uses].filter(([found, count]) => (found.length - 3) * count > found.length + 4).map(([found]) => found);
  const declared = held.map((found) => `var ${found}=${value(found)};`);
  return `${declared.join("")}${text.replace(name, (found) => (held.includes(found) ? found : `(${value(found)})`))}`;
}

/** One of two values. */
export function either(condition, a, b) {
  const js = `(${condition}?${a.js}:${b.js})`;
  if (a.never || b.never) {
    const { lo, hi, bool, loose } = a.never ? b : a;
    return { js, lo, hi, bool, loose };
  }
  if (a.lo === undefined) return { js, loose: a.loose || b.loose };
  const [one, two] = a.bool && b.bool ? [a, b] : [a, b].map((value) => (value.bool ? kept(value) : value));
  const range = { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
  return { js: `(${condition}?${one.js}:${two.js})`, ...range, ...(a.bool && b.bool && { bool: true }) };
}
