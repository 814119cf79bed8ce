// Bundles the package into `dist/` and the demo page into `demo/dist/`. The engine must have been built into
// `src/generated/` before (`cargo xtask build` does both).

import { build, transform } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

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

/** What only touches need is a file of its own, which the element fetches when it has some. */
const touchesApart = {
  name: "touches-apart",
  setup({ onResolve }) {
    onResolve({ filter: /\/touch-view\.js$/ }, () => ({ path: "./sales-ready-touches.js", external: true }));
  },
};

/** The page loads the package as its users do: as one file beside it. */
const packageBeside = {
  name: "package-beside",
  setup({ onResolve }) {
    onResolve({ filter: /^sales-ready$/ }, () => ({ path: "./sales-ready.js", external: true }));
  },
};

// Where `light-dark()`, adopted style sheets and WebAssembly with reference types are all at hand.
const TARGET = ["chrome123", "firefox120", "safari17.5"];
const shared = { bundle: true, minify: true, format: "esm", target: TARGET, logLevel: "warning", charset: "utf8" };

await Promise.all(["dist", "demo/dist"].map((folder) => rm(path(folder), { recursive: true, force: true })));
await Promise.all(["dist/generated", "demo/dist"].map((folder) => mkdir(path(folder), { recursive: true })));
await Promise.all([
  build({ ...shared, entryPoints: [path("src/sales-ready.ts")], outdir: path("dist"), plugins: [cssText, touchesApart] }),
  build({ ...shared, entryPoints: { "sales-ready-touches": path("src/touch-view.ts") }, outdir: path("dist"), plugins: [cssText] }),
  build({ ...shared, entryPoints: [path("demo/demo.ts"), path("demo/demo.css")], outdir: path("demo/dist"), plugins: [packageBeside] }),
  promisify(execFile)(process.execPath, [path("node_modules/typescript/bin/tsc"), "-p", path("tsconfig.types.json")]),
  copyFile(path("src/generated/sales_ready_wasm_bg.wasm"), path("dist/sales_ready_wasm_bg.wasm")),
  copyDeclarations(),
  ...["LICENSE-APACHE", "LICENSE-MIT"].map((file) => copyFile(path(`../${file}`), path(`dist/${file}`))),
  ...["index.html", "icon.svg"].map((file) => copyFile(path(`demo/${file}`), path(`demo/dist/${file}`))),
]);

/** They name `Symbol.dispose`, which only TypeScript's newest library has: without this, others' builds fail. */
async function copyDeclarations() {
  const name = "generated/sales_ready_wasm.d.ts";
  const text = await readFile(path(`src/${name}`), "utf8");
  await writeFile(path(`dist/${name}`), `/// <reference lib="esnext.disposable" />\n${text}`);
}
