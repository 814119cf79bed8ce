// Everything, without registering anything: `define.ts` does.

import type { SalesReadyLeadElement } from "./element.js";

export * from "./scorer.js";
export { SalesReadyLeadElement, type ElementState, type SalesReadyChange, type SalesReadyFailure } from "./element.js";

declare global {
  interface HTMLElementTagNameMap {
    "sales-ready-lead": SalesReadyLeadElement;
  }
}
