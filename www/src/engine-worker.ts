// The Worker that runs WebAssembly where a page's own policy forbids it: a script fetched from a server has the policy that
// it was served with.

import { LeadScorer, loadEngine, type EngineOptions } from "./engine/index.js";
import type { Answer, Question } from "./engine/worker.js";

const scorers = new Map<number, LeadScorer>();
let read = 0;

const tasks: Record<string, (scorer: number, ...values: never[]) => unknown> = {
  start: (_, wasm?: string | EngineOptions["wasm"]) =>
    loadEngine({ use: "wasm", ...(wasm && { wasm: typeof wasm === "string" ? new URL(wasm) : wasm }) }),
  read(_, source: string | object) {
    const scorer = LeadScorer.fromModel(source);
    scorers.set(++read, scorer);
    return [read, scorer.model];
  },
  free(number) {
    scorers.get(number)?.free();
    scorers.delete(number);
  },
};

addEventListener("message", async ({ data: { id, scorer, method, values } }: MessageEvent<Question>) => {
  let answer: Answer;
  try {
    const task = tasks[method];
    const own = scorers.get(scorer) as unknown as Record<string, (...values: unknown[]) => unknown>;
    answer = { id, value: await (task ? task(scorer, ...(values as never[])) : own[method]?.(...values)) };
  } catch (cause) {
    const { name, message, code } = cause as Error & { code?: string };
    answer = { id, error: { name, message, ...(code !== undefined && { code }) } };
  }
  postMessage(answer);
});
