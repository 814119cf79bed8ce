// The scorer where there is no document: in a Worker, and in a service worker, whose own address is what others are relative to.

import assert from "node:assert/strict";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { DIST, pageTest } from "./host.mjs";
import { serve } from "./server.mjs";

/** What each tells: of a model beside it, by an address that is relative and by a whole one. */
const SCORES = (loadModel) => `async () => {
  const found = [];
  for (const url of ["/model.json", "model.json", new URL("/model.json", location.origin)]) {
    found.push(await ${loadModel}(url).then((scorer) => scorer.score(${JSON.stringify(READY_LEAD)})).then(({ readiness }) => readiness, (error) => error.code + ": " + error.message));
  }
  return found;
}`;
const site = () =>
  serve({
    folders: { dist: DIST },
    pages: {
      "/": "<!doctype html><title>Page</title>",
      "/model.json": JSON.stringify(fixtureModel()),
      "/worker.js": `import { loadModel } from "/dist/scorer.js";\n(${SCORES("loadModel")})().then((found) => postMessage(found));`,
      "/service-module.js": `import { loadModel } from "/dist/scorer.js";\naddEventListener("message", async ({ source }) => source.postMessage(await (${SCORES("loadModel")})()));`,
      "/service.js": `importScripts("/dist/inline.js");\naddEventListener("message", async ({ source }) => source.postMessage(await (${SCORES("SalesReady.loadModel")})()));`,
    },
  });

const READY = ["sales-ready", "sales-ready", "sales-ready"];

pageTest("in a Worker an address is relative to it", { site }, async (page) => {
  await page.goto("/");
  const found = await page.evaluate(() => new Promise((resolve) => (new Worker("/worker.js", { type: "module" }).onmessage = ({ data }) => resolve(data))));
  assert.deepEqual(found, READY);
});

// A module there may import nothing later on.
for (const [script, type] of [["/service.js", "classic"], ["/service-module.js", "module"]]) {
  pageTest(`in a service worker, too, as a ${type} script`, { site }, async (page) => {
    await page.goto("/");
    const found = await page.evaluate(async ({ script, type }) => {
      await navigator.serviceWorker.register(script, { type });
      const { active } = await navigator.serviceWorker.ready;
      const answer = new Promise((resolve) => (navigator.serviceWorker.onmessage = ({ data }) => resolve(data)));
      active.postMessage("score");
      return answer;
    }, { script, type });
    assert.deepEqual(found, READY);
  });
}
