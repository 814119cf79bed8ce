// What the element shows. Text from a lead or a model only ever becomes text.

import type { SalesReadyError } from "./engine/index.js";
import type { LeadExplanation, ModelInfo, TermContribution } from "./generated/sales_ready_wasm.js";
import css from "./element.css";
import { element, nodes, percent, styles, svg } from "./dom.js";
import type { DetailsView, Scored } from "./details.js";
import { SETTLING, SIGN } from "./patience.js";
import type { TouchView } from "./touches.js";
import { capital, english, flag, type Messages, type Words } from "./words.js";

const REASONS = 3;
/** How many cards speak when they change together. More are a list that shows other leads: it would be minutes until all are read out. */
const CHORUS = 3;
const speaking = new Set<View>();
/** What a card may wait for: its state, heading and words meanwhile. */
const AWAITED = {
  model: ["empty", "noModel", "giveModel"],
  lead: ["empty", "noLead", "chooseLead"],
  loading: ["loading", "loading", "loadingModel"],
} as const;
/** One line each, in a box of 16 by 16. */
const ICONS: Record<string, string> = {
  "sales-ready": "M3 8.5 6.5 12 13 4.5",
  nurture: "M8 14V8C8 5 6 3.5 3 3.5 3 6.5 5 8 8 8M8 10c0-2.5 2-4 5-4 0 3-2 4-5 4",
  "not-yet": "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M8 4.5V8l2.5 1.5",
  "cant-tell": "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.6 8 9 8 10M8 12.5v.5",
  error: "M8 3v6M8 12.5v.5",
  loading: "M8 2a6 6 0 1 1-6 6",
  empty: "M4 8h8",
};

/**
 * The element's shadow tree: built once, then only its texts and lists change.
 *
 * @csspart card the whole
 * @csspart head its first line: the flag and the threshold
 * @csspart flag the decision, or the state
 * @csspart icon the flag's sign
 * @csspart threshold-note from which chance on a lead is flagged
 * @csspart words the chance in words; in other states what is awaited or wrong
 * @csspart cause what exactly is wrong, for whoever looks after the page
 * @csspart meter the chance as a bar
 * @csspart track the meter's length
 * @csspart fill the chance
 * @csspart band the chance's interval
 * @csspart tick the threshold
 * @csspart interval the chance's interval in words
 * @csspart figures score, grade and percentile
 * @csspart figure one of them
 * @csspart figure-name its name
 * @csspart figure-value its value
 * @csspart figure-meaning what it is
 * @csspart rank the percentile in words
 * @csspart note why the flag is what it is, where that needs words; that details could not be loaded
 * @csspart reasons what speaks for and against
 * @csspart compared what the reasons are compared with
 * @csspart actions the controls for a person, the page's own among them
 * @csspart footnote that reasons are associations
 * @csspart retry the button that tries again
 * @csspart status what is read out; not seen
 */
export class View {
  readonly #root: ShadowRoot;
  readonly #card = element("section", "card");
  readonly #heading = element("div", "flag");
  readonly #threshold = element("p", "threshold-note");
  readonly #words = element("p", "words");
  readonly #interval = element("p", "interval");
  readonly #cause = element("p", "cause");
  readonly #meter = svg("svg", { class: "meter", part: "meter", "aria-hidden": "true", width: "100%", height: "8" });
  readonly #figures = element("dl", "figures");
  readonly #rank = element("p", "rank");
  readonly #note = element("p", "note");
  readonly #compared = element("p", "compared");
  readonly #reasons = element("div", "reasons");
  readonly #speaksFor = new Reasons("for");
  readonly #speaksAgainst = new Reasons("against");
  readonly #footnote = element("p", "footnote");
  readonly #missing = element("p", "note");
  #later: ReturnType<typeof setTimeout> | undefined;
  /** What the lead's touches say, once there are any. */
  #touches: TouchView | undefined;
  /** The rest of what a score says, once it is there. */
  #details: DetailsView | undefined;
  readonly #actions = element("div", "actions");
  #say: Words = english;
  readonly #retry = element("button", "retry");
  /** Around the card: a size of letters is the reader's, and the card's is a part of it. */
  readonly #outer = document.createElement("div");
  /**
   * Read out when the decision or the lead changes, and at nothing else. What a card shows first is there for a reader to find: of a list
   * of cards each would speak.
   */
  readonly #status = element("p", "status");
  #said: string | undefined;

  constructor(root: ShadowRoot, retry: () => void) {
    this.#root = root;
    // Only while a program has given it the focus: a dialog would, in place of its first control. Who leaves the window leaves it there.
    this.#card.onblur = () => root.activeElement === this.#card || this.#card.removeAttribute("tabindex");
    this.#heading.role = "heading";
    this.#status.role = "status";
    // What a program says to whoever looks after the page.
    this.#cause.lang = "en";
    this.#cause.dir = "ltr";
    this.#retry.type = "button";
    this.#retry.addEventListener("click", retry);
    const head = element("div", "head");
    head.append(this.#heading, this.#threshold);
    this.#reasons.append(this.#compared, this.#speaksFor.section, this.#speaksAgainst.section);
    const score = [this.#meter, this.#interval, this.#figures, this.#rank, this.#note];
    this.#card.append(head, this.#words, this.#cause, ...score, this.#reasons, this.#actions, this.#footnote, this.#retry);
    for (const [place, name] of [[this.#actions, "actions"], [this.#card, "footer"]] as const) {
      const slot = document.createElement("slot");
      slot.name = name;
      place.append(slot);
    }
    this.#outer.append(this.#card);
    // It comes when there is something on it: a page would lay it out for nothing, and that takes as long as a score.
    root.append(this.#status);
  }

  /** To be called in each document the element comes to; moving between them drops the styles. */
  adoptStyles(document: Document): void {
    this.#root.adoptedStyleSheets = [...styles(document, css), ...(this.#touches?.styles(document) ?? []), ...(this.#details?.styles(document) ?? [])];
  }

  /** The language, and the direction that its sentences are read in, which an element's own `dir` decides otherwise. */
  setWords(words: Words, dir: string): void {
    dir ||= /^(ar|dv|fa|he|ps|ur|yi)\b/.test(words.lang) ? "rtl" : "ltr";
    // Set again, they would have a browser look at all that is in the card.
    if (words === this.#say && dir === this.#card.dir) return;
    for (const part of [this.#card, this.#status]) {
      part.lang = words.lang;
      part.dir = dir;
    }
    this.#say = words;
    // In other words it is the same: where a page changes its language, each of its cards would speak.
    this.#announce("");
    this.#said = undefined;
    this.#compared.textContent = words.say("compared");
    this.#footnote.textContent = words.say("footnote");
    this.#retry.textContent = words.say("retry");
  }

  setHeadingLevel(level: number): void {
    this.#heading.ariaLevel = `${level}`;
    for (const part of [this.#speaksFor, this.#speaksAgainst, this.#touches]) if (part) part.heading.ariaLevel = `${level + 1}`;
    this.#details?.setHeadingLevel(level + 1);
  }

  /** The part for touches, loaded apart; nothing where there is none to show. */
  showTouches(touches: TouchView | undefined): void {
    if (touches && !this.#touches) {
      this.#touches = touches;
      (this.#details?.section ?? this.#actions).before(touches.section);
      this.#restyle();
    }
    if (this.#touches) this.#touches.section.hidden = !touches;
  }

  /** The details, loaded apart. */
  showDetails(details: DetailsView, scored: Scored): void {
    details.show(scored, this.#say);
    if (this.#details) return;
    this.#details = details;
    this.#reasons.after(details.reasons);
    this.#actions.before(details.section);
    this.#actions.prepend(details.actions.section);
    this.#restyle();
  }

  #restyle(): void {
    this.setHeadingLevel(Number(this.#heading.ariaLevel));
    this.adoptStyles(this.#card.ownerDocument);
  }

  /**
   * What is waited for is said to who has waited, where nothing is shown yet, and where a lead `isComing`: most leads and scores are there
   * before it could be read.
   */
  showWaiting(awaited: keyof typeof AWAITED, isComing: boolean): void {
    const show = (): void => {
      // What was said of one lead is said anew of the next, also in the same words.
      if (this.#said) this.#announce("");
      const [state, heading, words] = AWAITED[awaited];
      this.#plain(state, heading, this.#say.say(words));
      if (state === "loading") this.#card.ariaBusy = "true";
      // What comes to a card that has stood empty somebody has chosen.
      else this.#later = setTimeout(() => this.#announce(""), SETTLING);
    };
    clearTimeout(this.#later);
    if (isComing || !this.#outer.parentNode) this.#later = setTimeout(show, SIGN);
    else show();
  }

  /** A score stands without what was to be fetched for it. */
  showMissing(): void {
    this.#missing.textContent = this.#say.say("noDetails");
    this.#footnote.before(this.#missing);
  }

  showError({ code, message }: SalesReadyError): void {
    const lead = code === "bad-value" || code === "missing-field";
    const what = this.#say.say(lead ? "lead" : code === "io" ? "io" : code === "engine" ? "engine-error" : "model");
    this.#plain("error", "noScore", what);
    this.#cause.textContent = `${capital(message).slice(0, 2000)}.`;
    this.#cause.hidden = false;
    // Trying again helps where something was to be fetched; a wrong value has to be corrected.
    this.#retry.hidden = lead;
    this.#announce(this.#say.say("failed", { title: this.#say.say("noScore"), what }));
  }

  showScore({ score, reasonsFor, reasonsAgainst, ...more }: LeadExplanation & { known?: number }, model: ModelInfo): void {
    const say = this.#say;
    const { probability, grade, interval, percentile }: typeof score & { interval?: [number, number]; percentile?: number } = score;
    const state = flag(score, model);
    this.#plain(state, state, say.chance(probability));
    const hundred = (chance: number): number => Math.round(chance * 100);
    const flags = model.threshold !== undefined && !model.abstains;
    // Hundredths would make it none, or all, which it is not.
    this.#threshold.textContent = flags ? say.say("threshold", { n: hundred(model.probability) % 100 || model.probability * 100 }) : "";
    this.#tell(this.#interval, interval && say.say("interval", { low: Math.min(hundred(interval[0]), 99), high: hundred(interval[1]) || 1 }));
    const n = percentile === undefined ? undefined : Math.floor(percentile);
    const figure = (name: "score" | "grade" | "percentile", value: string): HTMLElement => {
      const made = element("div", "figure");
      made.append(element("dt", "figure-name", say.say(name)), element("dd", "figure-value", value), element("dd", "figure-meaning", say.say(`${name}Is`)));
      return made;
    };
    this.#figures.replaceChildren(figure("score", say.number(points(probability))), figure("grade", grade));
    if (n !== undefined) this.#figures.append(figure("percentile", say.number(n)));
    this.#tell(this.#rank, n === undefined ? "" : say.say("percentileWords", { n }));
    this.#tell(this.#note, say.note(model, score, more.known));
    this.#drawMeter(probability, interval, flags ? model.probability : undefined);
    const shown = [...reasonsFor.slice(0, REASONS), ...reasonsAgainst.slice(0, REASONS)];
    const longest = Math.max(...shown.map((reason) => Math.abs(reason.logit)));
    this.#speaksFor.show(reasonsFor, longest, model, say);
    this.#speaksAgainst.show(reasonsAgainst, longest, model, say);
    this.#announce(say.say("said", { flag: say.say(state), grade, chance: say.chance(probability) }));
  }

  #plain(state: string, heading: keyof Messages, words: string): void {
    // A timer would hold on to an element that has gone.
    clearTimeout(this.#later);
    this.#card.dataset["state"] = state;
    if (!this.#outer.parentNode) this.#root.prepend(this.#outer);
    this.#card.ariaBusy = null;
    // Prototype.js has a `remove` that fails on what stands nowhere.
    this.#missing.parentNode?.removeChild(this.#missing);
    const icon = svg("svg", { class: "icon", part: "icon", "aria-hidden": "true", viewBox: "0 0 16 16", width: "16", height: "16" });
    icon.append(svg("path", { d: ICONS[state] ?? "" }));
    this.#heading.replaceChildren(icon, this.#say.say(heading));
    this.#words.textContent = words;
    // Who has just pressed the button stays here when it goes.
    if (this.#root.activeElement === this.#retry) {
      this.#card.tabIndex = -1;
      this.#card.focus();
    }
    this.#retry.hidden = this.#cause.hidden = true;
  }

  #tell(paragraph: HTMLElement, text = ""): void {
    paragraph.textContent = text;
    paragraph.hidden = !text;
  }

  #drawMeter(probability: number, interval: [number, number] | undefined, threshold: number | undefined): void {
    const line = (part: string, from: number, width: number): SVGElement =>
      svg("rect", { part, class: part, x: percent(from), width: percent(width), height: "8", rx: "4" });
    this.#meter.replaceChildren(line("track", 0, 1), line("fill", 0, probability));
    if (interval) this.#meter.append(line("band", interval[0], interval[1] - interval[0]));
    if (threshold !== undefined) this.#meter.append(svg("rect", { class: "tick", part: "tick", x: percent(threshold), width: "2", height: "8" }));
  }

  /** By what was said, not by what stands there: a page's translator may have put that in other words. */
  #announce(text: string): void {
    const isOther = this.#said !== undefined && this.#said !== text;
    this.#said = text;
    if (!text) this.#status.textContent = "";
    else if (isOther && speaking.add(this).size === 1) {
      setTimeout(() => {
        for (const view of speaking) view.#status.textContent = (speaking.size <= CHORUS && view.#said) || "";
        speaking.clear();
      });
    }
  }
}

/**
 * One of the two lists.
 *
 * @csspart side what speaks for, or what against
 * @csspart side-heading its heading
 * @csspart list its reasons
 * @csspart none that there are none
 * @csspart reason one of them
 * @csspart what what it says: field and value
 * @csspart meaning how such leads convert
 * @csspart bar its weight
 * @csspart for a bar of what speaks for
 * @csspart against a bar of what speaks against
 */
class Reasons {
  readonly section = element("div", "side");
  readonly heading = element("div", "side-heading");
  readonly #side: "for" | "against";
  readonly #list = element("ul", "list");

  constructor(side: "for" | "against") {
    this.#side = side;
    this.heading.role = "heading";
    this.section.classList.add(side);
    // Without its markers a list is no list to some screen readers.
    this.#list.role = "list";
    this.section.append(this.heading, this.#list);
  }

  show(reasons: TermContribution[], longest: number, model: ModelInfo, words: Words): void {
    this.heading.textContent = words.say(this.#side);
    const items = reasons.slice(0, REASONS).map((reason) => this.#item(reason, longest, model, words));
    if (!items[0]) items.push(element("li", "none", words.say("nothing")));
    this.#list.replaceChildren(...items);
  }

  #item(reason: TermContribution, longest: number, model: ModelInfo, words: Words): HTMLElement {
    const item = element("li", "reason");
    const { what, meaning } = words.reason(reason, model);
    const said = element("span", "what");
    said.append(...nodes(what));
    const bar = svg("svg", { class: "bar", part: `bar ${this.#side}`, "aria-hidden": "true", width: "100%", height: "4" });
    // From the middle, to the end where it speaks for conversion and to the beginning where against.
    const share = longest > 0 ? Math.abs(reason.logit) / longest / 2 : 0;
    bar.append(
      svg("rect", { class: "bar-track", width: "100%", height: "4", rx: "2" }),
      svg("rect", { class: "bar-fill", x: percent(reason.logit < 0 ? 0.5 - share : 0.5), width: percent(share), height: "4" }),
    );
    item.append(said, " ", element("span", "meaning", meaning), bar);
    return item;
  }
}

/** A chance in hundredths: only what is certain is 0 or 100. */
function points(chance: number): number {
  return Math.min(Math.max(Math.round(chance * 100), chance > 0 ? 1 : 0), chance < 1 ? 99 : 100);
}
