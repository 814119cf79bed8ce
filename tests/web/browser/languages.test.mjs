// The element in each language of the package: every sentence drawn is one of its catalogue, in every state, and there is
// none that nobody gets to see.

import assert from "node:assert/strict";

import { catalogue, OTHERS } from "../fixtures/catalogues.mjs";
import { COLD_LEAD, fixtureModel, indicativeModel, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, touchedModel, TOUCHES } from "../fixtures/touched.mjs";
import { sticksOut } from "../suite/room.mjs";
import { drawn, MARKS, reader } from "../suite/sentences.mjs";
import { assertAccessible, pageTest } from "./host.mjs";
import { part, show, site, unfold } from "./lead.mjs";

const DAY = 86_400_000;
const SPARSE = { ...READY_LEAD, source: null, industry: "steel", pricing_views: 900, emails_clicked: -4 };
const many = Array.from({ length: 15 }, (_, place) => ({ at: AS_OF - place * DAY, kind: place % 2 ? "email-open" : "call" }));

const { card, policy } = fixtureModel();
const dated = fixtureModel({ card: { ...card, data: { ...card.data, period: ["2025-01-02", "2026-02-28"] } } });
const unproven = indicativeModel();
unproven.policy.abstains.auc.low = 0.45;
/** A model whose two fields say all, or next to nothing. */
const curve = (field, most) => ({ curve: { field, x: [0, 1], y: [-most, most], missing: 0 } });
const sure = fixtureModel({
  fields: ["reviews_read", "pricing_views"].map((name) => ({ name, type: { number: { decimal: "." } } })),
  terms: [curve("reviews_read", 4), curve("pricing_views", 1.5)],
  intercept: 0,
  golden: [],
  calibration: { x: [-9, 9], y: [-9, 9] },
  policy: { ...policy, past: undefined },
});
const engagement = (x, y) => [{ curve: { field: "engagement", x, y } }];
const MODELS = {
  "/dated.json": dated,
  "/unproven.json": unproven,
  "/sure.json": sure,
  "/shy.json": touchedModel({ terms: engagement([0, 4], [2, -2]), intercept: 0 }),
  "/always.json": touchedModel({ terms: engagement([0], [2]) }),
  "/aimless.json": touchedModel({ policy: { ...touchedModel().policy, threshold: null } }),
};

const touched = (properties, model = "/touched.json") => [{ lead: LEAD, touches: TOUCHES, asOf: AS_OF, since: null, ...properties }, { model }];
/** All that a lead can have drawn: properties, and attributes. */
const SCENES = {
  "much to note": [{ lead: SPARSE }, { model: "/dated.json" }],
  "sales-ready": [{ lead: READY_LEAD }, { model: "/model.json" }],
  cold: [{ lead: { ...COLD_LEAD, newsletter: false } }, { "held-by": "sales" }],
  nurture: [{ lead: { ...COLD_LEAD, pricing_views: 3, webinars_attended: 1 } }, { "held-by": "marketing" }],
  "too little known": [{ lead: { source: null } }, { "held-by": null }],
  "a model that is too young": [{ lead: READY_LEAD }, { model: "/few.json" }],
  "a model that is not proven": [{ lead: READY_LEAD }, { model: "/unproven.json" }],
  "a model without signal": [{ lead: READY_LEAD }, { model: "/silent.json" }],
  "a model without threshold": [{ lead: READY_LEAD }, { model: "/never.json" }],
  "next to none": [{ lead: { reviews_read: 0, pricing_views: 0 } }, { model: "/sure.json" }],
  "nearly all": [{ lead: { reviews_read: 1, pricing_views: 1 } }, {}],
  touches: touched({ since: AS_OF - 7 * DAY }),
  "touches long past": touched({ asOf: AS_OF + 200 * DAY }),
  "many touches": touched({ touches: many }),
  "no touches": touched({ touches: [] }),
  "better left alone": touched({}, "/shy.json"),
  "ready for long": touched({}, "/always.json"),
  "touches without a threshold": touched({}, "/aimless.json"),
  "a wrong value": [{ lead: { reviews_read: "many" }, touches: null, asOf: null }, { model: "/model.json" }],
  "no file": [{ lead: READY_LEAD }, { model: "/none.json" }],
  "no model": [{ lead: READY_LEAD }, { model: "/" }],
};
/** Where axe-core looks in every language: what has most words. In English it looks everywhere. */
const LOOKED_AT = ["much to note", "touches"];
/** What these scenes do not draw: engines that are not this page's, and one that does not start. */
const ELSEWHERE = ["engine-error", "js", "noDetails", "worker"];
/** A card of 280 px: words are longer in some languages than in English. */
const NARROW = { width: 296, height: 900 };
const INSTANTS = Array.from({ length: 800 }, (_, day) => AS_OF + (day - 500) * DAY);

for (const lang of ["en", ...OTHERS]) {
  const pages = Object.fromEntries(Object.entries(MODELS).map(([name, model]) => [name, JSON.stringify(model)]));
  pageTest(`${lang}: every sentence is of its catalogue, and all of these are drawn`, { site: site({ ...pages, "/slow.json": () => new Promise(() => {}) }), viewport: NARROW, expected: /404/ }, async (page) => {
    await page.clock.setFixedTime(AS_OF);
    const messages = await catalogue(lang);
    const { says, used, knows } = reader(lang, messages);
    knows(...INSTANTS);
    const foreign = {};
    const look = async (scene, axe) => {
      const texts = await page.evaluate(drawn, MARKS);
      assert.ok(texts.length > 1, scene);
      for (const [place, text] of texts) if (!says(text)) foreign[`${place}: ${text}`] = scene;
      assert.deepEqual(await page.evaluate(sticksOut), [], scene);
      if (axe) await assertAccessible(page);
    };
    await page.goto("/");
    await page.evaluate((lang) => (document.documentElement.lang = lang), lang);
    for (const [scene, [properties, attributes]] of Object.entries(SCENES)) {
      await show(page, properties, attributes);
      await unfold(page);
      await look(scene, lang === "en" || LOOKED_AT.includes(scene));
    }

    // The decision is close: one step back from when it falls.
    await show(page, ...touched());
    const { days } = await page.evaluate(async (call) => (await (await import("/dist/index.js")).loadModel("/touched.json")).crossing(call), { lead: LEAD, touches: TOUCHES, asOf: AS_OF });
    const near = AS_OF + (days - 0.5) * DAY;
    knows(near);
    await show(page, { asOf: near, touches: TOUCHES.filter(({ at }) => at <= AS_OF) });
    await look("nearly there");

    await show(page, { lead: COLD_LEAD, touches: null, asOf: null }, { model: "/model.json" });
    await unfold(page);
    const controls = page.locator("sales-ready-lead .controls .control");
    await controls.first().fill("9");
    await controls.last().selectOption("yes");
    await look("what if");
    await show(page, { lead: { ...COLD_LEAD, pricing_views: 6, webinars_attended: 3 } });
    await controls.first().fill("9");
    await look("what if with another flag");
    await controls.first().fill("900");
    await look("what if beyond the model", lang === "en");

    await unfold(page);
    await part(page, "handback").locator("button").click();
    await look("a hand-back without a reason");
    await part(page, "handoff").click();
    await look("handed over");
    await page.evaluate(() => document.addEventListener("sales-ready-before-handoff", (event) => event.preventDefault(), { once: true }));
    await part(page, "handoff").click();
    await look("not handed over");

    for (const answer of ["yes", "no"]) {
      await page.evaluate(() => {
        const asked = ({ detail }) => detail.until(new Promise((resolve, reject) => (globalThis.decide = { yes: () => resolve(true), no: () => reject(new Error("offline")) })));
        document.addEventListener("sales-ready-before-handoff", asked, { once: true });
        const { setTimeout } = globalThis;
        globalThis.setTimeout = (run, millis, ...more) => (millis === 60_000 ? (globalThis.late = run) : setTimeout(run, millis, ...more));
      });
      await part(page, "handoff").click();
      await look("not decided yet");
      await page.evaluate(() => globalThis.late());
      await look("not decided for a minute");
      await page.evaluate((answer) => globalThis.decide[answer](), answer);
      await look(`decided: ${answer}`);
    }

    for (const [state, properties, model] of [["empty", { lead: null }, "/model.json"], ["empty", {}, ""], ["loading", { lead: COLD_LEAD }, "/slow.json"]]) {
      await page.evaluate(
        ([properties, model]) => {
          const { shadowRoot } = Object.assign(document.querySelector("sales-ready-lead"), properties, { model });
          // Until it is drawn anew.
          shadowRoot.querySelector(".card").dataset.state = "";
        },
        [properties, model],
      );
      await page.waitForFunction((state) => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".card").dataset.state === state, state);
      await look(`${state} with model "${model}"`, lang === "en");
    }
    assert.deepEqual(foreign, {});
    assert.deepEqual(Object.keys(messages).filter((key) => !used.has(key)).sort(), ELSEWHERE);
    assert.equal(says(lang === "en" ? "Alle Gründe anzeigen" : "Show all reasons"), false);
  });
}

pageTest("takes the nearest language, through shadow trees, closed ones too, and its own before all", { site: site() }, async (page) => {
  await page.goto("/");
  const found = await page.evaluate(async (lead) => {
    await import("/dist/define.js");
    const shown = [];
    for (const [outer, own] of [["fr", null], ["pt-BR", null], ["de_AT", null], ["fr", "ja"], ["xx", null], ["", null]]) {
      const section = document.querySelector("main").appendChild(document.createElement("section"));
      section.lang = outer;
      const root = section.appendChild(document.createElement("div")).attachShadow({ mode: "closed" });
      const element = root.appendChild(document.createElement("div")).appendChild(document.createElement("sales-ready-lead"));
      if (own) element.lang = own;
      Object.assign(element, { model: "/model.json", lead });
      await new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true }));
      const card = element.shadowRoot.querySelector(".card");
      shown.push([card.lang, card.querySelector(".flag").textContent]);
    }
    return shown;
  }, READY_LEAD);
  const expected = ["fr", "pt", "de", "ja", "en", "en"];
  const flags = await Promise.all(expected.map(async (lang) => [lang, (await catalogue(lang))["sales-ready"]]));
  assert.deepEqual(found, flags);
});

/** What a browser's `Intl` may be: broken altogether, or without the language's data. */
const BROKEN = {
  "throws at everything": () => {
    const broken = () => { throw new RangeError("Incorrect locale information provided"); };
    for (const name of Object.getOwnPropertyNames(Intl)) if (typeof Intl[name] === "function") Intl[name] = broken;
  },
  "is not there": () => {
    delete globalThis.Intl;
  },
  "lacks the language": () => {
    for (const name of ["NumberFormat", "DateTimeFormat", "PluralRules"]) {
      const Original = Intl[name];
      Intl[name] = function (tag, options) { return new Original("en-US", options); };
    }
  },
};
for (const [what, init] of Object.entries(BROKEN)) {
  pageTest(`where Intl ${what}, each sentence still has its words and its numbers`, { site: site() }, async (page) => {
    await page.addInitScript(init);
    await page.goto("/");
    await page.evaluate(() => (document.documentElement.lang = "de"));
    await show(page, ...touched({ since: AS_OF - 7 * DAY }));
    await unfold(page);
    const { says, used } = reader("en", await catalogue("de"));
    // Numbers and dates as they come; the sentences around them are the catalogue's.
    const dates = /\d{4}-\d\d-\d\d(T\d\d:\d\d)?|[A-Z][a-z]{2} \d+, \d{4}(, \d+:\d\d\s[AP]M)?/g;
    const texts = (await page.evaluate(drawn, MARKS)).map(([, text]) => text);
    assert.deepEqual(texts.filter((text) => !says(text.replace(dates, "1"))), []);
    for (const key of ["fallsBelow", "changed", "trendIs", "adds"]) assert.ok(used.has(key), key);
    assert.ok(texts.every((text) => !/undefined|NaN|\{/.test(text)));
  });
}
