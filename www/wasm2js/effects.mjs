// What an expression reads and changes, to tell whether two may change places; and which locals are read before they are written.

const known = new WeakMap();
const NONE = { reads: 0n, writes: 0n, loads: false, stores: false, leaves: false };

const bit = (local) => 1n << BigInt(local.slice(1));

/** Locals as bits; memory and globals count as one place. `leaves`: it may not come to its end. */
export function effects(node) {
  if (!Array.isArray(node)) return NONE;
  let found = known.get(node);
  if (found) return found;
  found = { ...NONE };
  for (const child of node) {
    const { reads, writes, loads, stores, leaves } = effects(child);
    found.reads |= reads;
    found.writes |= writes;
    found.loads ||= loads;
    found.stores ||= stores;
    found.leaves ||= leaves;
  }
  const [op, name] = node;
  if (op === "local.get") found.reads |= bit(name);
  else if (op === "local.set" || op === "local.tee") found.writes |= bit(name);
  else if (op === "global.get" || /load|^memory\.size/.test(op)) found.loads = true;
  else if (op === "global.set" || /store/.test(op)) found.stores = true;
  else if (/^(call|memory\.|loop|br|return|unreachable)/.test(op)) found.loads = found.stores = found.leaves = true;
  known.set(node, found);
  return found;
}

/** Does it do nothing but give a value? */
export const isPure = (node) => {
  const { writes, stores, leaves } = effects(node);
  return !writes && !stores && !leaves;
};

/** May not the two be evaluated in the other order? */
export function conflict(a, b) {
  const [one, other] = [effects(a), effects(b)];
  if (one.writes & (other.reads | other.writes) || other.writes & one.reads) return true;
  if ((one.stores && (other.loads || other.stores)) || (other.stores && one.loads)) return true;
  return (one.leaves && !isPure(b)) || (other.leaves && !isPure(a));
}

/** The locals that a function may read before it has written them, as bits, where those of `written` are given. */
export function readBeforeWritten(body, written) {
  let unwritten = 0n;
  const ends = new Map();
  const leave = (label, state) => ends.set(label, (ends.get(label) ?? -1n) & state);
  const inOrder = (nodes, state) => nodes.reduce((state, node) => after(node, state), state);
  // After a jump everything counts as written: nothing is read there.
  function after(node, state) {
    if (!Array.isArray(node)) return state;
    const [op, name, ...rest] = node;
    switch (op) {
      case "local.get":
        unwritten |= bit(name) & ~state;
        return state;
      case "local.set":
      case "local.tee":
        return after(rest[0], state) | bit(name);
      case "block": {
        const end = inOrder(node.slice(1), state);
        const left = ends.get(name) ?? -1n;
        ends.delete(name);
        return end & left;
      }
      case "if": {
        const [condition, then, otherwise] = node.slice(1).filter((part) => Array.isArray(part) && part[0] !== "result");
        const decided = after(condition, state);
        return inOrder(then.slice(1), decided) & (otherwise ? inOrder(otherwise.slice(1), decided) : decided);
      }
      case "br":
      case "br_if":
      case "br_table": {
        const end = inOrder(node.slice(1), state);
        for (const label of node.slice(1)) if (!Array.isArray(label)) leave(label, end);
        return op === "br_if" ? end : -1n;
      }
      case "return":
      case "unreachable":
        inOrder(node.slice(1), state);
        return -1n;
      default:
        return inOrder(node.slice(1), state);
    }
  }
  inOrder(body, written);
  return unwritten;
}
