// What pages do to a card that no attribute tells it: other windows, other languages, engines that end.

import assert from "node:assert/strict";

import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { WASM } from "../fixtures/policies.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { onlyEngine, pageTest } from "./host.mjs";
import { documentWith, ELEMENT, part, show, site, unfold } from "./lead.mjs";

const flag = (page, text) =>
  page.waitForFunction((text) => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".flag").textContent === text, text, { timeout: 5000 });

pageTest("the details of a card in another window wait for what that window paints", { site: site() }, async (page) => {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await page.evaluate((lead) => {
    // As in a window that nobody sees.
    globalThis.requestAnimationFrame = () => 0;
    const element = Object.assign(document.querySelector("sales-ready-lead"), { lead });
    document.body.appendChild(document.createElement("iframe")).contentDocument.body.append(element);
    globalThis.moved = element;
  }, READY_LEAD);
  await page.waitForFunction(() => globalThis.moved.shadowRoot.querySelector(".about"), undefined, { timeout: 5000 });
});

pageTest("a card that leaves its window before that has painted gets its details where it comes to", { site: site() }, async (page) => {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await page.evaluate((lead) => {
    const element = Object.assign(document.querySelector("sales-ready-lead"), { lead });
    const frame = document.body.appendChild(document.createElement("iframe"));
    globalThis.scores = 0;
    element.addEventListener("sales-ready-change", () => {
      globalThis.scores += 1;
      document.querySelector("main").append(element);
      frame.remove();
    });
    frame.contentDocument.body.append(element);
  }, READY_LEAD);
  await page.waitForFunction(() => document.querySelector("main sales-ready-lead")?.shadowRoot.querySelector(".about"), undefined, { timeout: 5000 });
  // Nothing new is reported.
  assert.equal(await page.evaluate(() => globalThis.scores), 1);
});

pageTest("a page that changes its language changes that of its cards, and of none that it has dropped", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await page.evaluate(() => {
    globalThis.scores = 0;
    addEventListener("sales-ready-change", () => (globalThis.scores += 1));
    document.documentElement.lang = "de";
  });
  await flag(page, "Vertriebsreif");
  assert.equal(await page.evaluate(() => globalThis.scores), 1);
  // Also where it is not the page's own, and around a shadow tree.
  await page.evaluate(() => {
    const host = document.body.appendChild(document.createElement("div"));
    const element = document.querySelector("sales-ready-lead");
    host.attachShadow({ mode: "open" }).append(element);
    globalThis.card = element;
    host.lang = "fr";
  });
  const said = (text) => page.waitForFunction((text) => globalThis.card.shadowRoot.querySelector(".flag").textContent === text, text, { timeout: 5000 });
  await said("Prêt pour la vente");
  await page.evaluate(() => (globalThis.card.getRootNode().host.lang = "es"));
  await said("Listo para ventas");
  // What says nothing new reports nothing.
  const scores = await page.evaluate(async () => {
    const before = globalThis.scores;
    document.documentElement.lang = "pt";
    globalThis.card.remove();
    globalThis.card.lang = "de";
    await new Promise((resolve) => setTimeout(resolve, 100));
    return globalThis.scores - before;
  });
  assert.equal(scores, 0);
});

pageTest("a page that changes its address keeps the model that it has", { site: site() }, async (page, server) => {
  await show(page, { lead: READY_LEAD }, { model: "model.json" });
  await page.evaluate(() => {
    history.pushState(null, "", "/leads/42/");
    document.body.append(document.querySelector("sales-ready-lead"));
  });
  await show(page, { lead: COLD_LEAD });
  assert.equal(await part(page, "flag").textContent(), "Not yet");
  assert.deepEqual([...server.requests.keys()].filter((address) => address.includes("leads")), []);
});

pageTest("a page that answers each score with a lead made anew can still be used", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  const scores = await page.evaluate(async (lead) => {
    let scores = 0;
    const answer = ({ target }) => {
      scores += 1;
      if (scores < 5000) target.lead = { ...lead }; // or it would never end
    };
    addEventListener("sales-ready-change", answer);
    document.querySelector("sales-ready-lead").lead = { ...lead };
    await new Promise((resolve) => setTimeout(resolve, 100));
    removeEventListener("sales-ready-change", answer);
    return scores;
  }, READY_LEAD);
  assert.ok(scores > 1 && scores < 500, `${scores} scores before the page's turn`);
});

pageTest("leads of whom only touches are known are told apart by them", { site: site() }, async (page) => {
  await page.goto("/");
  await show(page, { touches: TOUCHES.slice(0, 5), asOf: AS_OF }, { model: "/touched.json" });
  await unfold(page);
  const typed = () => part(page, "handback").locator("textarea").inputValue();
  await part(page, "handback").locator("textarea").fill("Too small for us");
  // Its touches become more, and their order does not matter.
  await show(page, { touches: TOUCHES.slice(0, 7).reverse() });
  assert.equal(await typed(), "Too small for us");
  await show(page, { touches: TOUCHES.slice(1, 6) });
  assert.equal(await typed(), "Too small for us");
  await show(page, { touches: TOUCHES.slice(3, 9) });
  assert.equal(await typed(), "");
  // One without any is another, both ways, also of equal values.
  const lead = { company_size: 40 };
  for (const other of [{ touches: [] }, { touches: TOUCHES.slice(0, 3) }, { lead, touches: [] }, { lead: { ...lead }, touches: TOUCHES.slice(0, 3) }]) {
    await unfold(page);
    await part(page, "handback").locator("textarea").fill("Too small for us");
    await show(page, other);
    assert.equal(await typed(), "");
  }
});

pageTest("an object that is changed in place is another lead; with an id of its own a lead stays itself", { site: site() }, async (page) => {
  await page.goto("/");
  const typed = () => part(page, "handback").locator("textarea").inputValue();
  const again = (change) =>
    page.evaluate((change) => {
      const element = document.querySelector("sales-ready-lead");
      globalThis.record ??= element.lead;
      const told = new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true }));
      if ("id" in change) element.setAttribute("lead-id", change.id);
      element.lead = Object.assign(change.copy ? { ...globalThis.record } : globalThis.record, change.values);
      return told.then(() => undefined);
    }, change);
  await show(page, { lead: READY_LEAD });
  await unfold(page);
  const type = () => part(page, "handback").locator("textarea").fill("Too small for us");
  await type();
  await again({ values: {} });
  assert.equal(await typed(), "Too small for us");
  await again({ values: COLD_LEAD });
  assert.equal(await typed(), "");
  await again({ id: "17", values: READY_LEAD });
  await unfold(page);
  await type();
  await again({ copy: true, values: { modified_on: "2026-03-20" } });
  await again({ values: { reviews_read: 1 } });
  assert.equal(await typed(), "Too small for us");
  await again({ id: "18", values: {} });
  assert.equal(await typed(), "");
});

pageTest("a page that sorts and cuts the reasons that it is told changes none in the card", { site: site() }, async (page) => {
  await page.goto("/");
  await page.evaluate(() => document.addEventListener("sales-ready-change", ({ detail }) => detail.explanation.contributions.sort(() => 1).splice(0, 3)));
  await show(page, { lead: READY_LEAD });
  const { terms, rows } = await page.evaluate(async () => {
    const { readModel } = await import("/dist/scorer.js");
    const element = document.querySelector("sales-ready-lead");
    const scorer = await readModel(await (await fetch("/model.json")).text());
    return { terms: (await scorer.explain(element.lead)).contributions.length, rows: element.shadowRoot.querySelectorAll(".sum-reason").length };
  });
  assert.equal(rows, terms);
});

pageTest("a lead without touches has nothing of those of the lead before it, however late that is scored", { site: site() }, async (page) => {
  await onlyEngine(page, "worker");
  await show(page, { lead: LEAD, touches: TOUCHES, asOf: AS_OF }, { model: "/touched.json" });
  const names = await page.evaluate(
    async ([lead, touches]) => {
      const element = document.querySelector("sales-ready-lead");
      element.touches = Array.from({ length: 3000 }, (_, place) => touches[place % touches.length]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      Object.assign(element, { lead: { ...lead, company_size: 20 }, touches: null });
      await new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true }));
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [...element.shadowRoot.querySelectorAll(".about-name")].map(({ textContent }) => textContent);
    },
    [LEAD, TOUCHES],
  );
  assert.ok(names.length > 2 && !names.includes("Touches up to"), `${names}`);
});

pageTest("since a moment that is still to come nothing has changed, and the card stands", { site: site() }, async (page) => {
  await show(page, { lead: LEAD, touches: TOUCHES, asOf: AS_OF, since: AS_OF + 3_600_000 }, { model: "/touched.json" });
  assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").state), "ready");
  assert.equal(await part(page, "change").isVisible(), false);
});

const DARK = {
  "/": documentWith(ELEMENT).replace("<!doctype html>", "").replace("<body>", '<link rel="stylesheet" href="/dark.css"><body>'),
  "/dark.css": "body, body * { color: #eee }",
};
pageTest("a page's rule for all elements leaves the card its colours, also without a doctype", { site: site(DARK) }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await unfold(page);
  const colours = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("sales-ready-lead");
    return [".words", ".sum-what", ".what"].map((name) => getComputedStyle(shadowRoot.querySelector(name)).color);
  });
  assert.deepEqual(colours, Array(3).fill("rgb(24, 27, 34)"));
});

/** How a Worker comes to give no answer, by what is said of it. */
const FAILURES = {
  "out of memory": (page) =>
    page.workers()[0].evaluate(() => {
      globalThis.postMessage = () =>
        setTimeout(() => {
          throw new Error("out of memory");
        });
    }),
  "a question could not be read": (page) => page.workers()[0].evaluate(() => (globalThis.postMessage = () => dispatchEvent(new MessageEvent("messageerror")))),
  "its answer could not be read": (page) => page.evaluate(() => (globalThis.unread = true)),
};
for (const [what, fail] of Object.entries(FAILURES)) {
  const options = { policy: "default-src 'self'", policies: { "/dist/engine-worker.js": WASM } };
  pageTest(`a Worker that gives no answer is an error, not a wait: ${what}`, { site: site({}, options), expected: /WebAssembly/ }, async (page) => {
    await page.addInitScript(() => {
      globalThis.Worker = class extends Worker {
        constructor(...given) {
          super(...given);
          this.addEventListener("message", (event) => {
            if (!globalThis.unread) return;
            event.stopImmediatePropagation();
            this.dispatchEvent(new MessageEvent("messageerror"));
          });
        }
      };
    });
    await show(page, { lead: READY_LEAD });
    assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").engine), "worker");
    await fail(page);
    await page.evaluate((lead) => void (document.querySelector("sales-ready-lead").lead = lead), COLD_LEAD);
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "error", undefined, { timeout: 5000 });
    const message = await page.evaluate(() => document.querySelector("sales-ready-lead").error.message);
    assert.ok(message.startsWith("the scoring engine's Worker failed: ") && message.endsWith(`${what}; load the page again`), message);
  });
}
