// One classic script without WebAssembly: the engine as JavaScript is inside, and nothing is looked for elsewhere.

import instantiate from "../engine-js.js";
import { make, start } from "./kernel.js";
import type { Engine } from "./scorer.js";
import type { Started } from "./start.js";

export const wasm = (): never => {
  throw new Error("this script has no WebAssembly");
};

async function startOther(use: Engine | "auto"): Promise<Started> {
  if (use === "worker") wasm();
  await start(instantiate);
  return { engine: "js", make };
}

export const others = async (): Promise<{ startOther: typeof startOther }> => ({ startOther });

/** The only engine here, where there is no more than one. */
export const ONLY: Engine | undefined = "js";
