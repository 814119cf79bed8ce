// Bundles the package into `dist/` and the demo page and the playground into `demo/dist/`. The engine must have been built into
// `src/generated/` before (`cargo xtask build` does both).

import { build, transform } from "esbuild";
import { minify } from "terser";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deflateRawSync } from "node:zlib";

import { pruneDeclarations, writeDeclarations } from "./declarations.mjs";
import { writeFrameworks } from "./frameworks.mjs";
import { writeIntegrity } from "./integrity.mjs";
import { elementOf, writeManifest } from "./manifest.mjs";
import { wasm2js } from "./wasm2js.mjs";

const path = (place) => fileURLToPath(new URL(place, import.meta.url));

/** `import css from "./x.css"` gives the minified text, for an adopted style sheet. */
const cssText = {
  name: "css-text",
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/][a-z-]+\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: TARGET });
      // What a custom property holds is kept to the letter, as it may be anything; in ours no blank means anything after these signs.
      const dense = code.replace(/--[\w-]+: [^;}]+/g, (found) => found.replace(/([:,]) /g, "$1"));
      return { contents: dense.trim(), loader: "text" };
    });
  },
};

/**
 * Each module belongs to one file of the package, and the other files import it from there: state is held once, and a page
 * knows which files there are. Here by the module's address in `src`; what is named nowhere goes with who imports it: it has no
 * state, and each file takes of it what it uses.
 */
const HOMES = {
  core: /^(core|element|view|dom|words|messages\/en|engine\/(index|kernel|start))\.js$/,
  reader: /^(reader|engine\/(reader|lead-model|scorer))\.js$/,
  scorer: /^(scorer|sentences|engine\/lead-scorer)\b/,
  index: /^index\b/,
  questions: /^engine\/questions\b/,
  touches: /^(touches\b|messages\/en-touches\b)/,
  details: /^(details\b|messages\/en-details\b)/,
  "engine-js": /^engine-js\b/,
  "engine-page": /^engine\/(others|worker)\b/,
};

/** Of the package's files, `alone` is the whole package but for these. */
const fromItsHome = (file, alone) => ({
  name: "from-its-home",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path: wanted, importer, kind }) => {
      const module = relative(path("src"), resolve(dirname(importer), wanted)).replaceAll("\\", "/");
      const locale = /^messages\/(?!en\b)(.*)/.exec(module);
      if (locale && kind !== "entry-point") return { path: `./locales/${locale[1]}`, external: true };
      const home = Object.keys(HOMES).find((home) => HOMES[home].test(module));
      const elsewhere = home && home !== file && (!alone || alone.includes(home));
      return elsewhere && kind !== "entry-point" ? { path: `./${home}.js`, external: true } : undefined;
    });
  },
});

/** The engine's parts: the script made of it, and its bytes as a text. */
const engineParts = (script) => ({
  name: "engine-parts",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/engine-js\.js$/ }, () => ({ path: "engine-js", namespace: "engine" }));
    onResolve({ filter: /^engine\.wasm$/ }, () => ({ path: "engine.wasm", namespace: "engine" }));
    onLoad({ filter: /^engine-js$/, namespace: "engine" }, () => ({ contents: script, loader: "js" }));
    onLoad({ filter: /^engine\.wasm$/, namespace: "engine" }, async () => {
      // As base64: in an alphabet of 91 letters it would be a kilobyte shorter, but not when the server packs it anew.
      const packed = deflateRawSync(await readFile(path("src/generated/sales_ready_wasm_bg.wasm")), { level: 9 });
      return { contents: packed.toString("base64"), loader: "text" };
    });
  },
});

/** Another shape of the package finds its engine in another way. */
const hosted = (host) => ({
  name: "hosted",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/host\.js$/ }, () => ({ path: path(`src/engine/host-${host}.ts`) }));
  },
});

/** The page loads the package as its users do: as files beside it. */
const packageBeside = (folder) => ({
  name: "package-beside",
  setup({ onResolve }) {
    onResolve({ filter: /^sales-ready(\/|$)/ }, ({ path }) => ({ path: `${folder}${path.slice("sales-ready/".length) || "index"}.js`, external: true }));
  },
});

/**
 * The compiler of Salesforce's Lightning (`@lwc/compiler` 9.5.1) takes all of `js.js` but private methods. Lowered to sets of
 * their instances they would weigh 6 KB more; as methods of short names they weigh less.
 */
const MADE_METHODS = /^\$\$/;
const methodsNotPrivate = {
  name: "methods-not-private",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const declared = text.matchAll(/^ +(?:static |async |get |set )*#(\w+)(?=[(<])/gm);
      const methods = new Set(Array.from(declared, ([, name]) => name));
      return { contents: text.replace(/#(\w+)/g, (whole, name) => (methods.has(name) ? `$$${name}` : whole)), loader: "ts" };
    });
  },
};

// Where `light-dark()`, adopted style sheets and `DecompressionStream` are all at hand.
const TARGET = ["chrome123", "firefox120", "safari17.5"];
// What `package.json` says has no effects are the files of the package, not those that they are made of.
const shared = { ignoreAnnotations: true, bundle: true, minify: true, format: "esm", target: TARGET, logLevel: "warning", charset: "utf8" };

/** Of what the first score needs, nearly all functions are called at once: browsers that know this compile them while the file arrives. */
const EAGER = { banner: { js: "//# allFunctionsCalledOnLoad" } };
/**
 * One script for a page that loads no modules; where there is no `currentScript`, nothing beside it can be found. A bundler, or a page,
 * may take it for a module, whose variables are no globals.
 */
const classic = {
  format: "iife",
  globalName: "SalesReady",
  footer: { js: "globalThis.SalesReady=SalesReady;" },
  define: { "import.meta.url": "undefined" },
};
/** What `require` loads. */
const node = {
  format: "cjs",
  platform: "node",
  outExtension: { ".js": ".cjs" },
  banner: { js: 'const __file = require("node:url").pathToFileURL(__filename).href;' },
  define: { "import.meta.url": "__file" },
};

await Promise.all(["dist", "demo/dist"].map((folder) => rm(path(folder), { recursive: true, force: true })));
await Promise.all(["dist/generated", "demo/dist/playground"].map((folder) => mkdir(path(folder), { recursive: true })));
const script = await wasm2js(path("src/generated/sales_ready_wasm_bg.wasm"));
await Promise.all([
  ...["core", "reader"].map((file) => part(file, EAGER)),
  // With the reader in itself: each file of its own that the first score waits for takes as long as to read a model.
  part("define", EAGER, undefined, ["core", "questions"]),
  ...["index", "register", "scorer", "touches", "details"].map((file) => part(file)),
  part("questions", { entryPoints: { questions: path("src/engine/questions.ts") } }),
  part("engine-page", { entryPoints: { "engine-page": path("src/engine/others.ts") } }),
  part("engine-worker", {}, hosted("worker"), []),
  part("engine-js", { stdin: { contents: script, loader: "js" } }),
  part("inline", { ...classic }, hosted("inline"), ["engine-js"]),
  part("js", { ...classic, mangleProps: MADE_METHODS, entryPoints: { js: path("src/inline.ts") } }, hosted("js"), [], [methodsNotPrivate]),
  part("node", { platform: "node", entryPoints: { node: path("src/index.ts") } }, hosted("node"), ["engine-js"]),
  part("node", { ...node, entryPoints: { node: path("src/index.ts") } }, hosted("node"), ["engine-js"]),
  build({ ...shared, entryPoints: ["de", "fr", "es", "pt", "ja"].map((lang) => path(`src/messages/${lang}.ts`)), outdir: path("dist/locales") }),
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
  copyFile(path("src/generated/THIRD-PARTY.txt"), path("dist/THIRD-PARTY.txt")),
  copyDeclarations(),
  ...["LICENSE-APACHE", "LICENSE-MIT"].map((file) => copyFile(path(`../${file}`), path(`dist/${file}`))),
  ...["index.html", "icon.svg"].map((file) => copyFile(path(`demo/${file}`), path(`demo/dist/${file}`))),
  copyFile(path("playground/index.html"), path("demo/dist/playground/index.html")),
]);

// Node with a document of its own, as tests of pages have it, finds the engine where Node does.
const registered = await readFile(path("dist/register.js"), "utf8");
await writeFile(path("dist/register-node.js"), registered.replace("./index.js", "./node.js"));
await writeDeclarations(path("dist"));
await writeFrameworks(path("dist"), elementOf(await writeManifest(path("dist"), path("src"))));
await pruneDeclarations(path("dist"), JSON.parse(await readFile(path("package.json"), "utf8")));
await writeIntegrity(path("dist"));

/** One file of the package. Terser takes another 2 % off what esbuild has made, after brotli. */
async function part(file, options = {}, host, alone, more = []) {
  const plugins = [...more, cssText, ...(host ? [host] : []), fromItsHome(file, alone), engineParts(script)];
  const entry = options.stdin ? { outfile: path(`dist/${file}.js`) } : { entryPoints: [path(`src/${file}.ts`)], outdir: path("dist") };
  const { banner, format = shared.format, ...rest } = options;
  const { outputFiles } = await build({ ...shared, ...entry, plugins, format, ...rest, write: false });
  for (const { path, text } of outputFiles) {
    // Node loads from a disk; and to terser the line by which it finds the names of a CommonJS module is dead code.
    if (rest.platform === "node") {
      await writeFile(path, `${banner?.js ?? ""}${text}`);
      continue;
    }
    const { code } = await minify(format === "iife" ? ownExports(text) : text, { module: format === "esm", ecma: 2022, compress: { passes: 3 }, format: { preamble: banner?.js } });
    await writeFile(path, `${code}\n`);
  }
}

/** What esbuild writes to export them goes through what all objects have, too: it fails where a page has added values to them. */
function ownExports(text) {
  const found = text.replace(/\bfor\(var (\w+) in (\w+)\)/, "for(var $1 of Object.keys($2))");
  if (found === text) throw new Error("found no loop over the exports; look at what esbuild writes now");
  return found;
}

/** They name `Symbol.dispose`, which only TypeScript's newest library has: without this, others' builds fail. */
async function copyDeclarations() {
  const name = "generated/sales_ready_wasm.d.ts";
  const text = await readFile(path(`src/${name}`), "utf8");
  await writeFile(path(`dist/${name}`), `/// <reference lib="esnext.disposable" />\n${text}`);
}
