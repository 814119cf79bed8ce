// The element: attributes, properties and events in; what to show goes to the view.

import { languageOf } from "./dom.js";
import { asCoded, loadModel, readModel, resolved, type SalesReadyError, type Engine, type Scorer } from "./engine/index.js";
import type { DetailsView, Scored } from "./details.js";
import type { SalesReadyEventMap } from "./events.js";
import type { InstantLike, Lead, LeadAsOf, LeadExplanation, Touch } from "./generated/sales_ready_wasm.js";
import { WORDS } from "./patience.js";
import type { TouchView } from "./touches.js";
import { View } from "./view.js";
import { english, loadWords, readyWords, type Words } from "./words.js";

/** What the element shows: `empty` means that it has no model or no lead yet. */
export type ElementState = "empty" | "loading" | "ready" | "error";

// Importing the package where there is no page (a server, Node) must not fail; constructing the element there does.
const Base = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

/**
 * `<sales-ready-lead model="model.json">`: shows whether a lead is sales-ready, and why.
 *
 * @attr {string} model the address of a model file, relative to the page
 * @attr {number} heading-level the level of its heading in the page's outline, 1 to 5; 3 where not set
 * @attr {string} lang the language of its words; that of the nearest element that has one where not set
 * @attr {"ltr" | "rtl" | "auto"} dir the direction of its words; that of their language where not set
 * @attr {string} actions which controls there are for a person: `handoff`, `handback` and `feedback`, with blanks or commas between them
 * @attr {string} lead-id what the page calls the lead: while it stays, so does what somebody has typed, whatever else changes; of another, the lead is to be given, too
 * @attr {"marketing" | "sales"} held-by who holds the lead: sales is offered no hand-off, marketing no hand-back
 * @slot actions the page's own controls, after those
 * @slot footer the end of the card
 */
export class SalesReadyLeadElement extends Base {
  static readonly observedAttributes = ["model", "heading-level", "lang", "dir", "actions", "held-by", "lead-id"];

  /** Registers the element, where there is a page; a page may load the package twice: the first one stays. */
  static define(tag = "sales-ready-lead", registry: CustomElementRegistry | undefined = globalThis.customElements): void {
    // Of one class a registry takes one name.
    if (!registry?.get(tag)) registry?.define(tag, registry.getName?.(this) ? class extends this {} : this);
  }

  #view: View | undefined;
  #modelSource: string | object | null = null;
  #lead: Lead | null = null;
  #touches: Iterable<Touch> | null = null;
  #asOf: InstantLike | null = null;
  #since: InstantLike | null = null;
  #leadBefore: Lead | null = null;
  #touchView: TouchView | undefined;
  /** Shows the touches that were scored last. */
  #showTouches: ((view: TouchView) => Promise<void>) | undefined;
  #call: LeadAsOf | undefined;
  #details: DetailsView | undefined;
  #scored: Scored | undefined;
  #scorer: Scorer | undefined;
  /** How many updates there have been: what an earlier one still waits for comes too late. */
  #updates = 0;
  #explanation: LeadExplanation | null = null;
  #error: SalesReadyError | null = null;
  #loadError: SalesReadyError | null = null;
  #state: ElementState = "empty";
  /** The address, as it is written, or the source last asked for; an answer for any other comes too late. */
  #requested: string | object = "";
  /** That address as it was resolved when it was given: where a page goes on to others without a reload, it stays. */
  #address = "";
  #scheduled = false;
  /** What ends the task in which the page has been told something, or has given the lead or its touches. */
  #told: unknown;
  #given: unknown;
  /** Whether they are of the lead that was named before, and there are none of this one yet. */
  #isOthers = false;
  /** The language in which all is shown that there is to show. */
  #shown: string | undefined;
  #words = english;

  /** The model file's address, resolved against the document; empty where the attribute is. */
  get model(): string {
    const model = this.getAttribute("model");
    return model ? (resolved(model, this.baseURI) ?? model) : "";
  }

  set model(url: string | null | undefined) {
    this.setAttribute("model", url ?? "");
  }

  /** The model itself, its file's text or object, where a page has no address for it; it takes the place of `model`. */
  get modelSource(): string | object | null {
    return this.#modelSource;
  }

  set modelSource(source: string | object | null | undefined) {
    // Who sets all properties anew, as with each rendering, means no other model.
    if ((source ||= null) === this.#modelSource) return;
    this.#modelSource = source;
    this.#load();
  }

  /** The lead: values by field name. Set it again after changing a value inside it. */
  get lead(): Lead | null {
    return this.#lead;
  }

  set lead(lead: Lead | null | undefined) {
    this.#lead = lead ?? null;
    this.#give();
  }

  /**
   * The lead's touches, in any order; the model makes fields of them where it has learnt to. Set them again after a change
   * inside them.
   */
  get touches(): Iterable<Touch> | null {
    return this.#touches;
  }

  set touches(touches: Iterable<Touch> | null | undefined) {
    this.#touches = touches ?? null;
    this.#give();
  }

  /**
   * The instant that touches are looked at from; where not set, the moment of each update. There is no timer: as time
   * passes, set it again to see the score of then.
   */
  get asOf(): InstantLike | null {
    return this.#asOf;
  }

  set asOf(asOf: InstantLike | null | undefined) {
    this.#asOf = asOf ?? null;
    this.#schedule();
  }

  /** The instant since which to tell what has changed, where set. */
  get since(): InstantLike | null {
    return this.#since;
  }

  set since(since: InstantLike | null | undefined) {
    this.#since = since ?? null;
    this.#schedule();
  }

  /** The lead's values at the instant of `since`; those of `lead` where not set. */
  get leadBefore(): Lead | null {
    return this.#leadBefore;
  }

  set leadBefore(lead: Lead | null | undefined) {
    this.#leadBefore = lead ?? null;
    this.#schedule();
  }

  /** The level of the element's heading in the page's outline, 3 where not set; its parts are one level deeper. */
  get headingLevel(): number {
    const level = parseInt(this.getAttribute("heading-level")!);
    return level >= 1 && level <= 5 ? level : 3;
  }

  set headingLevel(level: number) {
    this.setAttribute("heading-level", `${level}`);
  }

  /** What is shown now. */
  get state(): ElementState {
    return this.#state;
  }

  /** The score shown, with its reasons. */
  get explanation(): LeadExplanation | null {
    return this.#explanation;
  }

  /** What computes; `null` before it is known. */
  get engine(): Engine | null {
    return this.#scorer?.engine ?? null;
  }

  /** The error shown. */
  get error(): SalesReadyError | null {
    return this.#error;
  }

  connectedCallback(): void {
    if (!this.#view) {
      this.#view = new View(this.attachShadow({ mode: "open" }), () => this.#load());
      this.#view.setHeadingLevel(this.headingLevel);
      // Values set before the element was defined stand in the way of its accessors.
      for (const name of ["lead", "touches", "asOf", "since", "leadBefore", "model", "modelSource", "headingLevel"] as const) {
        if (Object.hasOwn(this, name)) {
          const value = this[name];
          delete (this as Partial<this>)[name];
          if (value !== undefined) (this as any)[name] = value;
        }
      }
    }
    this.#view.adoptStyles(this.ownerDocument);
    if (this.#wanted() !== this.#requested) this.#load();
    // Moved within a page it shows what it showed, and has nothing to report.
    else if (this.#shown !== languageOf(this)) this.#schedule();
    else if (this.#state === "ready" && !this.#details) this.#awaitDetails();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === "heading-level") this.#view?.setHeadingLevel(this.headingLevel);
    else if (name === "actions" || name === "held-by") this.#offer();
    else if (name === "lead-id") this.#rename(before, after);
    else if (name !== "model") this.#schedule();
    else this.#load();
  }

  /** An address counts from where it was given: a page without reloads comes to others, with the model that it has. */
  #wanted(): string | object {
    return this.#modelSource ?? this.getAttribute("model") ?? "";
  }

  async #load(): Promise<void> {
    if (!this.isConnected || !this.#view) return;
    const source = this.#modelSource;
    const wanted = this.#wanted();
    if (wanted !== this.#requested) this.#address = this.model;
    this.#requested = wanted;
    this.#scorer = undefined;
    this.#loadError = null;
    this.#schedule();
    if (!wanted) return;
    let scorer: Scorer | undefined;
    let failure: SalesReadyError | null = null;
    try {
      scorer = await (source === null ? loadModel(this.#address) : readModel(source));
    } catch (error) {
      failure = asCoded(error, "model");
    }
    if (wanted !== this.#requested) return;
    this.#scorer = scorer;
    this.#loadError = failure;
    this.#schedule();
  }

  /** A lead, or its touches: they are of whom the page names in the same task. */
  #give(): void {
    this.#isOthers = false;
    if (this.hasAttribute("lead-id")) this.#given ??= setTimeout(() => (this.#given = undefined));
    this.#schedule();
  }

  /** What makes one page of another takes the card of one lead for the next, and leaves it the properties. */
  #rename(before: string | null, after: string | null): void {
    if (before === null || after === null) return;
    this.#isOthers = !this.#given;
    this.#schedule();
  }

  /** Several changes in one turn are shown, and reported, once. */
  #schedule(): void {
    this.#shown = undefined;
    if (this.#scheduled || !this.isConnected) return;
    this.#scheduled = true;
    // A page that answers each score with another lead is to remain a page that can be used.
    (this.#told ? setTimeout : queueMicrotask)(() => {
      this.#scheduled = false;
      if (this.isConnected) this.#update();
    });
  }

  async #update(): Promise<void> {
    const update = ++this.#updates;
    if (this.#isOthers) this.#lead = this.#leadBefore = this.#touches = null;
    const lang = languageOf(this);
    let words = readyWords(lang);
    if (!words) {
      const coming = loadWords(lang);
      words = await Promise.race([coming, new Promise<undefined>((resolve) => setTimeout(resolve, WORDS))]);
      // Those that come later than that are still the page's.
      if (!words) coming.then((found) => found.lang !== "en" && update === this.#updates && this.#schedule());
    }
    if (update !== this.#updates || !this.isConnected) return;
    words = this.#words = words ?? this.#words;
    this.#view?.setWords(words, this.dir);
    let explanation: LeadExplanation | null = null;
    this.#call = undefined;
    let error = this.#loadError;
    const scorer = this.#scorer;
    const touches = scorer?.model.touches && this.#touches;
    // They alone may say something of a lead.
    const lead = this.#lead ?? (touches && {});
    if (scorer && lead && !error) {
      try {
        explanation = await (touches ? this.#explainTouches(scorer, lead, words) : scorer.explain(lead));
      } catch (cause) {
        error = asCoded(cause);
      }
      if (update !== this.#updates || !this.isConnected) return;
    }
    this.#shown = lang;
    this.#explanation = explanation;
    this.#error = error;
    if (error) this.#fail(error);
    else if (scorer && explanation && lead) await this.#show(scorer, explanation, lead, update);
    else this.#wait();
  }

  async #explainTouches(scorer: Scorer, lead: Lead, words: Words): Promise<LeadExplanation> {
    let touches: any = this.#touches; // Whatever a page gives: the scorer checks it, and refuses so many.
    if (touches[Symbol.iterator] && !(touches.length > 2e5)) {
      touches = [...touches];
      // An iterator can be read a single time.
      if (!Array.isArray(this.#touches)) this.#touches = touches;
    }
    const call: LeadAsOf = { lead, touches, asOf: this.#asOf ?? Date.now() };
    const since = this.#since === null ? undefined : { ...call, since: this.#since, before: this.#leadBefore };
    const explained = scorer.scoreTouches(call);
    // Before the answer: by then another lead may be asked about, which has no touches, or its own.
    this.#call = call;
    this.#showTouches = async (view) => view.show(scorer, await explained, call, since, words);
    return explained;
  }

  #fail(cause: unknown): void {
    const error = (this.#error = asCoded(cause));
    this.#explanation = null;
    this.#state = "error";
    this.#view?.showError(error);
    this.#dispatch("sales-ready-error", { error });
  }

  async #show(scorer: Scorer, explanation: LeadExplanation, lead: Lead, update: number): Promise<void> {
    let touches: TouchView | undefined;
    if (this.#call) {
      touches = this.#touchView;
      if (!touches) this.#addTouches(update);
      else if (!(await this.#drawTouches(touches, update))) return;
    }
    this.#state = "ready";
    this.#view?.showScore(explanation, scorer.model);
    this.#view?.showTouches(touches);
    // The page may sort and cut the lists that it is given.
    const own = { ...explanation, contributions: [...explanation.contributions] };
    this.#scored = { scorer, explanation: own, lead, id: this.getAttribute("lead-id"), call: this.#call, at: Date.now() };
    if (this.#details) this.#showDetails(this.#details);
    else this.#awaitDetails();
    this.#dispatch("sales-ready-change", { score: explanation.score, explanation, lead });
  }

  /** What is fetched for the first touches is added when it is there; the score does not wait for it. */
  async #addTouches(update: number): Promise<void> {
    const found = await import("./touches.js").catch(() => undefined);
    if (update !== this.#updates) return;
    if (!found?.TouchView) return this.#view?.showMissing();
    const view = (this.#touchView ??= new found.TouchView());
    if (await this.#drawTouches(view, update)) this.#view?.showTouches(view);
  }

  /** Whether they can be shown, and still are to be. */
  async #drawTouches(view: TouchView, update: number): Promise<boolean> {
    let failure: unknown;
    await this.#showTouches?.(view).catch((error: unknown) => (failure = error));
    if (update !== this.#updates) return false;
    if (failure) this.#fail(failure);
    return !failure;
  }

  /** After the next paint of where it is, which may be another window, and be gone before: the score does not wait for it. */
  #awaitDetails(): void {
    const update = this.#updates;
    const view = this.ownerDocument.defaultView ?? window;
    view.requestAnimationFrame(() => view.setTimeout(() => this.#addDetails(update)));
  }

  async #addDetails(update: number): Promise<void> {
    if (update !== this.#updates || !this.isConnected) return;
    const found = await import("./details.js").catch(() => undefined);
    if (update !== this.#updates) return;
    if (found?.DetailsView) this.#showDetails((this.#details ??= new found.DetailsView((name, detail) => this.#dispatch(`sales-ready-${name}`, detail as never))));
    else this.#view?.showMissing();
  }

  #showDetails(details: DetailsView): void {
    if (this.#scored) this.#view?.showDetails(details, this.#scored);
    this.#offer();
  }

  #offer(): void {
    this.#details?.actions.offer(this);
  }

  #wait(): void {
    this.#state = this.#requested && !this.#scorer ? "loading" : "empty";
    const awaited = this.#state === "loading" ? "loading" : this.#requested ? "lead" : "model";
    this.#view?.showWaiting(awaited, this.#isOthers);
    // What a framework writes that comes before the element is defined, or knows of attributes alone.
    if (awaited === "lead" && this.hasAttribute("lead")) console.warn("sales-ready: lead is a property, not an attribute");
  }

  /** False where a listener has stopped what may be stopped. */
  #dispatch<K extends keyof SalesReadyEventMap>(type: K, detail: SalesReadyEventMap[K]["detail"]): boolean {
    this.#told = setTimeout(() => (this.#told = undefined));
    return this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, cancelable: type.includes("before"), detail }));
  }
}
