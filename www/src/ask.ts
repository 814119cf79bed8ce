// Asks for all that the first score takes, side by side, as the first thing that a page's script does.

import { allowsWasm } from "./engine/allowed.js";
import type { Answer } from "./engine/index.js";

export const core = import("./core.js");

/** The models of the elements that wait for their class, by address: they would ask for the same, two round trips later. */
export const models = new Map<string, Promise<Answer>>();
/** The engine, where one of them will need it and may have it. */
export let wasm: Promise<Response> | false | undefined;

const waiting = globalThis.customElements?.get("sales-ready-lead") ? [] : (globalThis.document?.querySelectorAll("sales-ready-lead") ?? []);
for (const one of waiting) {
  // Properties set before there is a class are the element's own.
  const { model = one.getAttribute("model"), modelSource } = one as { model?: string | null; modelSource?: unknown };
  if (!model && !modelSource) continue;
  if (model && !modelSource && URL.canParse(model, one.baseURI)) {
    const { href } = new URL(model, one.baseURI);
    models.set(href, quiet(fetch(href, { headers: { accept: "application/json" } }).then(begun)));
  }
  // After the model: to ask whether it may run takes as long as to ask for one.
  wasm ??= allowsWasm() && quiet(fetch(new URL("./engine.wasm", import.meta.url)));
}

/** A promise that may fail before anyone is there to see it: who asks for what it promises will say so. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** An answer whose text is being read, before anyone is there who asks for it. */
function begun(response: Response): Answer {
  const text = quiet(response.text());
  const { ok, status, statusText } = response;
  return { ok, status, statusText, text: () => text };
}
