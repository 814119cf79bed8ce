// The engine in a Worker, seen from the page: one for all its scorers. What a page gives is read here, since a Worker gets
// copies, which have no getters and no prototypes; and what is wrong is said in the same words as by the other engines.

import { readCall, readColumns, readLead } from "sales-ready-wasm/reads.js";

import type * as api from "../generated/sales_ready_wasm.js";
import { coded } from "./errors.js";
import type { EngineOptions } from "./start.js";
import type { Scorer } from "./scorer.js";

/** What a Worker is asked: a method of the scorer of this number, or `start`, `read` and `free`. */
export interface Question {
  id: number;
  scorer: number;
  method: string;
  values: unknown[];
}

/** Its answer; an error's parts, as copies of errors lose their code. */
export interface Answer {
  id: number;
  value?: unknown;
  error?: { name: string; message: string; code?: string };
}

/** What a Worker can be sent of the WebAssembly. */
export type Sent = Exclude<EngineOptions["wasm"], Promise<Response>>;

/** How long a Worker may take to start, in milliseconds; then the page does without. */
const PATIENCE = 10_000;
const SIDES = ["marketing", "sales"] as const;
const STAGES = ["awareness", "interest", "consideration", "intent", "purchase", "loyalty"] as const;

export class WorkerEngine {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (cause: unknown) => void }>();
  readonly #gone = new FinalizationRegistry<number>((scorer) => void this.ask(scorer, "free").catch(() => {}));
  #asked = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.#answer(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      const message = `the scoring engine's Worker failed: ${event.message || "its script could not be run"}; load the page again`;
      for (const { reject } of this.#waiting.values()) reject(coded("engine", message));
      this.#waiting.clear();
    });
  }

  /** Starts WebAssembly inside a Worker. */
  static async start(worker: Worker, wasm: Sent): Promise<WorkerEngine> {
    const engine = new WorkerEngine(worker);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("its Worker does not answer")), PATIENCE);
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

  async read(source: string | object): Promise<Scorer> {
    let answer;
    try {
      answer = this.ask(0, "read", source);
    } catch (cause) {
      throw coded("model-invalid", "expected a model file (sales-ready/1): found what is no JSON", cause);
    }
    const [number, model] = (await answer) as [number, api.ModelInfo];
    const scorer = new WorkerScorer(this, number, model);
    this.#gone.register(scorer, number);
    return scorer;
  }

  ask(scorer: number, method: string, ...values: unknown[]): Promise<unknown> {
    const id = ++this.#asked;
    this.#worker.postMessage({ id, scorer, method, values } satisfies Question);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #answer({ id, value, error }: Answer): void {
    const asked = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) asked?.reject(Object.assign(new Error(error.message), error));
    else asked?.resolve(value);
  }
}

class WorkerScorer implements Scorer {
  readonly engine = "worker";
  readonly model: api.ModelInfo;
  readonly #ask: (method: string, ...values: unknown[]) => Promise<unknown>;
  readonly #names: string[];

  constructor(engine: WorkerEngine, number: number, model: api.ModelInfo) {
    this.model = model;
    this.#ask = (...question) => engine.ask(number, ...question);
    this.#names = model.fields.map(({ name }) => name);
  }

  async score(lead: api.Lead): Promise<api.LeadScore> {
    return this.#ask("score", this.#named(readLead(lead, this.#names, false))) as Promise<api.LeadScore>;
  }

  async explain(lead: api.Lead): Promise<api.LeadExplanation> {
    return this.#ask("explain", this.#named(readLead(lead, this.#names, false))) as Promise<api.LeadExplanation>;
  }

  async scoreBatch(columns: api.LeadColumns): Promise<api.BatchScores> {
    const named = this.#named(readColumns(columns, this.#names)?.slice(1));
    for (const [name, column] of Object.entries(named)) if (column === undefined) delete named[name];
    return this.#ask("scoreBatch", named) as Promise<api.BatchScores>;
  }

  async scoreTouches(call: api.LeadAsOf): Promise<api.TouchExplanation> {
    return this.#ask("scoreTouches", this.#call(call, call, "asOf")) as Promise<api.TouchExplanation>;
  }

  async history(lead: api.TouchedLead, from: api.InstantLike, to: api.InstantLike, step?: number): Promise<api.TrendPoint[]> {
    const { from: first, to: last, ...call } = this.#call(lead, [from, to], "from to");
    return this.#ask("history", call, first, last, step) as Promise<api.TrendPoint[]>;
  }

  async crossing(call: api.LeadAsOf, within?: number): Promise<api.LeadCrossing | undefined> {
    return this.#ask("crossing", this.#call(call, call, "asOf"), within) as Promise<api.LeadCrossing | undefined>;
  }

  async change(call: api.LeadSince): Promise<api.LeadChange> {
    const plain = this.#call(call, call, "asOf since");
    const before = call.before ? this.#named(readLead(call.before, this.#names, true)) : undefined;
    return this.#ask("change", { ...plain, before }) as Promise<api.LeadChange>;
  }

  /** A lead's touches and the instants of these names, all of it plain. */
  #call(call: api.TouchedLead, instants: unknown, names: string): Record<string, unknown> {
    const kinds: string[] = [];
    const numbers = Array.from(readCall(call, instants, names, kinds));
    const read = names.split(" ").map((name) => [name, numbers.shift()] as const);
    const touches = Array.from({ length: numbers.length / 5 }, (_, touch) => {
      const [at, quantity, side, stage, kind] = numbers.slice(touch * 5, touch * 5 + 5) as [number, number, number, number, number];
      return { at, quantity, side: SIDES[side - 1], stage: STAGES[stage - 1], kind: kinds[kind] };
    });
    return { ...Object.fromEntries(read), touches, lead: this.#named(readLead(call.lead, this.#names, true)) };
  }

  /** Values by the names of the model's fields. */
  #named(values: unknown[] | undefined): Record<string, unknown> {
    return Object.fromEntries((values ?? []).map((value, place) => [this.#names[place], value]));
  }
}
