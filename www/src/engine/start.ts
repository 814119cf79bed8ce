// Which engine this page allows, and its start.

import { allowsWasm } from "./allowed.js";
import { coded, told } from "./errors.js";
import * as host from "./host.js";
import { make, start } from "./kernel.js";
import type { Engine, Kernel } from "./scorer.js";

/** How the engine is started. */
export interface EngineOptions {
  /** Which engine; `auto`, the default, takes the first that this page allows. */
  use?: "auto" | Engine;
  /**
   * The WebAssembly, where it is not `engine.wasm` beside this module: its address, its bytes, what was compiled of them, or
   * the response to who has asked for it already.
   */
  wasm?: URL | ArrayBuffer | ArrayBufferView | CompiledWasm | Promise<Response>;
}

/** A `WebAssembly.Module`, by whose name TypeScript knows it only where it knows the DOM. */
export type CompiledWasm = object;

/** An engine that has been started. */
export interface Started {
  readonly engine: Engine;
  /** What computes for a model of these numbers. */
  make(numbers: Float64Array): Kernel | Promise<Kernel>;
}

/** Starts the engine asked for, or the first that can be had. */
export async function startEngine({ use: asked = "auto", wasm }: EngineOptions): Promise<Started> {
  const use = (asked === "auto" && host.ONLY) || asked;
  let advice = "check that engine.wasm is served beside the script";
  try {
    if (use === "wasm" || (use === "auto" && allowsWasm())) {
      const found = await (wasm instanceof URL ? fetch(wasm) : (wasm ?? host.wasm()));
      if ("url" in found && found.url) advice = `check that ${found.url} is this version's engine.wasm`;
      await start((imports) => instantiate(imports, found));
      return { engine: "wasm", make };
    }
    advice = "check that engine-page.js is served beside the script";
    const { startOther } = await host.others();
    return await startOther(use, wasm, (told) => (advice = told));
  } catch (cause) {
    throw coded("engine", `the scoring engine could not start: ${told(cause)}; ${advice}`, cause);
  }
}

async function instantiate(imports: WebAssembly.Imports, found: BufferSource | WebAssembly.Module | Response): Promise<object> {
  if (found instanceof WebAssembly.Module) return (await WebAssembly.instantiate(found, imports)).exports;
  // By its form: a Response of another realm is one, too.
  const isResponse = "ok" in found;
  if (isResponse && !found.ok) throw new Error(`the server answered ${found.status}`);
  // Compiled while it arrives, where the server says what it is.
  const streams = isResponse && found.headers.get("content-type") === "application/wasm";
  const made = streams ? WebAssembly.instantiateStreaming(found, imports) : WebAssembly.instantiate(isResponse ? await found.arrayBuffer() : found, imports);
  return (await made).instance.exports;
}
