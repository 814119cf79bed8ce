// The declarations of the package beyond those that TypeScript writes: for `require`, and for the classic scripts.

import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The classic scripts export nothing: all is in the global. */
const CLASSIC = `export {};
declare global {
  var SalesReady: typeof import("./index.js");
}
`;

/** Completes the declarations of `dist`. */
export async function writeDeclarations(dist) {
  await Promise.all(["inline", "js"].map((file) => writeFile(join(dist, `${file}.d.ts`), CLASSIC)));
  const common = new Map();
  await Promise.all(["index", "scorer"].map((file) => copyForRequire(join(dist, `${file}.d.ts`), common)));
}

/** Removes what no export's types name: the insides are nobody's to import. */
export async function pruneDeclarations(dist, { exports }) {
  const named = new Set();
  const follow = async (file) => {
    if (named.has(file)) return;
    named.add(file);
    const text = await readFile(file, "utf8");
    const others = [...text.matchAll(/(?<=(?:from |import\()")(\.[^"]*)\.(c?)js(?=")/g)];
    await Promise.all(others.map(([, other, common]) => follow(join(dirname(file), `${other}.d.${common}ts`))));
  };
  const types = (entry) => Object.entries(entry).flatMap(([key, value]) => (typeof value === "object" ? types(value) : key === "types" ? [value] : []));
  await Promise.all(types(exports).map((file) => follow(join(dist, "..", file))));
  const all = (await readdir(dist, { recursive: true })).filter((file) => /\.d\.c?ts$/.test(file)).map((file) => join(dist, file));
  await Promise.all(all.filter((file) => !named.has(file)).map((file) => rm(file)));
}

/** A `.d.cts` of a file and of what it names: what is required may not name the types of what is imported. */
async function copyForRequire(file, done) {
  if (done.has(file)) return;
  done.set(file, true);
  const text = await readFile(file, "utf8");
  const named = /(?<=(?:from |import\()")(\.[^"]*)\.js(?=")/g;
  const others = [...text.matchAll(named)].map(([, other]) => join(dirname(file), `${other}.d.ts`));
  // The page's own types are told once, with the modules.
  const required = text.replace(/^declare global \{.*?^\}$/ms, "").replace(named, "$1.cjs");
  await Promise.all([writeFile(file.replace(/\.ts$/, ".cts"), required), ...others.map((other) => copyForRequire(other, done))]);
}
