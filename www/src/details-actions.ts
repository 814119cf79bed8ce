// What a person may do with a lead: it is the page that does it. An event asks, a second one says that it is to be done.

import { element } from "./dom.js";
import type { Messages, Words } from "./words.js";

/** Sends an event of the element, `sales-ready-` before its name; false where the page has stopped it. */
export type Send = (name: string, more?: { reason: string; comment: string }) => boolean;

const REASONS = {
  handback: ["too-early", "no-interest", "no-fit", "unreachable", "duplicate", "wrong-data", "other"],
  feedback: ["too-high", "too-low", "wrong-data", "other"],
} as const;

export class Actions {
  readonly section = element("div", "buttons");
  readonly #handoff = element("button", "button handoff");
  readonly #handback: Asked;
  readonly #feedback: Asked;
  readonly #said = element("p", "said");
  #words: Words | undefined;

  constructor(send: Send) {
    this.#said.setAttribute("role", "status");
    this.#handoff.type = "button";
    const done = (key: keyof Messages): void => {
      this.#said.textContent = this.#words?.say(key) ?? "";
    };
    this.#handoff.addEventListener("click", () => {
      const goes = send("before-handoff");
      if (goes) send("handoff");
      done(goes ? "sent" : "stopped");
    });
    this.#handback = new Asked("handback", (given) => {
      const goes = send("before-handback", given);
      if (goes) send("handback", given);
      done(goes ? "sent" : "stopped");
      return goes;
    });
    this.#feedback = new Asked("feedback", (given) => {
      send("feedback", given);
      done("sent");
      return true;
    });
    this.section.append(this.#handoff, this.#handback.fold, this.#feedback.fold, this.#said);
  }

  show(words: Words): void {
    if (this.#words === words) return;
    this.#words = words;
    this.#said.textContent = "";
    this.#handoff.textContent = words.say("handoff");
    this.#handback.show(words);
    this.#feedback.show(words);
  }

  /** Who has the lead already is not offered it. */
  offer(actions: string, heldBy: string | null): void {
    const wanted = new Set(actions.split(/\s+/));
    this.#handoff.hidden = !wanted.has("handoff") || heldBy === "sales";
    this.#handback.fold.hidden = !wanted.has("handback") || heldBy === "marketing";
    this.#feedback.fold.hidden = !wanted.has("feedback");
    this.section.hidden = [this.#handoff, this.#handback.fold, this.#feedback.fold].every(({ hidden }) => hidden);
  }
}

/**
 * An action that asks for a reason. Not a form: where a page is in a sandbox without `allow-forms`, a form's button does
 * nothing at all.
 */
class Asked {
  readonly fold: HTMLDetailsElement;
  readonly #name: keyof typeof REASONS;
  readonly #summary = element("summary", "button");
  readonly #why = element("span", "ask");
  readonly #reason = element("select", "control");
  readonly #comment = element("textarea", "control");
  readonly #commentName = element("span", "ask");
  readonly #send = element("button", "button");
  readonly #wrong = element("p", "wrong");
  #words: Words | undefined;

  constructor(name: keyof typeof REASONS, act: (given: { reason: string; comment: string }) => boolean) {
    this.#name = name;
    this.fold = element("details", `asked ${name}`);
    this.#send.type = "button";
    this.#comment.rows = 2;
    this.#comment.maxLength = 2000;
    this.#wrong.setAttribute("role", "alert");
    const [why, comment] = [element("label", "asked-part"), element("label", "asked-part")];
    why.append(this.#why, this.#reason);
    comment.append(this.#commentName, this.#comment);
    const body = element("div", "asked-body");
    body.append(why, comment, this.#wrong, this.#send);
    this.fold.append(this.#summary, body);
    this.#send.addEventListener("click", () => {
      const reason = this.#reason.value;
      this.#wrong.textContent = reason ? "" : (this.#words?.say("needsReason") ?? "");
      if (!reason) return this.#reason.focus();
      if (!act({ reason, comment: this.#comment.value.trim() })) return;
      this.#reason.value = this.#comment.value = "";
      this.fold.open = false;
      this.#summary.focus();
    });
  }

  show(words: Words): void {
    this.#words = words;
    this.#summary.textContent = words.say(this.#name);
    this.#why.textContent = words.say(`${this.#name}Why`);
    this.#commentName.textContent = words.say("comment");
    this.#send.textContent = words.say("send");
    this.#wrong.textContent = "";
    const chosen = this.#reason.value;
    this.#reason.replaceChildren(new Option(words.say("choose"), ""), ...REASONS[this.#name].map((key) => new Option(words.say(key), key)));
    this.#reason.value = chosen;
  }
}
