// The events of the element, by name: what it sends is checked against this, and what listens, too.

import type { FeedbackReason, HandbackReason, Until } from "./details-actions.js";
import type { SalesReadyError } from "./engine/index.js";
import type { Lead, LeadExplanation, LeadScore } from "./generated/sales_ready_wasm.js";

/** The detail of `sales-ready-change`. */
export interface SalesReadyChange {
  score: LeadScore;
  explanation: LeadExplanation;
  lead: Lead;
}

/** The detail of `sales-ready-error`. */
export interface SalesReadyFailure {
  error: SalesReadyError;
}

/** The detail of a hand-off: the score that a person has seen, and its lead. */
export interface SalesReadyHandoff {
  score: LeadScore;
  /** As that score has it, also where it is decided later: what a page changes in its own object meanwhile is not in it. */
  lead: Lead;
}

/** The detail of a hand-back. */
export interface SalesReadyHandback extends SalesReadyHandoff {
  reason: HandbackReason;
  /** What a person has written; may be empty. */
  comment: string;
}

/** What an event has that asks. */
export interface SalesReadyAsking {
  /**
   * For a page that decides later: what was asked for is done if the promise comes to `true`, and those of all others who call it.
   * Once the event is over it throws an `InvalidStateError`.
   */
  until: Until;
}

/** The detail of `sales-ready-feedback`; its lead, too, is as it was scored. */
export interface SalesReadyFeedback extends SalesReadyHandoff {
  reason: FeedbackReason;
  /** What a person has written; may be empty. */
  comment: string;
}

/** The events of `<sales-ready-lead>`. All of them bubble and leave shadow trees. */
export interface SalesReadyEventMap {
  /** After each new score, and where the same one is shown in another language, in other words or another direction; several changes in one turn are one event. */
  "sales-ready-change": CustomEvent<SalesReadyChange>;
  /** Where there is no score, and why. */
  "sales-ready-error": CustomEvent<SalesReadyFailure>;
  /** A person wants to hand the lead to sales. Cancel it, and nothing follows, whatever others have given to `until`. */
  "sales-ready-before-handoff": CustomEvent<SalesReadyHandoff & SalesReadyAsking>;
  /** The lead is to be handed to sales: the page's turn. */
  "sales-ready-handoff": CustomEvent<SalesReadyHandoff>;
  /** A person wants to hand the lead back to marketing. Cancel it, and nothing follows, whatever others have given to `until`. */
  "sales-ready-before-handback": CustomEvent<SalesReadyHandback & SalesReadyAsking>;
  /** The lead is to be handed back to marketing: the page's turn. */
  "sales-ready-handback": CustomEvent<SalesReadyHandback>;
  /** A person says that the score looks wrong. */
  "sales-ready-feedback": CustomEvent<SalesReadyFeedback>;
}
