// Inside the Worker: WebAssembly, or nothing. A Worker whose own files named the Worker again would be a ring, which some
// bundlers follow without an end (Turbopack stops at it, without a word).

import type { Engine } from "./scorer.js";

const absent = (): never => {
  throw new Error("the engine's Worker has only WebAssembly");
};

export const wasm = (): Promise<Response | BufferSource> => fetch(new URL("./engine.wasm", import.meta.url));

export const others = absent as () => Promise<typeof import("./others.js")>;
export const worker = absent as () => Worker;
export const js = absent as () => Promise<typeof import("../engine-js.js")>;

/** The only engine here, where there is no more than one. */
export const ONLY: Engine | undefined = "wasm";
