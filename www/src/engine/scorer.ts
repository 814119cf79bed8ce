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
  LeadScorer,
  LeadSince,
  ModelInfo,
  TouchedLead,
  TouchExplanation,
  TrendPoint,
} from "../generated/sales_ready_wasm.js";

/**
 * What computes: WebAssembly in the page; WebAssembly in a Worker, where the page's policy forbids it but the Worker's does
 * not; or the same code as JavaScript. All give the same bits.
 */
export type Engine = "wasm" | "worker" | "js";

/** Scores leads with one model. It fails as `LeadScorer`, which says of each what it throws. */
export interface Scorer {
  /** What computes. */
  readonly engine: Engine;
  /** What the model reads and how it decides. */
  readonly model: ModelInfo;
  /** Scores one lead. */
  score(lead: Lead): Promise<LeadScore>;
  /** Scores one lead and says why. */
  explain(lead: Lead): Promise<LeadExplanation>;
  /** Scores a table given by its columns. */
  scoreBatch(columns: LeadColumns): Promise<BatchScores>;
  /** Scores a lead at an instant from its touches, and says why, down to single touches. */
  scoreTouches(call: LeadAsOf): Promise<TouchExplanation>;
  /** The scores from one instant to another, every so many days (1 where not given). */
  history(lead: TouchedLead, from: InstantLike, to: InstantLike, step?: number): Promise<TrendPoint[]>;
  /** When, without further touches, the decision changes, within so many days (90 where not given). */
  crossing(call: LeadAsOf, within?: number): Promise<LeadCrossing | undefined>;
  /** What has changed since an earlier instant. */
  change(call: LeadSince): Promise<LeadChange>;
}

/** A scorer whose engine is in this thread. */
export class LocalScorer implements Scorer {
  readonly engine: Engine;
  readonly model: ModelInfo;
  readonly #scorer: LeadScorer;

  constructor(engine: Engine, scorer: LeadScorer) {
    this.engine = engine;
    this.model = scorer.model;
    this.#scorer = scorer;
  }

  async score(lead: Lead): Promise<LeadScore> {
    return this.#scorer.score(lead);
  }

  async explain(lead: Lead): Promise<LeadExplanation> {
    return this.#scorer.explain(lead);
  }

  async scoreBatch(columns: LeadColumns): Promise<BatchScores> {
    return this.#scorer.scoreBatch(columns);
  }

  async scoreTouches(call: LeadAsOf): Promise<TouchExplanation> {
    return this.#scorer.scoreTouches(call);
  }

  async history(lead: TouchedLead, from: InstantLike, to: InstantLike, step?: number): Promise<TrendPoint[]> {
    return this.#scorer.history(lead, from, to, step);
  }

  async crossing(call: LeadAsOf, within?: number): Promise<LeadCrossing | undefined> {
    return this.#scorer.crossing(call, within);
  }

  async change(call: LeadSince): Promise<LeadChange> {
    return this.#scorer.change(call);
  }
}
