// What a score and a contribution say, for who has no element: each in one sentence.

import type { LeadScore, ModelInfo, TermContribution } from "./generated/sales_ready_wasm.js";
import { english } from "./words.js";

/** A chance in words. */
export function chance({ probability }: LeadScore, words = english): string {
  return words.chance(probability);
}

/** A contribution in one sentence. */
export function reason(contribution: TermContribution, model: ModelInfo, words = english): string {
  const { what, meaning } = words.reason(contribution, model);
  return `${what.map((piece) => (typeof piece === "string" ? piece : piece.outside)).join("")} ${meaning}`;
}
