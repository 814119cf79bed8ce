// What only what is fetched after a score says: log-odds, shares and times. `Intl` throws where the system's locale has no valid name.

import { later } from "./messages/en-later.js";
import { addEnglish, type Words } from "./words.js";

addEnglish(later);

/** Each made once: it takes as long as all else that is said of a lead. */
const formats = new Map<string, { format(value: number): string }>();

/** Log-odds, given in hundredths, with a sign. */
export function signed(logit: number, words: Words): string {
  const hundredths = Math.round(Math.abs(logit) * 100);
  if (hundredths === 0) return words.number(0);
  const make = () => new Intl.NumberFormat(words.tag, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const digits = formatted(hundredths / 100, words.tag, make) ?? (hundredths / 100).toFixed(2);
  return `${logit < 0 ? "−" : "+"}${digits}`;
}

/** A chance as a share: never 0, never 100. */
export function share(probability: number, words: Words): string {
  if (probability < 0.005) return words.say("below1", { n: words.percent(0.01) });
  return probability < 0.995 ? words.percent(probability) : words.say("above99", { n: words.percent(0.99) });
}

/** The day of an instant where the reader is, as a clock there shows it. A date alone, which is midnight in UTC, is that date everywhere. */
export function day(at: number, words: Words, isDate = at % 86_400_000 === 0): string {
  return written(at, words, isDate ? { dateStyle: "medium", timeZone: "UTC" } : { dateStyle: "medium" });
}

/** That day, and the time there. */
export function moment(at: number, words: Words): string {
  return written(at, words, { dateStyle: "medium", timeStyle: "short" });
}

function written(at: number, { tag }: Words, options: Intl.DateTimeFormatOptions): string {
  const said = formatted(at, tag + JSON.stringify(options), () => new Intl.DateTimeFormat(tag, options));
  const ahead = options.timeZone ? 0 : new Date(at).getTimezoneOffset() * 60_000;
  return said ?? new Date(at - ahead).toISOString().slice(0, options.timeStyle ? 16 : 10);
}

export function ago(millis: number, words: Words): string {
  const n = Math.floor(millis / 86_400_000);
  return n < 1 ? words.say("agoSoon") : words.say("ago", { n });
}

function formatted(value: number, key: string, make: () => { format(value: number): string }): string | undefined {
  try {
    const format = formats.get(key) ?? make();
    // A page may have had many languages.
    if (formats.size > 100) formats.clear();
    formats.set(key, format);
    return format.format(value);
  } catch {
    return undefined;
  }
}
