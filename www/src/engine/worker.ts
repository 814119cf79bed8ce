// The engine in a Worker, seen from the page: one for all its scorers. Only numbers go there and back; what a page gives is read
// in the page, alike for all engines.

import { coded, type SalesReadyErrorCode } from "./errors.js";
import { WORKER } from "../patience.js";
import type { Kernel } from "./scorer.js";
import type { EngineOptions, Started } from "./start.js";

/** What a Worker is asked: `start`, `make`, `free` or a method of the kernel of this number. */
export interface Question {
  id: number;
  kernel: number;
  method: string;
  values: unknown[];
}

/** Its answer; an error's parts, as copies of errors lose their code. */
export interface Answer {
  id: number;
  value?: unknown;
  error?: { message: string; code?: SalesReadyErrorCode };
}

/** What a Worker can be sent of the WebAssembly. */
export type Sent = Exclude<EngineOptions["wasm"], Promise<Response>>;

export class WorkerEngine implements Started {
  readonly engine = "worker";
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (cause: unknown) => void }>();
  readonly #gone = new FinalizationRegistry<number>((kernel) => void this.ask(kernel, "free").catch(() => {}));
  #asked = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.#answer(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#fail(event.message || "its script could not be run");
    });
    worker.addEventListener("messageerror", () => this.#fail("its answer could not be read"));
  }

  /** Starts WebAssembly inside a Worker. */
  static async start(worker: Worker, wasm: Sent): Promise<WorkerEngine> {
    const engine = new WorkerEngine(worker);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("its Worker does not answer")), WORKER);
      });
      await Promise.race([engine.ask(0, "start", wasm instanceof URL ? wasm.href : wasm), late]);
      return engine;
    } catch (cause) {
      worker.terminate();
      throw cause;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What computes for a model of these numbers. */
  readonly make = async (numbers: Float64Array): Promise<Kernel> => {
    const number = (await this.ask(0, "make", numbers)) as number;
    const kernel: Kernel = ([method, values]) => this.ask(number, method, ...values) as Promise<Float64Array>;
    this.#gone.register(kernel, number);
    return kernel;
  };

  ask(kernel: number, method: string, ...values: unknown[]): Promise<unknown> {
    const id = ++this.#asked;
    this.#worker.postMessage({ id, kernel, method, values } satisfies Question);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** What has been asked has no answer. */
  #fail(why: string): void {
    const error = coded("engine", `the scoring engine's Worker failed: ${why}; load the page again`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #answer({ id, value, error }: Answer): void {
    const asked = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) asked?.reject(error.code ? coded(error.code, error.message) : new Error(error.message));
    else asked?.resolve(value);
  }
}
