// The package as its users get it: packed, installed into an empty folder, imported by its name.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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
  const app = path.join(folder, "app");
  await mkdir(app);
  [packed] = JSON.parse(await npm(WWW, "pack", "--json", "--ignore-scripts", "--pack-destination", folder));
  await writeFile(path.join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  // Offline: the package needs no other.
  await npm(app, "install", "--offline", "--no-audit", "--no-fund", path.join(folder, packed.filename));
});

after(() => rm(folder, { recursive: true, force: true }));

test("the package holds what is documented, and nothing of the workshop", () => {
  const files = packed.files.map(({ path }) => path);
  for (const needed of [
    "package.json",
    "README.md",
    "dist/LICENSE-APACHE",
    "dist/LICENSE-MIT",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/define.js",
    "dist/register.js",
    "dist/scorer.js",
    "dist/touches.js",
    "dist/details.js",
    "dist/engine.wasm",
    "dist/custom-elements.json",
  ]) {
    assert.ok(files.includes(needed), `${needed} is not among ${files.join(", ")}`);
  }
  const others = files.filter((file) => !file.startsWith("dist/") && !["package.json", "README.md"].includes(file));
  assert.deepEqual(others, []);
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
