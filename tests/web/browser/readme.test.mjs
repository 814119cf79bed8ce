// The README's page, as its reader would copy it: one folder with the page, the package's files and a model.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { DEMO, DIST, pageTest, ROOT } from "./host.mjs";
import { serve, STRICT_POLICY } from "./server.mjs";

/** The one block of HTML in a text in Markdown. */
async function htmlOf(file) {
  const blocks = [...(await readFile(path.join(ROOT, file), "utf8")).matchAll(/^```html\n(.*?)^```$/gms)];
  assert.equal(blocks.length, 1, `${file} has ${blocks.length} blocks of html`);
  return blocks[0][1];
}

const readme = await htmlOf("README.md");
const page = `<!doctype html><html lang="en"><title>CRM</title><body>${readme}</body></html>`;
const model = () => readFile(path.join(DEMO, "model.json"), "utf8");
const site = () =>
  serve({
    folders: { "": DIST },
    pages: { "/": page, "/model.json": model },
    // The example's own script stands in the page, for brevity; a page under a strict policy would put it in a file.
    policy: STRICT_POLICY.replace("script-src", "script-src 'unsafe-inline'"),
  });

pageTest("the README's page shows the flag, the reasons, and logs the readiness", { site }, async (page, server) => {
  const logged = page.waitForEvent("console", { predicate: (message) => message.type() === "log" });
  await page.goto("/");
  assert.equal(await (await logged).text(), "sales-ready");
  const part = (name) => page.locator(`sales-ready-lead [part~="${name}"]`);
  assert.equal(await part("flag").textContent(), "Sales-ready");
  assert.match(await part("words").textContent(), /^About \d+ of 100 leads like this convert\.$/);
  const reasons = await page.locator("sales-ready-lead .for .what").allTextContents();
  const values = ["Pricing views: 4.", "Reviews read: 6.", "Days since last touch: 2.", "Source: Referral."];
  assert.equal(reasons.length, 3);
  // An interaction names two of them.
  const known = (reason) => values.includes(reason) || / together with .+: .+ and .+\.$/.test(reason);
  assert.ok(reasons.every(known), reasons.join(" "));
  // Were a name misspelt in the README, its field would be missing.
  const standings = await page.locator("sales-ready-lead").evaluate(({ lead, explanation }) => {
    const given = Object.keys(lead).filter((field) => lead[field] !== null);
    return given.map((field) => explanation.contributions.find((reason) => reason.fields[0] === field && reason.fields.length === 1)?.standings[0]);
  });
  assert.deepEqual(standings, ["known", "known", "known", "known"]);
  await page.locator("sales-ready-lead .reset, sales-ready-lead .sum, sales-ready-lead .facts").first().waitFor({ state: "attached" });
  assert.deepEqual([...server.requests.keys()].filter((address) => address !== "/favicon.ico").sort(), [
    "/",
    "/core.js",
    "/define.js",
    "/details.js",
    "/engine.wasm",
    "/model.json",
  ]);
});

test("the README of the npm package has the same example", async () => {
  assert.equal(await htmlOf("www/README.md"), readme);
});

pageTest("that README names the custom properties and the parts that the element has", { site }, async (page) => {
  const text = await readFile(path.join(ROOT, "www/README.md"), "utf8");
  const css = await readFile(path.join(ROOT, "www/src/element.css"), "utf8");
  const properties = (text) => [...new Set([...text.matchAll(/--sales-ready-[a-z-]+/g)].map(([name]) => name))].sort();
  assert.deepEqual(properties(text), properties(css));

  const [, list] = text.match(/open to `::part\(\)`: (.*?)\.\n/s);
  const named = [...list.matchAll(/`([a-z-]+)`/g)].map(([, part]) => part);
  await page.goto("/");
  await page.locator("sales-ready-lead .reason").first().waitFor();
  const parts = await page.locator("sales-ready-lead [part]").evaluateAll((all) => all.flatMap(({ part }) => [...part]));
  assert.deepEqual(named.filter((part) => !parts.includes(part)), []);
});
