// The engine, and its kernel of one model, in this thread. All methods of a kernel are called alike, numbers and rows of numbers in
// and one row out, so that this stands here once; what wasm-bindgen would write for it says it again for each.

import { EXPORTS, type ModelKernel as Methods } from "../generated/sales_ready_wasm.js";
import type { Kernel } from "./scorer.js";

/** What the engine is asked: a method of its kernel, and what that takes. */
export type Step = { [M in Method]: [M, Parameters<Methods[M]>] }[Method];
type Method = Exclude<keyof Methods, "free" | symbol>;

let engine: Record<string, unknown>;
// Not in every page that has no WebAssembly.
const gone = globalThis.FinalizationRegistry && new FinalizationRegistry<number>((address) => call("free", address, 1));

/** Starts the engine; `instantiate` makes its exports of its imports. */
export async function start(instantiate: (imports: { a: { a: (address: number, length: number) => never } }) => Promise<object> | object): Promise<void> {
  const made = (await instantiate({ a: { a: refuse } })) as typeof engine;
  // A server may have another file of that name.
  if (!Object.values(EXPORTS).every((name) => made[name])) throw new Error("found another module in place of the engine");
  engine = made;
}

/** What computes for a model of these numbers. */
export function make(numbers: Float64Array): Kernel {
  const kernel = new ModelKernel(numbers);
  return (step) => kernel.answer(step);
}

/** What computes for one model. */
export class ModelKernel {
  #address: number;

  /** A kernel of what `compile.ts` writes. */
  constructor(numbers: Float64Array) {
    this.#address = call("new", ...passed(numbers));
    gone?.register(this, this.#address, this);
  }

  answer([method, values]: Step): Float64Array {
    // Where the engine writes where the row is, and how long.
    const place = call("stack", -16);
    try {
      call(method, place, this.#address, ...(values as (number | Float64Array)[]).flatMap((value) => (typeof value === "number" ? value : passed(value))));
      const [from, length] = new Uint32Array(memory(), place, 2) as unknown as [number, number];
      const row = new Float64Array(memory(), from, length).slice();
      call("discard", from, length * 8, 8);
      return row;
    } finally {
      call("stack", 16);
    }
  }

  /** Gives its memory back; without it, that happens when the kernel is collected. */
  free(): void {
    gone?.unregister(this);
    call("free", this.#address, 0);
    this.#address = 0;
  }
}

function call(name: keyof typeof EXPORTS, ...values: number[]): number {
  return (engine[EXPORTS[name]] as (...values: number[]) => number)(...values);
}

/** Its memory as it is now: growing moves it. */
function memory(): ArrayBuffer {
  return (engine[EXPORTS.memory] as WebAssembly.Memory).buffer;
}

/** A row in the engine's memory, which the engine discards: its address and length. */
function passed(row: Float64Array): [number, number] {
  const address = call("allot", row.length * 8, 8) >>> 0;
  new Float64Array(memory(), address, row.length).set(row);
  return [address, row.length];
}

/** The engine's own checks are of what no page can do; the text is in its memory. */
function refuse(address: number, length: number): never {
  throw new Error(new TextDecoder().decode(new Uint8Array(memory(), address >>> 0, length)));
}
