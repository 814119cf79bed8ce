// What a person may do with a lead: it is the page that does it. An event asks, a second one says that it is to be done.

import type { Scored } from "./details.js";
import { element } from "./dom.js";
import type { SalesReadyLeadElement } from "./element.js";
import type { LeadScore } from "./generated/sales_ready_wasm.js";
import { remembered } from "./leads.js";
import { DECISION } from "./patience.js";
import type { Messages, Words } from "./words.js";

/** The names of the events here, but for the `sales-ready-` before each. */
export type ActionEvent = "before-handoff" | "handoff" | "before-handback" | "handback" | "feedback";
/** What a person is asked for. */
export interface Given<Reason = HandbackReason | FeedbackReason> {
  reason: Reason;
  comment: string;
}
export type HandbackReason = (typeof REASONS)["handback"][number];
export type FeedbackReason = (typeof REASONS)["feedback"][number];
/**
 * Part of what asks: a page that decides later gives its promise here, while the event is dispatched. Where several do, what was
 * asked for is done if each of them comes to `true`.
 */
export type Until = (decision: PromiseLike<boolean> | boolean) => void;
/** Sends an event of the element; false where the page has stopped it. */
export type Send = (name: ActionEvent, detail: Partial<Given> & Pick<Scored, "lead"> & { score: LeadScore; until?: Until }) => boolean;

/** What a page has been asked, and has yet to decide about. */
interface Asking {
  scored: Scored;
  /** What a person reads of it meanwhile. */
  said: "waits" | "late";
}

const REASONS = {
  handback: ["too-early", "no-interest", "no-fit", "unreachable", "duplicate", "wrong-data", "other"],
  feedback: ["too-high", "too-low", "wrong-data", "other"],
} as const;

/**
 * The controls that the attribute `actions` names.
 *
 * @csspart buttons the element's own controls
 * @csspart button one of them, and every button but `retry`
 * @csspart handoff the button that hands a lead to sales
 * @csspart said what has become of a request
 */
export class Actions {
  readonly section = element("div", "buttons");
  readonly #handoff = element("button", "button handoff");
  readonly #handback: Asked<"handback">;
  readonly #feedback: Asked<"feedback">;
  readonly #said = element("p", "said");
  readonly #send: Send;
  readonly #isSame: (one: Scored, other: Scored) => boolean;
  #words: Words | undefined;
  #scored: Scored | undefined;
  /** What a page has yet to decide about, of all leads: a reader may look at others, and come back. */
  readonly #waiting = new Set<Asking>();
  /** That of the lead shown. */
  #waits: Asking | undefined;

  constructor(send: Send, isSame: (one: Scored, other: Scored) => boolean) {
    this.#send = send;
    this.#isSame = isSame;
    this.#said.setAttribute("role", "status");
    this.#handoff.type = "button";
    // A double click, or a key that is held, is meant once.
    this.#handoff.addEventListener("click", ({ detail }) => detail < 2 && this.#ask("handoff"));
    this.#handoff.addEventListener("keydown", (event) => event.repeat && event.key === "Enter" && event.preventDefault());
    this.#handback = new Asked("handback", (given) => this.#ask("handback", given));
    this.#feedback = new Asked("feedback", async (given) => {
      const asked = this.#shown();
      if (!asked) return false;
      send("feedback", { score: asked.explanation.score, lead: asked.lead, ...given });
      this.#tell("sent");
      return true;
    });
    this.section.append(this.#handoff, this.#handback.fold, this.#feedback.fold, this.#said);
  }

  /**
   * Of another lead nothing is asked for yet, and nothing said but that the page has still to decide. `scored` has the lead as it is
   * scored, whatever the page makes of its object.
   */
  show(words: Words, scored: Scored, isOther: boolean): void {
    this.#scored = scored;
    if (isOther) {
      this.#handback.empty();
      this.#feedback.empty();
    }
    const before = { words: this.#words, waits: this.#waits };
    this.#words = words;
    this.#waits = [...this.#waiting].find((asking) => this.#isSame(asking.scored, scored));
    if (isOther || words !== before.words || this.#waits !== before.waits) this.#tell(this.#waits?.said);
    if (words === before.words) return;
    this.#handoff.textContent = words.say("handoff");
    this.#handback.show(words);
    this.#feedback.show(words);
  }

  /** Asks the page, and does it where that lets it; a page may take its time. */
  async #ask(name: "handoff" | "handback", given?: Given<HandbackReason>): Promise<boolean> {
    const asked = this.#shown();
    const before = this.#waits;
    if (before?.said === "waits" || !asked) return false;
    // It is about this lead, also where another is shown by the time that the page has decided.
    const about = { score: asked.explanation.score, lead: asked.lead, ...given };
    const decision = decisionOf((until) => this.#send(`before-${name}`, { ...about, until }));
    // What is asked anew is not also done for having been asked before.
    if (before && decision !== false) this.#waiting.delete(before);
    if (typeof decision !== "boolean") return this.#wait(name, about, asked, decision);
    // What is decided at once is not waited for: it is still part of the click.
    if (decision) this.#waits = undefined;
    // First, as the page may take the button away.
    this.#tell(decision ? "sent" : "stopped");
    if (decision) this.#send(name, about);
    return decision;
  }

  /** Does it once the page has decided so. */
  async #wait(name: "handoff" | "handback", about: Parameters<Send>[1], scored: Scored, decision: Promise<boolean>): Promise<boolean> {
    const asking: Asking = { scored, said: "waits" };
    const lead = remembered(about.lead);
    this.#waiting.add(asking);
    this.#waits = asking;
    this.#tell("waits");
    const late = setTimeout(() => {
      asking.said = "late";
      if (this.#waits === asking) this.#tell("late");
    }, DECISION);
    const goes = await decision;
    clearTimeout(late);
    if (!this.#waiting.delete(asking)) return false;
    const isShown = this.#waits === asking;
    if (isShown) {
      this.#waits = undefined;
      this.#tell(goes ? "agreed" : "refused");
    }
    if (!goes) return false;
    about = { ...about, lead: lead() };
    this.#send(name, about);
    const { host } = this.section.getRootNode() as ShadowRoot;
    // Who listens around the cards of a page would not hear of one that has left it.
    if (!host.isConnected) host.ownerDocument.dispatchEvent(new CustomEvent(`sales-ready-${name}`, { bubbles: true, detail: about }));
    return isShown;
  }

  /** Nothing where the card shows no score, as while a page fetches a lead; whoever writes still has the controls of the last one. */
  #shown(): Scored | undefined {
    const { host } = this.section.getRootNode() as ShadowRoot;
    return (host as SalesReadyLeadElement).state === "ready" ? this.#scored : undefined;
  }

  #tell(key?: keyof Messages): void {
    this.#said.textContent = (key && this.#words?.say(key)) ?? "";
  }

  /** What the card's attributes name. Who has the lead already is not offered it. */
  offer(host: SalesReadyLeadElement): void {
    const actions = host.getAttribute("actions") ?? "";
    const heldBy = host.getAttribute("held-by")?.toLowerCase();
    const focused = this.section.querySelector(":focus");
    // Lists of many pages have commas.
    const wanted = new Set(actions.split(/[\s,]+/));
    this.#handoff.hidden = !wanted.has("handoff") || heldBy === "sales";
    this.#handback.fold.hidden = !wanted.has("handback") || heldBy === "marketing";
    this.#feedback.fold.hidden = !wanted.has("feedback");
    const shown = [this.#handoff, this.#handback.fold, this.#feedback.fold].some(({ hidden }) => !hidden);
    // What has been said of an action stays when its button goes.
    this.section.hidden = !shown && !(actions.trim() && this.#said.textContent);
    stay(this.section, focused);
  }
}

/**
 * An action that asks for a reason. Not a form: where a page is in a sandbox without `allow-forms`, a form's button does
 * nothing at all.
 *
 * @csspart asked what asks for a reason: `handback` or `feedback`
 * @csspart handback hands a lead back
 * @csspart feedback says that a score looks wrong
 * @csspart asked-body what is in it
 * @csspart asked-part a control with its name
 * @csspart ask a control's name
 * @csspart control a field to fill in or to choose from
 * @csspart wrong what is wrong with what it holds
 */
class Asked<Name extends keyof typeof REASONS> {
  readonly fold: HTMLDetailsElement;
  readonly #name: Name;
  readonly #summary = element("summary", "button");
  readonly #why = element("span", "ask");
  readonly #reason = element("select", "control");
  readonly #comment = element("textarea", "control");
  readonly #commentName = element("span", "ask");
  readonly #send = element("button", "button");
  readonly #wrong = element("p", "wrong");
  readonly #body = element("div", "asked-body");
  #words: Words | undefined;

  constructor(name: Name, act: (given: Given<(typeof REASONS)[Name][number]>) => Promise<boolean>) {
    this.#name = name;
    this.fold = element("details", `asked ${name}`);
    this.#send.type = "button";
    this.#comment.rows = 2;
    this.#comment.maxLength = 2000;
    this.#wrong.role = "alert";
    this.#wrong.id = `${name}-wrong`;
    this.#reason.setAttribute("aria-describedby", this.#wrong.id);
    // Two of a card have parts of equal names.
    this.#body.role = "group";
    const [why, comment] = [element("label", "asked-part"), element("label", "asked-part")];
    why.append(this.#why, this.#reason);
    comment.append(this.#commentName, this.#comment);
    this.#body.append(why, comment, this.#wrong, this.#send);
    this.fold.append(this.#summary, this.#body);
    this.#reason.addEventListener("change", () => this.#blame(""));
    this.#send.addEventListener("click", async () => {
      const reason = this.#reason.value as (typeof REASONS)[Name][number] | "";
      this.#blame(reason ? "" : (this.#words?.say("needsReason") ?? ""));
      if (!reason) return this.#reason.focus();
      if (!(await act({ reason, comment: this.#comment.value.trim() }))) return;
      // Who has gone elsewhere meanwhile stays there.
      const here = this.fold.matches(":focus-within");
      this.empty();
      if (here) this.#summary.focus();
    });
  }

  empty(): void {
    this.#reason.value = this.#comment.value = "";
    this.#blame("");
    this.fold.open = false;
  }

  /** What is wrong with the reason, for those who see it and those who hear it; nothing where it is right. */
  #blame(wrong: string): void {
    this.#wrong.textContent = wrong;
    this.#reason.ariaInvalid = wrong ? "true" : null;
  }

  show(words: Words): void {
    this.#words = words;
    this.#summary.textContent = this.#body.ariaLabel = words.say(this.#name);
    this.#why.textContent = words.say(`${this.#name}Why`);
    this.#commentName.textContent = words.say("comment");
    this.#send.textContent = words.say("send");
    this.#blame("");
    const chosen = this.#reason.value;
    this.#reason.replaceChildren(new Option(words.say("choose"), ""), ...REASONS[this.#name].map((key) => new Option(words.say(key), key)));
    this.#reason.value = chosen;
  }
}

/** A reader whose control goes stays in the card that has this part. */
export function stay(part: HTMLElement, focused: Element | null | undefined): void {
  const card = part.closest<HTMLElement>(".card");
  if (!card || !focused || focused.checkVisibility()) return;
  card.tabIndex = -1;
  card.focus();
}

/**
 * What the listeners of an event that asks have decided: at once where nobody has asked for time. A cancelled event is a no, whatever
 * others say; of those who decide later each has to agree, by nothing but `true`.
 */
export function decisionOf(dispatch: (until: Until) => boolean): boolean | Promise<boolean> {
  const decisions: Promise<boolean>[] = [];
  let over = false;
  const goes = dispatch((decision) => {
    if (over) {
      // As the platform's own do: it must not seem to count.
      const why = "until was called when the event was over; call it in the listener before that awaits anything, with a promise";
      throw new DOMException(why, "InvalidStateError");
    }
    decisions.push(Promise.resolve(decision).then((agreed) => agreed === true, () => false));
  });
  over = true;
  if (!goes || decisions.length === 0) return goes;
  return Promise.all(decisions).then((all) => all.every(Boolean));
}
