// The catalogues of messages, as the package holds them: typed to be complete, but no type sees a lost placeholder, nor a
// plural that a language has and its catalogue has not.

import assert from "node:assert/strict";
import { test } from "node:test";

import { catalogue, OTHERS } from "../fixtures/catalogues.mjs";

const holes = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const forms = (message) => (typeof message === "string" ? { other: message } : message);

for (const lang of OTHERS) {
  test(`${lang} says all that English says, with the same placeholders`, async () => {
    const [ours, en] = await Promise.all([catalogue(lang), catalogue("en")]);
    assert.deepEqual(Object.keys(ours).sort(), Object.keys(en).sort());
    for (const [key, message] of Object.entries(ours)) {
      for (const form of Object.values(forms(message))) assert.deepEqual(holes(form), holes(forms(en[key]).other), key);
    }
  });

  test(`${lang} has the plural forms that its grammar has`, async () => {
    const [ours, en] = await Promise.all([catalogue(lang), catalogue("en")]);
    // Of whole numbers as they occur here; the "many" of French, Spanish and Portuguese begins with a million.
    const rules = new Intl.PluralRules(lang);
    const grammar = [...new Set(Array.from({ length: 1000 }, (_, n) => rules.select(n)))].sort();
    for (const [key, message] of Object.entries(en)) {
      if (typeof message === "string") continue;
      const found = forms(ours[key]);
      assert.deepEqual(Object.keys(found).sort(), grammar, key);
      assert.equal(new Set(Object.values(found)).size, grammar.length, `${key}: two forms are the same`);
    }
  });
}

/** Of two words for one thing, the one that is not taken. */
const NOT_TAKEN = { de: /Nicht zu sagen/, fr: /corrélation|[Cc]hance (de|moyenne)|souvent encore/, es: /en igualdad/, pt: /(?!)/, ja: /\{n\} | \{n\}/ };
for (const lang of OTHERS) {
  test(`${lang} has one word for one thing, and parts no number from its percent sign`, async () => {
    const text = JSON.stringify(Object.values(await catalogue(lang)));
    assert.doesNotMatch(text, NOT_TAKEN[lang]);
    assert.doesNotMatch(text, /\d %/);
  });
}
