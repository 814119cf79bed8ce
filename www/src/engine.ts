// The scoring engine and its models: each is loaded once, however many elements ask.

import instantiate, { LeadScorer, type ErrorCode, type InitInput } from "./generated/sales_ready_wasm.js";

/** Every code an error of this package can carry. */
export type SalesReadyErrorCode =
  | ErrorCode
  /** A file could not be fetched. */
  | "io"
  /** The WebAssembly engine could not start, for example under a policy that forbids it. */
  | "engine";

/** An error that says what was expected and what to do, with a stable code for programs. */
export interface CodedError extends Error {
  code: SalesReadyErrorCode;
}

let engine: Promise<void> | undefined;
const models = new Map<string, Promise<LeadScorer>>();

/**
 * Starts the engine. `loadModel` and the element do so themselves; call it where the `.wasm` file is not beside this
 * module, or where there is no `fetch` for it (Node: pass the file's bytes).
 *
 * @throws {CodedError} `engine`
 */
export function loadEngine(source?: InitInput | Promise<InitInput>): Promise<void> {
  engine ??= start(source).catch((cause: unknown) => {
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
export async function loadModel(url: string | URL): Promise<LeadScorer> {
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

/** A failure as the element reports it; what a lead's own getter threw gets the code of a wrong value. */
export function asCoded(cause: unknown): CodedError {
  // By its name: what others throw may have a `code` too, of another meaning.
  if (cause instanceof Error && cause.name === "SalesReadyError") return cause as CodedError;
  return coded("bad-value", `the lead could not be read: ${told(cause)}; correct what its getter throws`, cause);
}

function absolute(url: string | URL): string {
  const base = globalThis.document?.baseURI;
  if (URL.canParse(url, base)) return new URL(url, base).href;
  throw coded("io", `expected the address of a model file, found "${url}"; correct it`);
}

async function start(source?: InitInput | Promise<InitInput>): Promise<void> {
  try {
    await (source === undefined ? instantiate() : instantiate({ module_or_path: source }));
  } catch (cause) {
    throw coded(
      "engine",
      `the scoring engine could not start: ${told(cause)}; check that its .wasm file is served beside the script and that the ` +
        "page's Content-Security-Policy allows 'wasm-unsafe-eval'",
      cause,
    );
  }
}

async function fetchModel(url: string): Promise<LeadScorer> {
  // Both at once; a failure of the engine is reported first, as no model helps without it.
  const text = fetchText(url);
  text.catch(() => {});
  await loadEngine();
  const found = await text;
  if (/^\s*</.test(found)) {
    const message = `expected a model file at ${url}, found a web page; check the address, and whether it asks for a login`;
    throw coded("model-invalid", message);
  }
  return LeadScorer.fromModel(found);
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

/** Anything can be thrown, and not everything becomes text. */
function told(cause: unknown): string {
  return cause instanceof Error ? cause.message : "something was thrown that is no error";
}

/** An error with a code. */
export function coded(code: SalesReadyErrorCode, message: string, cause?: unknown): CodedError {
  return Object.assign(new Error(message, { cause }), { name: "SalesReadyError", code });
}
