// Elements that come and go, as rows of a list do: neither the engine's memory nor the page's grows with their number.

import assert from "node:assert/strict";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { DIST, pageTest } from "./host.mjs";
import { serve } from "./server.mjs";

/** How many elements in each of two halves; 100,000 take minutes: SALES_READY_LEAK_ELEMENTS=50000. */
const HALF = Number(process.env.SALES_READY_LEAK_ELEMENTS ?? 1000);
const site = () =>
  serve({
    folders: { dist: DIST },
    pages: {
      "/": `<!doctype html><html lang="en"><title>Lead</title><script src="/catch.js"></script><script type="module" src="/dist/define.js"></script>`,
      // The engine's memory: the package does not show it.
      "/catch.js": `for (const name of ["instantiate", "instantiateStreaming"]) {
        const original = WebAssembly[name];
        WebAssembly[name] = async (...source) => {
          const made = await original.apply(WebAssembly, source);
          globalThis.memory = Object.values((made.instance ?? made).exports).find((found) => found instanceof WebAssembly.Memory);
          return made;
        };
      }`,
      "/model.json": JSON.stringify(fixtureModel()),
    },
  });

pageTest("elements created, shown and removed leave memory as it was", { site }, async (page) => {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  const debug = await page.context().newCDPSession(page);
  const measure = async () => {
    await debug.send("HeapProfiler.collectGarbage");
    const { nodes, jsEventListeners } = await debug.send("Memory.getDOMCounters");
    const { usedSize } = await debug.send("Runtime.getHeapUsage");
    return { nodes, jsEventListeners, heap: usedSize, wasm: await page.evaluate(() => globalThis.memory.buffer.byteLength) };
  };
  const run = (count) =>
    page.evaluate(
      async ({ count, lead }) => {
        for (let done = 0; done < count; done += 50) {
          const batch = Array.from({ length: 50 }, () => Object.assign(document.createElement("sales-ready-lead"), { model: "/model.json", lead }));
          const scored = batch.map((element) => new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true })));
          document.body.append(...batch);
          await Promise.all(scored);
          for (const element of batch) element.remove();
        }
      },
      { count, lead: READY_LEAD },
    );
  await run(200);
  const before = await measure();
  await run(HALF);
  const middle = await measure();
  await run(HALF);
  const after = await measure();
  console.log(JSON.stringify({ elements: 2 * HALF, before, middle, after }));
  assert.equal(after.wasm, before.wasm);
  // An element has some fifty nodes and several listeners: one kept in a hundred would show.
  assert.ok(after.nodes - middle.nodes < HALF / 2, `${middle.nodes} nodes, then ${after.nodes}`);
  assert.ok(after.jsEventListeners - middle.jsEventListeners < HALF / 10, `${middle.jsEventListeners} listeners, then ${after.jsEventListeners}`);
  // 200 bytes of each element, where a kept one has tens of thousands.
  assert.ok(after.heap - middle.heap < 200 * HALF + 500_000, `${middle.heap} bytes, then ${after.heap}`);
});

pageTest("a page that speaks in ever other languages keeps the words of few", { site }, async (page) => {
  await page.goto("/");
  await page.evaluate(async () => {
    const { readyWords } = await import("/dist/index.js");
    globalThis.words = Array.from({ length: 300 }, (_, tag) => new WeakRef(readyWords(`en-x-${tag}`)));
  });
  const debug = await page.context().newCDPSession(page);
  await debug.send("HeapProfiler.collectGarbage");
  const kept = await page.evaluate(() => globalThis.words.filter((words) => words.deref()).length);
  assert.ok(kept < 150, `the words of ${kept} tags`);
});
