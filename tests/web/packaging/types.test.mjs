// What the package's own description promises, held to account by the tools that others trust.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import path from "node:path";
import { readFile } from "node:fs/promises";

import { app, install, packed, tool } from "./app.mjs";

const PUBLINT = "node_modules/publint/src/cli.js";
const ATTW = "node_modules/@arethetypeswrong/cli/dist/index.js";
/** Are not code. */
const ASSETS = ["./wasm", "./embed.html", "./custom-elements.json", "./integrity.json"];
/** Node may require these, too. */
const BOTH = [".", "./scorer"];

const tarball = packed();

before(async () => install("types", await tarball()));

test("publint finds nothing", async () => {
  assert.match(await tool("types", PUBLINT, "run", await tarball(), "--strict"), /All good!/);
});

test("types and code are found alike by import and require, and by bundlers", async () => {
  // Both end with a code of failure where there is a problem.
  const bundlers = ["--profile", "esm-only", "--exclude-entrypoints", ...ASSETS];
  assert.match(await tool("types", ATTW, await tarball(), "--profile", "node16", "--entrypoints", ...BOTH), /CJS/);
  assert.match(await tool("types", ATTW, await tarball(), ...bundlers), /sales-ready\/embed/);
});

test("every export is a file of the package", async () => {
  const root = path.join(app("types"), "node_modules/sales-ready");
  const { exports } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  const files = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry).flatMap(files));
  for (const file of files(exports)) await readFile(path.join(root, file));
});

test("Node takes the package by import and by require", async () => {
  const names = (words) => `console.log(typeof (${words}).readModel)`;
  for (const entry of ["sales-ready", "sales-ready/scorer"]) {
    assert.equal(await tool("types", "--input-type=module", "--eval", names(`await import("${entry}")`)), "function\n");
    assert.equal(await tool("types", "--input-type=commonjs", "--eval", names(`require("${entry}")`)), "function\n");
  }
});

test("on a server, what registers the element registers nothing and fails at nothing", async () => {
  const names = 'console.log(typeof (await import("sales-ready/define")).SalesReadyLeadElement, typeof globalThis.customElements)';
  assert.equal(await tool("types", "--input-type=module", "--eval", names), "function undefined\n");
});
