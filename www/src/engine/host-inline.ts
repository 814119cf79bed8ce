// One classic script: the WebAssembly is inside. Where the page forbids it, the other engines are looked for beside the script.

import bytes from "engine.wasm";
import type { Engine } from "./scorer.js";

// Only while the script is run for the first time does the page say which one it is. By the getter itself: an image that somebody
// has named `currentScript`, in a comment say, takes the place of the property, and its folder would be where the Worker is looked for.
const script = globalThis.document && Reflect.get(Document.prototype, "currentScript", document);
const base = script && script instanceof HTMLScriptElement ? script.src : undefined;

export async function wasm(): Promise<Response | BufferSource> {
  const packed = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
}

export const others = (): Promise<typeof import("./others.js")> => import("./others.js");

export const worker = (): Worker => new Worker(new URL("./engine-worker.js", base), { type: "module" });

export const js = (): Promise<typeof import("../engine-js.js")> => import("../engine-js.js");

/** The only engine here, where there is no more than one. */
export const ONLY: Engine | undefined = undefined;
