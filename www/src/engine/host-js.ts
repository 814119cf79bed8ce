// One classic script without WebAssembly: the engine as JavaScript is inside, and nothing is looked for elsewhere.

import * as engine from "../engine-js.js";
import type { Engine } from "./scorer.js";

const absent = (): never => {
  throw new Error("this script has no WebAssembly");
};

export const wasm = absent;
export const worker = absent;
export const js = async (): Promise<typeof engine> => engine;

/** The only engine here, where there is no more than one. */
export const ONLY: Engine | undefined = "js";
