// The built package in Node, its engine started from the file beside it.

import { equal } from "node:assert/strict";
import { readFile } from "node:fs/promises";
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

/** The headless half with an engine of its own: each address is a module of its own, with its own state. */
export async function loadScorer(use) {
  const scorer = await import(`${pathToFileURL(path.join(DIST, "scorer.js")).href}?${use}`);
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
