// The hashes that the build tells: a browser that is given them takes the package's files, and none that somebody has changed.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { DIST, pageTest } from "./host.mjs";
import { serve, STRICT_POLICY } from "./server.mjs";

const hashes = JSON.parse(await readFile(path.join(DIST, "integrity.json"), "utf8"));
const REFUSED = /integrity/i;

/** An import map in a page is a script of its own, which a strict policy knows by its hash. */
const map = JSON.stringify({ integrity: Object.fromEntries(Object.entries(hashes).map(([file, hash]) => [`/dist/${file}`, hash])) });
const policy = STRICT_POLICY.replace("script-src", `script-src 'sha256-${createHash("sha256").update(map).digest("base64")}'`);

/** A page with this in its head, from whose files `changed` differs by a byte that means nothing. */
const site = (head, changed) => async () =>
  serve({
    folders: { dist: DIST },
    policy,
    pages: {
      "/": `<!doctype html><html lang="en"><title>CRM</title>${head}<sales-ready-lead model="/model.json"></sales-ready-lead></html>`,
      "/model.json": JSON.stringify(fixtureModel()),
      ...(changed && { [`/dist/${changed}`]: `${await readFile(path.join(DIST, changed), "utf8")}\n` }),
    },
  });

const tag = (file, more = "") => `<script ${more} src="/dist/${file}" integrity="${hashes[file]}" crossorigin="anonymous"></script>`;
const PAGES = {
  "inline.js": tag("inline.js"),
  "js.js": tag("js.js"),
  "modules by an import map": `<script type="importmap">${map}</script>${tag("define.js", 'type="module"')}`,
};

for (const [name, head] of Object.entries(PAGES)) {
  pageTest(`${name}: taken by the hashes of the build`, { site: site(head) }, async (page) => {
    await page.goto("/");
    await page.evaluate((lead) => void Object.assign(document.querySelector("sales-ready-lead"), { lead, lang: "en" }), READY_LEAD);
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot?.querySelector(".details"));
    assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").state), "ready");
  });
}

for (const [changed, name] of [["inline.js", "inline.js"], ["js.js", "js.js"], ["define.js", "modules by an import map"]]) {
  pageTest(`${changed}: refused after a change of one byte`, { site: site(PAGES[name], changed), expected: REFUSED }, async (page) => {
    const refused = page.waitForEvent("console", { predicate: (message) => REFUSED.test(message.text()) });
    await page.goto("/");
    await refused;
    await page.waitForLoadState();
    assert.equal(await page.evaluate(() => customElements.get("sales-ready-lead")), undefined);
  });
}

pageTest("a module that is fetched later: refused after a change of one byte", {
  site: site(PAGES["modules by an import map"], "details.js"),
  expected: REFUSED,
}, async (page) => {
  const refused = page.waitForEvent("console", { predicate: (message) => REFUSED.test(message.text()) });
  await page.goto("/");
  await page.evaluate((lead) => void (document.querySelector("sales-ready-lead").lead = lead), READY_LEAD);
  assert.match((await refused).text(), /details\.js/);
  assert.equal(await page.locator("sales-ready-lead .details").count(), 0);
});

for (const [what, hash, expected] of [["taken by its hash", "engine.wasm", "ready"], ["refused by another one, and no element comes to ask for it without", "core.js", "engine"]]) {
  const pages = {
    "/": '<!doctype html><html lang="en"><title>CRM</title><script type="module" src="/own.js"></script><sales-ready-lead model="/model.json"></sales-ready-lead></html>',
    "/own.js": `import { loadEngine } from "/dist/index.js";
      try {
        await loadEngine({ use: "wasm", wasm: fetch("/dist/engine.wasm", { integrity: "${hashes[hash]}" }) });
        await import("/dist/define.js");
      } catch ({ code }) {
        globalThis.code = code;
      }`,
    "/model.json": JSON.stringify(fixtureModel()),
  };
  pageTest(`engine.wasm, where the page asks for it: ${what}`, { site: () => serve({ folders: { dist: DIST }, pages }), expected: REFUSED }, async (page, server) => {
    await page.goto("/");
    await page.evaluate((lead) => void (document.querySelector("sales-ready-lead").lead = lead), READY_LEAD);
    await page.waitForFunction((expected) => [document.querySelector("sales-ready-lead").state, globalThis.code].includes(expected), expected);
    if (expected === "engine") assert.equal(server.requests.get("/dist/engine.wasm"), 1);
  });
}
