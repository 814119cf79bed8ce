// The element: attributes, properties and events in; what to show goes to the view.

import { asCoded, coded, loadModel, type CodedError } from "./engine.js";
import type { InstantLike, Lead, LeadExplanation, LeadScore, LeadScorer, ModelInfo, Touch } from "./generated/sales_ready_wasm.js";
import type { TouchView } from "./touch-view.js";
import { View } from "./view.js";

/** What the element shows: `empty` means that it has no model or no lead yet. */
export type ElementState = "empty" | "loading" | "ready" | "error";

/** The detail of `sales-ready-change`. */
export interface SalesReadyChange {
  score: LeadScore;
  explanation: LeadExplanation;
  lead: Lead;
}

/** The detail of `sales-ready-error`. */
export interface SalesReadyFailure {
  error: CodedError;
}

// Importing the package where there is no page (a server, Node) must not fail; constructing the element there does.
const Base = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

/**
 * `<sales-ready-lead model="model.json">`: shows whether a lead is sales-ready, and why.
 *
 * @fires sales-ready-change after each new score; detail: `SalesReadyChange`
 * @fires sales-ready-error where there is none; detail: `SalesReadyFailure`
 */
export class SalesReadyLeadElement extends Base {
  static readonly observedAttributes = ["model", "heading-level"];

  #view: View | undefined;
  #lead: Lead | null = null;
  #touches: Iterable<Touch> | null = null;
  #asOf: InstantLike | null = null;
  #since: InstantLike | null = null;
  #leadBefore: Lead | null = null;
  #touchView: TouchView | undefined;
  /** Shows the touches that were scored last. */
  #showTouches: ((view: TouchView) => void) | undefined;
  #scorer: LeadScorer | undefined;
  #info: ModelInfo | undefined;
  #explanation: LeadExplanation | null = null;
  #error: CodedError | null = null;
  #loadError: CodedError | null = null;
  #state: ElementState = "empty";
  /** The URL last asked for; an answer for any other comes too late. */
  #requested = "";
  #scheduled = false;

  /** The model file's address, resolved against the document; empty where the attribute is. */
  get model(): string {
    const model = this.getAttribute("model");
    if (!model) return "";
    return URL.canParse(model, this.baseURI) ? new URL(model, this.baseURI).href : model;
  }

  set model(url: string) {
    this.setAttribute("model", url);
  }

  /** The lead: values by field name. Set it again after changing a value inside it. */
  get lead(): Lead | null {
    return this.#lead;
  }

  set lead(lead: Lead | null | undefined) {
    this.#lead = lead ?? null;
    this.#schedule();
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
    this.#schedule();
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
    const level = Number.parseInt(this.getAttribute("heading-level") ?? "", 10);
    return level >= 1 && level <= 5 ? level : 3;
  }

  set headingLevel(level: number) {
    this.setAttribute("heading-level", String(level));
  }

  /** What is shown now. */
  get state(): ElementState {
    return this.#state;
  }

  /** The score shown, with its reasons. */
  get explanation(): LeadExplanation | null {
    return this.#explanation;
  }

  /** The error shown. */
  get error(): CodedError | null {
    return this.#error;
  }

  connectedCallback(): void {
    if (!this.#view) {
      this.#view = new View(this.attachShadow({ mode: "open" }), () => this.#load());
      this.#view.setHeadingLevel(this.headingLevel);
      // Values set before the element was defined stand in the way of its accessors.
      for (const name of ["lead", "touches", "asOf", "since", "leadBefore", "model", "headingLevel"] as const) {
        if (Object.hasOwn(this, name)) {
          const value = this[name];
          delete (this as Partial<this>)[name];
          Object.assign(this, { [name]: value });
        }
      }
    }
    this.#view.adoptStyles(this.ownerDocument);
    if (this.model === this.#requested) this.#schedule();
    else this.#load();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === "heading-level") this.#view?.setHeadingLevel(this.headingLevel);
    else if (this.isConnected && this.#view) this.#load();
  }

  async #load(): Promise<void> {
    const url = this.model;
    this.#requested = url;
    this.#scorer = undefined;
    this.#loadError = null;
    this.#schedule();
    if (!url) return;
    try {
      const scorer = await loadModel(url);
      if (url === this.#requested) {
        this.#scorer = scorer;
        this.#info = scorer.model;
      }
    } catch (error) {
      if (url === this.#requested) this.#loadError = error as CodedError;
    }
    if (url === this.#requested) this.#schedule();
  }

  /** Several changes in one turn are shown, and reported, once. */
  #schedule(): void {
    if (this.#scheduled || !this.isConnected) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (this.isConnected) this.#update();
    });
  }

  #update(): void {
    this.#explanation = null;
    this.#error = this.#loadError;
    const lead = this.#lead ?? (this.#touches ? {} : null);
    if (this.#scorer && lead && !this.#error) {
      try {
        this.#explanation = this.#touches && this.#info?.touches ? this.#explainTouches(this.#scorer, lead) : this.#scorer.explain(lead);
      } catch (error) {
        this.#error = asCoded(error);
      }
    }
    if (this.#error) this.#fail(this.#error);
    else if (this.#explanation && this.#info && lead) this.#show(this.#explanation, this.#info, lead);
    else this.#wait();
  }

  #explainTouches(scorer: LeadScorer, lead: Lead): LeadExplanation {
    // Once: an iterator can be read a single time.
    const call = { lead, touches: Array.from(this.#touches ?? []), asOf: this.#asOf ?? Date.now() };
    const since = this.#since === null ? undefined : { ...call, since: this.#since, before: this.#leadBefore };
    const explanation = scorer.scoreTouches(call);
    this.#showTouches = (view) => view.show(scorer, explanation, call, since);
    if (this.#touchView) this.#showTouches(this.#touchView);
    else this.#loadTouchView();
    return explanation;
  }

  /** Apart from the rest, which pages without touches need not fetch. */
  async #loadTouchView(): Promise<void> {
    try {
      const { TouchView } = await import("./touch-view.js");
      this.#touchView ??= new TouchView();
    } catch (cause) {
      const message = "could not fetch sales-ready-touches.js; check that it is served beside sales-ready.js";
      this.#error = coded("io", message, cause);
      this.#fail(this.#error);
      return;
    }
    // What was scored meanwhile; nothing where that has no touches, or failed.
    if (!this.#explanation || !("touches" in this.#explanation)) return;
    try {
      this.#showTouches?.(this.#touchView);
      this.#view?.showTouches(this.#touchView);
    } catch (error) {
      this.#error = asCoded(error);
      this.#fail(this.#error);
    }
  }

  #fail(error: CodedError): void {
    this.#state = "error";
    this.#view?.showError(error);
    this.#dispatch<SalesReadyFailure>("sales-ready-error", { error });
  }

  #show(explanation: LeadExplanation, model: ModelInfo, lead: Lead): void {
    this.#state = "ready";
    this.#view?.showScore(explanation, model);
    this.#view?.showTouches("touches" in explanation ? this.#touchView : undefined);
    this.#dispatch<SalesReadyChange>("sales-ready-change", { score: explanation.score, explanation, lead });
  }

  #wait(): void {
    this.#state = this.#requested && !this.#scorer ? "loading" : "empty";
    if (this.#state === "loading") this.#view?.showLoading();
    else this.#view?.showEmpty(this.#requested ? "lead" : "model");
  }

  #dispatch<T>(type: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(type, { bubbles: true, composed: true, detail }));
  }
}
