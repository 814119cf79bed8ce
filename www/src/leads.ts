// Leads as pages have them: values, or an object of a class, whose getters may say them.

import type { Lead } from "./generated/sales_ready_wasm.js";

/** Whether it is nothing but its own values, be it of this window or of another. */
export function isPlain(lead: Lead): boolean {
  try {
    const prototype: unknown = Object.getPrototypeOf(lead);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    return false;
  }
}

/** A lead as it is now, where that can be told. */
export function kept(lead: Lead): Lead {
  try {
    return isPlain(lead) ? { ...lead } : lead;
  } catch {
    return lead;
  }
}

/**
 * Gives a lead later as it is now. One of a class is itself as long as it has its values, as its methods may need that; then it is another
 * one of its class, which has them. All its getters are asked: to be called where a person acts, and not for each score.
 */
export function remembered(lead: Lead): () => Lead {
  try {
    if (isPlain(lead)) return () => lead;
    const values = { ...inherited(lead), ...lead };
    return () => (isSaid(values, lead) ? lead : Object.create(Object.getPrototypeOf(lead), Object.getOwnPropertyDescriptors(values)));
  } catch {
    return () => lead;
  }
}

function isSaid(values: Lead, lead: Lead): boolean {
  try {
    const now = { ...inherited(lead), ...lead };
    return [values, now].every((one) => Object.keys(one).every((name) => Object.is(values[name], now[name])));
  } catch {
    return false;
  }
}

/** What a lead has of its class or of what it was made of, as getters say it: a card reads it as any other value, and no copy has it. */
export function inherited(lead: Lead): Lead {
  const found: Record<string, unknown> = {};
  // But for what all objects have.
  for (let kind: object | null = Object.getPrototypeOf(lead); kind && Object.getPrototypeOf(kind); kind = Object.getPrototypeOf(kind)) {
    for (const name of Object.getOwnPropertyNames(kind)) {
      const value: unknown = lead[name];
      // Others are no values of a lead.
      if (/^(number|string|boolean)$/.test(typeof value)) found[name] = value;
    }
  }
  return found;
}
