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

/** A failure as the element reports it; what a lead's own getter threw gets the code of a wrong value. */
export function asCoded(cause: unknown): CodedError {
  // By its name: what others throw may have a `code` too, of another meaning.
  if (cause instanceof Error && cause.name === "SalesReadyError") return cause as CodedError;
  return coded("bad-value", `the lead could not be read: ${told(cause)}; correct what its getter throws`, cause);
}

/** Anything can be thrown, and not everything becomes text. */
export function told(cause: unknown): string {
  return cause instanceof Error ? cause.message : "something was thrown that is no error";
}
