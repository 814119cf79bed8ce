// One classic script without WebAssembly: the engine as JavaScript is inside, and nothing is looked for elsewhere.

import * as engine from "../engine-js.js";

const absent = (): never => {
  throw new Error("this script has no WebAssembly");
};

export const wasm = absent;
export const worker = absent;
export const js = async (): Promise<typeof engine> => engine;

/** What `auto` stands for here. */
export const AUTO = "js" as "auto" | "js";
