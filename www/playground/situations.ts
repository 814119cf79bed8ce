// What the widget can be in: each by a model and a lead of the bundled sample that bring it about.

import { loadModel, type Lead, type Touch } from "sales-ready";

/** What is set on the element. */
export interface Situation {
  model: string;
  lead: Lead | null;
  touches: Touch[] | null;
  asOf: string;
  since: string;
}

export const SITUATIONS = {
  ready: "Sales-ready",
  nurture: "Nurture",
  cold: "Not yet",
  abstain: "Can't tell: model too young",
  unknown: "Can't tell: little known",
  odd: "Odd and missing values",
  touches: "Touches: sales-ready",
  fading: "Touches: silent since",
  empty: "Empty: no lead",
  "no-model": "Empty: no model",
  loading: "Loading",
  error: "Error: wrong value",
  missing: "Error: no such model",
} as const;

export type SituationName = keyof typeof SITUATIONS;

const MODEL = new URL("../model.json", location.href).href;
const TOUCHED_MODEL = new URL("../touched-model.json", location.href).href;
const FEW_MODEL = new URL("few-leads.json", location.href).href;
/** The day on which the bundled log of touches is looked at; soon after, it ends. */
const AS_OF = "2024-12-01";
const SINCE = "2024-11-17";

/** The sample, best lead first. */
interface Sample {
  leads: Lead[];
  touched: { lead: Lead; touches: Touch[] }[];
}

let sample: Promise<Sample> | undefined;

/** What brings a situation about. */
export async function situation(name: SituationName): Promise<Situation> {
  // Nothing is asked of the model where it has to be missing.
  const plain = { model: MODEL, lead: null, touches: null, asOf: "", since: "" };
  if (name === "empty") return plain;
  if (name === "no-model") return { ...plain, model: "" };
  const { leads, touched } = await (sample ??= fetchSample());
  const best = leads[0] ?? {};
  const warm = touched[0] ?? { lead: {}, touches: [] };
  switch (name) {
    case "ready":
      return { ...plain, lead: leads[2] ?? best };
    case "nurture":
      return { ...plain, lead: leads[Math.floor(leads.length / 2)] ?? best };
    case "cold":
      return { ...plain, lead: leads.at(-1) ?? best };
    case "abstain":
      return { ...plain, model: FEW_MODEL, lead: best };
    case "unknown":
      return { ...plain, lead: { region: "South" } };
    case "odd":
      return { ...plain, lead: { ...best, source: "Carrier pigeon", pricing_views: 4000, industry: null, emails_opened: null } };
    case "touches":
      return { ...plain, ...warm, model: TOUCHED_MODEL, asOf: AS_OF, since: SINCE };
    case "fading":
      return { ...plain, ...warm, model: TOUCHED_MODEL, asOf: "2025-02-01", since: AS_OF };
    case "loading":
      return { ...plain, model: `${MODEL}?${NEVER}`, lead: best };
    case "error":
      return { ...plain, lead: { ...best, pricing_views: "several" } };
    case "missing":
      return { ...plain, model: new URL("no-such-model.json", location.href).href, lead: best };
  }
}

/** A model at an address with this query never comes: a server on this machine is too quick to see the widget wait. */
const NEVER = "never";

export function holdLoading(): void {
  const fetchNow = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return url.endsWith(`?${NEVER}`) ? new Promise(() => {}) : fetchNow(input, init);
  };
}

async function fetchSample(): Promise<Sample> {
  const [leads, touched] = await Promise.all([rows("../leads.json"), rows("../touched-leads.json")]);
  const split = touched.map(({ touches, ...lead }) => ({ lead: lead as Lead, touches: touches as Touch[] }));
  const scorer = await loadModel(MODEL);
  const withTouches = await loadModel(TOUCHED_MODEL);
  return {
    leads: await sorted(leads as Lead[], async (lead) => (await scorer.score(lead)).logit),
    touched: await sorted(split, async (call) => (await withTouches.scoreTouches({ ...call, asOf: AS_OF })).score.logit),
  };
}

async function rows(url: string): Promise<Record<string, unknown>[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`could not fetch ${url}: the server answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>[];
}

/** By their logits, the highest first. */
async function sorted<T>(items: T[], logit: (item: T) => Promise<number>): Promise<T[]> {
  const scored = await Promise.all(items.map(async (item) => ({ item, logit: await logit(item) })));
  return scored.sort((a, b) => b.logit - a.logit).map(({ item }) => item);
}
