import type { FeedbackReason, HandbackReason, ModelInfo, SalesReadyError, SalesReadyEventMap, SalesReadyLeadElement, TrainedOn, Until } from "sales-ready";

const element = document.createElement("sales-ready-lead");
element.lead = { pricing_views: 4 };
element.addEventListener("sales-ready-change", ({ detail }) => detail.explanation.reasonsFor.length);
// They bubble, and leave shadow trees.
document.addEventListener("sales-ready-error", ({ detail }) => detail.error.code);
window.addEventListener("sales-ready-feedback", ({ detail }) => detail.reason === "too-high");
document.body.shadowRoot?.addEventListener("sales-ready-handoff", ({ detail }) => detail.lead);
const found: SalesReadyLeadElement | null = document.querySelector("sales-ready-lead");
const handler = (event: SalesReadyEventMap["sales-ready-before-handback"]): void => event.preventDefault();
found?.addEventListener("sales-ready-before-handback", handler);
// What the details refer to has a name.
export const ask = ({ detail }: SalesReadyEventMap["sales-ready-before-handback"]): [HandbackReason, Until] => [detail.reason, detail.until];
export const told = ({ detail }: SalesReadyEventMap["sales-ready-feedback"]): FeedbackReason => detail.reason;
// Whatever fails, it is one kind of error.
export const unreached = (error: SalesReadyError | null): boolean => error?.code === "io" && error.name === "SalesReadyError";
export const failed = (): boolean => unreached(element.error);
export const learnt = ({ trained }: ModelInfo): TrainedOn | undefined => trained;

// @ts-expect-error: is shown, not set
element.state = "ready";
// @ts-expect-error: a lead is an object
element.lead = "Smith";
// @ts-expect-error: its detail has a score
element.addEventListener("sales-ready-change", ({ detail }) => detail.probability);
// @ts-expect-error: no other event's listener
element.addEventListener("sales-ready-change", handler);
