// For the page around an embedded one: connects to the frame, and makes the frame's messages events of the iframe element.

import { decisionOf } from "./details-actions.js";
import {
  exactOrigin,
  message,
  PROTOCOL,
  record,
  versionOf,
  type EmbedRefusal,
  type EmbedRequest,
  type EmbedValues,
  type FromFrame,
  type ToFrame,
} from "./embed-protocol.js";
import { coded, type SalesReadyErrorCode } from "./engine/errors.js";
import type { SalesReadyChange, SalesReadyEventMap, SalesReadyFailure, SalesReadyHandback, SalesReadyHandoff } from "./events.js";
import type { Lead } from "./generated/sales_ready_wasm.js";
import { inherited } from "./leads.js";
import { FRAME } from "./patience.js";
import { written } from "./written.js";

export { PROTOCOL, type EmbedAction, type EmbedRefusal, type EmbedRequest, type EmbedValues } from "./embed-protocol.js";

/** How a page embeds. */
export interface EmbedOptions {
  /**
   * Whether what a person has asked for may be done; only `true` is a yes. Asked once all listeners have agreed, and not where
   * one has cancelled the event. The frame waits for a minute.
   */
  decide?(request: EmbedRequest, detail: SalesReadyHandoff | SalesReadyHandback): boolean | PromiseLike<boolean>;
}

/**
 * The events of the iframe element: those of `<sales-ready-lead>`, with the same details, so that one listener serves both. What is
 * in them are copies, of the lead as the page has set it, too.
 */
export interface SalesReadyFrameEventMap extends SalesReadyEventMap {
  /** The frame no longer waits for an answer: what it has asked for by its message of that number is not done. */
  "sales-ready-expired": CustomEvent<{ re: number }>;
  /** What a `set` has told the frame has not come to be there, whether or not somebody awaits that `set`. */
  "sales-ready-failed": CustomEvent<SalesReadyFailed>;
}

/** The detail of `sales-ready-failed`. */
export interface SalesReadyFailed {
  error: EmbedError;
  /** What was to be set. */
  values: EmbedValues;
}

declare global {
  // Whatever is around the frame hears them, too.
  interface GlobalEventHandlersEventMap extends SalesReadyFrameEventMap {}
  interface ShadowRootEventMap extends SalesReadyFrameEventMap {}
}

/** Why what was set has not come to be there. */
export class EmbedError extends Error {
  override readonly name = "EmbedError";

  constructor(
    readonly code: EmbedRefusal | "closed" | "replaced" | "no-answer",
    text: string,
  ) {
    super(text);
  }
}

/** The tallest that a frame is made: its page is not trusted with more of this one. */
const MAX_HEIGHT = 10_000;

const NO_ANSWER =
  "the frame has not answered for half a minute; check that its src is the address of embed.html, and that this page's origin is named there, by sales-ready-hosts or #host=";

const REPLACED = "another connection to the frame has taken the place of this one; use that, or close it and make another one";

/** The frame's messages whose details are the element's. */
const TOLD = ["handoff", "handback", "feedback"];

/** More than anybody has yet to hear of: what was agreed to is not always done, as where it is asked anew. */
const MOST_AGREED = 100;

/**
 * A connection to `embed.html` in an iframe; a frame has one, and the newest counts. The frame's messages become events of the
 * iframe element, with the names and the details of the element's, and cancelable as those (see `SalesReadyFrameEventMap`). The
 * frame is made as tall as its content.
 */
export class SalesReadyFrame {
  readonly #frame: HTMLIFrameElement;
  readonly #decide: EmbedOptions["decide"];
  /** What was sent, or is to be once the frame is there. */
  readonly #waiting = new Map<number, { values: EmbedValues; resolve: () => void; reject: (error: EmbedError) => void }>();
  readonly #listener = (event: MessageEvent): void => this.#receive(event);
  /** A frame may load when somebody comes to see it: it has its time from then on. */
  readonly #loaded = (): void => {
    this.#hasLoaded = true;
    for (const id of this.#waiting.keys()) this.#expect(id);
  };
  #hasLoaded = false;
  /** All that the frame has taken: a page that starts anew in it is told again. */
  #taken: EmbedValues = {};
  #port: MessagePort | undefined;
  /** What the page in the frame may say it does, since this one has agreed to it. */
  #agreed: string[] = [];
  /** The page in the frame: each load is another one. */
  #page: unknown;
  #ready = false;
  /** Why nothing goes through any more. */
  #ended: EmbedError | undefined;
  /** That it speaks another version. */
  #missed: EmbedError | undefined;
  #warned = false;
  #sent = 0;

  constructor(frame: HTMLIFrameElement, { decide }: EmbedOptions = {}) {
    this.#frame = frame;
    this.#decide = decide;
    addEventListener("message", this.#listener);
    frame.addEventListener("load", this.#loaded);
    // The frame may have said its hello before this script was there. Nothing but that goes to a window nobody has checked.
    frame.contentWindow?.postMessage(message({ type: "hello" }), "*");
  }

  /** Whether the frame has answered. */
  get ready(): boolean {
    return this.#ready;
  }

  /**
   * Sets values, and takes away those that are `null`; resolves when the frame has taken them. It need not be awaited: of what fails
   * `sales-ready-failed` tells, too, and the console.
   *
   * @throws {EmbedError} what the frame refused; it has then changed nothing. `no-answer` where it says nothing for half a minute: one
   *   with `loading="lazy"` has that time from when it has loaded; `unknown-version` where it speaks another one; `replaced` and `closed` where this connection has ended. A `DataCloneError` for what no message can carry
   */
  set(values: EmbedValues): Promise<void> {
    let own: EmbedValues;
    try {
      // As they are now.
      own = copied(values);
    } catch (cause) {
      return Promise.reject(cause);
    }
    const id = ++this.#sent;
    const done = new Promise<void>((resolve, reject) => this.#waiting.set(id, { values: own, resolve, reject }));
    // Who does not await it is told all the same, and to a page's own watch over its scripts a server that is down is no error of theirs.
    done.catch(() => {});
    if (this.#ended) this.#fail(id, this.#ended);
    else if (this.#ready) this.#send({ type: "set", id, values: own });
    if (this.#ready || this.#isThere()) this.#expect(id);
    return done;
  }

  /** Ends the connection; what is waited for fails. */
  close(): void {
    this.#end(new EmbedError("closed", "the connection was closed; make another one"));
  }

  #end(why: EmbedError): void {
    this.#ended ??= why;
    this.#ready = false;
    removeEventListener("message", this.#listener);
    this.#frame.removeEventListener("load", this.#loaded);
    this.#port?.close();
    for (const id of [...this.#waiting.keys()]) this.#fail(id, this.#ended);
  }

  #receive({ data, source, origin }: MessageEvent): void {
    const expected = originOf(this.#frame);
    if (versionOf(data) === undefined || !source || source !== this.#frame.contentWindow) return;
    const { type, page } = data as { type?: unknown; page?: unknown };
    if (origin !== expected) {
      if (type === "hello") this.#warn(expected, origin);
    } else if (versionOf(data) !== PROTOCOL) this.#misses(versionOf(data));
    else if (type === "refused") console.warn(`sales-ready: the frame refused to connect: ${(data as { message?: unknown }).message}`);
    else if (type === "hello" && page !== this.#page) this.#connect(page, expected);
  }

  /** There may come to be another page in the frame: until then what is set fails, when its time is over, for this. */
  #misses(version = ""): void {
    const why = `the frame speaks ${version}, this page ${PROTOCOL}; take the files of both from one version of the package`;
    this.#missed = new EmbedError("unknown-version", why);
    console.warn(`sales-ready: ${why}`);
  }

  /** Else `set` would wait for ever, and nobody would know why. */
  #warn(expected = "no origin", found: string): void {
    if (this.#warned) return;
    this.#warned = true;
    console.warn(
      `sales-ready: expected a page of ${expected} in the frame, by its src and sandbox, found one of ${found}, which is told nothing; ` +
        "if that is the right one, give as src the address that it is served from, not one that redirects there",
    );
  }

  #connect(page: unknown, origin: string): void {
    this.#page = page;
    this.#ready = false;
    this.#agreed = [];
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => {
      const told = record(data);
      if (told && versionOf(data) === PROTOCOL && port1 === this.#port && !this.#ended) this.#hear(told as FromFrame);
    };
    // A sandboxed page can not be named: it is whoever is in the frame, which its attribute keeps without an origin.
    this.#frame.contentWindow?.postMessage(message({ type: "connect" }), origin === "null" ? "*" : origin, [port2]);
  }

  #hear(told: FromFrame): void {
    if (told.type === "ready") this.#tellAll();
    else if (told.type === "done") this.#took(told.re);
    else if (told.type === "refused") this.#refused(told);
    else if (told.type === "resize") this.#resize(told.height);
    else if (told.type === "replaced") this.#end(new EmbedError("replaced", REPLACED));
    else if (told.type === "change") this.#change(told);
    else if (told.type === "error") this.#error(told);
    else if (told.type === "expired") this.#dispatch("expired", { re: told.re });
    else if (told.type === "before-handoff" || told.type === "before-handback") void this.#answer(told.type, told.id, { ...record(told.detail) });
    else if (TOLD.includes(told.type)) this.#told(told.type, { ...record(told.detail) });
  }

  /** Of what has to be asked for, nothing that was not, nor of another lead. */
  #told(type: string, detail: object): void {
    if (type !== "feedback") {
      const at = this.#agreed.indexOf(written([`before-${type}`, detail]));
      if (at < 0) return console.warn(`sales-ready: the frame told of a ${type} that this page has not agreed to; it is left out`);
      this.#agreed.splice(at, 1);
    }
    this.#dispatch(type, detail);
  }

  #error({ code, message: why }: FromFrame & { type: "error" }): void {
    // Whoever listens takes them for texts.
    if (typeof code !== "string" || typeof why !== "string") return;
    this.#dispatch("error", { error: coded(code as SalesReadyErrorCode, why) } satisfies SalesReadyFailure);
  }

  #change({ score, explanation, lead }: FromFrame & { type: "change" }): void {
    this.#dispatch("change", { score, explanation, lead } satisfies SalesReadyChange);
  }

  #tellAll(): void {
    this.#ready = true;
    this.#missed = undefined;
    if (Object.keys(this.#taken).length > 0) this.#send({ type: "set", id: 0, values: this.#taken });
    for (const [id, { values }] of this.#waiting) this.#send({ type: "set", id, values });
  }

  #took(id: number): void {
    const sent = this.#waiting.get(id);
    if (!sent) return;
    this.#waiting.delete(id);
    this.#taken = { ...this.#of(sent.values), ...sent.values };
    sent.resolve();
  }

  /** What of all that the frame has taken it still has with these values: as in the element, another lead's name alone takes the lead away. */
  #of(values: EmbedValues): EmbedValues {
    const { leadId } = this.#taken;
    const isOther = leadId && values.leadId && values.leadId !== leadId && !("lead" in values) && !("touches" in values);
    return isOther ? { ...this.#taken, lead: null, leadBefore: null, touches: null } : this.#taken;
  }

  #refused({ re, code, message: why }: FromFrame & { type: "refused" }): void {
    if (!this.#fail(re ?? 0, new EmbedError(code, why))) console.warn(`sales-ready: the frame refused a message: ${why}`);
  }

  /** Who awaits the answer would do so for ever where there is no such page in the frame, or one that does not name this one. */
  #expect(id: number): void {
    setTimeout(() => this.#fail(id, this.#missed ?? new EmbedError("no-answer", NO_ANSWER)), FRAME);
  }

  /** Whether something has come to be in the frame: one that is to load when somebody sees it may not have begun. */
  #isThere(): boolean {
    const frame = this.#frame;
    if (frame.loading !== "lazy") return true;
    // What a sandboxed frame has this page never sees.
    return originOf(frame) === "null" ? this.#hasLoaded : frame.contentWindow !== null && frame.contentDocument?.URL !== "about:blank";
  }

  /** False where nobody waits for it. */
  #fail(id: number, error: EmbedError): boolean {
    const sent = this.#waiting.get(id);
    if (!sent) return false;
    this.#waiting.delete(id);
    sent.reject(error);
    // That it has closed the connection itself a page knows.
    if (error.code === "closed") return true;
    console.warn(`sales-ready: what was set has failed: ${error.message}`);
    this.#dispatch("failed", { error, values: sent.values } satisfies SalesReadyFailed);
    return true;
  }

  #resize(height: unknown): void {
    // The attribute, which every policy allows; the page's own style sheet has the last word. One that is hidden has none, and is to come
    // back as it was.
    if (typeof height === "number" && height > 0) this.#frame.height = String(Math.min(Math.ceil(height), MAX_HEIGHT));
  }

  async #answer(request: EmbedRequest, id: number, detail: object): Promise<void> {
    const port = this.#port;
    let proceed = false;
    try {
      // As it was asked: a page may change what it is given.
      const asked = written([request, detail]);
      const agreed = await decisionOf((until) => this.#dispatch(request, { ...detail, until }));
      proceed = agreed && (!this.#decide || (await this.#decide(request, detail as SalesReadyHandoff)) === true);
      if (proceed && port === this.#port) this.#agreed = [...this.#agreed, asked].slice(-MOST_AGREED);
    } finally {
      // What throws does not agree.
      if (port === this.#port && !this.#ended) this.#send({ type: "answer", re: id, proceed });
    }
  }

  #dispatch(type: string, detail: object): boolean {
    const cancelable = type.startsWith("before-");
    return this.#frame.dispatchEvent(new CustomEvent(`sales-ready-${type}`, { bubbles: true, composed: true, cancelable, detail }));
  }

  #send(body: ToFrame): void {
    this.#port?.postMessage(message(body));
  }
}

/** What many frameworks give stands for values (a `Proxy`), which no message can carry; what is in it, one can. */
function copied(values: EmbedValues): EmbedValues {
  const whole: EmbedValues = record(values) ? { ...values } : values;
  for (const name of ["lead", "leadBefore"] as const) if (record(whole?.[name])) whole[name] = withGetters(whole[name]!);
  try {
    return structuredClone(whole);
  } catch {
    return structuredClone(plain(whole) as EmbedValues);
  }
}

/** A lead, and what it has of its class. */
function withGetters(lead: Lead): Lead {
  const found = isObject(lead) ? inherited(lead) : {};
  return Object.keys(found).length > 0 ? { ...found, ...lead } : lead;
}

function isObject(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** What is found again, also in itself, is the same again. */
function plain(value: unknown, made = new Map<unknown, object>()): unknown {
  const isList = Array.isArray(value);
  if (!isList && !isObject(value)) return value;
  const known = made.get(value);
  if (known) return known;
  const copy: object = isList ? [] : {};
  made.set(value, copy);
  // Defined, as a field may be called `__proto__`; and all objects of a page may have a `get`.
  for (const [name, one] of Object.entries(value as object)) {
    const own = { __proto__: null, configurable: true, enumerable: true, writable: true, value: plain(one, made) };
    Object.defineProperty(copy, name, own as PropertyDescriptor);
  }
  return copy;
}

/** The origin that the frame's page has by its attributes: a sandboxed one has none, which is written "null". */
function originOf(frame: HTMLIFrameElement): string | undefined {
  if (frame.hasAttribute("sandbox") && !frame.sandbox.contains("allow-same-origin")) return "null";
  return frame.src && URL.canParse(frame.src) ? exactOrigin(new URL(frame.src).origin) : undefined;
}

// For pages whose own scripts are classic ones.
Object.assign(globalThis, { SalesReadyFrame });
