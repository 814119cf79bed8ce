// One function: its structured control flow as statements.

import { conflict, isPure, readBeforeWritten } from "./effects.mjs";
import { coerce, Expressions, halves, isConstant, js, nameOf, resultOf } from "./expressions.mjs";
import { truth } from "./numbers.mjs";

/** Writes a function; `module` says what its calls are and gives what it needs. */
export function writeFunction(form, module, exported) {
  const [, name] = form;
  const parts = form.slice(2).filter((part) => Array.isArray(part));
  const params = parts.filter(([kind]) => kind === "param");
  const locals = parts.filter(([kind]) => kind === "local");
  const body = parts.filter(([kind]) => !/^(type|param|local|result|export)$/.test(kind));
  const writer = new Statements(module, body, [...params, ...locals]);
  const sink = resultOf(form) ? { give: "return " } : undefined;
  const coerced = exported ? params.map(([, local, type]) => `${js(local)}=${coerce(type, js(local), module)};`) : [];
  writer.list(body, RETURN, sink);
  const unwritten = readBeforeWritten(body, (1n << BigInt(params.length)) - 1n);
  const starts = locals.map(([, local, type]) => {
    const read = (unwritten >> BigInt(local.slice(1))) & 1n;
    return read ? `${js(local)}=${type === "i64" ? "0n" : "0"}` : js(local);
  });
  const names = [...params.map(([, local]) => js(local)), ...starts, ...writer.temporaries];
  return `var ${module.functionName(name)}=(${names})=>{${coerced.join("")}${writer.out.join("")}};\n`;
}

const RETURN = { kind: "return" };

class Statements extends Expressions {
  /** Where jumps to a label lead, and what takes the values they bring. */
  #labels = new Map();
  /** The loops and switches around, the innermost last. */
  #around = [];
  #names = 0;

  constructor(module, body, locals) {
    super(module, locals);
    const count = (node) => {
      const labels = /^br/.test(node[0]) ? node.slice(1).filter((name) => !Array.isArray(name)) : [];
      for (const name of labels) this.uses.set(name, (this.uses.get(name) ?? 0) + 1);
      for (const part of node) if (Array.isArray(part)) count(part);
    };
    body.forEach(count);
  }

  /** Writes statements, after which the program goes on at `next`; gives whether they come to their end. */
  list(nodes, next, sink) {
    for (const [place, node] of nodes.entries()) {
      const last = place === nodes.length - 1;
      if (last) return this.statement(node, next, sink);
      const rest = nodes.slice(place + 1);
      // What never comes to its end may as well be one half of a decision, whose other half is the rest.
      if (node[0] === "if" && halves(node).length === 2 && jumps(halves(node)[1].slice(1))) {
        const [condition, then] = halves(node);
        return this.#decide(condition, then.slice(1), rest, next, sink);
      }
      if (node[0] === "br_if" && node.length === 3 && next && this.#labels.get(node[1]).target === next) {
        return this.#decide(node[2], [], rest, next, sink);
      }
      if (!this.statement(node, undefined, undefined)) return false;
    }
    return true;
  }

  /** Writes a decision whose halves both go on at `next`. */
  #decide(condition, then, otherwise, next, sink) {
    const test = truth(this.expression(condition));
    const [yes, ends] = this.within(() => (then.length ? this.list(then, next, sink) : true));
    const [no, endsToo] = this.within(() => (otherwise.length ? this.list(otherwise, next, sink) : true));
    this.out.push(`if(${test}){${yes.join("")}}`);
    if (no.length) this.out.push(...(ends ? [`else{${no.join("")}}`] : no));
    return ends || endsToo;
  }

  /** Writes one statement, or what gives `sink` its value. */
  statement(node, next, sink) {
    const [op] = node;
    const parts = halves(node);
    switch (op) {
      case "nop":
        return true;
      case "@jump":
        return this.#jump(node[1], next);
      case "block":
        return this.#block(node, next, sink);
      case "loop":
        return this.#loop(node, next, sink);
      case "if":
        return this.#decide(parts[0], parts[1].slice(1), parts[2]?.slice(1) ?? [], next, sink);
      case "br":
        return this.#branch(node[1], parts[0], next);
      case "br_if":
        if (parts.length === 1) return this.#branchIf(node[1], parts[0], next);
        break;
      case "br_table":
        return this.#table(node, next);
      case "return":
        if (parts[0]) this.statement(parts[0], RETURN, { give: "return " });
        else return this.#jump(RETURN, next);
        return false;
      case "unreachable":
        this.out.push(`${this.module.need("trap")}();`);
        return false;
      case "local.set":
        if (!sink) return this.statement(parts[0], next, { give: `${js(node[1])}=` });
        break;
      case "drop":
        return this.statement(parts[0], next, { give: "" });
      default:
    }
    const value = this.expression(node);
    const isVoid = !sink || value.js === undefined;
    if (isVoid || sink.give === "") {
      if (!isPure(node)) this.out.push(`${value.js ?? value.effect};`);
    } else this.out.push(`${sink.give}${this.kept(value).js};`);
    return !(sink?.give === "return ");
  }

  /** Goes to `target`, unless the program is about to go there; gives whether it only comes to its end. */
  #jump(target, next) {
    if (target === next) return true;
    const innermost = this.#around.at(-1);
    const loop = this.#around.findLast(({ cont }) => cont);
    const around = this.#around.findLast(({ exit }) => exit === target);
    if (around) around.left = true;
    if (innermost && innermost.exit === target) this.out.push("break;");
    else if (loop && loop.cont === target) this.out.push("continue;");
    else if (target === RETURN) this.out.push("return;");
    else if (target.kind === "continue") {
      target.loop.used = true;
      this.out.push(`continue ${target.loop.label};`);
    } else if (around) {
      around.used = true;
      this.out.push(`break ${around.label};`);
    } else {
      target.used = true;
      this.out.push(`break ${target.label};`);
    }
    return false;
  }

  #label() {
    this.#names += 1;
    return `b${this.#names}`;
  }

  #branch(label, value, next) {
    const { target, sink } = this.#labels.get(label);
    if (value) {
      this.statement(value, undefined, sink);
      if (sink.give === "return ") return false;
    }
    return this.#jump(target, next);
  }

  #branchIf(label, condition, next) {
    const test = truth(this.expression(condition));
    const [jump] = this.within(() => this.#branch(label, undefined, next));
    this.out.push(jump.length ? `if(${test}){${jump.join("")}}` : `${test};`);
    return true;
  }

  /** A jump that brings a value, which is also there where it is not made. */
  valueIf(label, parts) {
    let [value, condition] = this.operands(parts);
    if (!isConstant(parts[0]) && !(parts[0][0] === "local.get" && !conflict(...parts))) {
      value = this.keep(value);
    }
    const { target, sink } = this.#labels.get(label);
    const [jump] = this.within(() => sink.give !== "return " && this.#jump(target, undefined));
    this.out.push(`if(${truth(condition)}){${sink.give}${this.kept(value).js};${jump.join("")}}`);
    return value;
  }

  #block(node, next, sink) {
    const label = nameOf(node);
    const chain = this.#chain(node);
    const nodes = halves(node);
    const write = (end) => (chain ? this.#switch(chain, end, sink) : this.list(nodes, end, sink));
    if (label === undefined) return write(next);
    const target = next ?? { kind: "block", label: this.#label() };
    const outer = this.#labels.get(label);
    this.#labels.set(label, { target, sink });
    const [written, ends] = this.within(() => write(target));
    this.#labels.set(label, outer);
    if (!target.used || next) {
      this.out.push(...written);
      return ends;
    }
    this.out.push(`${target.label}:{${written.join("")}}`);
    return true;
  }

  #loop(node, next, sink) {
    const label = nameOf(node);
    const record = { label: this.#label(), exit: next ?? { kind: "break" } };
    record.cont = { kind: "continue", loop: record };
    const outer = this.#labels.get(label);
    this.#labels.set(label, { target: record.cont });
    this.#around.push(record);
    const nodes = halves(node);
    const [written] = this.within(() => {
      if (sink) {
        if (this.list(nodes, undefined, sink)) this.#jump(record.exit, record.cont);
      } else this.list([...nodes, ["@jump", record.exit]], record.cont);
    });
    this.#around.pop();
    this.#labels.set(label, outer);
    this.out.push(`${record.used ? `${record.label}:` : ""}for(;;){${written.join("")}}`);
    return record.left === true;
  }

  /** Blocks in blocks around a table of jumps, each left by nothing else: the cases of a switch. */
  #chain(node) {
    const blocks = [node];
    for (;;) {
      const [first] = halves(blocks.at(-1));
      if (first?.[0] !== "block") break;
      blocks.push(first);
    }
    const innermost = halves(blocks.at(-1));
    const table = innermost.at(-1);
    if (table?.[0] !== "br_table") return undefined;
    const inTable = new Map();
    for (const name of table.slice(1)) if (!Array.isArray(name)) inTable.set(name, (inTable.get(name) ?? 0) + 1);
    const cases = [];
    while (blocks.length > 1) {
      const name = nameOf(blocks.at(-1));
      if (!inTable.has(name) || inTable.get(name) !== this.uses.get(name)) break;
      blocks.pop();
      cases.push([name, halves(blocks.at(-1)).slice(1)]);
    }
    return blocks.length === 1 && cases.length ? { before: innermost.slice(0, -1), table, cases } : undefined;
  }

  #switch({ before, table, cases }, next, sink) {
    if (before.length) this.list(before, undefined);
    const record = { label: this.#label(), exit: next };
    const names = table.slice(1).filter((name) => !Array.isArray(name));
    const value = this.kept(this.expression(table.at(-1))).js;
    const own = new Set(cases.map(([name]) => name));
    const heads = (name) => {
      if (name === names.at(-1)) return "default:";
      return names.map((other, number) => (other === name ? `case ${number}:` : "")).join("");
    };
    this.#around.push(record);
    const [written] = this.within(() => {
      for (const name of new Set(names)) {
        if (own.has(name)) continue;
        const [jump] = this.within(() => this.#branch(name, undefined, undefined));
        if (name === names.at(-1) && jump.join("") === "break;") continue;
        this.out.push(heads(name), ...jump);
      }
      for (const [place, [name, nodes]] of cases.entries()) {
        this.out.push(heads(name));
        const last = place === cases.length - 1;
        if (nodes.length) this.list(nodes, last ? next : undefined, last ? sink : undefined);
      }
    });
    this.#around.pop();
    this.out.push(`${record.used ? `${record.label}:` : ""}switch(${value}){${written.join("")}}`);
    return !(sink?.give === "return ");
  }

  #table(node) {
    this.#switch({ before: [], table: node, cases: [] }, undefined);
    return false;
  }
}

/** Do the statements end with a jump? */
function jumps(nodes) {
  const last = nodes.at(-1);
  if (!last) return false;
  const [op] = last;
  if (/^(br|return|unreachable|br_table)$/.test(op)) return true;
  const parts = halves(last);
  if (op === "block" && nameOf(last) === undefined) return jumps(parts);
  return op === "if" && parts.length === 3 && jumps(parts[1].slice(1)) && jumps(parts[2].slice(1));
}
