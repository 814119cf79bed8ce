// What the embedded page and the page around it say to each other. Both sides import this, and nothing else of each other.
//
// 1. Each says `hello` to the other when it starts, to whoever is there: it tells nothing but that the protocol is spoken. The
//    frame says it again when its address comes to name other hosts.
// 2. The outer page answers the frame's `hello` with `connect`, to the frame's exact origin, and hands over a MessagePort.
// 3. The frame takes the port if `connect` comes from its parent window and from an allowed origin. All else is said there.

import type { InstantLike, Lead, LeadExplanation, LeadScore, Touch } from "./generated/sales_ready_wasm.js";

/** The version spoken here. A later one that this code could not follow has another number. */
export const PROTOCOL = "sales-ready/1";

/** What the outer page may set, in one message or several; `null` takes a value away. */
export interface EmbedValues {
  /** The model file's address, as seen from the frame. Only where the frame's page names its hosts, or both have one origin. */
  model?: string | null;
  /** The model file itself: its text, or what `JSON.parse` made of it. It takes the place of `model`. */
  modelText?: string | object | null;
  lead?: Lead | null;
  /** What the outer page calls the lead: the element's `lead-id`. */
  leadId?: string | null;
  touches?: readonly Touch[] | null;
  asOf?: InstantLike | null;
  since?: InstantLike | null;
  leadBefore?: Lead | null;
  lang?: string | null;
  /** The direction of the card's words; that of their language where not set. */
  dir?: "ltr" | "rtl" | "auto" | null;
  /** The level of the card's heading in the frame's outline: the element's `heading-level`. */
  headingLevel?: number | null;
  /** Light or dark; as the reader has it where not set. */
  colorScheme?: "light" | "dark" | null;
  heldBy?: "marketing" | "sales" | null;
  actions?: readonly EmbedAction[] | null;
}

/** A control of the element that is shown. */
export type EmbedAction = "handoff" | "handback" | "feedback";

/** What the outer page is asked before it is done. */
export type EmbedRequest = "before-handoff" | "before-handback";

/** Why a message was refused. It has then changed nothing. */
export type EmbedRefusal =
  /** Of a version that is not spoken here. */
  | "unknown-version"
  /** Of a type that the version does not have. */
  | "unknown-type"
  /** Not in the form of its type. */
  | "malformed"
  /** In its form, but not for this host. */
  | "not-allowed";

/** From the outer page, through the port. */
export type ToFrame = { id: number; type: "set"; values: EmbedValues } | { type: "answer"; re: number; proceed: boolean };

/** From the frame, through the port. */
export type FromFrame =
  | { type: "ready"; versions: string[] }
  | { type: "done"; re: number }
  | { type: "refused"; re?: number; code: EmbedRefusal; message: string; versions: string[] }
  /** Another connection has taken the place of this one: nothing more is read or said here. */
  | { type: "replaced" }
  /** With its lead: the outer page may have set another one meanwhile. */
  | { type: "change"; score: LeadScore; explanation: LeadExplanation; lead: Lead }
  | { type: "error"; code: string; message: string }
  | { type: "resize"; height: number }
  | { type: EmbedRequest; id: number; detail: unknown }
  /** The outer page took too long to answer: what it was asked about was not done. */
  | { type: "expired"; re: number }
  | { type: "handoff" | "handback" | "feedback"; detail: unknown };

/** A message as it travels. */
export function message<T extends object>(body: T): T & { protocol: string } {
  return { protocol: PROTOCOL, ...body };
}

/** The version of a message of this protocol; `undefined` of anything else, with which pages and extensions fill the air. */
export function versionOf(data: unknown): string | undefined {
  const version = record(data)?.["protocol"];
  return typeof version === "string" && /^sales-ready\/[0-9]{1,9}$/.test(version) ? version : undefined;
}

/** An object that is no list, to be read by its own keys; `undefined` for all else. */
export function record(data: unknown): Record<string, unknown> | undefined {
  return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : undefined;
}

/**
 * An exact origin, as the browser writes it; `undefined` for a pattern, an address with a path, and "null", which every
 * sandboxed page has, whoever wrote it.
 */
export function exactOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  return origin !== "null" && (text === origin || text === `${origin}/`) ? origin : undefined;
}

const object = (value: unknown): boolean => record(value) !== undefined;
const instant = (value: unknown): boolean => typeof value === "number" || typeof value === "string" || value instanceof Date;
const oneOf = (...all: unknown[]) => (value: unknown): boolean => all.includes(value);
const ACTIONS: readonly unknown[] = ["handoff", "handback", "feedback"] satisfies EmbedAction[];

/** What each value may be, and how that is called. What is inside of leads and touches the engine checks, and says. */
const VALUES: { [K in keyof Required<EmbedValues>]: [(value: unknown) => boolean, string] } = {
  model: [(value) => typeof value === "string", "an address"],
  modelText: [(value) => typeof value === "string" || object(value), "the text of a model file, or its object"],
  lead: [object, "an object of values by field name"],
  leadId: [(value) => typeof value === "string", "a text"],
  touches: [Array.isArray, "a list of touches"],
  asOf: [instant, "an instant"],
  since: [instant, "an instant"],
  leadBefore: [object, "an object of values by field name"],
  lang: [(value) => typeof value === "string" && /^[a-z0-9_-]{1,35}([.@][a-z0-9.@_-]{1,35})?$/i.test(value), "a language tag, such as pt-BR"],
  dir: [oneOf("ltr", "rtl", "auto"), "ltr, rtl or auto"],
  headingLevel: [oneOf(1, 2, 3, 4, 5), "a whole number from 1 to 5"],
  colorScheme: [oneOf("light", "dark"), "light or dark"],
  heldBy: [oneOf("marketing", "sales"), "marketing or sales"],
  actions: [(value) => Array.isArray(value) && value.every((one) => ACTIONS.includes(one)), `a list of ${ACTIONS.join(", ")}`],
};

/** What is wrong with the values of a `set`; `undefined` where nothing is. */
export function wrongValues(values: unknown): string | undefined {
  const given = record(values);
  if (!given) return "expected an object of values";
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(VALUES, name)) {
      return `there is no value "${name.slice(0, 40)}"; expected ${Object.keys(VALUES).join(", ")}`;
    }
    const [fits, what] = VALUES[name as keyof EmbedValues];
    if (value !== null && value !== undefined && !fits(value)) return `expected ${name} to be ${what}, or null`;
  }
  return undefined;
}
