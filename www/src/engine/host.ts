// Where the parts of the engine are: as files beside this module. The other shapes of the package have this otherwise; bundlers
// know these three forms and take the files along.

import type { Engine } from "./scorer.js";

/** The WebAssembly. */
export const wasm = (): Promise<Response | BufferSource> => fetch(new URL("./engine.wasm", import.meta.url));

/** What starts the other engines, where the page's policy forbids that: most pages need not fetch it. */
export const others = (): Promise<typeof import("./others.js")> => import("./others.js");

/** The Worker that may run it there. */
export const worker = (): Worker => new Worker(new URL("./engine-worker.js", import.meta.url), { type: "module" });

/** The engine as JavaScript. */
export const js = (): Promise<typeof import("../engine-js.js")> => import("../engine-js.js");

/** The only engine here, where there is no more than one. */
export const ONLY: Engine | undefined = undefined;
