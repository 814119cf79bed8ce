/** What the build makes of the WebAssembly: a function that gives the module's exports for its imports. */
export default function instantiate(imports: WebAssembly.Imports): object;
