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
export interface SalesReadyError extends Error {
  name: "SalesReadyError";
  code: SalesReadyErrorCode;
}

/** An error with a code. Its name is defined: in a page that has frozen what all errors have, none can be set; and all objects may have a `get`. */
export function coded(code: SalesReadyErrorCode, message: string, cause?: unknown): SalesReadyError {
  const error = Object.defineProperty(new Error(message, { cause }), "name", { __proto__: null, value: "SalesReadyError" } as PropertyDescriptor);
  return Object.assign(error, { code }) as SalesReadyError;
}

/** A failure as the element reports it; what a getter of the lead's or the model's own threw gets the code of a wrong one. */
export function asCoded(cause: unknown, what: "lead" | "model" = "lead"): SalesReadyError {
  // By its name: what others throw may have a `code` too, of another meaning.
  if (partOf(cause, "name") === "SalesReadyError") return cause as SalesReadyError;
  const code = what === "lead" ? "bad-value" : "model-invalid";
  return coded(code, `the ${what} could not be read: ${told(cause)}; correct what its getter throws`, cause);
}

/** What an error says. */
export function told(cause: unknown): string {
  return partOf(cause, "message") ?? "something was thrown that is no error";
}

/** Anything can be thrown, and not everything becomes text: a proxy, or a getter that throws again, will not be looked at. */
function partOf(cause: unknown, part: "name" | "message"): string | undefined {
  try {
    return cause instanceof Error ? `${cause[part]}` : undefined;
  } catch {
    return undefined;
  }
}
