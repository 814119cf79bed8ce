// Words for touches. Without `Intl`, which throws where the system's locale has no valid name.

import type { Departments, LeadCrossing, Readiness, TrendPoint } from "./generated/sales_ready_wasm.js";

/** When the decision changes if nothing more happens. */
export function crossingInWords(now: Readiness, crossing: LeadCrossing | undefined, ahead: number): string {
  if (!crossing) {
    return now === "sales-ready"
      ? `Stays sales-ready for at least ${ahead} days without activity.`
      : `Stays in nurture for at least ${ahead} days without activity.`;
  }
  const days = Math.round(crossing.days);
  const when = crossing.days < 1 ? "in less than a day" : days === 1 ? "in 1 day" : `in ${days} days`;
  return crossing.readiness === "sales-ready"
    ? `Would become sales-ready ${when} without activity.`
    : `Falls below the threshold ${when} without activity.`;
}

/** What the plot shows, for who cannot see it. */
export function trendInWords(trend: TrendPoint[], forecast: TrendPoint[], threshold: number | undefined): string {
  const [first, now, last] = [trend[0], trend.at(-1), forecast.at(-1)];
  if (!first || !now || !last) return "No trend.";
  const highest = trend.reduce((highest, point) => (point.probability > highest.probability ? point : highest), first);
  const parts = [
    `Chance of conversion: ${chance(first.probability)} on ${date(first.at)}`,
    `highest ${chance(highest.probability)} on ${date(highest.at)}`,
    `${chance(now.probability)} now`,
    `${chance(last.probability)} on ${date(last.at)} without activity`,
  ];
  return `${parts.join(", ")}.${threshold === undefined ? "" : ` Threshold: ${chance(threshold)}.`}`;
}

/** A probability: never 0, never 100. */
export function chance(probability: number): string {
  if (probability < 0.005) return "below 1 %";
  return probability > 0.995 ? "above 99 %" : `${Math.round(probability * 100)} %`;
}

/** The day in UTC. */
export function date(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export function ago(millis: number): string {
  const days = Math.floor(millis / 86_400_000);
  if (days < 1) return "less than a day ago";
  return days === 1 ? "1 day ago" : `${days} days ago`;
}

/** Log-odds with a sign and two decimals. */
export function signed(logit: number): string {
  const text = Math.abs(logit).toFixed(2);
  if (text === "0.00") return "0";
  return `${logit < 0 ? "−" : "+"}${text}`;
}

/** What the two departments' touches have to do with a score. */
export function sidesInWords({ marketing, sales, neither }: Departments): string {
  const rest = signed(neither) === "0" ? "" : ` (neither's: ${signed(neither)})`;
  return `Marketing's touches and sales' touches: ${signed(marketing)} and ${signed(sales)}${rest}; associations, not causes.`;
}
