// Hashes of the files that a page loads (subresource integrity). The bytes depend on the compiler, so that a hash holds for one
// build: the build writes those of its files into `dist/integrity.json`, and packing writes them into the README that is packed,
// which is the page of a release. None is in git. `node integrity.mjs fill` and `clear` are what `npm pack` runs before and after.

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** No page loads these. */
const ELSEWHERE = ["node.js", "react.js", "register-node.js", "svelte.js", "vue.js"];
/** The part of the README that is written here. */
const PART = /(?<=^<!-- integrity -->\n).*?(?=^<!-- end of integrity -->$)/ms;
const CLEARED = "The README of a packed version has them here, in a table.\n";

/** Writes `integrity.json`: by each file's place in `dist` what the attribute `integrity` takes. */
export async function writeIntegrity(dist) {
  const all = (await readdir(dist, { recursive: true })).map((file) => file.replaceAll("\\", "/"));
  const files = all.filter((file) => /\.(js|wasm)$/.test(file) && !ELSEWHERE.includes(file)).sort();
  const hashes = files.map(async (file) => [file, `sha384-${createHash("sha384").update(await readFile(join(dist, file))).digest("base64")}`]);
  const told = Object.fromEntries(await Promise.all(hashes));
  await writeFile(join(dist, "integrity.json"), `${JSON.stringify(told, undefined, 2)}\n`);
}

/** Writes the hashes into the README of a package, or takes them out. */
async function writeReadme(root, fill) {
  const file = join(root, "README.md");
  const readme = await readFile(file, "utf8");
  if (!PART.test(readme)) throw new Error(`${file}: expected the lines "<!-- integrity -->" and "<!-- end of integrity -->"`);
  const told = fill ? table(JSON.parse(await readFile(join(root, "dist/integrity.json"), "utf8"))) : CLEARED;
  await writeFile(file, readme.replace(PART, () => told));
}

const table = (told) => `\n| file | \`integrity\` |\n|---|---|\n${Object.entries(told).map(([file, hash]) => `| \`${file}\` | \`${hash}\` |\n`).join("")}\n`;

const [, program, command] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  if (command !== "fill" && command !== "clear") throw new Error(`expected "fill" or "clear", found ${command}`);
  await writeReadme(fileURLToPath(new URL(".", import.meta.url)), command === "fill");
}
