// What the page around a frame finds out of one that does not answer, and what it can tell one of its looks and its language.

import assert from "node:assert/strict";

import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { connect, flag, inside, MODEL, PROTOCOL, set, site, told } from "./frame.mjs";
import { pageTest } from "./host.mjs";

const src = (page, change) => page.evaluate((change) => {
  const frame = document.querySelector("iframe");
  frame.src = change === "none" ? "/none" : `${frame.src.split("#")[0]}${change}`;
}, change);
const loaded = (page) => page.evaluate(() => new Promise((resolve) => document.querySelector("iframe").addEventListener("load", resolve, { once: true })));

for (const [what, options] of [
  ["that has no such page", { early: false }],
  ["that does not name its host", { host: () => "https://crm.example" }],
]) {
  pageTest(`a frame ${what} fails what is set after half a minute`, { site: site(options), expected: /404/ }, async (page) => {
    await page.clock.install();
    await page.goto("/", { waitUntil: "load" });
    await connect(page);
    if (options.early === false) {
      const there = loaded(page);
      await src(page, "none");
      await there;
    }
    const first = set(page, { lead: READY_LEAD });
    await page.clock.runFor(29_000);
    assert.equal(await Promise.race([first, page.evaluate(() => "waits")]), "waits");
    await page.clock.runFor(2_000);
    assert.match(await first, /^no-answer: .* check that its src is the address of embed\.html, and that this page's origin is named there/);
  });
}

pageTest("what nobody awaits fails without an error of the page, which is told of it; what somebody does fails there, too", { site: site({ host: () => "https://crm.example" }) }, async (page) => {
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await page.clock.install();
  await page.goto("/", { waitUntil: "load" });
  await connect(page);
  await page.evaluate((lead) => void globalThis.lead.set({ lead, leadId: "17" }), READY_LEAD);
  const awaited = set(page, { lead: COLD_LEAD });
  await page.clock.runFor(31_000);
  assert.match(await awaited, /^no-answer: /);
  const failed = () => page.evaluate(() => globalThis.told.map(([type, { error, values }]) => [type, error.name, error.code, values.leadId]));
  assert.deepEqual(await failed(), [["failed", "EmbedError", "no-answer", "17"], ["failed", "EmbedError", "no-answer", undefined]]);
  assert.equal(warnings.filter((text) => text.startsWith("sales-ready: what was set has failed: the frame has not answered")).length, 2);
  // What a page ends itself it is not told of.
  await page.evaluate((lead) => {
    void globalThis.lead.set({ lead });
    globalThis.lead.close();
    void globalThis.lead.set({ lead });
  }, READY_LEAD);
  assert.match(await set(page, { lead: READY_LEAD }), /^closed: /);
  assert.equal((await failed()).length, 2);
});

pageTest("what is set of a frame of another version fails for that", { site: site({ host: () => "https://crm.example" }) }, async (page) => {
  await page.clock.install();
  await page.goto("/", { waitUntil: "load" });
  await connect(page);
  const sent = set(page, { lead: READY_LEAD });
  await page.evaluate(() => {
    const frame = document.querySelector("iframe");
    const event = { data: { protocol: "sales-ready/2", type: "hello", page: 0 }, source: frame.contentWindow, origin: new URL(frame.src).origin };
    dispatchEvent(new MessageEvent("message", event));
  });
  await page.clock.runFor(31_000);
  assert.match(await sent, /^unknown-version: the frame speaks sales-ready\/2, this page sales-ready\/1; take the files of both/);
});

pageTest("a mistake of the page's own is one, also where nobody awaits it", { site: site() }, async (page) => {
  const errors = [];
  page.removeAllListeners("pageerror").on("pageerror", ({ name }) => errors.push(name));
  await page.goto("/");
  await connect(page);
  await page.evaluate(() => void globalThis.lead.set({ lead: { of: () => {} } }));
  // What the frame refuses is told to the page alone.
  await page.evaluate(() => void globalThis.lead.set({ actions: ["all"] }));
  assert.deepEqual(await page.waitForFunction(() => globalThis.told[0]).then((found) => found.evaluate(([type, { error, values }]) => [type, error.code, values])), ["failed", "malformed", { actions: ["all"] }]);
  assert.deepEqual(errors, ["DataCloneError"]);
});

pageTest("one that is to load when it is seen has its time from then on", { site: site({ early: false, attributes: 'loading="lazy"' }) }, async (page) => {
  await page.clock.install();
  await page.goto("/", { waitUntil: "load" });
  await page.evaluate(() => (document.querySelector("iframe").style.marginTop = "20000px"));
  await connect(page);
  await page.evaluate(() => (document.querySelector("iframe").src = document.querySelector("iframe").dataset.src));
  const done = set(page, { modelText: MODEL, lead: READY_LEAD });
  await page.clock.runFor(120_000);
  assert.equal(await Promise.race([done, page.evaluate(() => "waits")]), "waits");
  await page.evaluate(() => document.querySelector("iframe").scrollIntoView());
  assert.equal(await done, "done");
});

for (const [what, attributes] of [["", ""], [", in a sandbox", 'sandbox="allow-scripts"']]) {
  pageTest(`one that was to load when it is seen, and has, has no more than half a minute${what}`, { site: site({ early: false, attributes: `loading="lazy" ${attributes}` }), expected: /404/ }, async (page) => {
    await page.clock.install();
    await page.goto("/", { waitUntil: "load" });
    if (attributes) await connect(page);
    const there = loaded(page);
    await src(page, "none");
    await there;
    if (!attributes) await connect(page);
    const first = set(page, { lead: READY_LEAD });
    await page.clock.runFor(31_000);
    assert.match(await first, /^no-answer: /);
  });
}

pageTest("a frame that is taken away and put back is told all again, and nothing of the lead before", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page);
  await set(page, { modelText: MODEL, lead: READY_LEAD, leadId: "17", lang: "de" });
  await told(page, "change");
  const found = await page.evaluate(async (lead) => {
    const frame = document.querySelector("iframe");
    frame.remove();
    const sent = globalThis.lead.set({ lead });
    globalThis.told.length = 0;
    document.body.append(frame);
    await sent;
  }, COLD_LEAD);
  assert.equal(found, undefined);
  await told(page, "change");
  await flag(page).filter({ hasText: "Noch nicht" }).waitFor();
  // The name of another lead alone takes this one away, and it does not come back with a page that starts anew.
  assert.equal(await set(page, { leadId: "18" }), "done");
  await flag(page).filter({ hasText: "Kein Lead" }).waitFor();
  await inside(page, () => location.reload());
  await flag(page).filter({ hasText: "Kein Lead" }).waitFor();
  await page.waitForTimeout(200);
  assert.deepEqual(await inside(page, () => ((card) => [card.getAttribute("lead-id"), card.state, card.lead])(document.querySelector("sales-ready-lead"))), ["18", "empty", null]);
  // With its touches it keeps what they have in common, as the card does.
  assert.equal(await set(page, { lead: READY_LEAD }), "done");
  await flag(page).filter({ hasText: "Vertriebsreif" }).waitFor();
  assert.equal(await set(page, { leadId: "19", touches: [] }), "done");
  await inside(page, () => location.reload());
  await page.waitForFunction(() => globalThis.lead.ready);
  await flag(page).filter({ hasText: "Vertriebsreif" }).waitFor();
});

pageTest("a frame that is hidden keeps its height", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page);
  await set(page, { modelText: MODEL, lead: READY_LEAD });
  await page.waitForFunction(() => Number(document.querySelector("iframe").height) > 600);
  const height = () => page.evaluate(() => Number(document.querySelector("iframe").height));
  const style = (display) => page.evaluate((display) => (document.querySelector("iframe").style.display = display), display);
  const shown = await height();
  await style("none");
  await inside(page, () => new Promise((resolve) => setTimeout(resolve, 200)));
  assert.equal(await set(page, { lead: COLD_LEAD }), "done");
  assert.equal(await height(), shown);
  await style("");
  await page.waitForFunction((shown) => Number(document.querySelector("iframe").height) !== shown, shown);
  await page.waitForFunction(() => document.querySelector("iframe").height > 600);
});

pageTest("an address may name its host, and another one, when the page is there already", { site: site({ host: () => "https://crm.example" }) }, async (page) => {
  await page.clock.install();
  await page.goto("/", { waitUntil: "load" });
  await connect(page);
  await inside(page, () => customElements.whenDefined("sales-ready-lead").then(() => (globalThis.same = true)));
  const done = set(page, { modelText: MODEL, lead: READY_LEAD });
  await src(page, `#host=${new URL(page.url()).origin}`);
  assert.equal(await done, "done");
  assert.equal((await told(page, "change")).score.readiness, "sales-ready");
  // The same page, and the same connection where other parts of the address change.
  await src(page, `#host=${new URL(page.url()).origin}&tab=2`);
  assert.equal(await set(page, { lead: COLD_LEAD }), "done");
  assert.equal(await inside(page, () => globalThis.same), true);
  await src(page, "#host=https://crm.example");
  await inside(page, () => new Promise((resolve) => setTimeout(resolve)));
  const refused = set(page, { lead: READY_LEAD });
  await page.clock.runFor(31_000);
  assert.match(await refused, /^no-answer: /);
  assert.equal(await flag(page).textContent(), "Not yet");
});

pageTest("a frame is told a direction, the level of its heading, a colour scheme, and a language as CRMs write it", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page);
  const looks = () =>
    inside(page, () => {
      const { shadowRoot } = document.querySelector("sales-ready-lead");
      const card = shadowRoot.querySelector(".card");
      const { backgroundColor } = getComputedStyle(card);
      return [document.documentElement.lang, card.lang, card.dir, shadowRoot.querySelector(".flag").ariaLevel, backgroundColor === "rgb(255, 255, 255)"];
    });
  await set(page, { modelText: MODEL, lead: READY_LEAD, lang: "de_AT", dir: "rtl", headingLevel: 2, colorScheme: "dark" });
  await told(page, "change");
  assert.deepEqual((await looks()).with(1, ""), ["de-AT", "", "rtl", "2", false]);
  await page.evaluate(() => (globalThis.told.length = 0));
  assert.equal(await set(page, { lang: "fr_CA.UTF-8" }), "done");
  await told(page, "change");
  assert.equal((await looks())[0], "fr-CA");
  await page.evaluate(() => (globalThis.told.length = 0));
  assert.equal(await set(page, { lang: null, dir: null, headingLevel: null, colorScheme: null }), "done");
  await told(page, "change");
  assert.deepEqual(await looks(), ["en", "en", "ltr", "3", true]);
});

pageTest("a frame tells of no hand-off that nobody was asked about, nor of another than that; and an error is texts", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page, "yes");
  // In place of the package's page: one that says what that never would.
  await inside(page, (protocol) => {
    addEventListener("message", ({ data, ports: [port] }) => {
      if (data.type !== "connect") return;
      const say = (body) => port.postMessage({ protocol, ...body });
      const detail = (source) => ({ lead: { source }, score: { logit: 1 } });
      port.onmessage = ({ data }) => {
        if (data.type !== "answer") return;
        for (const [type, source] of [["handback", "webinar"], ["handoff", "fair"], ["handoff", "webinar"], ["handoff", "webinar"]]) say({ type, detail: detail(source) });
        for (const [code, message] of [[{ a: 1 }, "why"], ["io", { b: 2 }], ["io", "why"]]) say({ type: "error", code, message });
        say({ type: "feedback", detail: {} });
      };
      say({ type: "handoff", detail: detail("webinar") });
      say({ type: "before-handoff", id: 1, detail: detail("webinar") });
    });
    parent.postMessage({ protocol, type: "hello", page: -1 }, "*");
  }, PROTOCOL);
  await told(page, "feedback");
  const heard = await page.evaluate(() => globalThis.told.map(([type, { lead, error }]) => [type, lead?.source ?? error?.message]));
  assert.deepEqual(heard, [["before-handoff", "webinar"], ["handoff", "webinar"], ["error", "why"], ["feedback", undefined]]);
});

pageTest("what getters of a lead's class say is part of it, as in a card", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page);
  assert.equal(await set(page, { modelText: MODEL }), "done");
  await page.evaluate((lead) => {
    class Record {
      #values = lead;
      get reviews_read() { return this.#values.reviews_read; }
      get store() { return { fetch() {} }; }
      save() {}
    }
    class Lead extends Record {
      industry = lead.industry;
      get pricing_views() { return lead.pricing_views; }
      get newsletter() { return lead.newsletter; }
      get source() { return null; }
    }
    return globalThis.lead.set({ lead: new Lead() });
  }, READY_LEAD);
  const { lead, explanation } = await told(page, "change");
  const { industry, newsletter, pricing_views, reviews_read } = READY_LEAD;
  assert.deepEqual(lead, { industry, newsletter, pricing_views, reviews_read });
  assert.ok(explanation.known > 0.25);
  // A mistake in one is told, and no value that is not known.
  const failed = await page.evaluate(() => {
    class Lead {
      get pricing_views() { throw new Error("not loaded"); }
    }
    return globalThis.lead.set({ lead: new Lead() }).catch(({ message }) => message);
  });
  assert.equal(failed, "not loaded");
});
