// What if a lead had other values, in the fields that the company can change: the same engine scores the lead again.

import type { Scored } from "./details.js";
import { element, nodes } from "./dom.js";
import type { FieldInfo, Lead, LeadExplanation, ModelInfo } from "./generated/sales_ready_wasm.js";
import { share } from "./later-words.js";
import { flag, type Words } from "./words.js";

/** A field's control, and what it holds for the lead as it is. */
interface Control {
  field: FieldInfo;
  label: HTMLElement;
  title: HTMLElement;
  hints: HTMLElement;
  input: HTMLInputElement | HTMLSelectElement;
  wrong: HTMLElement;
  before: string;
  /** A level of this lead's own. */
  own?: HTMLOptionElement;
}

/**
 * The fields that a company can change, and what becomes of the score.
 *
 * @csspart what-if what unfolds
 * @csspart what-if-body what is in it
 * @csspart controls its fields
 * @csspart result the chance before and after
 * @csspart reset the button that takes all back
 */
export class WhatIf {
  readonly fold = element("details", "fold what-if");
  readonly #summary = element("summary", "summary");
  readonly #hint = element("p", "hint");
  readonly #fields = element("div", "controls");
  readonly #result = element("output", "result");
  readonly #reset = element("button", "button reset");
  #controls: Control[] = [];
  #scored: Scored | undefined;
  #words: Words | undefined;
  #model: ModelInfo | undefined;
  /** How often it has been asked: an earlier answer comes too late. */
  #asked = 0;

  constructor() {
    this.#reset.type = "button";
    this.#reset.addEventListener("click", () => {
      for (const { input, before } of this.#controls) input.value = before;
      this.#answer();
    });
    const body = element("div", "what-if-body");
    body.append(this.#hint, this.#fields, this.#result, this.#reset);
    this.fold.append(this.#summary, body);
  }

  /** Controls stay where the model is the same, so that nobody loses the focus or what has been tried. */
  show(scored: Scored, words: Words, isOther: boolean): void {
    this.#scored = scored;
    const { model } = scored.scorer;
    const values = valuesOf(scored.explanation);
    const isNew = model !== this.#model;
    if (isNew) {
      this.#model = model;
      this.#controls = model.fields
        // Touches are not for the asking; and a field that no term reads changes nothing.
        .filter(({ name, actionable, touches }) => actionable && !touches && values.has(name))
        .map((field) => this.#control(field));
      this.#fields.replaceChildren(...this.#controls.map(({ label }) => label));
    }
    if (isNew || words !== this.#words) {
      this.#words = words;
      this.#summary.textContent = words.say("whatIf");
      this.#hint.textContent = words.say("whatIfIs");
      this.#reset.textContent = words.say("reset");
      for (const control of this.#controls) name(control, words, model);
    }
    this.fold.hidden = this.#controls.length === 0;
    for (const control of this.#controls) {
      const value = values.get(control.field.name);
      const before = held(value, control.field);
      const { input } = control;
      // What a person has changed stays, as long as it is the same lead.
      const stays = !isOther && before === control.before && input.value !== before;
      if (before !== control.before && control.own) {
        control.own.remove();
        delete control.own;
      }
      if (input instanceof HTMLSelectElement && ![...input.options].some((option) => option.value === before)) {
        input.append((control.own = option(before)));
      }
      if (!stays) input.value = before;
      // Not every number can stand in a control.
      control.before = stays ? before : input.value;
    }
    // Of a new lead the element has something to say itself.
    this.#result.ariaLive = "off";
    this.#update();
  }

  /** A person has asked: what comes of it is read out. */
  #answer(): void {
    this.#result.ariaLive = "polite";
    this.#update();
  }

  #control(field: FieldInfo): Control {
    const label = element("label", "asked-part");
    const title = element("span", "ask");
    const hints = element("span", "hint");
    const wrong = element("span", "wrong");
    const input = field.type === "number" ? element("input", "control") : element("select", "control");
    if (input instanceof HTMLInputElement) {
      input.type = "number";
      input.step = "any";
      if (field.range) [input.min, input.max] = [String(field.range[0]), String(field.range[1])];
    } else {
      input.append(new Option("", ""), ...field.levels.map(option));
    }
    input.addEventListener("input", () => this.#answer());
    label.append(title, input, hints, wrong);
    return { field, label, title, hints, input, wrong, before: "" };
  }

  async #update(): Promise<void> {
    const [scored, words] = [this.#scored, this.#words];
    if (!scored || !words) return;
    const asked = ++this.#asked;
    const changed = this.#controls.filter(({ input, before }) => input.value !== before || !input.validity.valid);
    const changes: Record<string, unknown> = {};
    let wrong = false;
    for (const control of this.#controls) {
      const { input, field, before } = control;
      const bad = !input.validity.valid && (input.value !== before || input.validity.badInput);
      const said = words.say("outside", ends(field.range, words));
      if (control.wrong.textContent !== (bad ? said : "")) control.wrong.textContent = bad ? said : "";
      if (bad) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      wrong ||= bad;
      if (!bad && changed.includes(control) && input.value !== before) {
        changes[field.name] = input.value === "" ? null : field.type === "number" ? Number(input.value) : input.value;
      }
    }
    const { scorer, explanation, call } = scored;
    const before = share(explanation.score.probability, words);
    if (wrong || Object.keys(changes).length === 0) {
      this.#tell(wrong ? words.say("noWhatIf") : words.say("unchanged", { before }));
      return;
    }
    let text: string;
    try {
      // Of what was scored: the page's own object may be of a class, and may have changed.
      const other = { ...Object.fromEntries(valuesOf(explanation)), ...changes } as Lead;
      const { score } = await (call ? scorer.scoreTouches({ ...call, lead: other }) : scorer.explain(other));
      const [was, is] = [explanation.score, score].map((score) => words.say(flag(score, scorer.model)));
      text = words.say("fromTo", { before, after: share(score.probability, words) });
      if (was !== is) text += ` ${words.say("newFlag", { before: was ?? "", after: is ?? "" })}`;
    } catch {
      // What the engine says of a value is for who looks after the page; here it is a person's own.
      text = words.say("noWhatIf");
    }
    if (asked === this.#asked) this.#tell(text);
  }

  #tell(text: string): void {
    if (this.#result.textContent !== text) this.#result.textContent = text;
  }
}

/** The lead's values as the model reads them, of the fields that its terms read. */
function valuesOf({ contributions }: LeadExplanation): Map<string, unknown> {
  return new Map(contributions.flatMap(({ fields, values }) => fields.map((name, place) => [name, values[place]] as const)));
}

/** What a control holds for a value; a boolean is the level that the engine reads it as. */
function held(value: unknown, { levels }: FieldInfo): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  if (typeof value !== "boolean" || levels.includes(text)) return text;
  return levels.find((level) => (value ? /^(true|yes|1|y|t)$/i : /^(false|no|0|n|f)$/i).test(level)) ?? text;
}

function option(level: string): HTMLOptionElement {
  const made = new Option(level.length > 120 ? `${level.slice(0, 119)}…` : level, level);
  made.dir = "auto";
  return made;
}

/** A range as it is written: what that says a person may give, so its ends are rounded to the inside. */
function ends([low, high]: [number, number] = [0, 0], words: Words): { low: string; high: string } {
  const [first, last] = [inside(low, 1), inside(high, -1)];
  const [from, to] = first <= last ? [first, last] : [low, high];
  return { low: words.number(from), high: words.number(to) };
}

/** An end of a range with the digits that words have for it, rounded to this side. */
function inside(end: number, side: 1 | -1): number {
  const size = Math.abs(end);
  // These are written with all that tells them from others.
  if (size >= 1e15 || size < 0.0005) return end;
  const digits = size < 100 ? 3 : 0;
  const rounded = Number(end.toFixed(digits));
  return (rounded - end) * side < 0 ? Number((rounded + side * 10 ** -digits).toFixed(digits)) : rounded;
}

/** What a control is called, in these words. */
function name({ field: { name, unit, range }, title, hints, input }: Control, words: Words, model: ModelInfo): void {
  title.replaceChildren(...nodes(words.title(name, model)));
  hints.replaceChildren();
  if (range) hints.append(words.say("range", ends(range, words)));
  if (unit) hints.append(" ", ...nodes([{ outside: unit.slice(0, 40) }]));
  if (input instanceof HTMLSelectElement) input.options[0]!.text = words.say("unknown");
}
