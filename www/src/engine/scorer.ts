// What scores leads, whichever engine does it.

import type {
  BatchScores,
  InstantLike,
  Lead,
  LeadAsOf,
  LeadChange,
  LeadColumns,
  LeadCrossing,
  LeadExplanation,
  LeadScore,
  LeadSince,
  ModelInfo,
  TouchedLead,
  TouchExplanation,
  TrendPoint,
} from "../generated/sales_ready_wasm.js";
import { coded } from "./errors.js";
import type { Step } from "./kernel.js";
import type { LeadModel, Steps } from "./lead-model.js";

/**
 * What computes: WebAssembly in the page; WebAssembly in a Worker, where the page's policy forbids it but the Worker's does
 * not; or the same code as JavaScript. All give the same bits.
 */
export type Engine = "wasm" | "worker" | "js";

/** What computes for one model: a kernel here, or one in a Worker. */
export type Kernel = (step: Step) => Float64Array | Promise<Float64Array>;

/**
 * Scores leads with one model, whichever engine does it. It fails as `LeadScorer`, which says of each what it throws. What is given
 * is read until the answer is there: leave it as it is until then.
 */
export class Scorer {
  /** What computes. */
  readonly engine: Engine;
  readonly #model: LeadModel;
  readonly #kernel: Kernel;

  private constructor(engine: Engine, model: LeadModel, kernel: Kernel) {
    this.engine = engine;
    this.#model = model;
    this.#kernel = kernel;
  }

  /** A scorer of a model that `kernel` computes, once that has reproduced its golden vectors. */
  static async checked(engine: Engine, model: LeadModel, kernel: Kernel): Promise<Scorer> {
    const scorer = new Scorer(engine, model, kernel);
    await scorer.#run(model.check());
    return scorer;
  }

  /** What the model reads and how it decides. */
  get model(): ModelInfo {
    return this.#model.info;
  }

  /** Scores one lead. */
  async score(lead: Lead): Promise<LeadScore> {
    return this.#run(this.#model.score(lead));
  }

  /** Scores one lead and says why. */
  async explain(lead: Lead): Promise<LeadExplanation> {
    return this.#run(this.#model.explain(lead));
  }

  /** Scores a table given by its columns. */
  async scoreBatch(columns: LeadColumns): Promise<BatchScores> {
    return this.#run((await questions()).scoreBatch(this.#model.compiled, columns));
  }

  /** Scores a lead at an instant from its touches, and says why, down to single touches. */
  async scoreTouches(call: LeadAsOf): Promise<TouchExplanation> {
    return this.#run((await questions()).scoreTouches(this.#model.compiled, call));
  }

  /** The scores from one instant to another, every so many days (1 where not given). */
  async history(lead: TouchedLead, from: InstantLike, to: InstantLike, step?: number): Promise<TrendPoint[]> {
    return this.#run((await questions()).history(this.#model.compiled, lead, from, to, step));
  }

  /** When, without further touches, the decision changes, within so many days (90 where not given). */
  async crossing(call: LeadAsOf, within?: number): Promise<LeadCrossing | undefined> {
    return this.#run((await questions()).crossing(this.#model.compiled, call, within));
  }

  /** What has changed since an earlier instant. */
  async change(call: LeadSince): Promise<LeadChange> {
    return this.#run((await questions()).change(this.#model.compiled, call));
  }

  async #run<T>(steps: Steps<T>): Promise<T> {
    let step = steps.next();
    while (!step.done) {
      const answer = this.#kernel(step.value);
      step = steps.next(answer instanceof Promise ? await answer : answer);
    }
    return step.value;
  }
}

/** What few pages ask. */
export async function questions(): Promise<typeof import("./questions.js")> {
  const found = await import("./questions.js").catch((cause: unknown) => cause);
  // What blocks scripts may answer with an empty one.
  if ((found as { readRecipe?: unknown }).readRecipe) return found as typeof import("./questions.js");
  throw coded("io", "could not fetch questions.js; check that it is served beside core.js, and load the page again", found);
}
