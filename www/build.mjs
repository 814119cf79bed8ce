// Bundles the package into `dist/` and the demo page and the playground into `demo/dist/`. The engine must have been built into
// `src/generated/` before (`cargo xtask build` does both).

import { build, transform } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const path = (place) => fileURLToPath(new URL(place, import.meta.url));

/** `import css from "./x.css"` gives the minified text, for an adopted style sheet. */
const cssText = {
  name: "css-text",
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/][a-z-]+\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: TARGET });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/**
 * Each module belongs to one file of the package, and the other files import it from there: state is held once, and a page
 * knows which files there are. Here by the module's address in `src`; what is named nowhere goes with who imports it.
 */
const HOMES = { scorer: /^(engine\/|scorer\b)/, index: /^(index|element|view)\b/, touches: /^touches\b/ };

/** Imports what belongs to another file from there. */
const fromItsHome = (file) => ({
  name: "from-its-home",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path: wanted, importer, kind }) => {
      const module = relative(path("src"), resolve(dirname(importer), wanted)).replaceAll("\\", "/");
      const home = Object.keys(HOMES).find((home) => HOMES[home].test(module));
      return home && home !== file && kind !== "entry-point" ? { path: `./${home}.js`, external: true } : undefined;
    });
  },
});

/** The page loads the package as its users do: as files beside it. */
const packageBeside = (folder) => ({
  name: "package-beside",
  setup({ onResolve }) {
    onResolve({ filter: /^sales-ready(\/|$)/ }, ({ path }) => ({ path: `${folder}${path.slice("sales-ready/".length) || "index"}.js`, external: true }));
  },
});

// Where `light-dark()`, adopted style sheets and WebAssembly with reference types are all at hand.
const TARGET = ["chrome123", "firefox120", "safari17.5"];
const shared = { bundle: true, minify: true, format: "esm", target: TARGET, logLevel: "warning", charset: "utf8" };

await Promise.all(["dist", "demo/dist"].map((folder) => rm(path(folder), { recursive: true, force: true })));
await Promise.all(["dist/generated", "demo/dist/playground"].map((folder) => mkdir(path(folder), { recursive: true })));
await Promise.all([
  ...["index", "define", "scorer", "touches"].map((file) =>
    build({ ...shared, entryPoints: [path(`src/${file}.ts`)], outdir: path("dist"), plugins: [cssText, fromItsHome(file)] }),
  ),
  // The embedded page's script is a classic one: a sandboxed frame, without an origin, may not load modules.
  build({ ...shared, format: "iife", entryPoints: [path("src/embed.ts")], outdir: path("dist") }),
  build({ ...shared, entryPoints: [path("src/embed-host.ts")], outdir: path("dist") }),
  copyFile(path("src/embed.html"), path("dist/embed.html")),
  build({ ...shared, entryPoints: [path("demo/demo.ts"), path("demo/demo.css")], outdir: path("demo/dist"), plugins: [packageBeside("./")] }),
  build({
    ...shared,
    entryPoints: [path("playground/playground.ts"), path("playground/playground.css")],
    outdir: path("demo/dist/playground"),
    plugins: [packageBeside("../")],
  }),
  promisify(execFile)(process.execPath, [path("node_modules/typescript/bin/tsc"), "-p", path("tsconfig.types.json")]),
  copyFile(path("src/generated/sales_ready_wasm_bg.wasm"), path("dist/engine.wasm")),
  copyDeclarations(),
  ...["LICENSE-APACHE", "LICENSE-MIT"].map((file) => copyFile(path(`../${file}`), path(`dist/${file}`))),
  ...["index.html", "icon.svg"].map((file) => copyFile(path(`demo/${file}`), path(`demo/dist/${file}`))),
  copyFile(path("playground/index.html"), path("demo/dist/playground/index.html")),
]);

/** They name `Symbol.dispose`, which only TypeScript's newest library has: without this, others' builds fail. */
async function copyDeclarations() {
  const name = "generated/sales_ready_wasm.d.ts";
  const text = await readFile(path(`src/${name}`), "utf8");
  await writeFile(path(`dist/${name}`), `/// <reference lib="esnext.disposable" />\n${text}`);
}
