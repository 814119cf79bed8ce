// Templates and programs that use the element, read by each framework's own checker: what is right passes, what is wrong does not.
// Where a checker has comments for what it must refuse, it finds by itself those that it does not need.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { before, test } from "node:test";

import { app, install, packed, tool } from "./app.mjs";

const APP = "frameworks";
const tarball = packed();

before(async () => install(APP, await tarball()));

test("React's JSX, plain programs and the manifest's schema", async () => {
  const manifest = JSON.parse(await readFile(path.join(app(APP), "node_modules/sales-ready/dist/custom-elements.json"), "utf8"));
  const [{ declarations: [element] }] = manifest.modules;
  // The schema's own declarations have no element's fields among the members of a class; its JSON has.
  const program = `import type { ClassMethod, CustomElementField, Package } from "custom-elements-manifest/schema";
    const members: (CustomElementField | ClassMethod)[] = ${JSON.stringify(element.members)};
    export const manifest: Package = ${JSON.stringify(manifest, (key, value) => (key === "members" ? "#" : value)).replace('"#"', "members")};\n`;
  await writeFile(path.join(app(APP), "manifest.ts"), program);
  assert.equal(await tool(APP, "node_modules/typescript/bin/tsc", "-p", "tsconfig.json"), "");
});

test("Vue's templates", async () => {
  assert.equal(await tool(APP, "node_modules/vue-tsc/bin/vue-tsc.js", "-p", "tsconfig.vue.json"), "");
});

test("Svelte's templates", async () => {
  const lines = (await readFile(path.join(app(APP), "Lead.svelte"), "utf8")).split("\n");
  // The line after each of these comments, from 1.
  const wrong = lines.flatMap((line, place) => (line.startsWith("<!-- wrong:") ? [place + 2] : []));
  const check = tool(APP, "node_modules/svelte-check/bin/svelte-check", "--tsconfig", "./tsconfig.svelte.json", "--output", "machine");
  const told = await check.then(
    () => assert.fail("svelte-check finds nothing wrong"),
    ({ cause }) => cause.stdout,
  );
  const found = [...told.matchAll(/ (?:ERROR|WARNING) "Lead\.svelte" (\d+):/g)].map(([, line]) => Number(line));
  assert.ok(wrong.length > 0);
  assert.deepEqual(found, wrong, told);
});

test("their scripts are empty, also on a server", async () => {
  for (const name of ["react", "vue", "svelte"]) {
    assert.equal(await tool(APP, "--input-type=module", "--eval", `console.log(Object.keys(await import("sales-ready/${name}")).length)`), "0\n");
  }
});
