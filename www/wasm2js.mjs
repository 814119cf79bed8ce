// The engine as JavaScript, of its WebAssembly: an ES module whose default export gives the module's exports for its imports.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const FEATURES = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "sign-ext"].map((name) => `--enable-${name}`);

/** Translates a module in WebAssembly. */
export async function wasm2js(file) {
  const folder = await mkdtemp(join(tmpdir(), "sales-ready-wasm2js-"));
  const [text, lowered, script] = ["engine.wat", "engine.wasm", "engine.js"].map((name) => join(folder, name));
  try {
    await binaryen("wasm-opt", "--signext-lowering", "-S", file, "-o", text);
    await writeFile(text, withoutSaturation(await readFile(text, "utf8")));
    await binaryen("wasm-opt", "-Oz", text, "-o", lowered);
    await binaryen("wasm2js", "-Oz", lowered, "-o", script);
    return asFunction(await readFile(script, "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * wasm2js knows no conversions of floats to integers that saturate, and binaryen's own way to lower them gives other numbers
 * out of range, which Rust's `as` must not. So each is a call of a function that does it.
 */
function withoutSaturation(text) {
  const needed = new Set();
  const called = text.replace(/\((i32|i64)\.trunc_sat_f64_([su])/g, (_, type, sign) => {
    needed.add(`${type} ${sign}`);
    return `(call $saturate_${type}_${sign}`;
  });
  const functions = [...needed].map((conversion) => saturating(...conversion.split(" ")));
  return called.replace(/\)\s*$/, `${functions.join("")})`);
}

function saturating(type, sign) {
  const bits = Number(type.slice(1));
  const signed = sign === "s";
  const above = 2 ** (signed ? bits - 1 : bits);
  const most = signed ? 2n ** BigInt(bits - 1) - 1n : -1n;
  const least = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  // Below the least there is NaN, which gives 0.
  return `(func $saturate_${type}_${sign} (param $x f64) (result ${type})
    (if (result ${type}) (f64.ge (local.get $x) (f64.const ${above}))
      (then (${type}.const ${most}))
      (else (if (result ${type}) (f64.gt (local.get $x) (f64.const ${signed && bits === 64 ? Number(least) : Number(least) - 1}))
        (then (${type}.trunc_f64_${sign} (local.get $x)))
        (else (if (result ${type}) (f64.lt (local.get $x) (f64.const 0))
          (then (${type}.const ${least}))
          (else (${type}.const 0))))))))\n`;
}

/** In place of imports that nobody serves and exports that are made once, a function. */
function asFunction(script) {
  const made = script.replace(/^import \* as \w+ from '\w+';$/gm, "").replace(/^var retasmFunc = [\s\S]*$/m, "export default asmFunc;\n");
  if (/^import |retasmFunc/m.test(made)) throw new Error("wasm2js writes its modules in another way than build.mjs expects");
  return made;
}

async function binaryen(tool, ...options) {
  const program = fileURLToPath(new URL(`node_modules/binaryen/bin/${tool}`, import.meta.url));
  await promisify(execFile)(process.execPath, [program, ...FEATURES, ...options]);
}
