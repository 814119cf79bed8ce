// What a score and its reasons say, in English.

import type { ModelInfo, TermContribution } from "./generated/sales_ready_wasm.js";

/** A chance in one sentence. */
export function chanceInWords(probability: number): string {
  if (probability < 0.005) return "Fewer than 1 of 100 leads like this converts.";
  if (probability > 0.995) return "More than 99 of 100 leads like this convert.";
  const n = Math.round(probability * 100);
  return `About ${n} of 100 leads like this ${n === 1 ? "converts" : "convert"}.`;
}

/** A contribution: the lead's values, and what they mean. An association, never a cause. */
export function reasonInWords({ fields, values, standings, logit }: TermContribution, model: ModelInfo): { what: string; meaning: string } {
  const known = fields.map((name) => model.fields.find((field) => field.name === name));
  const titles = fields.map((name, place) => known[place]?.title ?? name).join(" together with ");
  const shown = values.map((value, place) => {
    const text = written(value, known[place]?.touches === true);
    return standings[place] === "unseen" ? `${text} (rare or new to the model)` : text;
  });
  const title = titles.charAt(0).toUpperCase() + titles.slice(1);
  const missing = fields.length > 1 ? ": neither is known" : " is not known";
  const what = standings.every((standing) => standing === "missing") ? `${title}${missing}.` : `${title}: ${shown.join(" and ")}.`;
  const given = fields.length > 1 ? "Beyond what each says alone" : "All else equal";
  return { what, meaning: `${given}, such leads convert ${strength(logit)}.` };
}

function written(value: number | string | boolean | null, faded: boolean): string {
  if (value === null) return "not known";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (faded && Math.abs(value) < 0.001) return "0";
  return Math.abs(value) < 100 ? String(Number(value.toFixed(3))) : String(Math.round(value));
}

function strength(logit: number): string {
  const odds = Math.exp(Math.abs(logit));
  if (odds < 1.05) return "about as often as others";
  const degree = odds < 1.5 ? "a little " : odds < 3 ? "" : odds < 10 ? "much " : "very much ";
  return `${degree}${logit > 0 ? "more often" : "less often"}`;
}
