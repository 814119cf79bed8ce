// `<sales-ready-lead>` with touches, under a strict policy and at a fixed instant.

import assert from "node:assert/strict";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, touchedModel, TOUCHES } from "../fixtures/touched.mjs";
import { assertAccessible, DIST, pageTest } from "./host.mjs";
import { picture } from "./pictures.mjs";
import { serve } from "./server.mjs";

const DAY = 86_400_000;
const PAGE = `<!doctype html><html lang="en"><title>Lead</title>
  <meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
  <script type="module" src="/dist/define.js"></script>
  <body><main><h1>CRM</h1><h2>Lead</h2><sales-ready-lead model="/model.json"></sales-ready-lead></main></body></html>`;
const { policy } = touchedModel();
const abstains = { kind: "too-few", conversions: 12, non_conversions: 300, needed: 40, needed_for_auc: 75, auc: { value: 0.7, low: 0.56, high: 0.81 } };

const site = (pages = {}) => () =>
  serve({
    folders: { dist: DIST },
    pages: {
      "/": PAGE,
      "/model.json": JSON.stringify(touchedModel()),
      "/plain.json": JSON.stringify(fixtureModel()),
      "/few.json": JSON.stringify(touchedModel({ policy: { ...policy, abstains } })),
      "/never.json": JSON.stringify(touchedModel({ policy: { ...policy, threshold: null } })),
      ...pages,
    },
  });

const part = (page, name) => page.locator(`sales-ready-lead [part~="${name}"]`);
const text = (page, name) => part(page, name).textContent();

/** Sets properties of the page's element and waits for a score with its touches, or for an error. */
async function set(page, properties) {
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await page.evaluate(
    (properties) =>
      new Promise((resolve) => {
        const element = document.querySelector("sales-ready-lead");
        for (const type of ["sales-ready-change", "sales-ready-error"]) element.addEventListener(type, resolve, { once: true });
        Object.assign(element, properties);
      }),
    properties,
  );
  await page.waitForFunction(() => {
    const { state, shadowRoot, touches, explanation } = document.querySelector("sales-ready-lead");
    const shown = shadowRoot.querySelector(".touches");
    return state === "error" || !touches || !explanation?.touches || (shown && !shown.hidden);
  });
}

async function open(page, properties = {}) {
  await page.goto("/");
  await set(page, { lead: LEAD, touches: TOUCHES, asOf: AS_OF, ...properties });
}

pageTest("the timeline has each touch with its side in words, shape and place, and its share", { site: site() }, async (page) => {
  await open(page);
  const items = await page.locator("sales-ready-lead .touch").evaluateAll((all) =>
    all.map((item) => ({
      text: item.querySelector(".what-touch").textContent,
      shape: item.querySelector(".mark").firstChild.localName,
      lane: Math.round(item.querySelector(".mark").getBoundingClientRect().x - item.getBoundingClientRect().x),
      share: item.querySelector(".share").textContent,
    })),
  );
  const past = TOUCHES.filter(({ at }) => at <= AS_OF).toSorted((a, b) => b.at - a.at);
  assert.deepEqual(items.map(({ text }) => text.split(" ")[0]), past.map(({ kind }) => kind));
  assert.match(items[1].text, /^demo Sales Mar 19, 2026, 1 day ago$/);
  assert.match(items[0].text, /^trade-fair Side not known Mar 19, 2026, less than a day ago$/);
  const looks = (side) => new Set(items.filter(({ text }) => text.includes(` ${side}`)).map(({ shape, lane }) => `${shape} at ${lane}`));
  assert.deepEqual([looks("Marketing"), looks("Sales"), looks("Side")].map((found) => [...found]), [["circle at 0"], ["rect at 18"], ["path at 0"]]);
  const shares = await page.evaluate(() => document.querySelector("sales-ready-lead").explanation.touches.map(({ logit }) => logit));
  const shown = TOUCHES.map(({ at }, place) => ({ at, share: shares[place] })).filter(({ at }) => at <= AS_OF).toSorted((a, b) => b.at - a.at);
  assert.deepEqual(items.map(({ share }) => Number(share.replace("−", "-"))), shown.map(({ share }) => Number(share.toFixed(2))));
  assert.equal(await text(page, "more"), "1 touch is later than this instant and not counted.");
  assert.equal(await part(page, "timeline").getAttribute("role"), "list");
});

pageTest("says when the decision changes without activity, at each instant anew", { site: site() }, async (page) => {
  await open(page);
  const { days } = await page.evaluate(async ([call]) => {
    const { loadModel } = await import("/dist/index.js");
    return (await loadModel("/model.json")).crossing(call);
  }, [{ lead: LEAD, touches: TOUCHES, asOf: AS_OF }]);
  assert.equal(await text(page, "crossing"), `Falls below the threshold in ${Math.round(days)} days without activity.`);
  await set(page, { asOf: AS_OF + (Math.floor(days) - 0.2) * DAY, touches: TOUCHES.filter(({ at }) => at <= AS_OF) });
  assert.match(await text(page, "crossing"), /^Falls below the threshold in (1 day|less than a day) without activity\.$/);
  await set(page, { asOf: new Date(AS_OF + (days + 1) * DAY) });
  assert.equal(await text(page, "crossing"), "Stays below the threshold for at least 90 days without activity.");
  assert.equal(await text(page, "flag"), "Nurture");
});

/** A lead whose recent rush speaks against it: the longer it is left alone, the better. */
const shy = touchedModel({ terms: [{ curve: { field: "engagement", x: [0, 4], y: [2, -2] } }], intercept: 0 });
const always = touchedModel({ terms: [{ curve: { field: "engagement", x: [0], y: [2] } }] });
pageTest("says when a lead would become sales-ready, and that one stays so", {
  site: site({ "/shy.json": JSON.stringify(shy), "/always.json": JSON.stringify(always) }),
}, async (page) => {
  await open(page, { model: "/shy.json" });
  assert.match(await text(page, "crossing"), /^Would become sales-ready in \d+ days without activity\.$/);
  await set(page, { model: "/always.json" });
  assert.equal(await text(page, "crossing"), "Stays sales-ready for at least 90 days without activity.");
});

pageTest("the trend is a picture with a text, and its threshold a line", { site: site() }, async (page) => {
  await open(page);
  const plot = part(page, "plot");
  assert.equal(await plot.getAttribute("role"), "img");
  assert.match(await plot.getAttribute("aria-label"), /^Chance of conversion: \d+% on Feb 7, 2026, highest \d+% on Mar \d\d, 2026, 97% now, \d+% on Apr \d+, 2026 without activity\. Threshold: 55%\.$/);
  const points = (await part(page, "past").getAttribute("points")).split(" ").map((point) => point.split(",").map(Number));
  const expected = await page.evaluate(async ([call, asOf]) => {
    const { loadModel } = await import("/dist/index.js");
    return (await (await loadModel("/model.json")).history(call, asOf - 41 * 86_400_000, asOf, 41 / 60)).map(({ probability }) => probability);
  }, [{ lead: LEAD, touches: TOUCHES }, AS_OF]);
  assert.equal(points.length, expected.length);
  // One scale for both: the heights are in proportion to the chances.
  const scale = (120 - points[0][1]) / expected[0];
  points.forEach(([, y], place) => assert.ok(Math.abs(120 - y - scale * expected[place]) < 0.2, `point ${place}`));
  const line = Number(await part(page, "threshold").getAttribute("y1"));
  assert.ok(Math.abs(120 - line - scale * 0.55) < 0.2, `threshold at ${line}`);
  for (const model of ["/never.json", "/few.json"]) {
    await set(page, { model });
    assert.equal(await part(page, "threshold").count(), 0);
  }
  assert.equal(await part(page, "crossing").isVisible(), false);
});

pageTest("what is to come begins with what is now, however much of it each touch was", { site: site() }, async (page) => {
  await open(page, { touches: [{ at: AS_OF - 3 * DAY, kind: "pricing-view", quantity: 6 }] });
  const [past, forecast] = await Promise.all(["past", "forecast"].map(async (name) => (await part(page, name).getAttribute("points")).split(" ")));
  assert.equal(forecast[0], past.at(-1));
});

const CROWD = Array.from({ length: 70_000 }, (_, place) => ({ at: AS_OF - ((place * 7919) % 5000) * 360_000, kind: place % 2 ? "webinar" : "email-open", quantity: 0.001 }));
pageTest("a page has its turn while very many touches are looked at, and what they say is as if it had none", { site: site() }, async (page) => {
  await open(page);
  const turns = await page.evaluate((touches) => {
    const element = document.querySelector("sales-ready-lead");
    let [turns, goesOn] = [0, true];
    const turn = () => goesOn && (turns++, setTimeout(turn));
    return new Promise((resolve) => {
      element.addEventListener("sales-ready-change", () => ((goesOn = false), resolve(turns)), { once: true });
      element.touches = touches;
      turn();
    });
  }, CROWD);
  assert.ok(turns > 5, `${turns} turns`);
  const expected = await page.evaluate(async ([call, from]) => {
    const { loadModel } = await import("/dist/index.js");
    const scorer = await loadModel("/model.json");
    const { days } = await scorer.crossing(call);
    const ahead = Math.ceil(days * 1.2);
    const past = await scorer.history(call, from, call.asOf, (call.asOf - from) / 60 / 86_400_000);
    const forecast = await scorer.history(call, call.asOf, call.asOf + ahead * 86_400_000, ahead / 30);
    return { days, chances: [...past, ...forecast].map(({ probability }) => probability) };
  }, [{ lead: LEAD, touches: CROWD, asOf: AS_OF }, AS_OF - 21 * DAY]);
  assert.equal(await text(page, "crossing"), `Falls below the threshold in ${Math.round(expected.days)} days without activity.`);
  const points = (await Promise.all(["past", "forecast"].map((name) => part(page, name).getAttribute("points")))).join(" ").split(" ");
  const heights = points.map((point) => 120 - Number(point.split(",")[1]));
  const scale = 120 / (Math.max(...expected.chances, 0.55) * 1.15);
  assert.equal(heights.length, 61 + 31);
  heights.forEach((height, place) => assert.ok(Math.abs(height - scale * expected.chances[place]) < 0.1, `point ${place}`));
  // Another lead meanwhile is the one that is shown, and remains so.
  await page.evaluate(async ([touches, others]) => {
    const element = document.querySelector("sales-ready-lead");
    element.touches = touches;
    await new Promise((resolve) => setTimeout(resolve));
    element.touches = others;
  }, [[...CROWD], TOUCHES]);
  await part(page, "more").getByText("1 touch is later").waitFor();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  assert.match(await text(page, "more"), /^1 touch is later/);
});

pageTest("tells what has changed since a date, and the departments' shares", { site: site() }, async (page) => {
  await open(page);
  assert.equal(await part(page, "change").isVisible(), false);
  assert.match(await text(page, "sides"), /^Marketing’s touches and sales’ touches: \+\d\.\d\d and \+\d\.\d\d \(neither’s: \+\d\.\d\d\); associations, not causes\.$/);
  await set(page, { since: "2026-03-13", leadBefore: { company_size: 3 } });
  assert.match(await text(page, "change-words"), /^Since Mar 13, 2026: from \d+% to 97%\. In log-odds:$/);
  const parts = await part(page, "change-part").allTextContents();
  assert.match(parts.join("; "), /^New touches \+\d\.\d\d; Earlier touches fading −\d\.\d\d; Other fields \+\d\.\d\d$/);
  const { before, after } = await page.evaluate(async ([call]) => {
    const { loadModel } = await import("/dist/index.js");
    return (await loadModel("/model.json")).change(call);
  }, [{ lead: LEAD, touches: TOUCHES, asOf: AS_OF, since: "2026-03-13", before: { company_size: 3 } }]);
  const sum = parts.map((part) => Number(part.match(/[+−]\d\.\d\d/)[0].replace("−", "-"))).reduce((sum, part) => sum + part, 0);
  assert.ok(Math.abs(sum - (after.logit - before.logit)) < 0.02, `${sum}`);
});

pageTest("without a recipe, or without touches, nothing is fetched and nothing of it is shown", { site: site() }, async (page, server) => {
  await page.goto("/");
  await set(page, { lead: LEAD });
  await set(page, { model: "/plain.json", lead: READY_LEAD, touches: TOUCHES });
  assert.equal(await page.locator("sales-ready-lead .touches").count(), 0);
  assert.equal(server.requests.get("/dist/touches.js"), undefined);
  await set(page, { model: "/model.json", lead: null, asOf: AS_OF });
  assert.equal(await part(page, "touches").isVisible(), true);
  await set(page, { model: "/plain.json", lead: READY_LEAD });
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".touches").hidden);
  assert.equal(server.requests.get("/dist/touches.js"), 1);
});

/** What a server answers that lacks a file, and what a blocker of scripts does. */
const LOST = { missing: undefined, empty: () => "" };
for (const [how, file] of Object.entries(LOST)) {
  const without = (name) => () => serve({ folders: { dist: DIST }, pages: { "/": PAGE, "/model.json": JSON.stringify(touchedModel()), [`/dist/${name}`]: file } });
  pageTest(`a score stands without the file that shows touches, and says so: ${how}`, { site: without("touches.js"), expected: /404|MIME/ }, async (page) => {
    await page.goto("/");
    await page.waitForFunction(() => customElements.get("sales-ready-lead"));
    await page.evaluate(([touches]) => Object.assign(document.querySelector("sales-ready-lead"), { touches }), [TOUCHES]);
    await page.getByText("The details could not be loaded. Load the page again to see them.").waitFor();
    assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").state), "ready");
  });

  pageTest(`without the file that reads touches there is no score, and the error says what helps, also where a browser tries no file twice: ${how}`, { site: without("questions.js"), expected: /404|MIME/ }, async (page) => {
    await page.goto("/");
    await part(page, "cause").getByText("Could not fetch questions.js; check that it is served beside core.js, and load the page again.").waitFor();
  });
}

pageTest("as of now where no instant is set, and of no other time", { site: site() }, async (page) => {
  await page.clock.setFixedTime(AS_OF);
  await page.goto("/");
  await set(page, { lead: LEAD, touches: TOUCHES });
  assert.match(await text(page, "crossing"), /^Falls below the threshold in \d+ days/);
  const before = await text(page, "words");
  // Later it is the same until somebody asks.
  await page.clock.setFixedTime(AS_OF + 60 * DAY);
  assert.equal(await text(page, "words"), before);
  await set(page, { asOf: null });
  assert.equal(await text(page, "flag"), "Not yet");
});

pageTest("whatever touches hold is text, or an error that names its place; many are cut short", { site: site() }, async (page) => {
  const kind = '<img src=x onerror="alert(1)"><b>call</b>\u202e';
  await open(page, { touches: [{ at: AS_OF - DAY, kind }, { at: AS_OF - 2 * DAY, kind: "x".repeat(500) }] });
  assert.equal(await page.locator("sales-ready-lead img, sales-ready-lead b").count(), 0);
  assert.equal(await part(page, "kind").first().textContent(), kind);
  for (const [touches, place] of [[[{ at: Number.NaN, kind: "call" }], /touches\[0\]\.at, found NaN/], [[TOUCHES[0], { at: "soon", kind: "call" }], /touches\[1\]\.at, found "soon"/], [[4], /touches\[0\], found 4/]]) {
    await set(page, { touches });
    assert.match(await text(page, "cause"), place);
    assert.equal(await part(page, "touches").isVisible(), false);
  }
  await set(page, { touches: TOUCHES, since: "lately" });
  assert.match(await text(page, "cause"), /for since, found "lately"/);
  const many = Array.from({ length: 10_000 }, (_, place) => ({ at: AS_OF - place * 600_000, kind: place % 3 ? "email-open" : "call" }));
  await set(page, { touches: many, since: null });
  assert.equal(await page.locator("sales-ready-lead .touch").count(), 12);
  assert.match(await text(page, "more"), /^9988 earlier touches: [+−]\d+\.\d\d together\.$/);
  await set(page, { touches: [] });
  assert.equal(await text(page, "more"), "No touches yet.");
  await assertAccessible(page);
});

for (const [width, colorScheme] of [[280, "light"], [280, "dark"], [700, "light"], [700, "dark"]]) {
  pageTest(`at ${width} px, ${colorScheme}: accessible, nothing cut off, no inline style`, { site: site(), viewport: { width, height: 1600 }, colorScheme }, async (page) => {
    await open(page, { since: AS_OF - 7 * DAY });
    assert.equal(await page.locator("sales-ready-lead [style]").count(), 0);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await assertAccessible(page);
    await picture(page, `touches-${width}-${colorScheme}`, { fullPage: true });
  });
}
