// The scoring engine and its models: each is loaded once, however many elements ask.

import instantiate, { LeadScorer } from "../generated/sales_ready_wasm.js";
import { coded, told } from "./errors.js";
import { LocalScorer, type Engine, type Scorer } from "./scorer.js";

export { asCoded, coded, type CodedError, type SalesReadyErrorCode } from "./errors.js";
export type { Engine, Scorer } from "./scorer.js";
export { LeadScorer } from "../generated/sales_ready_wasm.js";

/** How the engine is started. */
export interface EngineOptions {
  /** Which engine; `auto`, the default, takes the first that this page allows. */
  use?: "auto" | Engine;
  /** The WebAssembly, where it is not `engine.wasm` beside this module: its address, its bytes or what was compiled of them. */
  wasm?: URL | BufferSource | WebAssembly.Module;
}

let engine: Promise<Engine> | undefined;
const models = new Map<string, Promise<Scorer>>();

/**
 * Starts the engine, once: what later calls ask for is not looked at. `loadModel`, `readModel` and the element start it
 * themselves; call it before them where the `.wasm` file is not beside this module.
 *
 * @throws {CodedError} `engine`
 */
export function loadEngine(options: EngineOptions = {}): Promise<Engine> {
  engine ??= start(options).catch((cause: unknown) => {
    engine = undefined; // so that a later call may try again
    throw cause;
  });
  return engine;
}

/**
 * Fetches a model and checks it. All callers of one URL share one request and one scorer; a failure is not kept.
 *
 * @throws {CodedError} `io`, `engine`, `model-format`, `model-invalid` or `model-golden`
 */
export async function loadModel(url: string | URL): Promise<Scorer> {
  const key = absolute(url);
  let model = models.get(key);
  if (!model) {
    model = fetchModel(key).catch((cause: unknown) => {
      models.delete(key);
      throw cause;
    });
    models.set(key, model);
  }
  return model;
}

/**
 * Reads and checks a model: the text of a model file, or what `JSON.parse` made of it.
 *
 * @throws {CodedError} `engine`, `model-format`, `model-invalid` or `model-golden`
 */
export async function readModel(source: string | object): Promise<Scorer> {
  const engine = await loadEngine();
  return new LocalScorer(engine, LeadScorer.fromModel(source));
}

function absolute(url: string | URL): string {
  const base = globalThis.document?.baseURI;
  if (URL.canParse(url, base)) return new URL(url, base).href;
  throw coded("io", `expected the address of a model file, found "${url}"; correct it`);
}

async function start({ wasm }: EngineOptions): Promise<Engine> {
  try {
    await instantiate({ module_or_path: wasm ?? new URL("./engine.wasm", import.meta.url) });
    return "wasm";
  } catch (cause) {
    throw coded(
      "engine",
      `the scoring engine could not start: ${told(cause)}; check that its .wasm file is served beside the script and that the ` +
        "page's Content-Security-Policy allows 'wasm-unsafe-eval'",
      cause,
    );
  }
}

async function fetchModel(url: string): Promise<Scorer> {
  // Both at once; a failure of the engine is reported first, as no model helps without it.
  const text = fetchText(url);
  text.catch(() => {});
  await loadEngine();
  const found = await text;
  if (/^\s*</.test(found)) {
    const message = `expected a model file at ${url}, found a web page; check the address, and whether it asks for a login`;
    throw coded("model-invalid", message);
  }
  return readModel(found);
}

async function fetchText(url: string): Promise<string> {
  let status: string;
  try {
    const response = await fetch(url, { credentials: "same-origin", headers: { accept: "application/json" } });
    // Within the guard: a connection may break in the middle of the file.
    if (response.ok) return await response.text();
    status = `${response.status} ${response.statusText}`.trim();
  } catch (cause) {
    throw coded("io", `could not fetch the model ${url}; check the address and the connection`, cause);
  }
  throw coded("io", `could not fetch the model ${url}: the server answered ${status}; check the address`);
}
