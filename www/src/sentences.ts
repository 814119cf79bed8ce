// What a score and a contribution say, for who has no element: each in one sentence; and the words that they take.

import type { LeadScore, ModelInfo, TermContribution } from "./generated/sales_ready_wasm.js";
import { tagOf } from "./tags.js";
import { english, loadWords as load, readyWords as ready, type Words } from "./words.js";

/** The words of a language (`de-AT` takes those of `de`); English where there are none. */
export function loadWords(lang: string): Promise<Words> {
  return load(tagOf(lang));
}

/** The words, where they need not be fetched. */
export function readyWords(lang: string): Words | undefined {
  return ready(tagOf(lang));
}

/** A chance in words. */
export function chance({ probability }: LeadScore, words = english): string {
  return words.chance(probability);
}

/** A contribution in one sentence. */
export function reason(contribution: TermContribution, model: ModelInfo, words = english): string {
  const { what, meaning } = words.reason(contribution, model);
  return `${what.map((piece) => (typeof piece === "string" ? piece : piece.outside)).join("")} ${meaning}`;
}
