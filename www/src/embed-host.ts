// For the page around an embedded one: connects to the frame, and makes the frame's messages events of the iframe element.

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

export { PROTOCOL, type EmbedAction, type EmbedRefusal, type EmbedRequest, type EmbedValues } from "./embed-protocol.js";

/** How a page embeds. */
export interface EmbedOptions {
  /**
   * Whether what a person has asked for may be done. Not asked where a listener has cancelled the event. The frame waits for
   * a minute.
   */
  decide?(request: EmbedRequest, detail: unknown): boolean | PromiseLike<boolean>;
}

/** What the frame refused, and why. */
export class EmbedError extends Error {
  override readonly name = "EmbedError";

  constructor(
    readonly code: EmbedRefusal | "closed",
    text: string,
  ) {
    super(text);
  }
}

/** The tallest that a frame is made: its page is not trusted with more of this one. */
const MAX_HEIGHT = 10_000;

/** The frame's messages that become events of the iframe element as they are. */
const TOLD = ["change", "error", "handoff", "handback", "feedback", "expired"];

/**
 * A connection to `embed.html` in an iframe. The frame's messages become events of the iframe element, with the same names
 * and cancelable as the element's: `sales-ready-change`, `sales-ready-error`, `sales-ready-before-handoff`,
 * `sales-ready-before-handback`, `sales-ready-handoff`, `sales-ready-handback` and `sales-ready-feedback`; and
 * `sales-ready-expired` where the frame no longer waits for an answer. The frame is made as tall as its content.
 */
export class SalesReadyFrame {
  readonly #frame: HTMLIFrameElement;
  readonly #decide: EmbedOptions["decide"];
  /** What was sent, or is to be once the frame is there. */
  readonly #waiting = new Map<number, { values: EmbedValues; resolve: () => void; reject: (error: EmbedError) => void }>();
  readonly #listener = (event: MessageEvent): void => this.#receive(event);
  /** All that the frame has taken: a page that starts anew in it is told again. */
  #taken: EmbedValues = {};
  #port: MessagePort | undefined;
  /** The page in the frame: each load is another one. */
  #page: unknown;
  #ready = false;
  #closed = false;
  #sent = 0;

  constructor(frame: HTMLIFrameElement, { decide }: EmbedOptions = {}) {
    this.#frame = frame;
    this.#decide = decide;
    addEventListener("message", this.#listener);
    // The frame may have said its hello before this script was there. Nothing but that goes to a window nobody has checked.
    frame.contentWindow?.postMessage(message({ type: "hello" }), "*");
  }

  /** Whether the frame has answered. */
  get ready(): boolean {
    return this.#ready;
  }

  /**
   * Sets values, and takes away those that are `null`; resolves when the frame has taken them.
   *
   * @throws {EmbedError} what the frame refused; it has then changed nothing
   */
  set(values: EmbedValues): Promise<void> {
    if (this.#closed) return Promise.reject(new EmbedError("closed", "the connection was closed; make another one"));
    const id = ++this.#sent;
    return new Promise((resolve, reject) => {
      // As they are now; it throws at what no message can carry.
      const own = structuredClone(values);
      if (this.#ready) this.#send({ type: "set", id, values: own });
      this.#waiting.set(id, { values: own, resolve, reject });
    });
  }

  /** Ends the connection; what is waited for fails. */
  close(): void {
    this.#closed = true;
    this.#ready = false;
    removeEventListener("message", this.#listener);
    this.#port?.close();
    for (const { reject } of this.#waiting.values()) reject(new EmbedError("closed", "the connection was closed"));
    this.#waiting.clear();
  }

  #receive({ data, source, origin }: MessageEvent): void {
    const expected = originOf(this.#frame);
    if (versionOf(data) === undefined || !source || source !== this.#frame.contentWindow || origin !== expected) return;
    const { type, page } = data as { type?: unknown; page?: unknown };
    if (versionOf(data) !== PROTOCOL) console.warn(`sales-ready: the frame speaks ${versionOf(data)}, this page ${PROTOCOL}`);
    else if (type === "refused") console.warn(`sales-ready: the frame refused to connect: ${(data as { message?: unknown }).message}`);
    else if (type === "hello" && page !== this.#page) this.#connect(page, expected);
  }

  #connect(page: unknown, origin: string): void {
    this.#page = page;
    this.#ready = false;
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => {
      const told = record(data);
      if (told && versionOf(data) === PROTOCOL && port1 === this.#port && !this.#closed) this.#hear(told as FromFrame);
    };
    // A sandboxed page can not be named: it is whoever is in the frame, which its attribute keeps without an origin.
    this.#frame.contentWindow?.postMessage(message({ type: "connect" }), origin === "null" ? "*" : origin, [port2]);
  }

  #hear(told: FromFrame): void {
    if (told.type === "ready") this.#tellAll();
    else if (told.type === "done") this.#took(told.re);
    else if (told.type === "refused") this.#refused(told);
    else if (told.type === "resize") this.#resize(told.height);
    else if (told.type === "before-handoff" || told.type === "before-handback") void this.#answer(told.type, told.id, told.detail);
    else if (TOLD.includes(told.type)) this.#dispatch(told.type, "detail" in told ? told.detail : told);
  }

  #tellAll(): void {
    this.#ready = true;
    if (Object.keys(this.#taken).length > 0) this.#send({ type: "set", id: 0, values: this.#taken });
    for (const [id, { values }] of this.#waiting) this.#send({ type: "set", id, values });
  }

  #took(id: number): void {
    const sent = this.#waiting.get(id);
    if (!sent) return;
    this.#waiting.delete(id);
    this.#taken = { ...this.#taken, ...sent.values };
    sent.resolve();
  }

  #refused({ re, code, message: why }: FromFrame & { type: "refused" }): void {
    const sent = this.#waiting.get(re ?? 0);
    if (!sent) return console.warn(`sales-ready: the frame refused a message: ${why}`);
    this.#waiting.delete(re ?? 0);
    sent.reject(new EmbedError(code, why));
  }

  #resize(height: unknown): void {
    // The attribute, which every policy allows; the page's own style sheet has the last word.
    if (typeof height === "number" && height >= 0) this.#frame.height = String(Math.min(Math.ceil(height), MAX_HEIGHT));
  }

  async #answer(request: EmbedRequest, id: number, detail: unknown): Promise<void> {
    const port = this.#port;
    let proceed = false;
    try {
      proceed = this.#dispatch(request, detail) && (await (this.#decide?.(request, detail) ?? true)) === true;
    } finally {
      // What throws does not agree.
      if (port === this.#port && !this.#closed) this.#send({ type: "answer", re: id, proceed });
    }
  }

  #dispatch(type: string, detail: unknown): boolean {
    const cancelable = type.startsWith("before-");
    return this.#frame.dispatchEvent(new CustomEvent(`sales-ready-${type}`, { bubbles: true, composed: true, cancelable, detail }));
  }

  #send(body: ToFrame): void {
    this.#port?.postMessage(message(body));
  }
}

/** The origin that the frame's page has by its attributes: a sandboxed one has none, which is written "null". */
function originOf(frame: HTMLIFrameElement): string | undefined {
  if (frame.hasAttribute("sandbox") && !frame.sandbox.contains("allow-same-origin")) return "null";
  return frame.src && URL.canParse(frame.src) ? exactOrigin(new URL(frame.src).origin) : undefined;
}

// For pages whose own scripts are classic ones.
Object.assign(globalThis, { SalesReadyFrame });
