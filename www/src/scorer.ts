// Scores without the element: nothing of a page is needed.

export {
  asCoded,
  coded,
  type Engine,
  type EngineOptions,
  type SalesReadyError,
  type SalesReadyErrorCode,
  type Scorer,
} from "./engine/index.js";
export { loadEngine, loadModel, readModel } from "./reader.js";
export { LeadScorer } from "./engine/lead-scorer.js";
export { addMessages } from "./retelling.js";
export { chance, loadWords, readyWords, reason } from "./sentences.js";
export { english, flag, Words, type Flag, type Messages, type Piece, type Reason } from "./words.js";
export type {
  AbstentionInfo,
  BatchScores,
  Departments,
  ErrorCode,
  FieldInfo,
  Grade,
  InstantLike,
  Lead,
  LeadAsOf,
  LeadChange,
  LeadColumns,
  LeadCrossing,
  LeadExplanation,
  LeadScore,
  LeadSince,
  LeadValue,
  ModelInfo,
  Readiness,
  Side,
  Stage,
  Standing,
  TermContribution,
  TermShares,
  Touch,
  TouchedLead,
  TouchExplanation,
  TouchShare,
  TrainedOn,
  TrendPoint,
} from "./generated/sales_ready_wasm.js";
