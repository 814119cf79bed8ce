// The catalogues of messages, as the package holds them: typed to be complete, but no type sees a lost placeholder.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { DIST } from "./package.mjs";

const read = async (lang) => (await import(pathToFileURL(path.join(DIST, "locales", `${lang}.js`)).href)).default;
const holes = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const forms = (message) => (typeof message === "string" ? [message] : Object.values(message));

for (const lang of ["fr", "es", "pt", "ja"]) {
  test(`${lang} says all that German says, with the same placeholders`, async () => {
    const [ours, german] = await Promise.all([read(lang), read("de")]);
    assert.deepEqual(Object.keys(ours).sort(), Object.keys(german).sort());
    for (const [key, message] of Object.entries(ours)) {
      for (const form of forms(message)) assert.deepEqual(holes(form), holes(forms(german[key])[0]), key);
    }
  });
}
