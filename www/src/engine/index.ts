// The scoring engine and its models: each is loaded once, however many elements ask.

import { coded } from "./errors.js";
import { LeadModel } from "./lead-model.js";
import { quoted } from "./parts.js";
import { questions, Scorer, type Engine } from "./scorer.js";
import { startEngine, type EngineOptions, type Started } from "./start.js";

export { asCoded, coded, type SalesReadyError, type SalesReadyErrorCode } from "./errors.js";
export type { Engine, Scorer } from "./scorer.js";
export type { EngineOptions } from "./start.js";

/** What of a `Response` is looked at. */
export type Answer = Pick<Response, "ok" | "status" | "statusText" | "text">;

let begun: Promise<Started> | undefined;
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
    model = fetchModel(key, asked).catch((cause: unknown) => {
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
  const { engine, make } = await startOnce();
  const file = LeadModel.read(source);
  const model = new LeadModel(file, file.touches == null ? undefined : (await questions()).readRecipe);
  return Scorer.checked(engine, model, await make(model.compiled.numbers));
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

async function fetchModel(url: string, asked?: Promise<Answer>): Promise<Scorer> {
  // Both at once; a failure of the engine is reported first, as no model helps without it.
  const text = fetchText(url, asked);
  // What reads touches is asked for as soon as somebody may need it.
  text.then((found) => (found.includes('"touches"') ? questions() : undefined)).catch(() => {});
  await loadEngine();
  const found = await text;
  // Its beginning says most: of a web page, of a pointer to the file, of what a server has not unpacked. More of it than that would be told
  // to who frames the page.
  if (!/^\s*\{/.test(found)) {
    throw coded("model-invalid", `expected a model file at ${url}, found ${quoted(found.slice(0, 16))}; check the address, and whether it needs a login`);
  }
  return readModel(found);
}

async function fetchText(url: string, asked?: Promise<Answer>): Promise<string> {
  let status: string;
  try {
    const response = await (asked ?? fetch(url, { headers: { accept: "application/json" } }));
    // Within the guard: a connection may break in the middle of the file.
    if (response.ok) return await response.text();
    status = `${response.status} ${response.statusText}`.trim();
  } catch (cause) {
    throw coded("io", `could not fetch the model ${url}; check the address and the connection`, cause);
  }
  throw coded("io", `could not fetch the model ${url}: the server answered ${status}; check the address`);
}
