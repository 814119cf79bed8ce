// What the element shows. Text from a lead or a model only ever becomes text.

import type { CodedError } from "./engine/index.js";
import type { TermContribution, LeadExplanation, ModelInfo, Readiness } from "./generated/sales_ready_wasm.js";
import css from "./element.css";
import { element, percent, styles, svg } from "./dom.js";
import type { TouchView } from "./touches.js";
import { chanceInWords, reasonInWords } from "./sentences.js";

const REASONS = 3;
const TOO_LITTLE = "Too little is known of this lead: less than half of what is usually known.";
const FLAGS: Record<Readiness, string> = {
  "sales-ready": "Sales-ready",
  nurture: "Nurture",
  abstain: "No flag yet",
};

/** The element's shadow tree: built once, then only its texts and lists change. */
export class View {
  readonly #root: ShadowRoot;
  readonly #card = element("section", "card");
  readonly #heading = element("div", "flag");
  readonly #grade = element("p", "grade");
  readonly #words = element("p", "words");
  readonly #meter = svg("svg", { class: "meter", part: "meter", "aria-hidden": "true", width: "100%", height: "8" });
  readonly #note = element("p", "note");
  readonly #speaksFor = new Reasons("for", "Speaks for it");
  readonly #speaksAgainst = new Reasons("against", "Speaks against it");
  readonly #footnote = element("p", "footnote", "Compared with an average lead. Associations, not causes.");
  /** What the lead's touches say, once there are any. */
  #touches: TouchView | undefined;
  readonly #retry = element("button", "retry", "Try again");
  /** Read out when the decision or the lead changes, and at nothing else. */
  readonly #status = element("p", "status");

  constructor(root: ShadowRoot, retry: () => void) {
    this.#root = root;
    for (const part of [this.#card, this.#status]) {
      // Its sentences are English, whatever the language and the direction of the page.
      part.lang = "en";
      part.dir = "ltr";
    }
    this.#card.tabIndex = -1;
    this.#heading.setAttribute("role", "heading");
    this.#status.setAttribute("role", "status");
    this.#retry.type = "button";
    this.#retry.addEventListener("click", retry);
    const head = element("div", "head");
    head.append(this.#heading, this.#grade);
    const reasons = element("div", "reasons");
    reasons.append(this.#speaksFor.section, this.#speaksAgainst.section);
    this.#card.append(head, this.#words, this.#meter, this.#note, reasons, this.#footnote, this.#retry);
    root.append(this.#card, this.#status);
  }

  /** To be called in each document the element comes to; moving between them drops the styles. */
  adoptStyles(document: Document): void {
    this.#root.adoptedStyleSheets = [...styles(document, css), ...(this.#touches?.styles(document) ?? [])];
  }

  setHeadingLevel(level: number): void {
    this.#heading.setAttribute("aria-level", String(level));
    for (const { heading } of [this.#speaksFor, this.#speaksAgainst, ...(this.#touches ? [this.#touches] : [])]) {
      heading.setAttribute("aria-level", String(level + 1));
    }
  }

  /** The part for touches, loaded apart; nothing where there is none to show. */
  showTouches(touches: TouchView | undefined): void {
    if (touches && !this.#touches) {
      this.#touches = touches;
      this.#footnote.before(touches.section);
      this.setHeadingLevel(Number(this.#heading.getAttribute("aria-level")));
      this.adoptStyles(this.#card.ownerDocument);
    }
    if (this.#touches) this.#touches.section.hidden = !touches;
  }

  showEmpty(awaited: "lead" | "model"): void {
    this.#plain("empty", awaited === "lead" ? "No lead selected" : "No model yet");
    this.#words.textContent =
      awaited === "lead" ? "Choose a lead to see whether it is sales-ready." : "The score appears once a model is given.";
  }

  showLoading(): void {
    this.#plain("loading", "Scoring …");
    this.#words.textContent = "Loading the model.";
    this.#card.setAttribute("aria-busy", "true");
  }

  showError(error: CodedError): void {
    this.#plain("error", "No score");
    this.#words.textContent = capitalised(`${error.message}.`);
    // Trying again helps where something was to be fetched; a wrong value has to be corrected.
    this.#retry.hidden = error.code === "bad-value" || error.code === "missing-field";
    this.#announce(`No score. ${this.#words.textContent}`);
  }

  showScore({ score, reasonsFor, reasonsAgainst }: LeadExplanation, model: ModelInfo): void {
    const flag = FLAGS[score.readiness];
    this.#plain(score.readiness, flag);
    this.#words.textContent = chanceInWords(score.probability);
    this.#grade.replaceChildren(element("span", "grade-label", "Grade"), " ", element("span", "grade-letter", score.grade));
    this.#grade.dataset["grade"] = score.grade;
    this.#note.textContent = score.readiness === "abstain" && !model.abstains ? TOO_LITTLE : note(model);
    this.#drawMeter(score.probability, model);
    const shown = [...reasonsFor.slice(0, REASONS), ...reasonsAgainst.slice(0, REASONS)];
    const longest = Math.max(...shown.map((reason) => Math.abs(reason.logit)));
    this.#speaksFor.show(reasonsFor, longest, model);
    this.#speaksAgainst.show(reasonsAgainst, longest, model);
    this.#announce(`${flag}, grade ${score.grade}. ${this.#words.textContent}`);
  }

  #plain(state: string, heading: string): void {
    this.#card.dataset["state"] = state;
    this.#card.removeAttribute("aria-busy");
    this.#heading.textContent = heading;
    // Who has just pressed the button stays here when it goes.
    if (this.#root.activeElement === this.#retry) this.#card.focus();
    this.#retry.hidden = true;
  }

  #drawMeter(probability: number, { threshold, probability: at, abstains }: ModelInfo): void {
    const line = (part: string, width: number): SVGElement =>
      svg("rect", { part, class: part, width: percent(width), height: "8", rx: "4" });
    this.#meter.replaceChildren(line("track", 1), line("fill", probability));
    if (threshold !== undefined && !abstains) {
      this.#meter.append(svg("rect", { class: "tick", part: "tick", x: percent(at), width: "2", height: "8" }));
    }
  }

  #announce(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }
}

/** One of the two lists. */
class Reasons {
  readonly section = element("div", "side");
  readonly heading: HTMLElement;
  readonly #side: "for" | "against";
  readonly #list = element("ul", "list");

  constructor(side: "for" | "against", title: string) {
    this.#side = side;
    this.heading = element("div", "side-heading", title);
    this.heading.setAttribute("role", "heading");
    this.section.classList.add(side);
    // Without its markers a list is no list to some screen readers.
    this.#list.setAttribute("role", "list");
    this.section.append(this.heading, this.#list);
  }

  show(reasons: TermContribution[], longest: number, model: ModelInfo): void {
    const items = reasons.slice(0, REASONS).map((reason) => this.#item(reason, longest, model));
    this.#list.replaceChildren(...(items.length > 0 ? items : [element("li", "none", "Nothing notable.")]));
  }

  #item(reason: TermContribution, longest: number, model: ModelInfo): HTMLElement {
    const item = element("li", "reason");
    // "Reviews read: 4. All else equal, …": the value (of an interaction both) first, what it means below it.
    const words = reasonInWords(reason, model);
    const what = element("span", "what", words.what);
    const meaning = element("span", "meaning", words.meaning);
    const bar = svg("svg", { class: "bar", part: `bar ${this.#side}`, "aria-hidden": "true", width: "100%", height: "4" });
    const width = percent(longest > 0 ? Math.abs(reason.logit) / longest : 0);
    bar.append(svg("rect", { class: "bar-fill", width, height: "4", rx: "2" }));
    item.append(what, " ", meaning, bar);
    return item;
  }
}

function note({ threshold, probability, abstains }: ModelInfo): string {
  if (abstains) {
    const { kind, conversions, nonConversions, needed, neededForAuc, auc } = abstains;
    const unproven = auc[1] <= 0.5;
    if (kind === "no-signal") {
      return (
        "What is known of leads does not tell here who converts: past leads were ranked no better than by chance. " +
        "So every lead has the chance of all, and none is flagged."
      );
    }
    return (
      `Indicative only: the model has learnt from ${conversions} conversions and ${nonConversions} other leads. ` +
      `It flags leads once it knows ${needed} of each.` +
      (unproven ? " So far nothing shows that it can tell who converts, so every lead has the chance of all." : "") +
      (neededForAuc > 0 ? ` How well it ranks is known to ± 0.05 (AUC) after about ${neededForAuc} more conversions.` : "")
    );
  }
  if (threshold === undefined) return "No lead is worth its contact at the costs this model was given.";
  return `Sales-ready from ${Math.round(probability * 100)} of 100.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
