// What a page says otherwise while its cards are shown. They are known to a file that is fetched later than this one, or never: what the
// two have to tell each other stands with a class that both have, as in that which each card has loaded nobody would pay for it.

import { tagOf } from "./tags.js";
import { addMessages as add, Words, type Message, type Messages } from "./words.js";

interface Told {
  /** What a page has said, by language. */
  said?: Record<string, Partial<Messages>>;
  /** When words became others, in milliseconds since 1970. */
  at?: number;
  /** What has the cards of a language say them. */
  tell?: (lang: string) => void;
}

const shared = Words as { told?: Told };

/**
 * Says messages of a language otherwise, or a language anew. What is not said of it here is said in the package's words, also where these
 * come later, and else in English. Cards that are shown are updated.
 */
export function addMessages(lang: string, messages: Partial<Messages>): void {
  lang = tagOf(lang);
  const { said = {}, tell } = shared.told ?? {};
  const before = said[lang];
  // A page that says it anew with each score would never come to an end.
  if (before && Object.entries(messages).every(([key, message]) => isSame(message, before[key as keyof Messages]))) return;
  add(lang, messages);
  shared.told = { ...shared.told, said: { ...said, [lang]: { ...before, ...messages } }, at: Date.now() };
  tell?.(lang);
}

function isSame(one: Message | undefined, other: Message | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Has `tell` called from now on. */
export function hear(tell: (lang: string) => void): void {
  shared.told = { ...shared.told, tell };
}

/** Whether words may have become others since then. */
export function isRetold(since: number): boolean {
  return (shared.told?.at ?? 0) >= since;
}
