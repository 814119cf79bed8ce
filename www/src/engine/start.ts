// Which engine this page allows, and its start.

import { allowsWasm } from "./allowed.js";
import { coded, told } from "./errors.js";
import * as host from "./host.js";
import { start } from "./kernel.js";
import type { Engine } from "./scorer.js";
import type { WorkerEngine } from "./worker.js";

/** How the engine is started. */
export interface EngineOptions {
  /** Which engine; `auto`, the default, takes the first that this page allows. */
  use?: "auto" | Engine;
  /**
   * The WebAssembly, where it is not `engine.wasm` beside this module: its address, its bytes, what was compiled of them, or
   * the response to who has asked for it already.
   */
  wasm?: URL | BufferSource | WebAssembly.Module | Promise<Response>;
}

/** An engine that has been started; the other two are in this thread. */
export type Started = WorkerEngine | "wasm" | "js";

/** Starts the engine asked for, or the first that can be had. */
export async function startEngine({ use: asked = "auto", wasm }: EngineOptions): Promise<Started> {
  const use = asked === "auto" ? host.AUTO : asked;
  let which: Engine | undefined;
  try {
    if (use === "wasm" || (use === "auto" && allowsWasm())) {
      which = "wasm";
      await start((imports) => instantiate(imports, wasm));
      return which;
    }
    which = "worker";
    if (use !== "js") {
      try {
        // A response cannot be sent there.
        return await host.worker(wasm instanceof Promise ? new URL((await wasm).url) : wasm);
      } catch (cause) {
        if (use === "worker") throw cause;
        // A policy forbids that too, or the Worker's own forbids WebAssembly.
      }
    }
    which = "js";
    const { default: make } = await host.js();
    await start(make);
    return which;
  } catch (cause) {
    throw coded("engine", `the scoring engine could not start: ${told(cause)}; ${ADVICE[which ?? "wasm"]}`, cause);
  }
}

const ADVICE = {
  wasm: "check that engine.wasm is served beside the script",
  worker: "check that engine-worker.js is served beside the script, and that its own policy allows 'wasm-unsafe-eval'",
  js: "check that engine-js.js is served beside the script, or allow 'wasm-unsafe-eval' in the page's Content-Security-Policy, and load the page again",
};

async function instantiate(imports: WebAssembly.Imports, given: EngineOptions["wasm"]): Promise<object> {
  if (given instanceof WebAssembly.Module) return (await WebAssembly.instantiate(given, imports)).exports;
  const found = await (given instanceof URL ? fetch(given) : (given ?? host.wasm()));
  // By its form: a Response of another realm is one, too.
  if (!("arrayBuffer" in found)) return (await WebAssembly.instantiate(found, imports)).instance.exports;
  if (!found.ok) throw new Error(`the server answered ${found.status} for ${found.url}`);
  // Compiled while it arrives, where the server says what it is.
  const streams = found.headers.get("content-type") === "application/wasm";
  const { instance } = streams
    ? await WebAssembly.instantiateStreaming(found, imports)
    : await WebAssembly.instantiate(await found.arrayBuffer(), imports);
  return instance.exports;
}
