// Registers the element where there is a page, and exports everything for use without it.

import { SalesReadyLeadElement } from "./element.js";

// A page may load the package twice, for example through two bundles: the first one stays.
if (globalThis.customElements && !customElements.get("sales-ready-lead")) {
  customElements.define("sales-ready-lead", SalesReadyLeadElement);
}

export { loadEngine, loadModel, type CodedError, type SalesReadyErrorCode } from "./engine.js";
export { SalesReadyLeadElement, type ElementState, type SalesReadyChange, type SalesReadyFailure } from "./element.js";
export {
  LeadScorer,
  type AbstentionInfo,
  type BatchScores,
  type Departments,
  type ErrorCode,
  type FieldInfo,
  type Grade,
  type InstantLike,
  type Lead,
  type LeadAsOf,
  type LeadChange,
  type LeadColumns,
  type LeadCrossing,
  type LeadExplanation,
  type LeadScore,
  type LeadSince,
  type LeadValue,
  type ModelInfo,
  type Readiness,
  type SalesReadyError,
  type Side,
  type Stage,
  type Standing,
  type TermContribution,
  type TermShares,
  type Touch,
  type TouchedLead,
  type TouchExplanation,
  type TouchShare,
  type TrendPoint,
} from "./generated/sales_ready_wasm.js";

declare global {
  interface HTMLElementTagNameMap {
    "sales-ready-lead": SalesReadyLeadElement;
  }
}
