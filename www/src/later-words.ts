// What only what is fetched after a score says: log-odds and times. `Intl` throws where the system's locale has no valid name.

import type { Words } from "./words.js";

/** Log-odds, given in hundredths, with a sign. */
export function signed(logit: number, words: Words): string {
  const hundredths = Math.round(Math.abs(logit) * 100);
  if (hundredths === 0) return words.number(0);
  const digits = words.number(hundredths / 100, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${logit < 0 ? "−" : "+"}${digits}`;
}

/** Each made once: it takes as long as all else that is said of a lead. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** A day in UTC; with its time where asked for, in the reader's zone. */
export function date(at: number, { tag }: Words, time = false): string {
  try {
    const key = `${tag} ${time}`;
    const format = formats.get(key) ?? new Intl.DateTimeFormat(tag, time ? { dateStyle: "medium", timeStyle: "short" } : { dateStyle: "medium", timeZone: "UTC" });
    formats.set(key, format);
    return format.format(at);
  } catch {
    return new Date(at).toISOString().slice(0, time ? 16 : 10);
  }
}

export function ago(millis: number, words: Words): string {
  const n = Math.floor(millis / 86_400_000);
  return n < 1 ? words.say("agoSoon") : words.say("ago", { n });
}
