/** The WebAssembly, compressed, in base64; the build puts it in. */
declare module "engine.wasm" {
  const text: string;
  export default text;
}

/** `wasm/src/reads.js`: what a page gives, checked and made plain. */
declare module "sales-ready-wasm/reads.js" {
  export function readLead(lead: unknown, names: string[], optional: boolean): unknown[] | undefined;
  export function readColumns(table: unknown, names: string[]): [number, ...unknown[]] | undefined;
  export function readCall(call: unknown, instants: unknown, names: string, kinds: string[]): Float64Array;
}

declare module "node:fs/promises" {
  export function readFile(file: URL): Promise<Uint8Array<ArrayBuffer>>;
}
