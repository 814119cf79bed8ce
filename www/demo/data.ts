// The leads of the page, scored here in the browser.

import { loadModel, type Grade, type Lead, type LeadValue, type Readiness, type Scorer, type Touch } from "sales-ready";

/** Whether the page shows the leads of the bundled log of touches (`?touches`) or those of the bundled table. */
export const TOUCHED = new URLSearchParams(location.search).has("touches");
export const MODEL_URL = TOUCHED ? "touched-model.json" : "model.json";
export const LEADS_URL = TOUCHED ? "touched-leads.json" : "leads.json";
/** The log ends soon after this day; seen from today, all of it would have faded. */
export const AS_OF = new Date("2024-12-01T00:00:00Z");
/** Since then, the widget says what has changed. */
export const SINCE = new Date("2024-11-17T00:00:00Z");

/** A lead as the page lists it. */
export interface Row {
  id: string;
  company: string;
  contact: string;
  lead: Lead;
  /** Its touches, where the data has them under `touches`. */
  touches: Touch[] | undefined;
  score: RowScore | undefined;
}

export interface RowScore {
  logit: number;
  probability: number;
  grade: Grade;
  readiness: Readiness;
}

export async function fetchRows(url: string): Promise<Row[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`could not fetch ${url}: the server answered ${response.status}`);
  const leads: unknown = await response.json();
  if (!isTable(leads)) throw new Error(`expected a list of leads in ${url}`);
  return leads.map((lead, place) => {
    const id = text(lead["lead_id"]) || `lead ${place + 1}`;
    const company = text(lead["company"]) || id;
    const { touches, ...values } = lead;
    const own = Array.isArray(touches) ? (touches as Touch[]) : undefined;
    return { id, company, contact: text(lead["contact"]), lead: values, touches: own, score: undefined };
  });
}

function isTable(leads: unknown): leads is Lead[] {
  return Array.isArray(leads) && leads.every((lead) => typeof lead === "object" && lead !== null);
}

/** Scores all rows in one call; where a row's values are wrong, row by row, and that row keeps no score. */
export async function scoreRows(rows: Row[]): Promise<Scorer> {
  const scorer = await loadModel(MODEL_URL);
  // Touches are looked at one lead at a time.
  if (scorer.model.touches) {
    for (const row of rows) row.score = await tryScore(scorer, row);
    return scorer;
  }
  const columns: Record<string, LeadValue[]> = {};
  for (const { name } of scorer.model.fields) columns[name] = rows.map((row) => row.lead[name] as LeadValue);
  try {
    const { logits, probabilities, grades, readiness } = await scorer.scoreBatch(columns);
    rows.forEach((row, place) => {
      row.score = {
        logit: logits[place] as number,
        probability: probabilities[place] as number,
        grade: grades[place] as Grade,
        readiness: readiness[place] as Readiness,
      };
    });
  } catch {
    for (const row of rows) row.score = await tryScore(scorer, row);
  }
  return scorer;
}

async function tryScore(scorer: Scorer, { lead, touches }: Row): Promise<RowScore | undefined> {
  try {
    return touches && scorer.model.touches ? (await scorer.scoreTouches({ lead, touches, asOf: AS_OF })).score : await scorer.score(lead);
  } catch {
    return undefined; // the lead's own page shows what is wrong with it
  }
}

/** A value as text; missing ones as the empty text. */
export function text(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
