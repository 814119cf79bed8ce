// The Worker that runs WebAssembly where a page's own policy forbids it: a script fetched from a server has the policy that
// it was served with.

import { startEngine, type EngineOptions } from "./engine/start.js";
import { ModelKernel, type Step } from "./engine/kernel.js";
import type { SalesReadyError } from "./engine/errors.js";
import type { Answer, Question } from "./engine/worker.js";

const kernels = new Map<number, ModelKernel>();
let made = 0;

const tasks: Record<string, (kernel: number, ...values: never[]) => unknown> = {
  // Only that it has started can be sent.
  start: async (_, wasm?: string | EngineOptions["wasm"]) =>
    void (await startEngine({ use: "wasm", ...(wasm && { wasm: typeof wasm === "string" ? new URL(wasm) : wasm }) })),
  make(_, numbers: Float64Array) {
    kernels.set(++made, new ModelKernel(numbers));
    return made;
  },
  free(number) {
    kernels.get(number)?.free();
    kernels.delete(number);
  },
};

// The page hears of it as of any other failure here, since there is no telling which question it was.
addEventListener("messageerror", () => {
  throw new Error("a question could not be read");
});
addEventListener("message", async ({ data: { id, kernel, method, values } }: MessageEvent<Question>) => {
  let said: Answer;
  try {
    const task = tasks[method];
    said = { id, value: await (task ? task(kernel, ...(values as never[])) : kernels.get(kernel)!.answer([method, values] as Step)) };
  } catch (cause) {
    const { message, code } = cause as SalesReadyError;
    said = { id, error: { message, code } };
  }
  postMessage(said);
});
