// Operands as expressions. What JavaScript has no expression for is written before the statement that needs its value, and so is
// whatever may not change places with it.

import { conflict, isPure } from "./effects.mjs";
import { either, instruction, int, kept, literal, truth } from "./numbers.mjs";

const isExpression = (part) => Array.isArray(part) && part[0] !== "result" && part[0] !== "type";
/** The operands of a node, or its statements. */
export const halves = (node) => node.slice(1).filter(isExpression);
/** A block's label. */
export const nameOf = (node) => (typeof node[1] === "string" ? node[1] : undefined);
/** The type of what a node or a function gives. */
export const resultOf = (node) => node.find((part) => part[0] === "result")?.[1];

/** A local's name. */
export const js = (local) => `l${local.slice(1)}`;

/** What JavaScript gives, as what WebAssembly would take it for. */
export function coerce(type, value, module) {
  if (type === "i32") return `${value}|0`;
  return type === "i64" ? `${module.need("signed64")}(${value})` : `+${value}`;
}

/** Writes expressions; `Statements` adds `statement`, `list` and `valueIf`. */
export class Expressions {
  /** The statements written so far. */
  out = [];
  /** Names of values that are kept for later. */
  temporaries = [];
  /** How often labels are jumped to. */
  uses = new Map();

  constructor(module, locals) {
    this.module = module;
    this.types = new Map(locals.map(([, name, type]) => [name, type]));
  }

  expression(node) {
    const [op, name] = node;
    const parts = halves(node);
    switch (op) {
      case "i32.const":
      case "i64.const":
      case "f64.const":
      case "f32.const":
        return literal(name, op.slice(0, 3));
      case "local.get":
        return this.typed(js(name), this.types.get(name));
      case "local.tee":
        return this.#tee(node, parts[0]);
      case "local.set":
        return { effect: `${js(name)}=${this.kept(this.expression(parts[0])).js}` };
      case "global.get":
        return this.typed(this.module.globalName(name), this.module.globals.get(name));
      case "global.set":
        return { effect: `${this.module.globalName(name)}=${this.kept(this.expression(parts[0])).js}` };
      case "call":
        return this.#call(node, parts);
      case "call_indirect":
        return this.#callIndirect(node, parts);
      case "select":
        return this.#select(node, parts);
      case "memory.size":
        return int(`${this.module.need("pages")}()`, [0, 65536]);
      case "memory.grow":
        return int(`${this.module.need("grow")}(${this.expression(parts[0]).js})`);
      case "memory.copy":
      case "memory.fill":
        return { effect: `${this.module.need(op.slice(7))}(${this.operands(parts).map((value) => value.js)})` };
      case "block":
      case "if":
      case "loop":
        return this.#structure(node, parts);
      case "nop":
        return { effect: "0" };
      case "unreachable":
        return { js: `${this.module.need("trap")}()`, never: true };
      case "br_if":
        if (parts.length === 2) return this.valueIf(name, parts);
        this.statement(node, undefined);
        return { effect: "0" };
      case "br":
      case "return":
      case "br_table":
        this.statement(node, undefined);
        return literal("0");
      case "drop":
        return { effect: this.expression(parts[0]).js };
      default:
    }
    if (/\.(load|store)/.test(op)) return this.#access(node, parts);
    const write = instruction(op);
    if (!write) throw new Error(`wasm2js.mjs does not know the instruction ${op}: it must be added to wasm2js/`);
    return write(...this.operands(parts), (name) => this.module.need(name));
  }

  typed(text, type) {
    return type === "i32" ? int(text) : { js: text };
  }

  /** Operands in their order. Where one needs statements before it, those before it that depend on their time are kept. */
  operands(nodes) {
    const values = [];
    for (const [place, node] of nodes.entries()) {
      const mark = this.out.length;
      const value = this.expression(node);
      if (this.out.length > mark) {
        const earlier = [];
        for (let before = 0; before < place; before += 1) {
          if (values[before].isKept || !conflict(nodes[before], node)) continue;
          const temporary = this.temporary();
          earlier.push(`${temporary}=${this.kept(values[before]).js};`);
          values[before] = { ...(values[before].lo === undefined ? { js: temporary } : int(temporary)), isKept: true };
        }
        this.out.splice(mark, 0, ...earlier);
      }
      values.push(value);
    }
    return values;
  }

  /** What a local may hold. */
  kept(value) {
    return kept(value, (name) => this.module.need(name));
  }

  temporary() {
    const name = `t${this.temporaries.length}`;
    this.temporaries.push(name);
    return name;
  }

  /** Evaluates a value now. */
  keep(value) {
    const temporary = this.temporary();
    this.out.push(`${temporary}=${this.kept(value).js};`);
    return value.lo === undefined ? { js: temporary } : int(temporary);
  }

  #tee(node, value) {
    const local = js(node[1]);
    const type = this.types.get(node[1]);
    if (isStructure(value)) {
      const given = this.#tried(() => this.expression(value));
      if (given) return this.typed(`(${local}=${this.kept(given).js})`, type);
      this.statement(value, undefined, { give: `${local}=` });
      return this.typed(local, type);
    }
    return this.typed(`(${local}=${this.kept(this.expression(value)).js})`, type);
  }

  #call(node, parts) {
    const { name, result, imported } = this.module.callee(node[1]);
    const call = `${name}(${this.operands(parts).map((value) => this.kept(value).js)})`;
    if (!result) return { effect: call };
    if (!imported) return this.typed(call, result);
    // As a condition, what JavaScript gives for an integer does as it is: a number, true, false or nothing.
    return { ...this.typed(`(${coerce(result, call, this.module)})`, result), truth: call };
  }

  #callIndirect(node, parts) {
    const table = parts.at(-1);
    const values = parts.slice(0, -1);
    // JavaScript looks for the target before the operands, WebAssembly after them.
    const inOrder = values.some((value) => conflict(value, table));
    const all = inOrder ? values.map((value) => this.keep(this.expression(value))) : this.operands([...values, table]);
    const target = inOrder ? this.expression(table) : all.pop();
    const call = `${this.module.need("table")}[${this.kept(target).js}](${all.map((value) => this.kept(value).js)})`;
    const result = this.module.resultOf(node);
    return result ? this.typed(call, result) : { effect: call };
  }

  #select(node, parts) {
    const [one, two, condition] = parts;
    // All three are evaluated, the condition last; JavaScript does it first, and one of the others.
    const inOrder = !isPure(one) || !isPure(two) || conflict(one, condition) || conflict(two, condition);
    if (!inOrder) {
      const [test, a, b] = this.operands([condition, one, two]);
      return either(truth(test), a, b);
    }
    const kepts = [one, two].map((part) => this.keep(this.expression(part)));
    return either(truth(this.expression(condition)), ...kepts);
  }

  #structure(node, parts) {
    const result = resultOf(node);
    if (node[0] === "if" && parts.length === 3) {
      const test = truth(this.expression(parts[0]));
      const values = this.#tried(() => parts.slice(1).map((half) => this.#inLine(half.slice(1))));
      if (values?.every(Boolean)) {
        if (result) return either(test, ...values);
        return { effect: `(${test}?${values.map((value) => value.effect ?? value.js).join(":")})` };
      }
      const temporary = result && this.temporary();
      const sink = result && { give: `${temporary}=` };
      const halves = parts.slice(1).map((half) => this.within(() => this.list(half.slice(1), undefined, sink))[0].join(""));
      this.out.push(`if(${test}){${halves[0]}}else{${halves[1]}}`);
      return result ? this.typed(temporary, result) : { effect: "0" };
    }
    if (node[0] === "block" && !this.uses.get(nameOf(node))) {
      const value = this.#tried(() => this.#inLine(parts));
      if (value) return value;
    }
    const temporary = result && this.temporary();
    this.statement(node, undefined, result && { give: `${temporary}=` });
    return result ? this.typed(temporary, result) : { effect: "0" };
  }

  /** The statements that `write` writes, apart from the others, and what it gives. */
  within(write) {
    const outer = this.out;
    this.out = [];
    const result = write();
    const written = this.out;
    this.out = outer;
    return [written, result];
  }

  /** What an attempt gives, if it needs no statements. */
  #tried(attempt) {
    const before = this.temporaries.length;
    const [statements, value] = this.within(attempt);
    if (!statements.length) return value;
    this.temporaries.length = before;
    return undefined;
  }

  /** Nodes one after the other as one expression, if all of them are such. */
  #inLine(nodes) {
    const mark = this.out.length;
    const written = [];
    for (const node of nodes.slice(0, -1)) {
      if (!isPlain(node)) return undefined;
      const value = this.expression(node);
      written.push(value.effect ?? value.js);
    }
    const last = nodes.at(-1);
    if (!isPlain(last) || this.out.length > mark) return undefined;
    const value = this.expression(last);
    if (this.out.length > mark) return undefined;
    if (!written.length) return value;
    if (value.js === undefined) return { effect: `(${written},${value.effect})` };
    const all = this.typed(`(${written},${this.kept(value).js})`, value.lo === undefined ? "" : "i32");
    return { ...all, never: value.never };
  }

  #access(node, parts) {
    const [op] = node;
    const [place, value] = parts;
    if (/^[if]64\.store$/.test(op) && value[0] === op.replace("store", "load") && alignOf(node) >= 4 && alignOf(value) >= 4) {
      const [to, from] = this.operands([place, value.find(isExpression)]);
      return { effect: `${this.module.need("move")}(${moved(to, node).js},${moved(from, value).js})` };
    }
    const [address, given] = this.operands(parts);
    const access = this.module.access(op, alignOf(node));
    return given ? { effect: access.store(moved(address, node), given) } : access.load(moved(address, node));
  }
}

const BYTES = { 8: 1, 16: 2, 32: 4, 64: 8 };

function alignOf(node) {
  const said = node.find((part) => /^align=/.test(part));
  const size = /(?:load|store)(8|16|32)/.exec(node[0])?.[1] ?? node[0].slice(1, 3);
  return said ? Number(said.slice(6)) : BYTES[size];
}

const moved = (address, node) =>
  instruction("i32.add")(address, literal(String(node.find((part) => /^offset=/.test(part))?.slice(7) ?? 0)));

/** Is a node a literal? */
export const isConstant = ([op]) => op.endsWith(".const");
const isStructure = ([op]) => op === "block" || op === "if" || op === "loop";
const isPlain = (node) => !/^(br|return|loop)/.test(node[0]);
