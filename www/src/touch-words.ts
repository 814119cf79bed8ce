// Sentences about touches, in the language of a catalogue.

import type { Departments, LeadCrossing, Readiness, TrendPoint } from "./generated/sales_ready_wasm.js";
import { day, share, signed } from "./later-words.js";
import type { Words } from "./words.js";

/** When the decision changes if nothing more happens. */
export function crossingInWords(now: Readiness, crossing: LeadCrossing | undefined, ahead: number, words: Words): string {
  if (!crossing) return words.say(now === "sales-ready" ? "staysReady" : "staysBelow", { n: ahead });
  const when = crossing.days < 1 ? words.say("inLess") : words.say("inDays", { n: Math.round(crossing.days) });
  return words.say(crossing.readiness === "sales-ready" ? "becomesReady" : "fallsBelow", { when });
}

/** What the plot shows, for who cannot see it. */
export function trendInWords(trend: TrendPoint[], forecast: TrendPoint[], threshold: number | undefined, words: Words): string {
  const [first, now, last] = [trend[0], trend.at(-1), forecast.at(-1)];
  if (!first || !now || !last) return "";
  let highest = first;
  for (const point of trend) if (point.probability > highest.probability) highest = point;
  const said = words.say("trendIs", {
    first: share(first.probability, words),
    from: day(first.at, words),
    top: share(highest.probability, words),
    peak: day(highest.at, words),
    now: share(now.probability, words),
    last: share(last.probability, words),
    to: day(last.at, words),
  });
  return threshold === undefined ? said : `${said} ${words.say("trendThreshold", { at: share(threshold, words) })}`;
}

/** What the two departments' touches have to do with a score. */
export function sidesInWords({ marketing, sales, neither }: Departments, words: Words): string {
  const none = signed(0, words);
  const rest = signed(neither, words);
  return words.say(rest === none ? "sides" : "sidesRest", { marketing: signed(marketing, words), sales: signed(sales, words), rest });
}
