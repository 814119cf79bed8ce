// Scores in this thread, at once: for those whose engine is WebAssembly or JavaScript in the page itself.

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
import { ModelKernel } from "./kernel.js";
import { LeadModel, type Steps } from "./lead-model.js";
import * as questions from "./questions.js";

/** Scores leads with one model. The engine has been started before, by `loadEngine`. */
export class LeadScorer {
  readonly #model: LeadModel;
  #kernel: ModelKernel | undefined;

  private constructor(model: LeadModel) {
    this.#model = model;
    try {
      this.#kernel = new ModelKernel(model.compiled.numbers);
    } catch (cause) {
      const message = 'expected an engine in this thread, which `await loadEngine()` starts; where that gives "worker", take `readModel` instead';
      throw coded("engine", message, cause);
    }
  }

  /**
   * Reads and checks a model: the text of a model file, or what `JSON.parse` made of it.
   *
   * @throws {SalesReadyError} `model-format` for another version's file, `model-invalid` where it is no model or contradicts
   * itself, `model-golden` where this engine does not reproduce its golden vectors bit for bit.
   */
  static fromModel(source: string | object): LeadScorer {
    const scorer = new LeadScorer(new LeadModel(LeadModel.read(source), questions.readRecipe));
    try {
      scorer.#run(scorer.#model.check());
      return scorer;
    } catch (cause) {
      scorer.free();
      throw cause;
    }
  }

  /** What the model reads and how it decides. */
  get model(): ModelInfo {
    return this.#model.info;
  }

  /**
   * Scores one lead.
   *
   * A field that is absent, `null`, `undefined`, `NaN` or empty is missing; one the model does not know is ignored.
   *
   * @throws {SalesReadyError} `bad-value` where a value is not of its field's type, `missing-field` where the lead has none of
   * the model's fields.
   */
  score(lead: Lead): LeadScore {
    return this.#run(this.#model.score(lead));
  }

  /**
   * Scores one lead and says why.
   *
   * @throws {SalesReadyError} as `score` does.
   */
  explain(lead: Lead): LeadExplanation {
    return this.#run(this.#model.explain(lead));
  }

  /**
   * Scores a table given by its columns: `{ reviews_read: [4, 0], industry: ["software", null] }`.
   *
   * Columns are arrays or typed arrays of one length; a `Float64Array` is the fastest. A field without a column is missing
   * throughout.
   *
   * @throws {SalesReadyError} as `score` does, and `bad-value` where columns differ in length; the message names the column and
   * the place in it, counted from 0.
   */
  scoreBatch(columns: LeadColumns): BatchScores {
    return this.#run(questions.scoreBatch(this.#model.compiled, columns));
  }

  /**
   * Scores a lead at an instant from its touches, and says why, down to single touches.
   *
   * @throws {SalesReadyError} `missing-field` where the model has no fields that are made of touches, `bad-value` where a
   * value, a touch or an instant is not what was expected; the message names the touch's place, from 0.
   */
  scoreTouches(lead: LeadAsOf): TouchExplanation {
    return this.#run(questions.scoreTouches(this.#model.compiled, lead));
  }

  /**
   * The scores from one instant to another, every so many days (1 where not given): the trend. At each instant only the
   * touches until then count.
   *
   * @throws {SalesReadyError} as `scoreTouches` does, and `bad-value` for more than 1000 points.
   */
  history(lead: TouchedLead, from: InstantLike, to: InstantLike, step?: number): TrendPoint[] {
    return this.#run(questions.history(this.#model.compiled, lead, from, to, step));
  }

  /**
   * When, without further touches, the decision changes, within so many days (90 where not given); `undefined` where it
   * stays. It is looked for from day to day, and then to the minute.
   *
   * @throws {SalesReadyError} as `scoreTouches` does, and `bad-value` for more than ten years.
   */
  crossing(lead: LeadAsOf, within?: number): LeadCrossing | undefined {
    return this.#run(questions.crossing(this.#model.compiled, lead, within));
  }

  /**
   * What has changed since an earlier instant, divided into new touches, the fading of earlier ones, and other fields.
   *
   * @throws {SalesReadyError} as `scoreTouches` does.
   */
  change(lead: LeadSince): LeadChange {
    return this.#run(questions.change(this.#model.compiled, lead));
  }

  /** Gives the engine's memory back at once; without it, that happens when the scorer is collected. */
  free(): void {
    this.#kernel?.free();
    this.#kernel = undefined;
  }

  [Symbol.dispose](): void {
    this.free();
  }

  #run<T>(steps: Steps<T>): T {
    if (!this.#kernel) throw coded("engine", "this scorer was freed; make another of the model, or free it later");
    let step = steps.next();
    while (!step.done) step = steps.next(this.#kernel.answer(step.value));
    return step.value;
  }
}
