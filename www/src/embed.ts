// The page inside an iframe: the element, and the frame's side of the protocol (embed-protocol.ts).
//
// Who can talk to it: its parent window, if that is of an origin that the page's meta element names, or else its address.
// Nobody else, and nobody where neither names one. What a host can learn: what the element makes of the model and the leads
// that this host gave. An address is written by whoever frames the page, so it can not vouch for them: for a host that only
// the address names, unless it is of this page's own origin, no model is fetched, which would be done with the rights of this
// page's visitor. Who may frame the page at all is for its server to say (`Content-Security-Policy: frame-ancestors …`).

import type { Until } from "./details-actions.js";
import type { SalesReadyLeadElement } from "./element.js";
import {
  exactOrigin,
  message,
  PROTOCOL,
  record,
  versionOf,
  wrongValues,
  type EmbedRefusal,
  type EmbedRequest,
  type EmbedValues,
  type FromFrame,
} from "./embed-protocol.js";
import { DECISION } from "./patience.js";
import { tagOf } from "./tags.js";

/** The frame's end of a connection, and who is at the other one. */
interface Connection {
  port: MessagePort;
  mayFetch: boolean;
}

interface Hello {
  type: "hello";
  page: number;
}

class EmbeddedPage {
  readonly #element = document.createElement("sales-ready-lead") as SalesReadyLeadElement;
  readonly #named = namedByPage();
  #hosts = this.#named ?? namedByAddress();
  readonly #asked = new Map<number, (proceed: boolean) => void>();
  /** By `page` a host knows a second hello from that of another load, or of one that has other hosts by now. */
  #hello: Hello = { type: "hello", page: performance.timeOrigin };
  #connection: Connection | undefined;
  #asks = 0;

  start(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("body{margin:0}");
    document.adoptedStyleSheets.push(sheet);
    document.body.append(this.#element);
    this.#listen();
    // Each time it is told, also of a connection that comes later.
    new ResizeObserver(() => this.#sendHeight()).observe(this.#element);
    if (window.parent === window) return;
    addEventListener("message", (event) => this.#receive(event));
    window.parent.postMessage(message(this.#hello), "*");
    addEventListener("hashchange", () => this.#rename());
  }

  /** An address may come to name the host when the page is there already: then only its end is another, and nothing loads anew. */
  #rename(): void {
    const hosts = this.#named ?? namedByAddress();
    if (hosts.join() === this.#hosts.join()) return;
    this.#hosts = hosts;
    // A host that is still named connects again, and tells all anew.
    this.#disconnect();
    this.#hello = { type: "hello", page: performance.timeOrigin + performance.now() };
    window.parent.postMessage(message(this.#hello), "*");
  }

  #receive({ data, source, origin, ports }: MessageEvent): void {
    const version = versionOf(data);
    if (version === undefined || source !== window.parent) return;
    if (!this.#hosts.includes(origin)) {
      console.warn(`sales-ready: a message from ${origin} was ignored; the hosts of this page are: ${this.#hosts.join(", ") || "none"}`);
      return;
    }
    const answer = (body: FromFrame | Hello) => window.parent.postMessage(message(body), origin);
    const { type } = data as { type?: unknown };
    if (version !== PROTOCOL) answer(refusal("unknown-version", `expected ${PROTOCOL}, found ${version}`));
    else if (type === "hello") answer(this.#hello);
    else if (type !== "connect") answer(refusal("unknown-type", "expected hello or connect; all else goes through the port"));
    else if (!ports[0] || ports.length > 1) answer(refusal("malformed", "expected connect with one MessagePort"));
    else this.#connect(ports[0], this.#named !== undefined || origin === self.origin);
  }

  /** The newest connection counts: the host's page may have started anew. */
  #connect(port: MessagePort, mayFetch: boolean): void {
    this.#send({ type: "replaced" });
    this.#disconnect();
    this.#connection = { port, mayFetch };
    port.onmessage = ({ data }) => this.#obey(data, port);
    this.#send({ type: "ready", versions: [PROTOCOL] });
    this.#sendHeight();
  }

  #disconnect(): void {
    for (const decide of this.#asked.values()) decide(false);
    this.#connection?.port.close();
    this.#connection = undefined;
  }

  #obey(data: unknown, port: MessagePort): void {
    if (port !== this.#connection?.port) return;
    const given = record(data) ?? {};
    const id = Number.isSafeInteger(given["id"]) ? (given["id"] as number) : undefined;
    const refuse = (code: EmbedRefusal, why: string) => this.#send(refusal(code, why, id));
    if (versionOf(data) !== PROTOCOL) {
      const found = versionOf(data);
      refuse(found ? "unknown-version" : "malformed", `expected a message of ${PROTOCOL}, found ${found ?? "something else"}`);
    } else if (given["type"] === "set") {
      if (id === undefined) return refuse("malformed", "expected a set to have an id, a whole number");
      const wrong = wrongValues(given["values"]);
      if (wrong) return refuse("malformed", wrong);
      const values = given["values"] as EmbedValues;
      if (values.model && !this.#connection.mayFetch) {
        return refuse("not-allowed", "no model is fetched for a host that only the address names; name it in the page's meta, or give modelText");
      }
      this.#set(values);
      this.#send({ type: "done", re: id });
    } else if (given["type"] === "answer") {
      const { re, proceed } = given;
      const decide = this.#asked.get(re as number);
      if (typeof proceed !== "boolean") refuse("malformed", "expected an answer with re, a whole number, and proceed, true or false");
      else if (!decide) refuse("malformed", "expected an answer to what was asked and is still waited for");
      else decide(proceed);
    } else {
      refuse("unknown-type", "expected set or answer");
    }
  }

  #set(values: EmbedValues): void {
    const element = this.#element;
    const has = (name: keyof EmbedValues) => Object.hasOwn(values, name);
    const attribute = (name: string, value: string | null | undefined) =>
      value ? element.setAttribute(name, value) : element.removeAttribute(name);
    if (has("lang")) {
      const lang = values.lang && tagOf(values.lang);
      attribute("lang", lang);
      document.documentElement.lang = lang ?? "en";
    }
    if (has("dir")) attribute("dir", values.dir);
    if (has("headingLevel")) attribute("heading-level", values.headingLevel?.toString());
    if (has("colorScheme")) document.documentElement.style.colorScheme = values.colorScheme ?? "";
    if (has("leadId")) attribute("lead-id", values.leadId);
    if (has("heldBy")) attribute("held-by", values.heldBy);
    if (has("actions")) attribute("actions", values.actions?.join(" "));
    for (const name of ["lead", "touches", "asOf", "since", "leadBefore"] as const) {
      if (has(name)) Object.assign(element, { [name]: values[name] ?? null });
    }
    if (has("modelText")) element.modelSource = values.modelText ?? null;
    if (has("model")) attribute("model", values.model);
  }

  /** What the element says goes to the host; what it is about to do waits for the host's word. */
  #listen(): void {
    const on = (type: string, listener: (event: CustomEvent) => void) =>
      this.#element.addEventListener(type, (event) => listener(event as CustomEvent));
    on("sales-ready-change", ({ detail: { score, explanation, lead } }) => this.#send({ type: "change", score, explanation, lead }));
    on("sales-ready-error", ({ detail: { error } }) => this.#send({ type: "error", code: error.code, message: error.message }));
    for (const type of ["before-handoff", "before-handback"] as const) {
      on(`sales-ready-${type}`, (event) => {
        if (!this.#connection) return event.preventDefault();
        const { until, ...detail } = event.detail as { until?: Until };
        const decided = this.#ask(type, detail);
        // The element does what its own event has asked for; an event of another maker has nobody who does.
        if (until) return until(decided);
        event.preventDefault();
        void decided.then((proceed) => proceed && this.#do(type, detail));
      });
    }
    for (const type of ["handoff", "handback", "feedback"] as const) {
      on(`sales-ready-${type}`, ({ detail }) => this.#send({ type, detail: plain(detail) }));
    }
  }

  /** What the host decides; no answer in time is a no. */
  #ask(type: EmbedRequest, detail: object): Promise<boolean> {
    const id = ++this.#asks;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#send({ type: "expired", re: id });
        decide(false);
      }, DECISION);
      const decide = (proceed: boolean) => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(proceed);
      };
      this.#asked.set(id, decide);
      this.#send({ type, id, detail: plain(detail) });
    });
  }

  #do(type: EmbedRequest, detail: object): void {
    const done = type === "before-handoff" ? "sales-ready-handoff" : "sales-ready-handback";
    this.#element.dispatchEvent(new CustomEvent(done, { bubbles: true, composed: true, detail }));
  }

  #sendHeight(): void {
    this.#send({ type: "resize", height: Math.ceil(this.#element.getBoundingClientRect().height) });
  }

  #send(body: FromFrame): void {
    this.#connection?.port.postMessage(message(body));
  }
}

function refusal(code: EmbedRefusal, why: string, re?: number): FromFrame {
  return { type: "refused", code, message: why, versions: [PROTOCOL], ...(re === undefined ? {} : { re }) };
}

/** `undefined` where the page names nobody; one whose names are all wrong lets nobody in. */
function namedByPage(): string[] | undefined {
  const content = document.querySelector<HTMLMetaElement>('meta[name="sales-ready-hosts"]')?.content.trim();
  return content ? origins(content.split(/\s+/)) : undefined;
}

function namedByAddress(): string[] {
  return origins(new URLSearchParams(location.hash.slice(1)).getAll("host"));
}

function origins(texts: string[]): string[] {
  return texts.flatMap((text) => {
    const origin = exactOrigin(text);
    if (!origin) console.warn(`sales-ready: expected a host as an exact origin, such as https://crm.example, found "${text}"; it is left out`);
    return origin ?? [];
  });
}

/** What a message can carry of a detail: pages may have put anything into it. */
function plain(detail: unknown): unknown {
  try {
    return structuredClone(detail);
  } catch {
    return null;
  }
}

new EmbeddedPage().start();
