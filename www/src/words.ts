// Words for people, in the language of a catalogue. Text from outside (titles, levels, kinds) stays apart from ours, so that
// a page can isolate it. `Intl` throws where the system's locale has no valid name: then numbers are written plainly.

import type { LeadScore, ModelInfo, TermContribution } from "./generated/sales_ready_wasm.js";
import { en, type Message, type Messages } from "./messages/en.js";

export type { Message, Messages };

/** A piece of a sentence: our own words, or text from outside. */
export type Piece = string | { readonly outside: string };
/** What the element flags: `not-yet` is of grade D and has not half the chance of the threshold. */
export type Flag = "sales-ready" | "nurture" | "not-yet" | "cant-tell";
/** A reason in words: the lead's value, and what it means. */
export interface Reason {
  what: Piece[];
  meaning: string;
}

/** What is read of a model for a sentence of its fields. */
type Fields = Pick<ModelInfo, "fields">;

/** The most letters of a text from outside that a sentence holds. */
const LONG = 120;
/** A number that English writes as JavaScript does. To make an `Intl.NumberFormat` takes longer than to score a lead. */
const PLAIN = /^-?(\d{1,2}(\.\d{1,3})?|\d{3,4})$/;
const catalogues = new Map<string, Partial<Messages>>([["en", en]]);
/** The words of a tag, made once. */
const made = new Map<string, Words>();
/** The catalogues that are still to be fetched. */
const shipped = new Map<string, () => Promise<{ default?: Messages }>>([
  ["de", () => import("./messages/de.js")],
  ["fr", () => import("./messages/fr.js")],
  ["es", () => import("./messages/es.js")],
  ["pt", () => import("./messages/pt.js")],
  ["ja", () => import("./messages/ja.js")],
]);

/** Lays messages over those of a language. Pages call `retelling.ts`. */
export function addMessages(lang: string, messages: Partial<Messages>): void {
  const name = lang.toLowerCase();
  // English itself is added to: all others fall back on it.
  catalogues.set(name, Object.assign(catalogues.get(name) ?? {}, messages));
  made.clear();
}

/** Adds the package's own English, which comes in parts: what a page has said otherwise stays. */
export function addEnglish(messages: Partial<Messages>): void {
  Object.assign(en, { ...messages, ...en });
}

/** The words of a language (`de-AT` takes those of `de`); English where there are none. */
export async function loadWords(lang: string): Promise<Words> {
  const base = baseOf(lang);
  // A page without the file has a widget all the same.
  const found = (await shipped.get(base)?.().catch(() => undefined))?.default;
  // What is there already is the page's own; where that is all there is, it is not asked for again.
  if ((found || wordsOf(lang).lang !== "en") && shipped.delete(base)) addMessages(base, { ...found, ...catalogues.get(base) });
  return wordsOf(lang);
}

/** The words, where they need not be fetched. */
export function readyWords(lang: string): Words | undefined {
  return shipped.has(baseOf(lang)) ? undefined : wordsOf(lang);
}

/** The words of what is there. */
function wordsOf(lang: string): Words {
  const base = baseOf(lang);
  const found = [lang.toLowerCase(), base].find((one) => catalogues.has(one));
  if (!found) return wordsOf("en");
  let words = made.get(lang);
  if (!words) {
    words = new Words(lang, found, { __proto__: null, ...catalogues.get(base), ...catalogues.get(found) } as Partial<Messages>);
    // There is no end of tags.
    if (made.size > 99) made.clear();
    made.set(lang, words);
  }
  return words;
}

function baseOf(lang: string): string {
  return lang.toLowerCase().split("-")[0]!;
}

export class Words {
  readonly #messages: Partial<Messages>;
  readonly #english: boolean;
  #plural: Intl.PluralRules | undefined;
  readonly #formats = new Map<string, Intl.NumberFormat>();

  /** `tag` decides how numbers and dates are written; `lang` is the language of the sentences. */
  constructor(readonly tag: string, readonly lang: string, messages: Partial<Messages>) {
    this.#messages = messages;
    this.#english = /^en\b/i.test(tag);
  }

  /** A message as text. */
  say(key: keyof Messages, values: Record<string, string | number | Piece[]> = {}): string {
    return asText(this.tell(key, values));
  }

  /** A message in pieces; the value `n` decides on the plural. */
  tell(key: keyof Messages, values: Record<string, string | number | Piece[]> = {}): Piece[] {
    const message: Message = this.#messages[key] ?? (en as Partial<Messages>)[key] ?? "";
    const template = typeof message === "string" ? message : ((this.#isOne(values["n"]) && message.one) || message.other);
    return template.split(/\{(\w+)\}/).flatMap((part, place): Piece | Piece[] => {
      if (place % 2 === 0) return part || [];
      const value = values[part] ?? "";
      return typeof value === "number" ? this.number(value) : value;
    });
  }

  #isOne(n: unknown): boolean {
    const plural = this.#english ? undefined : (this.#plural ??= guarded(() => new Intl.PluralRules(this.tag)));
    return plural ? plural.select(n as number) === "one" : n === 1;
  }

  /** Made once each. */
  #format(options: Intl.NumberFormatOptions, value: number): string | undefined {
    return guarded(() => {
      const key = JSON.stringify(options);
      const format = this.#formats.get(key) ?? new Intl.NumberFormat(this.tag, options);
      this.#formats.set(key, format);
      return format.format(value + 0); // Of -0 it would write the sign.
    });
  }

  /** A number: at most three decimals below 100, else none. */
  number(value: number): string {
    if (this.#english && PLAIN.test(`${value}`)) return `${value}`;
    const size = Math.abs(value);
    const extreme = size >= 1e15 || (size > 0 && size < 0.0005);
    const maximumFractionDigits = size < 100 ? 3 : 0;
    const format: Intl.NumberFormatOptions = extreme ? { notation: "scientific", maximumSignificantDigits: 4 } : { maximumFractionDigits, useGrouping: "min2" as never };
    return this.#format(format, value) ?? String(extreme ? value : Number(value.toFixed(maximumFractionDigits)));
  }

  percent(share: number): string {
    return this.#format({ style: "percent" }, share) ?? `${Math.round(share * 100)}%`;
  }

  chance(probability: number): string {
    return this.say(probability < 0.005 ? "chanceLow" : probability < 0.995 ? "chance" : "chanceHigh", { n: Math.round(probability * 100) });
  }

  /** Why the flag is what it is, where that needs words. */
  note({ threshold, abstains }: ModelInfo, { readiness }: LeadScore, known: number | undefined): string {
    if (abstains?.kind === "no-signal") return this.say("noSignal");
    if (abstains) {
      const { conversions, nonConversions: others, needed, neededForAuc: n, auc } = abstains;
      const parts = [this.say("few", { conversions, others, needed })];
      if (auc[1] <= 0.5) parts.push(this.say("unproven"));
      if (n > 0) parts.push(this.say("fewAuc", { n }));
      return parts.join(" ");
    }
    // Less than a quarter, which rounded up it would be.
    if (readiness === "abstain") return this.say("thin", { share: this.percent(Math.min(known ?? 0, 0.24)) });
    return threshold === undefined ? this.say("noThreshold") : "";
  }

  /** What a contribution says: the lead's value, and what it means. */
  reason({ fields, values, logit, standings: stands }: TermContribution, model: Fields): Reason {
    const [field = [], other = []] = fields.map((name, place) => this.title(name, model, place === 0));
    const [value = [], otherValue = []] = values.map((value, place) => {
      const shown = this.value(value, fields[place] ?? "", model);
      return stands[place] === "unseen" ? this.tell("unseen", { value: shown }) : shown;
    });
    const pair = fields.length > 1;
    const unknown = stands.every((standing) => standing === "missing");
    const odds = Math.exp(Math.abs(logit));
    const degree = odds < 1.5 ? 1 : odds < 3 ? 2 : odds < 10 ? 3 : 4;
    const how = this.say(odds < 1.05 ? "same" : `${logit > 0 ? "more" : "less"}${degree}`);
    return {
      what: this.tell(unknown ? (pair ? "pairMissing" : "missing") : pair ? "pair" : "reason", { field, other, value, otherValue }),
      meaning: this.say(pair ? "pairMeaning" : "meaning", { how }),
    };
  }

  /** A field's name, with a capital where it begins a sentence. */
  title(name: string, { fields }: Fields, first = true): Piece[] {
    const title = fields.find((field) => field.name === name)?.title ?? name;
    return [{ outside: cut(first ? capital(title) : title) }];
  }

  /** A lead's value of a field. */
  value(value: unknown, name: string, { fields }: Fields): Piece[] {
    const field: { unit?: string; touches?: true } = fields.find((field) => field.name === name) ?? {};
    if (value === null || value === undefined) return [this.say("unknown")];
    if (typeof value === "boolean") return [this.say(value ? "yes" : "no")];
    if (typeof value !== "number") return [{ outside: cut(String(value)) }];
    const number = this.number(field.touches && Math.abs(value) < 0.001 ? 0 : value);
    return field.unit ? [number, " ", { outside: cut(field.unit) }] : [number];
  }
}

export const english = new Words("en", "en", en);

/** What the element flags a score with. */
export function flag({ readiness, grade, probability }: LeadScore, model: ModelInfo): Flag {
  if (readiness !== "nurture") return readiness === "abstain" ? "cant-tell" : readiness;
  const near = model.threshold !== undefined && probability >= model.probability / 2;
  return grade === "D" && !near ? "not-yet" : "nurture";
}

/** A sentence's beginning; what is written as "eBay" is stays so. */
export function capital(text: string): string {
  return text.replace(/^.(?![A-Z])/u, (letter) => letter.toUpperCase());
}

function asText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : piece.outside)).join("");
}

/** The beginning of a long text. */
function cut(text: string): string {
  return text.length > LONG ? `${text.slice(0, LONG).replace(/[\ud800-\udbff]$/, "")}…` : text;
}

function guarded<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
