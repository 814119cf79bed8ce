// The package as its users get it: packed, installed into an empty folder, imported by its name.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";

const WWW = fileURLToPath(new URL("../../../www", import.meta.url));
const windows = process.platform === "win32";

let folder;
let packed;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sales-ready-package-"));
  const [app, workshop] = ["app", "workshop"].map((name) => path.join(folder, name));
  await mkdir(app);
  // A copy, since packing writes into the README.
  for (const part of ["dist", "integrity.mjs", "package.json", "README.md"]) await cp(path.join(WWW, part), path.join(workshop, part), { recursive: true });
  [packed] = JSON.parse(await npm(workshop, "pack", "--json", "--foreground-scripts=false", "--pack-destination", folder));
  await writeFile(path.join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  // Offline: the package needs no other.
  await npm(app, "install", "--offline", "--no-audit", "--no-fund", path.join(folder, packed.filename));
});

after(() => rm(folder, { recursive: true, force: true }));

test("the package holds what is meant for others, and nothing of the workshop", () => {
  const files = packed.files.map(({ path }) => path);
  const modules = ["core", "define", "details", "embed", "embed-host", "engine-js", "engine-page", "engine-worker", "index", "inline", "js", "node", "questions", "react", "reader", "register", "register-node"];
  const expected = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "THIRD-PARTY.txt",
    "custom-elements.json",
    "embed.html",
    "engine.wasm",
    "integrity.json",
    "node.cjs",
    ...[...modules, "scorer", "svelte", "touches", "vue"].map((name) => `${name}.js`),
    ...["de", "es", "fr", "ja", "pt"].map((lang) => `locales/${lang}.js`),
  ];
  const declarations = files.filter((file) => /^dist\/.*\.d\.c?ts$/.test(file));
  assert.deepEqual(files.filter((file) => !declarations.includes(file)).sort(), ["README.md", ...expected.map((file) => `dist/${file}`), "package.json"].sort());
});

test("the licences of what the engine is made of go along", async () => {
  const notices = await readFile(path.join(folder, "app/node_modules/sales-ready/dist/THIRD-PARTY.txt"), "utf8");
  for (const crate of ["libm", "talc"]) assert.match(notices, new RegExp(`^---- ${crate} [\\d.]+: MIT\n[^]*?Permission is hereby granted`, "m"));
});

test("its README tells the hash of each file that a page loads, and the one in git none", async () => {
  const installed = path.join(folder, "app/node_modules/sales-ready");
  const readme = await readFile(path.join(installed, "README.md"), "utf8");
  const told = [...readme.matchAll(/^\| `(.+)` \| `(sha384-.+)` \|$/gm)].map(([, file, hash]) => [file, hash]);
  const loaded = packed.files.map(({ path }) => path).filter((file) => /\.(js|wasm)$/.test(file)).map((file) => file.replace("dist/", ""));
  const elsewhere = ["node.js", "react.js", "register-node.js", "svelte.js", "vue.js"];
  assert.deepEqual(told.map(([file]) => file).sort(), loaded.filter((file) => !elsewhere.includes(file)).sort());
  for (const [file, hash] of told) {
    const digest = createHash("sha384").update(await readFile(path.join(installed, "dist", file))).digest("base64");
    assert.equal(hash, `sha384-${digest}`, file);
  }
  assert.deepEqual(Object.fromEntries(told), JSON.parse(await readFile(path.join(installed, "dist/integrity.json"), "utf8")));
  const [inGit, afterwards] = await Promise.all([WWW, path.join(folder, "workshop")].map((folder) => readFile(path.join(folder, "README.md"), "utf8")));
  assert.doesNotMatch(inGit, /sha384-\w{8}/);
  assert.equal(afterwards, inGit);
});

test("installed from its tarball, it scores in Node", async () => {
  await writeFile(path.join(folder, "app/model.json"), JSON.stringify(fixtureModel()));
  // The README's own program, with a model and a lead of ours.
  const readme = await readFile(path.join(folder, "app/node_modules/sales-ready/README.md"), "utf8");
  const [, program] = readme.match(/^```js\n(.*?)^```$/ms);
  await writeFile(path.join(folder, "app/main.js"), program.replace(/(?<=score\()\{.*?\}(?=\))/s, JSON.stringify(READY_LEAD)));
  assert.equal(await run(process.execPath, ["main.js"], path.join(folder, "app")), "sales-ready A\n");
});

test("a TypeScript program finds the package's types", async () => {
  const app = path.join(folder, "app");
  const program = `import { loadModel, type LeadScore } from "sales-ready";
import "sales-ready/define";
export async function flag(url: string): Promise<LeadScore["readiness"]> {
  return (await (await loadModel(url)).score({ reviews_read: 4, source: null })).readiness;
}
document.querySelector("sales-ready-lead")!.addEventListener("sales-ready-change", () => {});
// @ts-expect-error: a lead is an object
document.querySelector("sales-ready-lead")!.lead = 4;
`;
  await writeFile(path.join(app, "main.ts"), program);
  const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext"];
  const tsc = path.join(WWW, "node_modules/typescript/bin/tsc");
  assert.equal(await run(process.execPath, [tsc, ...options, "--lib", "es2023,dom", "main.ts"], app), "");
});

test("a TypeScript program for Node needs no types of pages to score", async () => {
  const app = path.join(folder, "app");
  // Of what `@types/node` has that is not of the language, all that the package's types name.
  await writeFile(path.join(app, "node.d.ts"), "declare class URL { href: string; }\ndeclare class Response { ok: boolean; status: number; statusText: string; text(): Promise<string>; }\n");
  const program = `import { loadEngine, readModel, type LeadScore } from "sales-ready/scorer";
export async function score(text: string, bytes: Uint8Array): Promise<LeadScore> {
  await loadEngine({ wasm: bytes });
  return (await readModel(text)).score({ reviews_read: 4, source: null });
}
// @ts-expect-error: an address is a URL
loadEngine({ wasm: "engine.wasm" });
`;
  await Promise.all(["mts", "cts"].map((kind) => writeFile(path.join(app, `server.${kind}`), program)));
  const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext", "--types", ""];
  const tsc = path.join(WWW, "node_modules/typescript/bin/tsc");
  assert.equal(await run(process.execPath, [tsc, ...options, "--lib", "es2022", "node.d.ts", "server.mts", "server.cts"], app), "");
});

/** `npm` in a folder; what it prints. On Windows it is a batch file, which only a shell starts. */
function npm(cwd, ...command) {
  return run(windows ? "npm.cmd" : "npm", command, cwd, { shell: windows });
}

async function run(program, command, cwd, options = {}) {
  try {
    return (await promisify(execFile)(program, command, { cwd, ...options })).stdout;
  } catch (error) {
    throw new Error(`${program} ${command.join(" ")}: ${error.stdout}${error.stderr}`, { cause: error });
  }
}

test("the script without WebAssembly has no syntax that Lightning's compiler refuses", async () => {
  const { transformSync } = createRequire(path.join(WWW, "package.json"))("esbuild");
  const script = await readFile(path.join(WWW, "dist/js.js"), "utf8");
  const written = (text, supported = {}) => transformSync(text, { target: "es2022", supported }).code;
  // What is not there needs no other way to be written.
  const refused = { "class-private-method": false, "class-private-accessor": false, "class-static-blocks": false };
  assert.notEqual(written("class A { #a() {} b() { this.#a(); } }", refused), written("class A { #a() {} b() { this.#a(); } }"));
  assert.equal(written(script, refused), written(script));
});
