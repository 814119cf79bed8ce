// The built package in Node, its engine started from the file beside it.

import { equal } from "node:assert/strict";
import { rmSync } from "node:fs";
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export const DIST = process.env.SALES_READY_DIST ?? path.join(root, "www/dist");
export const PARITY = process.env.SALES_READY_PARITY ?? path.join(root, "target/parity");

export async function loadPackage() {
  const salesReady = await import(pathToFileURL(path.join(DIST, "index.js")).href);
  await salesReady.loadEngine({ wasm: await readFile(path.join(DIST, "engine.wasm")) });
  return salesReady;
}

/** A folder with a copy of the package, which has a state of its own. */
export async function copyOfPackage(name) {
  const copy = await mkdtemp(path.join(tmpdir(), `sales-ready-${name}-`));
  process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
  await cp(DIST, copy, { recursive: true });
  // Node takes its files for modules only where it is told so.
  await writeFile(path.join(copy, "package.json"), '{ "type": "module" }');
  return copy;
}

/** The headless half with an engine of its own. */
export async function loadScorer(use) {
  const copy = await copyOfPackage(use);
  const scorer = await import(pathToFileURL(path.join(copy, "scorer.js")).href);
  equal(await scorer.loadEngine({ use, wasm: await readFile(path.join(DIST, "engine.wasm")) }), use);
  return scorer;
}

/** The Rust side's `model.json` and `leads.json` in a folder, or nothing where it has not written them. */
export async function readParity(folder = "", file = "leads.json") {
  try {
    const [model, leads] = await Promise.all(["model.json", file].map((name) => readFile(path.join(PARITY, folder, name), "utf8")));
    return { model, leads: JSON.parse(leads) };
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  }
}
