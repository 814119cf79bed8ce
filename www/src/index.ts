// Everything, without registering anything: `define.ts` does.

import type { SalesReadyLeadElement } from "./element.js";
import type { SalesReadyEventMap } from "./events.js";
// For the element, where a bundler leaves out what nobody takes of `scorer.ts`.
import "./reader.js";

export * from "./scorer.js";
export { SalesReadyLeadElement, type ElementState } from "./element.js";
export type * from "./events.js";
export type { FeedbackReason, HandbackReason, Until } from "./details-actions.js";

declare global {
  interface HTMLElementTagNameMap {
    "sales-ready-lead": SalesReadyLeadElement;
  }
  // Whatever is around the element hears them, too.
  interface GlobalEventHandlersEventMap extends SalesReadyEventMap {}
  interface ShadowRootEventMap extends SalesReadyEventMap {}
}
