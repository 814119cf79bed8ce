// Packed, installed, built and run: what each bundler makes of the package shows a score in a browser.

import assert from "node:assert/strict";
import path from "node:path";

import { pageTest } from "../browser/host.mjs";
import { serve, STRICT_POLICY } from "../browser/server.mjs";
import { fixtureModel } from "../fixtures/model.mjs";
import { app, install, packed, tool } from "./app.mjs";

const tarball = packed();
const PAGE = (script) => `<!doctype html><html lang="en"><title>CRM</title>
  <script type="module" src="${script}"></script>
  <sales-ready-lead model="/model.json"></sales-ready-lead></html>`;

/** By name: the command that builds the app, and the page for what it has built, where it builds none itself; and its policy. */
const BUNDLERS = {
  vite: { build: ["node_modules/vite/bin/vite.js", "build"] },
  webpack: { build: ["node_modules/webpack/bin/webpack.js"], page: PAGE("/main.mjs") },
  rollup: { build: ["node_modules/rollup/dist/bin/rollup", "-c"], page: PAGE("/main.js") },
  esbuild: { build: ["build.js"], page: PAGE("/main.js") },
  // Rendered on a server first. Its pages carry inline scripts, for which a server of its own could send a nonce.
  next: { build: ["node_modules/next/dist/bin/next", "build"], elements: 2, policy: STRICT_POLICY.replace("script-src", "script-src 'unsafe-inline'") },
};

for (const [name, { build, page: html, policy, elements = 1 }] of Object.entries(BUNDLERS)) {
  const site = async () => {
    await install(name, await tarball());
    await tool(name, ...build);
    const pages = { "/model.json": JSON.stringify(fixtureModel()), ...(html && { "/": html }) };
    return serve({ folders: { "": path.join(app(name), "dist") }, pages, policy });
  };
  pageTest(`an app built with ${name} shows a score, under a strict policy`, { site }, async (page, { requests }) => {
    await page.goto("/");
    await page.waitForFunction((count) => {
      const all = [...document.querySelectorAll("sales-ready-lead")];
      return all.length === count && all.every(({ state }) => ["ready", "error"].includes(state));
    }, elements);
    const shown = await page.evaluate(() =>
      [...document.querySelectorAll("sales-ready-lead")].map(({ engine, error, explanation }) => error?.message ?? `${explanation.score.readiness} by ${engine}`),
    );
    assert.deepEqual(shown, Array(elements).fill("sales-ready by wasm"));
    // An app that listens says what it has heard.
    if (elements > 1) await page.locator("output", { hasText: /^[AB]$/ }).waitFor();
    // The engine is a file of its own, fetched once; what nothing needs is not fetched.
    const wasm = [...requests].filter(([address]) => address.endsWith(".wasm"));
    assert.deepEqual(wasm.map(([, times]) => times), [1]);
    assert.ok(!(await page.evaluate(() => performance.getEntriesByType("resource").some(({ name }) => /worker|touches/.test(name)))));
  });
}
