// Whether this page allows WebAssembly.

/** The shortest module there is. */
const EMPTY = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

// `WebAssembly.validate` would be true even where a policy forbids to run it, and WebKit makes a module even there.
export function allowsWasm(): boolean {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(EMPTY)) instanceof WebAssembly.Instance;
  } catch {
    return false;
  }
}
