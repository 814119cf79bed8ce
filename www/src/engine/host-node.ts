// Node: its `fetch` reads no files, and no policy forbids WebAssembly.

import { readFile } from "node:fs/promises";
import type { Engine } from "./scorer.js";

export const wasm = (): Promise<Response | BufferSource> => readFile(new URL("./engine.wasm", import.meta.url));

export const others = (): Promise<typeof import("./others.js")> => import("./others.js");

export const worker = (): never => {
  throw new Error("there is no Worker of the web in Node");
};

export const js = (): Promise<typeof import("../engine-js.js")> => import("../engine-js.js");

/** The only engine here, where there is no more than one. */
export const ONLY: Engine | undefined = undefined;
