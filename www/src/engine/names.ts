// Names in the core's order, and the order of texts.

import type { Side, Stage } from "../generated/sales_ready_wasm.js";

/** What the engine knows by their places, from 1; 0 is none. */
export const SIDES: readonly Side[] = ["marketing", "sales"];
export const STAGES: readonly Stage[] = ["awareness", "interest", "consideration", "intent", "purchase", "loyalty"];

/** Less than 0 where one text stands before another, letter by letter; JavaScript's own order is by halves of letters. */
export function inOrder(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  // Letters that have halves stand behind all that have none.
  const letter = (text: string) => {
    const half = at < text.length ? text.charCodeAt(at) : -1;
    return half >> 11 === 0x1b ? half + 0x10000 : half;
  };
  return letter(one) - letter(other);
}
