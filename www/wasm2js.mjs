// The engine as JavaScript, of its WebAssembly: an ES module whose default export gives the module's exports for its imports.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { coerce } from "./wasm2js/expressions.mjs";
import { writeFunction } from "./wasm2js/functions.mjs";
import { HELPERS } from "./wasm2js/helpers.mjs";
import { int, literal, withConstants } from "./wasm2js/numbers.mjs";
import { bytesOf, parse } from "./wasm2js/text.mjs";

const FEATURES = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "sign-ext"].map((name) => `--enable-${name}`);
/** Control flow that is taken apart and put together anew comes out with fewer jumps, which weigh more here than in WebAssembly. */
const PASSES = ["--avoid-reinterprets", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"];

/** Translates a module in WebAssembly. */
export async function wasm2js(file) {
  const folder = await mkdtemp(join(tmpdir(), "sales-ready-wasm2js-"));
  const text = join(folder, "engine.wat");
  try {
    await binaryen("wasm-opt", ...PASSES, "-S", file, "-o", text);
    return new Module(parse(await readFile(text, "utf8"))[0]).write();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function binaryen(tool, ...options) {
  const program = fileURLToPath(new URL(`node_modules/binaryen/bin/${tool}`, import.meta.url));
  await promisify(execFile)(process.execPath, [program, ...FEATURES, ...options]);
}

/** Views of the memory, by what they hold and how many bytes of it. */
const VIEWS = {
  ...{ I8: "Int8", U8: "Uint8", I16: "Int16", U16: "Uint16", I32: "Int32", I64: "BigInt64" },
  ...{ F32: "Float32", F64: "Float64" },
};
const RANGES = { I8: [-128, 127], U8: [0, 255], I16: [-32768, 32767], U16: [0, 65535] };

const typed = (parts) => ({
  params: parts.filter(([kind]) => kind === "param").flatMap((part) => part.slice(1)),
  result: parts.find(([kind]) => kind === "result")?.[1],
});

class Module {
  globals = new Map();
  #forms;
  #types = new Map();
  #functions = new Map();
  #needs = new Set();
  #accesses = new Map();

  constructor(form) {
    this.#forms = form.slice(1);
    for (const form of this.#forms) {
      const [kind, name] = form;
      if (kind === "type") this.#types.set(name, typed(form[2].slice(1)));
      if (kind === "func") this.#functions.set(name, typed(form));
      if (kind === "global") this.globals.set(name, Array.isArray(form[2]) ? form[2][1] : form[2]);
      if (kind === "start") throw new Error("wasm2js.mjs expects a module that starts nothing by itself");
      if (kind === "import") {
        const [, , as, [what, own, ...parts]] = form;
        if (what !== "func") throw new Error(`wasm2js.mjs expects that only functions are imported, found a ${what}`);
        this.#functions.set(own, { ...typed(parts), imported: as });
      }
    }
  }

  need(name) {
    const helper = HELPERS[name];
    if (helper === undefined) throw new Error(`wasm2js/helpers.mjs lacks ${name}`);
    for (const other of Array.isArray(helper) ? helper.slice(0, -1) : []) this.need(other);
    this.#needs.add(name);
    return name;
  }

  functionName(name) {
    return `${this.#functions.get(name).imported ? "i" : "f"}${name.replace(/\W|fimport/g, "")}`;
  }

  globalName(name) {
    return `g${name.replace(/\W|global/g, "")}`;
  }

  callee(name) {
    const { result, imported } = this.#functions.get(name);
    return { name: this.functionName(name), result, imported };
  }

  resultOf(node) {
    return this.#types.get(node.find((part) => part[0] === "type")[1]).result;
  }

  access(op, align) {
    const [, type, what, size = type.slice(1), sign = ""] = /^(\w\d\d)\.(load|store)(\d+)?(?:_(.))?$/.exec(op);
    const letter = type[0] === "f" ? "F" : Number(size) < 32 && (sign === "u" || what === "store") ? "U" : "I";
    const view = `${letter}${size}`;
    const even = align * 8 >= Number(size);
    const name = `${what}${view}${even ? "" : "u"}`;
    this.#accesses.set(name, { what, view, even, size: Number(size) });
    return {
      load: (address) => {
        const js = `${name}(${address.js})`;
        if (type === "i32") return int(js, RANGES[view]);
        if (type === "i64" && size !== "64") return { js: `BigInt(${sign === "u" ? `${js}>>>0` : js})` };
        return { js };
      },
      store: (address, value) => {
        const given = type === "i64" && size !== "64" ? `Number(BigInt.asIntN(32,${value.js}))` : value.js;
        return `${name}(${address.js},${given})`;
      },
    };
  }

  write() {
    const of = (kind) => this.#forms.filter((form) => form[0] === kind);
    const exported = new Set(of("export").filter(([, , [kind]]) => kind === "func").map(([, , [, name]]) => name));
    const functions = of("func").map((form) => writeFunction(form, this, exported.has(form[1])));
    const globals = of("global").map(([, name, , [op, value]]) => {
      return `let ${this.globalName(name)}=${literal(value, op.slice(0, 3)).js};`;
    });
    const elements = of("elem").flatMap((form) => {
      const offset = Number(form.find((part) => part[0] === "i32.const")[1]);
      const names = form.filter((part) => typeof part === "string").slice(2);
      return names.map((name, place) => `table[${offset + place}]=${this.#inTable(name)};`);
    });
    const data = of("data").map((form) => {
      const bytes = Buffer.concat(form.slice(2).filter((part) => typeof part === "string").map(bytesOf));
      return `data(${form[2][1]},"${bytes.toString("base64")}");`;
    });
    const [[, , pages]] = of("memory");
    const imports = [...this.#functions].filter(([, { imported }]) => imported);
    return `export default function({a:{${imports.map(([own, { imported }]) => `${imported}:${this.functionName(own)}`)}}}){
      const table=[];
      ${this.#memory(Number(pages))}
      ${[...this.#needs].map((name) => [HELPERS[name]].flat().at(-1)).join("\n")}
      ${withConstants(`${globals.join("")}${functions.join("")}`)}
      function data(at,text){for(const letter of atob(text))U8[at++]=letter.charCodeAt()}
      ${data.join("")}
      ${elements.join("")}
      return {${of("export").map(([, as, what]) => `${as}:${this.#export(what)}`)}}
    }`;
  }

  #inTable(name) {
    const { params, result, imported } = this.#functions.get(name);
    const own = this.functionName(name);
    if (!imported || !result) return own;
    const names = params.filter((part) => !part.startsWith("$")).map((_, place) => `a${place}`);
    return `(${names})=>${coerce(result, `${own}(${names})`, this)}`;
  }

  #export([kind, name]) {
    if (kind === "memory") return "memory";
    if (kind === "func") return this.functionName(name);
    if (kind === "global") return `{value:${this.globalName(name)}}`;
    throw new Error(`wasm2js.mjs knows no export of a ${kind}`);
  }

  #memory(pages) {
    const accesses = [...this.#accesses].map(([name, { what, view, even, size }]) => {
      const shift = Math.log2(size / 8);
      if (even) {
        const place = `${view}[a>>>${shift}]`;
        if (what === "load") return `function ${name}(a){return ${place}}`;
        return `function ${name}(a,b){${place}=b}`;
      }
      if (what === "load") return `function ${name}(a){return view.get${VIEWS[view]}(a>>>0,true)}`;
      return `function ${name}(a,b){view.set${VIEWS[view]}(a>>>0,b,true)}`;
    });
    const views = Object.keys(VIEWS);
    return `let ${views},view;
      const memory={buffer:new ArrayBuffer(${pages * 65536})};
      function look(buffer){
        memory.buffer=buffer;
        view=new DataView(buffer);
        ${views.map((view) => `${view}=new ${VIEWS[view]}Array(buffer);`).join("")}
      }
      look(memory.buffer);
      function grow(more){
        const old=U8,pages=old.length>>16;
        more>>>=0;
        if(pages+more>=32768)return-1;
        if(more){try{look(new ArrayBuffer(pages+more<<16))}catch{return-1}U8.set(old)}
        return pages
      }
      ${accesses.join("\n")}`;
  }
}
