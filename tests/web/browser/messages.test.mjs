// What a page says otherwise than the package, or in a language of its own: `addMessages`, and the titles of a model's fields.

import assert from "node:assert/strict";

import { catalogue } from "../fixtures/catalogues.mjs";
import { COLD_LEAD, fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { pageTest } from "./host.mjs";
import { documentWith, ELEMENT, part, show, site, unfold } from "./lead.mjs";

/** A page that has said something before its first score. */
const saying = (script, lang, pages = {}) =>
  site({
    "/": documentWith(`${ELEMENT}<script type="module" src="/said.js"></script>`, `lang="${lang}"`),
    "/said.js": `import { addMessages } from "/dist/index.js";\n${script}`,
    ...pages,
  });
const said = async (page) => {
  const [flag, handoff, footnote] = await Promise.all(["flag", "handoff", "footnote"].map((name) => part(page, name).textContent()));
  return [flag, handoff, footnote, await part(page, "card").getAttribute("lang")];
};
const [de, pt] = await Promise.all(["de", "pt"].map(catalogue));

pageTest("a page's own English stays when the package's comes later, and is what other languages fall back on", { site: saying('addMessages("en", { handoff: "Pass on", "sales-ready": "Hot" }); addMessages("nl", { footnote: "Verband, geen oorzaak." });', "en") }, async (page) => {
  await show(page, { lead: READY_LEAD });
  assert.deepEqual(await said(page), ["Hot", "Pass on", "Associations, not causes.", "en"]);
  await show(page, {}, { lang: "nl" });
  assert.deepEqual(await said(page), ["Hot", "Pass on", "Verband, geen oorzaak.", "nl"]);
  await show(page, {}, { lang: "xx" });
  assert.deepEqual(await said(page), ["Hot", "Pass on", "Associations, not causes.", "en"]);
});

pageTest("a card whose language nobody has says otherwise in English what is said otherwise in that, all of it", { site: site({ "/": documentWith(ELEMENT, 'lang="nl"') }) }, async (page) => {
  await show(page, { lead: READY_LEAD });
  await page.evaluate(async () => (await import("/dist/index.js")).addMessages("en", { handoff: "Pass on", "sales-ready": "Hot", footnote: "Not causes.", whatIf: "Try it" }));
  await part(page, "flag").getByText("Hot").waitFor();
  assert.deepEqual(await said(page), ["Hot", "Pass on", "Not causes.", "en"]);
  assert.equal(await part(page, "what-if").locator("summary").textContent(), "Try it");
});

pageTest("what a page says of a language of the package lies over that, and of a region over both", { site: saying('addMessages("de", { handoff: "An AE" }); addMessages("de", { footnote: "Nur Zusammenhang." }); addMessages("pt-PT", { handoff: "Passar" });', "de") }, async (page, server) => {
  await show(page, { lead: READY_LEAD });
  assert.deepEqual(await said(page), [de["sales-ready"], "An AE", "Nur Zusammenhang.", "de"]);
  await show(page, {}, { lang: "pt-PT" });
  assert.deepEqual(await said(page), [pt["sales-ready"], "Passar", pt.footnote, "pt-pt"]);
  await show(page, {}, { lang: "pt-BR" });
  assert.deepEqual(await said(page), [pt["sales-ready"], pt.handoff, pt.footnote, "pt"]);
  assert.equal(server.requests.get("/dist/locales/de.js"), 1);
});

pageTest("a language as CRMs write it is that language to all who are told of it", { site: saying('addMessages("de_AT", { handoff: "Weiter" });', "de_AT") }, async (page) => {
  await show(page, { lead: READY_LEAD });
  assert.deepEqual(await said(page), [de["sales-ready"], "Weiter", de.footnote, "de-at"]);
  await page.evaluate(async () => (await import("/dist/index.js")).addMessages("de_AT", { handoff: "Los" }));
  await part(page, "handoff").getByText("Los").waitFor();
  const words = await page.evaluate(async () => {
    const { loadWords, readyWords } = await import("/dist/index.js");
    const { tag, lang } = await loadWords("pt_BR");
    return [tag, lang, readyWords("de_CH").number(1234567.5)];
  });
  assert.deepEqual(words, ["pt-BR", "pt", "1’234’568"]);
});

for (const [lang, number] of [["de_CH.UTF-8", "1’234’568"], ["de_CH@euro", "1’234’568"], ["de.UTF-8", "1.234.568"], [" de ", "1.234.568"], ["de-AT, en;q=0.5", "1\u00a0234\u00a0568"]]) {
  pageTest(`a language as a server writes it is that language, with its numbers: ${JSON.stringify(lang)}`, { site: saying(`addMessages(${JSON.stringify(lang)}, { handoff: "Weiter" });`, lang) }, async (page) => {
    await show(page, { lead: READY_LEAD });
    assert.deepEqual((await said(page)).slice(0, 3), [de["sales-ready"], "Weiter", de.footnote]);
    assert.equal(await page.evaluate(async (lang) => (await (await import("/dist/index.js")).loadWords(lang)).number(1234567.5), lang), number);
  });
}

/** Says it, and waits for a while; returns how many scores have been told of meanwhile. */
const say = (page, ...messages) =>
  page.evaluate(async (all) => {
    const { addMessages } = await import("/dist/index.js");
    let scores = 0;
    addEventListener("sales-ready-change", () => (scores += 1));
    for (const [lang, messages] of all) addMessages(lang, messages);
    await new Promise((resolve) => setTimeout(resolve, 100));
    return scores;
  }, messages);

pageTest("what comes when a card is shown, it says at once, once, and keeps what somebody has typed", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD }, { lang: "de" });
  await unfold(page);
  await part(page, "handback").locator("textarea").fill("Zu klein");
  assert.equal(await say(page, ["de", { handoff: "An AE", "sales-ready": "Heiß" }], ["en", { footnote: "Not causes." }]), 1);
  assert.deepEqual(await said(page), ["Heiß", "An AE", de.footnote, "de"]);
  assert.equal(await part(page, "handback").locator("textarea").inputValue(), "Zu klein");
  assert.equal(await part(page, "status").textContent(), "");
  // A page may say it at each score.
  const scores = await page.evaluate(async () => {
    const { addMessages } = await import("/dist/index.js");
    let scores = 0;
    addEventListener("sales-ready-change", () => (scores++ < 50 ? addMessages("de", { handoff: "Go", quality: { one: "eins", other: "mehr" } }) : 0));
    document.querySelector("sales-ready-lead").asOf = null;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return scores;
  });
  assert.equal(scores, 2);
  assert.deepEqual((await said(page))[1], "Go");
  // What it does not say changes nothing; what is said of English any card may fall back on.
  assert.equal(await say(page, ["fr", { handoff: "Passer" }]), 0);
  await show(page, {}, { lang: "nl" });
  await say(page, ["nl", { footnote: "Geen oorzaak." }]);
  assert.deepEqual(await said(page), ["Sales-ready", "Hand to sales", "Geen oorzaak.", "nl"]);
  await say(page, ["en", { handoff: "Pass on" }]);
  assert.deepEqual(await said(page), ["Sales-ready", "Pass on", "Geen oorzaak.", "nl"]);
});

pageTest("what comes between a score and its details, or while a card is out of the page, it says, too", { site: site() }, async (page) => {
  await page.addInitScript(() => {
    const later = requestAnimationFrame;
    globalThis.paint = new Promise((resolve) => (globalThis.go = resolve));
    globalThis.requestAnimationFrame = (run) => void globalThis.paint.then(() => later(run));
  });
  await page.goto("/");
  await page.evaluate(() => customElements.whenDefined("sales-ready-lead").then(() => undefined));
  await page.evaluate((lead) => {
    const element = document.querySelector("sales-ready-lead");
    element.lead = lead;
    return new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true })).then(() => undefined);
  }, READY_LEAD);
  await say(page, ["en", { "sales-ready": "Hot" }]);
  await page.evaluate(() => globalThis.go());
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".flag").textContent === "Hot");
  await page.evaluate(() => (globalThis.card = document.querySelector("sales-ready-lead")).remove());
  await say(page, ["en", { "sales-ready": "Very hot" }]);
  await page.evaluate(() => document.querySelector("main").append(globalThis.card));
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".flag").textContent === "Very hot");
});

for (const [what, file, expected] of [["is not there", undefined, /404|MIME/], ["is empty", () => "", /(?!)/]]) {
  const pages = { "/dist/locales/de.js": file };
  pageTest(`where the package's file ${what}, a page has its own words, and English`, { site: saying('addMessages("de", { handoff: "An AE" });', "de", pages), expected }, async (page, server) => {
    await show(page, { lead: READY_LEAD });
    await show(page, { lead: COLD_LEAD });
    await show(page, { lead: READY_LEAD });
    assert.deepEqual(await said(page), ["Sales-ready", "An AE", "Associations, not causes.", "de"]);
    assert.equal(server.requests.get("/dist/locales/de.js"), 1);
  });
}

pageTest("an empty file of words is no language: the card is in English, and says so", { site: site({ "/dist/locales/de.js": () => "" }) }, async (page) => {
  await show(page, { lead: READY_LEAD }, { lang: "de" });
  assert.deepEqual(await said(page), ["Sales-ready", "Hand to sales", "Associations, not causes.", "en"]);
});

pageTest("of the package's words there is one way to change them", { site: site() }, async (page) => {
  await page.goto("/");
  assert.deepEqual(await page.evaluate(async () => Object.keys(await import("/dist/index.js")).filter((name) => name.startsWith("add"))), ["addMessages"]);
});

const named = fixtureModel({ fields: fixtureModel().fields.map((field) => ({ ...field, title: { source: "eBay orders", pricing_views: "pricing page views" }[field.name] ?? field.title })) });
pageTest("a title begins a sentence with a capital, but for one that is written otherwise", { site: site({ "/named.json": JSON.stringify(named) }) }, async (page) => {
  await show(page, { lead: READY_LEAD }, { model: "/named.json" });
  const what = (await part(page, "sum-what").allTextContents()).join("\n");
  assert.match(what, /^eBay orders: /m);
  assert.match(what, /^Pricing page views: /m);
});

const { policy } = fixtureModel();
const rare = fixtureModel({ intercept: -9, calibration: { x: [-12, 0], y: [-12, 0] }, policy: { ...policy, past: { ...policy.past, leads: 4e6 } } });
pageTest("what is nearly never so is not said to be never so", { site: site({ "/rare.json": JSON.stringify(rare) }) }, async (page) => {
  await show(page, { lead: COLD_LEAD }, { model: "/rare.json" });
  assert.ok((await page.evaluate(() => document.querySelector("sales-ready-lead").explanation.score.interval[1])) < 0.005);
  assert.equal(await part(page, "words").textContent(), "Fewer than 1 of 100 leads like this converts.");
  assert.equal(await part(page, "interval").textContent(), "Between 0 and 1 of 100, with 95% confidence.");
});

pageTest("a plural of the number that a sentence holds, in each language", { site: site() }, async (page) => {
  await page.goto("/");
  const said = await page.evaluate(async () => {
    const { loadWords } = await import("/dist/index.js");
    const all = [];
    for (const lang of ["en", "de", "fr", "es", "pt", "ja"]) {
      const words = await loadWords(lang);
      for (const n of [0, 1, 2]) all.push(words.say("percentileWords", { n }));
    }
    return all;
  });
  assert.deepEqual(said, [
    ...[0, 1, 2].map((n) => `Scores higher than ${n} of 100 past leads.`),
    ...[0, 1, 2].map((n) => `Höher bewertet als ${n} von 100 früheren Leads.`),
    ...["0 lead passé", "1 lead passé", "2 leads passés"].map((leads) => `Score supérieur à celui de ${leads} sur 100.`),
    ...[0, 1, 2].map((n) => `Puntuación superior a la de ${n} de cada 100 leads anteriores.`),
    ...[0, 1, 2].map((n) => `Pontuação maior que a de ${n} em cada 100 leads anteriores.`),
    ...[0, 1, 2].map((n) => `過去のリード100件のうち${n}件を上回るスコアです。`),
  ]);
});
