// The scoring engine and its models: each is loaded once, however many elements ask.

import { coded } from "./errors.js";
import type { Engine, Scorer } from "./scorer.js";
import { startEngine, type EngineOptions, type Started } from "./start.js";

export { asCoded, coded, type SalesReadyError, type SalesReadyErrorCode } from "./errors.js";
export type { Engine, Scorer } from "./scorer.js";
export type { EngineOptions } from "./start.js";

/** What of a `Response` is looked at. */
export type Answer = Pick<Response, "ok" | "status" | "statusText" | "text">;

/** What reads models. */
type Reader = Pick<typeof import("./reader.js"), "load" | "read">;

let begun: Promise<Started> | undefined;
/** There before anybody asks for a model: what gives these functions out, or the element, brings it along. */
let reader: Reader;
const models = new Map<string, Promise<Scorer>>();

/**
 * Starts the engine, once: what later calls ask for is not looked at. `loadModel`, `readModel` and the element start it
 * themselves; call it before them where the `.wasm` file is not beside this module.
 *
 * @throws {SalesReadyError} `engine`
 */
export async function loadEngine(options: EngineOptions = {}): Promise<Engine> {
  return (await startOnce(options)).engine;
}

/** Has models read by what a page's script has in itself, and all else in `reader.js`. */
export function readWith(own: Reader): void {
  reader = own;
}

/**
 * Fetches a model and checks it. All callers of one URL share one request and one scorer; a failure is not kept. `asked` is
 * the answer to who has asked for it already.
 *
 * @throws {SalesReadyError} `io`, `engine`, `model-format`, `model-invalid` or `model-golden`
 */
export async function loadModel(url: string | URL, asked?: Promise<Answer>): Promise<Scorer> {
  // A Worker has no document, and Node no address of its own.
  const key = resolved(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  if (key === undefined) throw coded("io", `expected the address of a model file, a whole one outside of a page, found "${url}"; correct it`);
  let model = models.get(key);
  if (!model) {
    model = load(key, asked).catch((cause: unknown) => {
      models.delete(key);
      throw cause;
    });
    // An address may end in the time of day.
    if (models.size > 99) models.clear();
    models.set(key, model);
  }
  return model;
}

/**
 * Reads and checks a model: the text of a model file, or what `JSON.parse` made of it.
 *
 * @throws {SalesReadyError} `engine`, `model-format`, `model-invalid` or `model-golden`; `io` where it is made of touches, and what reads
 *   these does not load
 */
export async function readModel(source: string | object): Promise<Scorer> {
  return reader.read(await startOnce(), source);
}

/** The engine and the model are asked for side by side. */
async function load(url: string, asked: Promise<Answer> = ask(url)): Promise<Scorer> {
  return reader.load(startOnce(), url, asked);
}

/** Where there is no `fetch`, that is a failure of the request like others. */
async function ask(url: string): Promise<Answer> {
  return fetch(url, { headers: { accept: "application/json" } });
}

function startOnce(options: EngineOptions = {}): Promise<Started> {
  begun ??= startEngine(options).catch((cause: unknown) => {
    begun = undefined; // so that a later call may try again
    throw cause;
  });
  return begun;
}

/** A whole address; `undefined` of what is none. */
export function resolved(url: string | URL, base: string | undefined): string | undefined {
  return URL.canParse(url, base) ? new URL(url, base).href : undefined;
}
