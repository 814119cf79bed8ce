// `<sales-ready-lead>` as a page author meets it.

import assert from "node:assert/strict";

import { COLD_LEAD, fixtureModel, indicativeModel, READY_LEAD, silentModel } from "../fixtures/model.mjs";
import { assertAccessible, DIST, pageTest, PHONE } from "./host.mjs";
import { serve } from "./server.mjs";

const MODEL = JSON.stringify(fixtureModel());
const NOT_FOUND = /404/;
const DOCUMENT = (body) => `<!doctype html><html lang="en"><title>Lead</title>
  <meta name="color-scheme" content="light dark">
  <script type="module" src="/dist/define.js"></script>
  <body><main><h1>CRM</h1><h2>Lead</h2>${body}</main></body></html>`;
const ELEMENT = DOCUMENT('<sales-ready-lead model="/model.json"></sales-ready-lead>');

const site = (pages = {}) => () =>
  serve({ folders: { dist: DIST }, pages: { "/": ELEMENT, "/model.json": MODEL, ...pages } });

/** Sets the lead of the page's element and waits until it shows a score or an error. */
function setLead(page, lead) {
  return page.evaluate(
    (lead) =>
      new Promise((resolve) => {
        const element = document.querySelector("sales-ready-lead");
        const done = () => resolve(element.state);
        element.addEventListener("sales-ready-change", done, { once: true });
        element.addEventListener("sales-ready-error", done, { once: true });
        element.lead = lead;
      }),
    lead,
  );
}

const part = (page, name) => page.locator(`sales-ready-lead [part~="${name}"]`);

async function open(page) {
  await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
}

pageTest("shows flag, probability, grade and reasons, under a strict policy", { site: site() }, async (page) => {
  await open(page);
  assert.equal(await setLead(page, { ...READY_LEAD, industry: "health", days_since_last_touch: 60 }), "ready");
  assert.equal(await part(page, "flag").textContent(), "Sales-ready");
  assert.match(await part(page, "words").textContent(), /^About \d+ of 100 leads like this convert\.$/);
  assert.deepEqual(await part(page, "figure-value").allTextContents(), [String(Math.round(100 * (await page.evaluate(() => document.querySelector("sales-ready-lead").explanation.score.probability)))), "A", "71"]);
  assert.equal(await page.locator("sales-ready-lead .for .reason").count(), 3);
  assert.equal(await page.locator("sales-ready-lead .against .reason").count(), 2);
  assert.match(await page.locator("sales-ready-lead .against .reason").first().textContent(), /^Days since last touch: 60 d\. Such leads/);
  assert.equal(await page.locator("sales-ready-lead [style]").count(), 0);
  await part(page, "about").waitFor();
  const sheets = await page.evaluate(() => document.querySelector("sales-ready-lead").shadowRoot.adoptedStyleSheets.length);
  assert.equal(sheets, 2);
  await setLead(page, COLD_LEAD);
  assert.equal(await part(page, "flag").textContent(), "Not yet");
});

const sure = (intercept) => JSON.stringify(fixtureModel({ fields: [], terms: [], golden: [], intercept, calibration: { x: [-40, 40], y: [-40, 40] } }));
pageTest("what is not certain has neither all points nor none", { site: site({ "/high.json": sure(7), "/low.json": sure(-7), "/certain.json": sure(40) }) }, async (page) => {
  await open(page);
  await setLead(page, {});
  for (const [model, points] of [["/high.json", "99"], ["/low.json", "1"], ["/certain.json", "100"]]) {
    await page.evaluate((model) => (document.querySelector("sales-ready-lead").model = model), model);
    await page.waitForFunction((points) => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".figure-value")?.textContent === points, points);
  }
});

const thresholdOf = (probability) => JSON.stringify(fixtureModel({ policy: { ...fixtureModel().policy, threshold: -5.8, probability } }));
pageTest("a threshold is none, or all, only where it is", { site: site({ "/low.json": thresholdOf(0.00312), "/high.json": thresholdOf(0.9971), "/none.json": thresholdOf(0), "/more.json": thresholdOf(0.0061) }) }, async (page) => {
  await open(page);
  await setLead(page, READY_LEAD);
  for (const [model, said, german] of [["/low.json", "0.312", "0,312"], ["/high.json", "99.71", "99,71"], ["/none.json", "0", "0"], ["/more.json", "1", "1"]]) {
    for (const [lang, note] of [["en", `Threshold: ${said} of 100`], ["de", `Schwelle: ${german} von 100`]]) {
      await page.evaluate((values) => Object.assign(document.querySelector("sales-ready-lead"), values), { model, lang });
      await page.waitForFunction((note) => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".threshold-note")?.textContent === note, note);
    }
  }
});

pageTest("an interaction is a reason of its own", { site: site() }, async (page) => {
  await open(page);
  await setLead(page, READY_LEAD);
  const reason = page.locator("sales-ready-lead .for .reason").filter({ hasText: "together with" });
  assert.equal(await reason.locator("[part=what]").textContent(), "Pricing views together with industry: 4 and software.");
  assert.equal(await reason.locator("[part=meaning]").textContent(), "Beyond what each says alone, such leads convert more often.");
  const reasons = await page.evaluate(() => document.querySelector("sales-ready-lead").explanation.reasonsFor.map(({ fields }) => fields));
  assert.deepEqual(reasons.filter((fields) => fields.includes("industry")), [["pricing_views", "industry"], ["industry"]]);
});

pageTest("events bubble, leave shadow trees and carry the score", { site: site() }, async (page) => {
  await open(page);
  const seen = await page.evaluate(
    (lead) =>
      new Promise((resolve) => {
        const outer = document.body.appendChild(document.createElement("div"));
        const inner = outer.attachShadow({ mode: "open" }).appendChild(document.createElement("sales-ready-lead"));
        document.addEventListener("sales-ready-change", ({ detail, bubbles, composed }) => {
          const { score, explanation, lead } = detail;
          resolve({ bubbles, composed, readiness: score.readiness, same: explanation.score === score, lead });
        });
        inner.model = "/model.json";
        inner.lead = lead;
      }),
    READY_LEAD,
  );
  assert.deepEqual(seen, { bubbles: true, composed: true, readiness: "sales-ready", same: true, lead: READY_LEAD });
});

pageTest("several changes in one turn are reported once", { site: site() }, async (page) => {
  await open(page);
  await setLead(page, COLD_LEAD);
  const events = await page.evaluate(async (lead) => {
    const element = document.querySelector("sales-ready-lead");
    const seen = [];
    element.addEventListener("sales-ready-change", ({ detail }) => seen.push(detail.score.grade));
    element.lead = null;
    element.lead = { reviews_read: 1 };
    element.lead = lead;
    await new Promise((resolve) => setTimeout(resolve, 0));
    return seen;
  }, READY_LEAD);
  assert.deepEqual(events, ["A"]);
});

pageTest("attributes and properties reflect each other", { site: site() }, async (page) => {
  await open(page);
  const found = await page.evaluate(() => {
    const element = document.createElement("sales-ready-lead");
    const before = [element.model, element.headingLevel, element.lead, element.state, element.explanation, element.error];
    element.model = "m.json";
    element.headingLevel = 2;
    const set = [element.getAttribute("model"), element.model === new URL("m.json", document.baseURI).href];
    const level = [element.getAttribute("heading-level")];
    element.setAttribute("heading-level", "nine");
    element.lead = undefined;
    return [before, set, level, element.headingLevel, element.lead];
  });
  assert.deepEqual(found, [["", 3, null, "empty", null, null], ["m.json", true], ["2"], 3, null]);
});

pageTest("properties set before the element is defined are kept", {
  site: site({
    "/": DOCUMENT('<sales-ready-lead></sales-ready-lead>').replace(
      '<script type="module" src="/dist/define.js"></script>',
      '<script defer src="/early.js"></script><script type="module" src="/dist/define.js"></script>',
    ),
    "/early.js": `const early = document.querySelector("sales-ready-lead");
      early.lead = ${JSON.stringify(READY_LEAD)}; early.model = "/model.json"; early.headingLevel = 4;`,
  }),
}, async (page) => {
  await page.goto("/");
  await part(page, "figure-value").first().waitFor();
  assert.equal(await part(page, "flag").textContent(), "Sales-ready");
  assert.equal(await part(page, "flag").getAttribute("aria-level"), "4");
  assert.equal(await page.locator("sales-ready-lead").getAttribute("model"), "/model.json");
});

pageTest("a lead that a framework has written as an attribute is told as what it is", { site: site({ "/": ELEMENT.replace(" model", ' lead="[object Object]" model') }) }, async (page) => {
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await open(page);
  await part(page, "flag").filter({ hasText: "No lead selected" }).waitFor();
  assert.equal(warnings.splice(0).length, 1);
  // As where a template is put in the page first, and bound then.
  await page.evaluate(() => {
    const card = document.querySelector("sales-ready-lead");
    card.replaceWith(Object.assign(document.createElement("sales-ready-lead"), { model: card.model }));
    document.querySelector("sales-ready-lead").setAttribute("lead", "{}");
  });
  await part(page, "flag").filter({ hasText: "No lead selected" }).waitFor();
  await page.evaluate(() => document.querySelector("main").append(document.querySelector("sales-ready-lead")));
  await setLead(page, READY_LEAD);
  assert.deepEqual(warnings, ["sales-ready: lead is a property, not an attribute"]);
});

pageTest("many elements fetch a model and the engine once", { site: site() }, async (page, server) => {
  await open(page);
  await page.evaluate((lead) => {
    for (let count = 0; count < 20; count += 1) {
      const element = document.querySelector("main").appendChild(document.createElement("sales-ready-lead"));
      element.model = count % 2 ? "model.json" : "/model.json";
      element.lead = lead;
    }
  }, READY_LEAD);
  await page.waitForFunction(() => [...document.querySelectorAll("sales-ready-lead")].slice(1).every(({ state }) => state === "ready"));
  assert.equal(server.requests.get("/model.json"), 1);
  assert.equal(server.requests.get("/dist/engine.wasm"), 1);
});

const late = withResolvers();
pageTest("an answer for a model no longer wanted is ignored", {
  site: site({ "/slow.json": () => late.promise, "/few.json": JSON.stringify(indicativeModel()) }),
}, async (page) => {
  await open(page);
  await page.evaluate((lead) => {
    const element = document.querySelector("sales-ready-lead");
    element.model = "/slow.json";
    element.lead = lead;
    element.model = "/few.json";
  }, READY_LEAD);
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "ready");
  late.resolve(MODEL);
  await page.evaluate(() => fetch("/slow.json").then((response) => response.text()));
  assert.equal(await part(page, "flag").textContent(), "Can’t tell");
});

pageTest("an element taken out and put back shows the newest lead", { site: site() }, async (page, server) => {
  await open(page);
  await setLead(page, READY_LEAD);
  await page.evaluate((lead) => {
    const element = document.querySelector("sales-ready-lead");
    element.remove();
    element.lead = lead;
    document.querySelector("main").append(element);
  }, COLD_LEAD);
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").explanation?.score.readiness === "nurture");
  assert.equal(server.requests.get("/model.json"), 1);
});

const hanging = withResolvers();
pageTest("waits with a state for it, and asks for a lead", { site: site({ "/model.json": () => hanging.promise }) }, async (page) => {
  await open(page);
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "loading");
  await page.locator('sales-ready-lead section[aria-busy="true"]').waitFor();
  assert.equal(await part(page, "flag").textContent(), "Scoring …");
  await assertAccessible(page);
  hanging.resolve(MODEL);
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "empty");
  await part(page, "flag").filter({ hasText: "No lead selected" }).waitFor();
  await page.evaluate(() => document.querySelector("sales-ready-lead").removeAttribute("model"));
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.textContent.includes("No model yet"));
});

let missing;
pageTest("a model that is not there is an error that can be tried again", {
  site: site({ "/model.json": () => missing }),
  expected: NOT_FOUND,
}, async (page) => {
  await open(page);
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "error");
  const { code, message } = await page.evaluate(() => {
    const { code, message } = document.querySelector("sales-ready-lead").error;
    return { code, message };
  });
  assert.equal(code, "io");
  assert.match(message, /model\.json: the server answered 404 Not Found/);
  assert.equal(await part(page, "flag").textContent(), "No score");
  await assertAccessible(page);
  missing = MODEL;
  await part(page, "retry").press("Enter");
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "empty");
});

pageTest("a file that is no model, and a wrong value, say what to do", { site: site({ "/no.json": "<p>login</p>" }) }, async (page) => {
  await open(page);
  assert.equal(await setLead(page, { reviews_read: "many" }), "error");
  assert.match(await part(page, "cause").textContent(), /^Expected a number for "reviews_read", found "many"/);
  assert.equal(await part(page, "retry").isVisible(), false);
  assert.equal(await setLead(page, READY_LEAD), "ready");
  await page.evaluate(() => document.querySelector("sales-ready-lead").setAttribute("model", "/no.json"));
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").error?.code === "model-invalid");
});

pageTest("where the policy forbids WebAssembly and what helps is not there, the error says so", {
  site: () => serve({ folders: { dist: DIST }, policy: "default-src 'self'", pages: { "/": ELEMENT, "/model.json": MODEL, "/dist/engine-js.js": undefined } }),
  expected: /Content Security Policy|WebAssembly|404/,
}, async (page) => {
  await open(page);
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").error?.code === "engine");
  assert.match(await part(page, "cause").textContent(), /'wasm-unsafe-eval'/);
});

pageTest("text from a lead is text", { site: site() }, async (page) => {
  await open(page);
  await setLead(page, { ...READY_LEAD, source: '<img src=x onerror="alert(1)"><b>fair</b>', industry: "\u202e<script>" });
  assert.equal(await page.locator("sales-ready-lead img, sales-ready-lead b, sales-ready-lead script").count(), 0);
  const html = await page.evaluate(() => document.querySelector("sales-ready-lead").shadowRoot.innerHTML);
  assert.match(html, /&lt;img src=x/);
});

for (const colorScheme of ["light", "dark"]) {
  pageTest(`every state is accessible, ${colorScheme}`, { site: site({ "/few.json": JSON.stringify(indicativeModel()), "/silent.json": JSON.stringify(silentModel()) }), colorScheme, viewport: PHONE }, async (page) => {
    await open(page);
    for (const lead of [READY_LEAD, COLD_LEAD, { reviews_read: "many" }]) {
      await setLead(page, lead);
      await assertAccessible(page);
    }
    await page.evaluate(() => document.querySelector("sales-ready-lead").setAttribute("model", "/few.json"));
    await setLead(page, READY_LEAD);
    assert.match(await part(page, "note").textContent(), /converted: 12, others: 300\)\. It flags leads once it knows 40 of each\. .* how well it ranks: about 75\./);
    assert.equal(await part(page, "tick").count(), 0);
    await assertAccessible(page);
    await page.evaluate(() => document.querySelector("sales-ready-lead").setAttribute("model", "/silent.json"));
    await page.waitForFunction(() => /ranked no better than by chance/.test(document.querySelector("sales-ready-lead").shadowRoot.textContent));
    assert.equal(await part(page, "flag").textContent(), "Can’t tell");
    await assertAccessible(page);
  });
}

pageTest("announces the decision, and only when it changes", { site: site() }, async (page) => {
  await open(page);
  await setLead(page, COLD_LEAD);
  await setLead(page, READY_LEAD);
  await page.evaluate(() => {
    const status = document.querySelector("sales-ready-lead").shadowRoot.querySelector('.status');
    globalThis.said = [status.textContent];
    new MutationObserver(() => globalThis.said.push(status.textContent)).observe(status, { childList: true });
  });
  await setLead(page, { ...READY_LEAD });
  await setLead(page, COLD_LEAD);
  const said = await page.evaluate(() => globalThis.said);
  assert.equal(said.length, 2);
  assert.match(said[0], /^Sales-ready, grade A\. About/);
  assert.match(said[1], /^Not yet, grade D\./);
});

pageTest("a page's theme reaches the card", {
  site: site({
    "/": ELEMENT.replace("<body>", '<link rel="stylesheet" href="/theme.css"><body>'),
    "/theme.css": "sales-ready-lead { --sales-ready-surface: rgb(1, 2, 3); } sales-ready-lead::part(flag) { color: rgb(4, 5, 6); }",
  }),
}, async (page) => {
  await open(page);
  await setLead(page, READY_LEAD);
  const color = (name, property) => part(page, name).evaluate((node, property) => getComputedStyle(node)[property], property);
  assert.equal(await color("card", "backgroundColor"), "rgb(1, 2, 3)");
  assert.equal(await color("flag", "color"), "rgb(4, 5, 6)");
});

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}
