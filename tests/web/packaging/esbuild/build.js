// esbuild leaves `new URL("engine.wasm", import.meta.url)` as it is: the file must stand beside the script.
import { build } from "esbuild";
import { copyFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

await build({ entryPoints: ["main.js"], bundle: true, splitting: true, format: "esm", minify: true, outdir: "dist" });
await copyFile(fileURLToPath(import.meta.resolve("sales-ready/wasm")), "dist/engine.wasm");
