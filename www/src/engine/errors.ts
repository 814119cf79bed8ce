// Errors with a stable code, alike in all engines.

import type { ErrorCode } from "../generated/sales_ready_wasm.js";

/** Every code an error of this package can carry. */
export type SalesReadyErrorCode =
  | ErrorCode
  /** A file could not be fetched. */
  | "io"
  /** No engine could start. */
  | "engine";

/** An error that says what was expected and what to do, with a stable code for programs. */
export interface CodedError extends Error {
  code: SalesReadyErrorCode;
}

/** An error with a code. */
export function coded(code: SalesReadyErrorCode, message: string, cause?: unknown): CodedError {
  return Object.assign(new Error(message, { cause }), { name: "SalesReadyError", code });
}

/** A failure as the element reports it; what a getter of the lead's or the model's own threw gets the code of a wrong one. */
export function asCoded(cause: unknown, what: "lead" | "model" = "lead"): CodedError {
  // By its name: what others throw may have a `code` too, of another meaning.
  if (nameOf(cause) === "SalesReadyError") return cause as CodedError;
  const code = what === "lead" ? "bad-value" : "model-invalid";
  return coded(code, `the ${what} could not be read: ${told(cause)}; correct what its getter throws`, cause);
}

/** Anything can be thrown, and not everything becomes text. */
export function told(cause: unknown): string {
  try {
    if (cause instanceof Error) return `${cause.message}`;
  } catch {
    // Not even its message can be read: a proxy, or a getter that throws again.
  }
  return "something was thrown that is no error";
}

/** An error's name; `undefined` for what is no error, or will not be looked at, as a proxy that throws again. */
function nameOf(cause: unknown): string | undefined {
  try {
    return cause instanceof Error ? `${cause.name}` : undefined;
  } catch {
    return undefined;
  }
}
