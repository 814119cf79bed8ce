// Registers the element in a page that loads its modules one by one. All that the first score takes is asked for side by side
// from here: a static import would be fetched before the first line runs, and only then the engine and the model. What reads these is
// in this file itself: it has no state, and is one file less to wait for.

import { allowsWasm } from "./engine/allowed.js";
import { load, read } from "./engine/reader.js";
import type { Answer } from "./engine/index.js";

const core = import("./core.js");

// For elements that wait for the class; they would ask for the same, two round trips later.
const waiting = globalThis.customElements?.get("sales-ready-lead") ? [] : (globalThis.document?.querySelectorAll("sales-ready-lead") ?? []);
const models = new Map<string, Promise<Answer>>();
let wasm: Promise<Response> | false | undefined;
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

const { loadEngine, loadModel, readWith } = await core;
readWith({ load, read });
// The elements say what has failed.
if (wasm) loadEngine({ use: "wasm", wasm }).catch(() => {});
for (const [url, answer] of models) loadModel(url, answer).catch(() => {});

export const { SalesReadyLeadElement } = await core;

SalesReadyLeadElement.define();
