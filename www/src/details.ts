// What a score rests on, in full: the sum of its reasons, fit and engagement, what if, data quality, where it comes from, and
// what may be done with it. A file of its own, fetched once a score is shown. Text from a lead or a model only ever becomes text.

import { Actions, stay, type Send } from "./details-actions.js";
import css from "./details.css";
import { followLanguage } from "./details-language.js";
import { WhatIf } from "./details-what-if.js";
import { element, nodes, styles } from "./dom.js";
import type { SalesReadyLeadElement } from "./element.js";
import type { Scorer } from "./engine/index.js";
import type { FieldInfo, Lead, LeadAsOf, LeadExplanation, ModelInfo, TermContribution, TouchExplanation } from "./generated/sales_ready_wasm.js";
import { ago, day, moment, share, signed } from "./later-words.js";
import { isPlain, kept } from "./leads.js";
import { details } from "./messages/en-details.js";
import { addEnglish, type Messages, type Piece, type Words } from "./words.js";
import { written } from "./written.js";

addEnglish(details);

/** A score, and what it was made of. */
export interface Scored {
  scorer: Scorer;
  explanation: LeadExplanation;
  lead: Lead;
  /** What the page calls the lead, where it says so. */
  id: string | null;
  /** What was asked, where the lead's touches were scored. */
  call: LeadAsOf | undefined;
  /** The moment of scoring, in milliseconds since 1970. */
  at: number;
}

/**
 * What is fetched with the first score.
 *
 * @csspart details each of its two halves, after the reasons and before the actions
 * @csspart fold what unfolds: `all`, `what-if`, `quality` or `about`
 * @csspart summary what unfolds it
 * @csspart hint a sentence that explains
 * @csspart all the sum of all reasons
 * @csspart all-body what is in it
 * @csspart sum its table
 * @csspart sum-average the average lead
 * @csspart sum-reason one reason
 * @csspart sum-total this lead
 * @csspart sum-what what is added
 * @csspart sum-logit how much it is
 * @csspart sums fit and engagement apart
 * @csspart sums-heading their heading
 * @csspart parts both, and what rests on both
 * @csspart part one of them
 * @csspart part-name its name
 * @csspart part-value its value
 * @csspart part-meaning what it is
 * @csspart recency when the last touch was
 * @csspart quality what of the lead is missing, unseen or out of range
 * @csspart quality-body what is in it
 * @csspart quality-good that nothing is
 * @csspart quality-list the list
 * @csspart quality-item one of it
 * @csspart quality-what the field, and what is notable
 * @csspart quality-logit what it does to the score
 * @csspart about where the score comes from
 * @csspart about-body what is in it
 * @csspart about-list its list
 * @csspart about-name a name in it
 * @csspart about-value a value in it
 * @csspart local that nothing has left the page
 */
export class DetailsView {
  /** What belongs to the reasons. */
  readonly reasons = element("div", "details");
  /** The rest, which comes after the touches. */
  readonly section = element("div", "details");
  readonly actions: Actions;
  readonly #all = new Fold("all");
  readonly #sums = element("div", "sums");
  readonly #sumsHeading = element("div", "sums-heading");
  readonly #recency = element("p", "recency");
  readonly #whatIf = new WhatIf();
  readonly #quality = new Fold("quality");
  readonly #good = element("p", "quality-good");
  readonly #about = new Fold("about");
  readonly #local = element("p", "local");
  /** Gives back the focus that a move within the page has taken. */
  readonly #refocus: (() => void)[] = [];
  #scored: Scored | undefined;
  #watch: MutationObserver | undefined;

  constructor(send: Send) {
    this.actions = new Actions(send, isSame);
    this.#sumsHeading.setAttribute("role", "heading");
    this.reasons.append(this.#all.fold, this.#sums);
    this.section.append(this.#whatIf.fold, this.#quality.fold, this.#good, this.#about.fold, this.#local);
    for (const section of [this.section, this.actions.section]) {
      keepTyping(section);
      this.#refocus.push(keepFocus(section));
    }
  }

  /** For each place that the card comes to. */
  styles(document: Document): CSSStyleSheet[] {
    for (const refocus of this.#refocus) refocus();
    const root = this.section.getRootNode() as ShadowRoot;
    const { host } = root as Partial<ShadowRoot>;
    if (host) {
      // What goes with a score is hidden by the card's state.
      this.#watch ??= new MutationObserver(() => stay(this.section, root.activeElement));
      this.#watch.observe(this.section.closest(".card")!, { attributeFilter: ["data-state"] });
      followLanguage(host as SalesReadyLeadElement, this.#scored?.at);
    }
    return styles(document, css);
  }

  setHeadingLevel(level: number): void {
    this.#sumsHeading.setAttribute("aria-level", String(level));
  }

  show(given: Scored, words: Words): void {
    // What a page changes in its object is not what was scored.
    const scored = { ...given, lead: kept(given.lead) };
    const isOther = !this.#scored || !isSame(scored, this.#scored);
    this.#scored = scored;
    const focused = (this.section.getRootNode() as Partial<ShadowRoot>).activeElement;
    this.#showAll(scored, words);
    this.#showSums(scored, words);
    this.#whatIf.show(scored, words, isOther);
    this.#showQuality(scored, words);
    this.#showAbout(scored, words);
    this.#local.textContent = words.say("local");
    this.actions.show(words, scored, isOther);
    stay(this.section, focused);
  }

  /** The average lead and each reason, in the order in which the engine adds them up. */
  #showAll({ scorer, explanation }: Scored, words: Words): void {
    const { intercept, contributions, score } = explanation;
    const table = element("table", "sum");
    table.ariaLabel = words.say("allReasons");
    const row = (name: string, what: readonly Piece[], logit: number): HTMLElement => {
      const made = element("tr", name);
      const head = element("th", "sum-what");
      head.scope = "row";
      head.append(...nodes(what));
      made.append(head, element("td", "sum-logit", signed(logit, words)));
      return made;
    };
    table.append(row("sum-average", [words.say("average")], intercept));
    table.append(...contributions.map((reason) => row("sum-reason", words.reason(reason, only(scorer.model, reason.fields)).what, reason.logit)));
    table.append(row("sum-total", [words.say("thisLead")], score.logit));
    const adds = words.say("adds", { share: share(score.probability, words) });
    this.#all.show(words.say("showAll"), [element("p", "hint", words.say("sumIs")), table, element("p", "hint", adds)]);
  }

  #showSums(scored: Scored, words: Words): void {
    const { fields } = scored.scorer.model;
    const engaged = new Set(fields.filter(({ engagement, touches }) => engagement || touches).map(({ name }) => name));
    this.#sums.hidden = engaged.size === 0;
    if (engaged.size === 0) return;
    const sums = { fit: 0, engagement: 0, both: 0 };
    let pairs = false;
    for (const { fields, logit } of scored.explanation.contributions) {
      const does = fields.filter((name) => engaged.has(name)).length;
      const part = does === 0 ? "fit" : does === fields.length ? "engagement" : "both";
      sums[part] += logit;
      pairs ||= part === "both";
    }
    const list = element("dl", "parts");
    for (const part of ["fit", "engagement", ...(pairs ? (["both"] as const) : [])] as const) {
      const figure = element("div", "part");
      figure.append(
        element("dt", "part-name", words.say(part)),
        element("dd", "part-value", signed(sums[part], words)),
        element("dd", "part-meaning", words.say(`${part}Is`)),
      );
      list.append(figure);
    }
    this.#sumsHeading.textContent = words.say("parts");
    this.#recency.hidden = true;
    this.#sums.replaceChildren(this.#sumsHeading, element("p", "hint", words.say("partsAre")), list, this.#recency);
    this.#showRecency(scored, words);
  }

  async #showRecency(scored: Scored, words: Words): Promise<void> {
    const { scorer, explanation, call } = scored;
    if (!call) return;
    const times = (explanation as TouchExplanation).touches.filter(({ counts }) => counts).map(({ at }) => at);
    // As the scorer reads it: `Date` takes other texts.
    const [now] = await scorer.history({ touches: [] }, call.asOf, call.asOf);
    if (scored !== this.#scored || !now) return;
    let last = -Infinity;
    for (const at of times) last = Math.max(last, at);
    this.#recency.textContent = times.length === 0 ? words.say("noTouch") : words.say("lastTouch", { ago: ago(now.at - last, words) });
    this.#recency.hidden = false;
  }

  /** What of the lead the model has to guess, and what that does to the score. */
  #showQuality({ scorer: { model }, explanation }: Scored, words: Words): void {
    const { contributions, known, score } = explanation;
    const notable = contributions.filter(({ standings }) => standings.some((standing) => standing !== "known"));
    // Less than a quarter is not to be one by being rounded, as in the note.
    const ofUsual = words.percent(known < 0.25 ? Math.min(known, 0.24) : Math.min(known, 1));
    const notes = [words.note(model, score, known), words.say("knownShare", { share: ofUsual })];
    const lines = notes.filter((note) => note !== "").map((note) => element("p", "hint", note));
    this.#quality.fold.hidden = notable.length === 0;
    this.#good.hidden = notable.length > 0;
    this.#good.textContent = [words.say("qualityGood"), ...(score.readiness === "abstain" ? notes.slice(0, 1) : [])].join(" ");
    const list = element("ul", "quality-list");
    // Without its markers a list is no list to some screen readers.
    list.setAttribute("role", "list");
    list.append(...notable.map((reason) => this.#qualityItem(reason, words)));
    this.#quality.show(words.say("quality", { n: notable.length }), [...lines, element("p", "hint", words.say("qualityIs")), list]);
  }

  #qualityItem({ fields, values, standings, logit }: TermContribution, words: Words): HTMLElement {
    const item = element("li", "quality-item");
    if (!this.#scored) return item;
    const model = only(this.#scored.scorer.model, fields);
    const keys: Record<string, keyof Messages> = { missing: "isMissing", unseen: "isUnseen", "below-range": "isBelow", "above-range": "isAbove" };
    const found = fields.flatMap((name, place) => {
      const key = keys[standings[place] ?? ""];
      if (!key) return [];
      const [low, high] = model.fields.find((field) => field.name === name)?.range ?? [];
      const end = (value: number | undefined): Piece[] => words.value(value, name, model);
      return [words.tell(key, { field: words.title(name, model), value: words.value(values[place], name, model), low: end(low), high: end(high) })];
    });
    const what = found.flatMap((pieces, place): Piece[] => (place > 0 ? ["; ", ...pieces] : pieces));
    // Of a pair with one notable field, the other is named; with two, both are.
    const others = fields.filter((_, place) => !keys[standings[place] ?? ""]);
    const other = others[0] === undefined ? undefined : words.title(others[0], model, false);
    const said = element("span", "quality-what");
    said.append(...nodes(other ? words.tell("inPair", { what, other }) : what));
    item.append(said, " ", element("span", "quality-logit", signed(logit, words)));
    return item;
  }

  #showAbout({ scorer, call, at }: Scored, words: Words): void {
    const { generator, trained } = scorer.model;
    const list = element("dl", "about-list");
    const add = (key: keyof Messages, value: readonly Piece[]): void => {
      const text = element("dd", "about-value");
      text.append(...nodes(value));
      list.append(element("dt", "about-name", words.say(key)), text);
    };
    add("madeBy", [{ outside: generator.slice(0, 120) }]);
    const { leads, conversions, from, to } = trained ?? {};
    // Nobody has checked a file's card: what is none of this says nothing.
    if (typeof leads === "number" && typeof conversions === "number") add("trainedOn", words.tell("trainedLeads", { leads, conversions }));
    if (isText(from) && isText(to)) add("period", words.tell("fromUntil", { from: dated(from, words), to: dated(to, words) }));
    add("scoredAt", [moment(at, words)]);
    if (call) this.#addTouchesUntil(scorer, call, words, (text) => add("touchesUntil", [text]));
    add("engine", [words.say(scorer.engine)]);
    this.#about.show(words.say("about"), [list]);
  }

  async #addTouchesUntil(scorer: Scorer, { asOf }: LeadAsOf, words: Words, add: (text: string) => void): Promise<void> {
    const [now] = await scorer.history({ touches: [] }, asOf, asOf);
    if (now) add(moment(now.at, words));
  }
}

/** What unfolds; the browser's own, so that it is found by searching in the page, too. */
export class Fold {
  readonly fold: HTMLDetailsElement;
  readonly summary = element("summary", "summary");
  readonly body: HTMLElement;

  constructor(name: string) {
    this.fold = element("details", `fold ${name}`);
    this.body = element("div", `${name}-body`);
    this.fold.append(this.summary, this.body);
  }

  show(title: string, content: Node[]): void {
    this.summary.textContent = title;
    this.body.replaceChildren(...content);
  }
}

/**
 * What a person types in a field of the card is nobody else's. Outside of the shadow tree it comes from an element that is no field, so
 * that a page would take letters for its shortcuts, and a change for one of its own form.
 */
function keepTyping(section: HTMLElement): void {
  const keep = (event: Event): void => {
    if (!(event.target as Element).matches(".control")) return;
    const { ctrlKey, metaKey, altKey, key } = event as Partial<KeyboardEvent>;
    if (key === undefined) {
      // A file is the page's: a browser would leave the page for it.
      if (!(event as Partial<DragEvent>).dataTransfer?.types.includes("Files")) event.stopPropagation();
      return;
    }
    // AltGr is Ctrl and Alt in some systems; Option, which Apple's keyboards write with, is Alt.
    const option = altKey && !ctrlKey && /^Mac|^iP/.test(navigator.platform) && (key.length === 1 || key === "Dead");
    const writes = option || (event as Partial<KeyboardEvent>).getModifierState?.("AltGraph");
    // These leave the field, or are the page's everywhere.
    const leaves = metaKey || ((ctrlKey || altKey) && !writes) || /^(Escape|Tab|F\d+)$/.test(key);
    if (!leaves) event.stopPropagation();
  };
  for (const type of ["keydown", "keypress", "keyup", "beforeinput", "input", "paste", "cut", "copy", "drop"]) section.addEventListener(type, keep);
}

/**
 * Who writes in a card goes on writing where its list is put in another order: a browser takes the focus from what is moved, and what
 * makes such lists gives it back to fields of the page alone.
 */
function keepFocus(section: HTMLElement): () => void {
  let left: HTMLElement | undefined;
  section.addEventListener("focusout", ({ target }) => {
    left = target as HTMLElement;
    // A move is over before anything else is done.
    queueMicrotask(() => (left = undefined));
  });
  return () => {
    const { activeElement, body } = section.ownerDocument;
    if (activeElement === body) left?.focus({ preventScroll: true });
  };
}

const fieldsOf = new WeakMap<ModelInfo, Map<string, FieldInfo>>();

/** These fields of a model alone, in which words look for each: a file may have thousands, and as many reasons. */
function only(model: ModelInfo, names: readonly string[]): Pick<ModelInfo, "fields"> {
  const fields = fieldsOf.get(model) ?? new Map(model.fields.map((field) => [field.name, field]));
  fieldsOf.set(model, fields);
  return { fields: names.flatMap((name) => fields.get(name) ?? []) };
}

function isText(found: unknown): found is string {
  return typeof found === "string" && found !== "";
}

/** A date of the model's file, whoever reads it where; what is none is text. */
function dated(text: string, words: Words): Piece[] {
  const at = Date.parse(text);
  return [Number.isNaN(at) ? { outside: text.slice(0, 40) } : day(at, words, true)];
}

/** Whether it is the same lead, for which a page may give a new object, or the same one with other values. */
function isSame(one: Scored, other: Scored): boolean {
  if (one.id !== null || other.id !== null) return one.id === other.id;
  // What an object of a class holds need not show: it is known by what the model has read of it.
  const plain = isPlain(one.lead);
  if (plain ? told(one.lead) !== told(other.lead) : one.lead !== other.lead || told(valuesOf(one)) !== told(valuesOf(other))) return false;
  // Values may say little of a lead, or nothing. A lead's touches become more or fewer; those of another are others. Its first one
  // would cost what somebody has typed; another lead's would come to have it.
  const [fewer, more] = [touchesOf(one), touchesOf(other)].sort((one, other) => one.size - other.size) as [Set<string>, Set<string>];
  return (fewer.size > 0) === (more.size > 0) && [...fewer].every((touch) => more.has(touch));
}

/** What the model has read of a lead beside its touches. */
function valuesOf({ scorer: { model }, explanation }: Scored): unknown[] {
  const made = new Set(model.fields.filter(({ touches }) => touches).map(({ name }) => name));
  return explanation.contributions.flatMap(({ fields, values }) => values.filter((_, place) => !made.has(fields[place] ?? "")));
}

/** As a text, to be compared; what has none is like nothing else. */
function told(found: unknown): string | symbol {
  try {
    return written(found);
  } catch {
    return Symbol();
  }
}

function touchesOf({ call, explanation }: Scored): Set<string> {
  return new Set(call ? (explanation as TouchExplanation).touches.map(({ at, kind }) => `${at} ${kind}`) : []);
}
