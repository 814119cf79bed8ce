// Where the parts of the engine are: as files beside this module. The other shapes of the package have this otherwise; bundlers
// know these three forms and take the files along.

import type { Engine } from "./scorer.js";
import type { Sent, WorkerEngine } from "./worker.js";

/** The WebAssembly. */
export const wasm = (): Promise<Response | BufferSource> => fetch(new URL("./engine.wasm", import.meta.url));

/** The Worker that runs it where the page's policy forbids it, and what speaks with it, which most pages need not fetch. */
export const worker = async (wasm: Sent): Promise<WorkerEngine> =>
  (await import("./worker.js")).WorkerEngine.start(new Worker(new URL("./engine-worker.js", import.meta.url), { type: "module" }), wasm);

/** The engine as JavaScript. */
export const js = (): Promise<typeof import("../engine-js.js")> => import("../engine-js.js");

/** The only engine here, where there is no more than one. */
export const ONLY: Engine | undefined = undefined;
