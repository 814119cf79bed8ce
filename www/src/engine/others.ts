// The engines of a page that forbids WebAssembly: a Worker that is allowed it, or the same code as JavaScript.

import * as host from "./host.js";
import { make, start } from "./kernel.js";
import type { EngineOptions, Started } from "./start.js";
import { WorkerEngine } from "./worker.js";

/** Starts the one asked for, or the first that can be had; `advise` is told what to look at where it cannot. */
export async function startOther(use: EngineOptions["use"], wasm: EngineOptions["wasm"], advise: (advice: string) => void): Promise<Started> {
  if (use !== "js") {
    try {
      // A response cannot be sent there.
      return await WorkerEngine.start(host.worker(), wasm instanceof Promise ? new URL((await wasm).url) : wasm);
    } catch (cause) {
      advise("check that engine-worker.js is served beside the script, and that its own policy allows 'wasm-unsafe-eval'");
      if (use === "worker") throw cause;
      // A policy forbids that too, or the Worker's own forbids WebAssembly.
    }
  }
  advise("check that engine-js.js is served beside the script, or allow 'wasm-unsafe-eval' in the page's Content-Security-Policy, and load the page again");
  await start((await host.js()).default);
  return { engine: "js", make };
}
