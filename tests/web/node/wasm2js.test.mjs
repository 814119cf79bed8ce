// The translation to JavaScript, against WebAssembly itself: every instruction at the ends of its range, and random programs.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";

import { random } from "../suite/check.mjs";

const WWW = fileURLToPath(new URL("../../../www/", import.meta.url));
const { wasm2js } = await import(pathToFileURL(path.join(WWW, "wasm2js.mjs")).href);

const VALUES = {
  i32: [0, 1, -1, 2, 7, 31, 32, 33, 255, -128, 32768, 65536, 0x7fffffff, -0x80000000, 0x12345678, -1640531527],
  i64: [0n, 1n, -1n, 5n, 63n, 64n, 65n, 0x7fffffffn, -0x80000000n, 1n << 32n, 2n ** 63n - 1n, -(2n ** 63n), 0x123456789abcdefn],
  f64: [
    ...[0, -0, 1, -1, 0.5, -1.5, 2.5, 1e-310, Infinity, -Infinity, NaN],
    ...[2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53 + 2, 2 ** 63, -(2 ** 63), 2 ** 64],
  ],
};
const integers = (type) => [
  ...["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"].map((name) => [name, type, type, type]),
  ...["eq", "ne", "lt_s", "le_s", "gt_s", "ge_s", "lt_u", "le_u", "gt_u", "ge_u"].map((name) => [name, "i32", type, type]),
  ...["extend8_s", "extend16_s", "clz", "ctz"].map((name) => [name, type, type]),
  ["eqz", "i32", type],
].map(([name, ...types]) => [`${type}.${name}`, ...types]);
/** Name, result and operands. What may trap is divided apart from what traps. */
const INSTRUCTIONS = [
  ...integers("i32"),
  ...integers("i64"),
  ...["add", "sub", "mul", "div", "min", "max"].map((name) => [`f64.${name}`, "f64", "f64", "f64"]),
  ...["neg", "abs", "ceil", "floor", "sqrt", "trunc"].map((name) => [`f64.${name}`, "f64", "f64"]),
  ...["eq", "ne", "lt", "le", "gt", "ge"].map((name) => [`f64.${name}`, "i32", "f64", "f64"]),
  ["i32.popcnt", "i32", "i32"],
  ["i32.wrap_i64", "i32", "i64"],
  ["i64.extend32_s", "i64", "i64"],
  ...["i64.extend_i32_s", "i64.extend_i32_u"].map((name) => [name, "i64", "i32"]),
  ...["f64.convert_i32_s", "f64.convert_i32_u"].map((name) => [name, "f64", "i32"]),
  ...["f64.convert_i64_s", "f64.convert_i64_u"].map((name) => [name, "f64", "i64"]),
  ...["i32.trunc_sat_f64_s", "i32.trunc_sat_f64_u"].map((name) => [name, "i32", "f64"]),
  ...["i64.trunc_sat_f64_s", "i64.trunc_sat_f64_u"].map((name) => [name, "i64", "f64"]),
];
const DIVISIONS = ["i32", "i64"].flatMap((type) =>
  ["div_s", "div_u", "rem_s", "rem_u"].map((name) => [`${type}.${name}`, type, type, type]),
);
// The sign of a NaN is nobody's promise, so neither its bits nor its sign are looked at.
const BITS = [["i64.reinterpret_f64", "i64", "f64"], ["f64.reinterpret_i64", "f64", "i64"], ["f64.copysign", "f64", "f64", "f64"]];

test("every instruction gives the same bits at the ends of its range", async () => {
  const all = [...INSTRUCTIONS, ...DIVISIONS, ...BITS];
  const functions = all.map(([name, result, ...operands]) => {
    const given = operands.map((_, place) => `(local.get ${place})`).join(" ");
    return `(func (export "${name}") (param ${operands.join(" ")}) (result ${result}) (${name} ${given}))`;
  });
  const [wasm, js] = await bothOf(`(module (memory (export "memory") 1) ${functions.join("\n")})`);
  for (const [name, , ...types] of all) {
    const values = (type) => VALUES[type].filter((value) => !BITS.some(([bits]) => bits === name) || value === value);
    const pairs = values(types[0]).flatMap((one) => (types[1] ? values(types[1]).map((other) => [one, other]) : [[one]]));
    for (const operands of pairs) {
      const expected = outcome(() => wasm[name](...operands));
      // A division that traps: what is compiled to WebAssembly from Rust asks before.
      if (expected === "trap") continue;
      assert.ok(Object.is(js[name](...operands), expected), `${name}(${operands}): expected ${expected}, found ${js[name](...operands)}`);
    }
  }
});

test("random programs give the same bits, and leave the same memory", async () => {
  const next = random(20);
  const functions = Array.from({ length: 150 }, (_, number) => program(next, number));
  const [wasm, js] = await bothOf(`(module
    (memory (export "memory") 1)
    (global $fuel (mut i32) (i32.const 0))
    (table funcref (elem $callee $callee))
    (type $callee (func (param i32 i32) (result i32)))
    (func $callee (type $callee)
      (i32.store offset=4 (i32.and (local.get 0) (i32.const 4088)) (local.get 1))
      (i32.sub (local.get 1) (local.get 0)))
    (func (export "refuel") (global.set $fuel (i32.const 60)))
    ${functions.join("\n")})`);
  const integers = ({ memory }) => Buffer.from(memory.buffer).subarray(0, 8192);
  for (let number = 0; number < functions.length; number += 1) {
    for (let round = 0; round < 12; round += 1) {
      const pick = (type) => VALUES[type][Math.floor(next() * VALUES[type].length)];
      const operands = ["i32", "i32", "i64", "f64"].map(pick);
      const [expected, found] = [wasm, js].map((engine) => {
        engine.refuel();
        return outcome(() => engine[`f${number}`](...operands));
      });
      assert.ok(Object.is(found, expected), `f${number}(${operands}): expected ${expected}, found ${found}: ${functions[number]}`);
    }
    assert.ok(integers(wasm).equals(integers(js)), `memory after ${functions[number]}`);
  }
});

test("memory grows, keeps what it holds, and says how much there was", async () => {
  const [wasm, js] = await bothOf(`(module
    (memory (export "memory") 1)
    (data (i32.const 65530) "kept\\00\\ff")
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "size") (result i32) (memory.size))
    (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
    (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
    (func (export "at") (param i32) (result i64) (i64.load align=1 (local.get 0)))
    (func (export "put") (param i32 i64) (i64.store align=2 (local.get 0) (local.get 1))))`);
  for (const [name, ...operands] of [
    ...[["grow", 0], ["size"], ["grow", 2], ["size"], ["grow", -1], ["size"]],
    ...[["at", 65530], ["put", 65533, -2n], ["at", 65532]],
    ...[["copy", 65531, 65529, 7], ["at", 65528], ["fill", 70001, 300, 9], ["at", 70003]],
  ]) {
    assert.equal(js[name](...operands), wasm[name](...operands), `${name}(${operands})`);
  }
});

function outcome(run) {
  try {
    return run();
  } catch {
    return "trap";
  }
}

/** The exports of a module in WebAssembly, and of its translation. */
async function bothOf(text) {
  const folder = await mkdtemp(path.join(tmpdir(), "sales-ready-translation-"));
  try {
    const [source, binary, script] = ["m.wat", "m.wasm", "m.mjs"].map((name) => path.join(folder, name));
    await writeFile(source, text);
    const features = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "sign-ext"].map((name) => `--enable-${name}`);
    execFileSync(process.execPath, [path.join(WWW, "node_modules/binaryen/bin/wasm-as"), ...features, source, "-o", binary]);
    await writeFile(script, await wasm2js(binary));
    const { default: make } = await import(pathToFileURL(script).href);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(await readFile(binary)));
    return [exports, make({ a: {} })];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A function of random statements that comes to its end: each turn of a loop takes fuel. */
function program(next, number) {
  const upTo = (limit) => Math.floor(next() * limit);
  const one = (...choices) => choices[upTo(choices.length)];
  const LOCALS = { i32: [0, 1, 4, 5], i64: [2, 6], f64: [3, 7] };
  const result = one(...Object.keys(LOCALS));
  let names = 0;
  const constant = (type) => {
    const value = one(...VALUES[type]);
    if (type !== "f64") return `(${type}.const ${value})`;
    return `(f64.const ${Number.isNaN(value) ? "nan" : Object.is(value, -0) ? "-0" : String(value).replace("Infinity", "inf")})`;
  };
  const place = (depth) => `(i32.and ${value("i32", depth)} (i32.const 4088))`;
  function value(type, depth) {
    const local = one(...LOCALS[type]);
    if (depth <= 0) return one(`(local.get ${local})`, `(local.get ${local})`, constant(type));
    const of = (type) => value(type, depth - 1);
    const [name, , ...operands] = one(...INSTRUCTIONS.filter(([, result]) => result === type));
    const label = `$v${names++}`;
    return one(
      () => `(${name} ${operands.map(of).join(" ")})`,
      () => `(${name} ${operands.map(of).join(" ")})`,
      () => `(local.tee ${local} ${of(type)})`,
      () => `(select ${of(type)} ${of(type)} ${of("i32")})`,
      () => `(if (result ${type}) ${of("i32")} (then ${of(type)}) (else (unreachable)))`,
      () => `(if (result ${type}) ${of("i32")} (then ${statement(depth - 3, [])} ${of(type)}) (else ${of(type)}))`,
      () => `(block ${label} (result ${type})
        ${statement(depth - 3, [])} (drop (br_if ${label} ${of(type)} ${of("i32")})) ${of(type)})`,
      () => (type === "f64" ? of(type) : `(${type}.load offset=${8 * upTo(3)} ${place(depth - 1)})`),
      () => (type === "i32" ? `(call_indirect (type $callee) ${of(type)} ${of(type)} (i32.and ${of(type)} (i32.const 1)))` : of(type)),
      () => (type === "i32" ? `(i32.load${one("8_u", "8_s", "16_u", "16_s")} ${place(depth - 1)})` : of(type)),
    )();
  }
  function statement(depth, labels) {
    const type = one("i32", "i32", "i64", "f64");
    const assign = () => `(local.set ${one(...LOCALS[type])} ${value(type, Math.min(depth, 3))})`;
    if (depth <= 0) return assign();
    const list = (labels) => Array.from({ length: 1 + upTo(3) }, () => statement(depth - 1, labels)).join(" ");
    const label = `$s${names++}`;
    const inner = [...labels, label];
    const jump = () => (labels.length ? `(br_if ${one(...labels)} ${value("i32", 2)})` : assign());
    return one(
      assign,
      jump,
      jump,
      () => `(if ${value("i32", 2)} (then ${list(labels)} ${labels.length && upTo(2) ? `(br ${one(...labels)})` : ""}))`,
      () => `(if ${value("i32", 2)} (then ${list(labels)}) (else ${list(labels)}))`,
      () => `(if (i32.eq ${value("i32", 2)} ${value("i32", 1)}) (then (unreachable)))`,
      () => `(if (i32.eqz ${value("i32", 2)}) (then (return (local.get ${one(...LOCALS[result])}))))`,
      () => `(block ${label} ${list(inner)})`,
      () => `(block ${label} (loop ${label}l (br_if ${label} (i32.eqz (global.get $fuel)))
        (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))
        ${list([...inner, `${label}l`])} (br_if ${label}l ${value("i32", 1)})))`,
      () => `(block ${label} (block ${label}a (block ${label}b
        (br_table ${label}b ${label}a ${one(...inner)} ${label}b ${one(`${label}a`, label)} ${value("i32", 2)}))
        ${list([...inner, `${label}a`])}) ${list(inner)})`,
      () => `(${one("i32.store", "i32.store8", "i32.store16")} offset=${4 * upTo(3)} ${place(2)} ${value("i32", 2)})`,
      () => `(i64.store ${place(1)} ${upTo(2) ? value("i64", 2) : `(i64.load ${place(1)})`})`,
      () => `(f64.store offset=16384 ${place(1)} ${value("f64", 2)})`,
    )();
  }
  const body = Array.from({ length: 3 }, () => statement(4, [])).join("\n");
  return `(func (export "f${number}") (param i32 i32 i64 f64) (result ${result}) (local i32 i32 i64 f64)
    ${body}
    (local.get ${one(...LOCALS[result])}))`;
}
