/** The WebAssembly, compressed, in base64; the build puts it in. */
declare module "engine.wasm" {
  const text: string;
  export default text;
}

declare module "node:fs/promises" {
  export function readFile(file: URL): Promise<Uint8Array<ArrayBuffer>>;
}
