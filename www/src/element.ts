// The element: attributes, properties and events in; what to show goes to the view.

import { asCoded, loadModel, type CodedError } from "./engine.js";
import type { Lead, LeadExplanation, LeadScore, LeadScorer, ModelInfo } from "./generated/sales_ready_wasm.js";
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
      for (const name of ["lead", "model", "headingLevel"] as const) {
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
    if (this.#scorer && this.#lead && !this.#error) {
      try {
        this.#explanation = this.#scorer.explain(this.#lead);
      } catch (error) {
        this.#error = asCoded(error);
      }
    }
    if (this.#error) this.#fail(this.#error);
    else if (this.#explanation && this.#info && this.#lead) this.#show(this.#explanation, this.#info, this.#lead);
    else this.#wait();
  }

  #fail(error: CodedError): void {
    this.#state = "error";
    this.#view?.showError(error);
    this.#dispatch<SalesReadyFailure>("sales-ready-error", { error });
  }

  #show(explanation: LeadExplanation, model: ModelInfo, lead: Lead): void {
    this.#state = "ready";
    this.#view?.showScore(explanation, model);
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
