// The element where people have set their browser or their page in another way than most: from right to left, in forced
// colours, without motion, inside a closed shadow tree, and in a page that somebody comes back to.

import assert from "node:assert/strict";

import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { assertAccessible, DESKTOP, pageTest } from "./host.mjs";
import { documentWith, ELEMENT, part, show, site, unfold } from "./lead.mjs";
import { picture } from "./pictures.mjs";

const TOUCHED = [{ lead: LEAD, touches: TOUCHES, asOf: AS_OF, since: AS_OF - 7 * 86_400_000 }, { model: "/touched.json" }];
const WASM = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** The boxes of all that match and are shown, from the element's left edge. */
const boxes = (page, selector) =>
  page.locator("sales-ready-lead").evaluate((element, selector) => {
    const { left } = element.getBoundingClientRect();
    const shown = [...element.shadowRoot.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    return shown.map((one) => {
      const { x, width } = one.getBoundingClientRect();
      return [x - left, x - left + width];
    });
  }, selector);

for (const width of [280, 700]) {
  pageTest(`from right to left all stands and is drawn mirrored, ${width} px`, { site: site(), viewport: { width: width + 16, height: 900 } }, async (page) => {
    /** What is drawn, where letters have no part in it, or where they are numbers. */
    const drawn = [".meter .fill", ".meter .band", ".meter .tick", ".bar-fill", ".touch-bar rect", ".mark", ".plot .past", ".plot .now", ".plot .forecast", ".side", ".buttons > *", ".part"];
    const seen = {};
    for (const dir of ["ltr", "rtl"]) {
      await show(page, { lead: READY_LEAD, touches: null, asOf: null, since: null }, { model: "/model.json", dir });
      const plain = await Promise.all(drawn.map((selector) => boxes(page, selector)));
      await show(page, ...TOUCHED);
      seen[dir] = [...plain, ...(await Promise.all(drawn.map((selector) => boxes(page, selector))))];
      await unfold(page);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
      await assertAccessible(page);
      await unfold(page, false);
    }
    const all = await page.locator("sales-ready-lead").evaluate((element) => element.getBoundingClientRect().width);
    const mirrored = seen.ltr.map((found) => found.map(([left, right]) => [all - right, all - left]));
    mirrored.forEach((found, place) => {
      const name = drawn[place % drawn.length];
      assert.equal(found.length, seen.rtl[place].length, name);
      found.forEach((box, at) => box.forEach((edge, end) => assert.ok(Math.abs(edge - seen.rtl[place][at][end]) < 1, `${name} ${at}: ${edge} and ${seen.rtl[place][at][end]}`)));
    });
    assert.deepEqual(drawn.filter((_, place) => seen.ltr[place].length + seen.ltr[place + drawn.length].length === 0), []);
    // Nothing is written mirrored: what is turned with its picture is turned back.
    const turned = await page.evaluate(() =>
      [...document.querySelector("sales-ready-lead").shadowRoot.querySelectorAll("text")].map((text) => text.getScreenCTM().a > 0),
    );
    assert.deepEqual(turned, [true]);
    const edges = [...(await boxes(page, ".axis span")), ...(await boxes(page, ".now-label text"))];
    assert.ok(edges[0][0] > edges[1][1], "the past is on the right");
    assert.ok(edges.every(([left, right]) => left > 0 && right < all), `labels within the card: ${edges}`);
  });
}

pageTest("a language read from right to left needs nobody to say so", { site: site() }, async (page) => {
  await page.goto("/");
  await page.evaluate(async () => {
    const { addMessages } = await import("/dist/index.js");
    addMessages("ar", { "sales-ready": "جاهز للمبيعات" });
    document.documentElement.lang = "ar-EG";
  });
  await show(page, { lead: READY_LEAD });
  assert.equal(await part(page, "flag").textContent(), "جاهز للمبيعات");
  assert.equal(await part(page, "card").evaluate((card) => getComputedStyle(card).direction), "rtl");
  const [[fill], [track]] = await Promise.all([boxes(page, ".fill"), boxes(page, ".track")]);
  assert.ok(Math.abs(fill[1] - track[1]) < 0.5, "the meter begins at the right");
});

for (const colorScheme of ["light", "dark"]) {
  pageTest(`in forced colours the flag, the bars and the plot still tell, ${colorScheme}`, { site: site(), colorScheme, forcedColors: "active" }, async (page) => {
    await show(page, ...TOUCHED);
    const colors = await page.evaluate(() => {
      const { shadowRoot } = document.querySelector("sales-ready-lead");
      const probe = document.body.appendChild(document.createElement("i"));
      const system = (name) => ((probe.style.color = name), getComputedStyle(probe).color);
      const style = (selector) => getComputedStyle(shadowRoot.querySelector(selector));
      return {
        canvas: system("Canvas"),
        drawn: {
          "the flag's edge": style(".flag").borderTopColor,
          "the flag's icon": style(".icon").stroke,
          "the meter": style(".fill").fill,
          "its edge": style(".track").stroke,
          "the threshold": style(".tick").fill,
          "a reason's bar": style(".bar-fill").fill,
          "its track": style(".bar-track").stroke,
          "the trend": style(".past").stroke,
          "its threshold": style(".plot .threshold").stroke,
          "a touch": style(".mark").fill,
          "its bar": style(".touch-bar rect").fill,
          "a button's edge": style(".handoff").borderTopColor,
        },
        sign: [...shadowRoot.querySelectorAll(".side-heading")].map((heading) => getComputedStyle(heading, "::before").content),
      };
    });
    for (const [what, color] of Object.entries(colors.drawn)) assert.notEqual(color, colors.canvas, what);
    // For and against are told by sign and side, not by colour.
    assert.notEqual(colors.sign[0], colors.sign[1]);
    const [[bar], [track]] = await Promise.all([boxes(page, ".for .bar-fill"), boxes(page, ".for .bar-track")]);
    assert.ok(bar[0] >= (track[0] + track[1]) / 2 - 0.5);
    await assertAccessible(page);
  });
}

for (const [reducedMotion, moves] of [["reduce", 0], ["no-preference", 1]]) {
  pageTest(`what waits turns, unless a person wants no motion: ${reducedMotion}`, { site: site({ "/slow.json": () => new Promise(() => {}), "/": documentWith('<sales-ready-lead model="/slow.json"></sales-ready-lead>') }), reducedMotion }, async (page) => {
    await page.goto("/");
    // That it waits is drawn only for who has waited.
    await part(page, "icon").waitFor();
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.querySelector('[data-state="loading"]'));
    assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").shadowRoot.getAnimations().length), moves);
  });
}

pageTest("on paper a dark page's card is dark on light, and has no controls", { site: site({ "/": documentWith(ELEMENT).replace('content="light dark"', 'content="dark"') }) }, async (page) => {
  await show(page, ...TOUCHED);
  const colours = () => Promise.all([["words", "color"], ["track", "fill"], ["past", "stroke"]].map(([name, kind]) => part(page, name).first().evaluate((found, kind) => getComputedStyle(found)[kind], kind)));
  const light = (colour) => colour.match(/\d+/g).reduce((sum, part) => sum + Number(part), 0) > 3 * 128;
  await page.locator("sales-ready-lead").evaluate((found) => found.setAttribute("actions", "handoff"));
  const control = () => page.locator("sales-ready-lead .handoff").evaluate((found) => found.checkVisibility());
  await page.locator("sales-ready-lead .handoff").waitFor();
  assert.ok(await control());
  assert.deepEqual((await colours()).map(light), [true, false, true]);
  await page.emulateMedia({ media: "print" });
  assert.deepEqual((await colours()).map(light), [false, true, false]);
  assert.ok(!(await control()));
});

pageTest("in a closed shadow tree it scores, is heard outside, and shows nobody what it is made of", { site: site() }, async (page) => {
  await page.goto("/");
  const heard = await page.evaluate(async (lead) => {
    const host = document.querySelector("main").appendChild(document.createElement("div"));
    const element = host.attachShadow({ mode: "closed" }).appendChild(document.createElement("sales-ready-lead"));
    element.setAttribute("actions", "handoff");
    const heard = [];
    const scored = new Promise((resolve) => document.addEventListener("sales-ready-change", resolve, { once: true }));
    for (const type of ["sales-ready-change", "sales-ready-handoff"]) {
      document.addEventListener(type, (event) => heard.push([type, event.target === host, event.composedPath().includes(element), event.detail.score.readiness]));
    }
    Object.assign(element, { model: "/model.json", lead });
    await scored;
    while (!element.shadowRoot.querySelector(".handoff")) await new Promise(requestAnimationFrame);
    element.shadowRoot.querySelector(".handoff").click();
    while (heard.length < 2) await new Promise(requestAnimationFrame);
    return heard;
  }, READY_LEAD);
  assert.deepEqual(heard, ["change", "handoff"].map((type) => [`sales-ready-${type}`, true, false, "sales-ready"]));
});

const AWAY = "<!doctype html><html lang='en'><title>Elsewhere</title><h1>Elsewhere</h1>";
for (const [engine, policy] of [["wasm", WASM], ["worker", "default-src 'self'"]]) {
  const kept = { cache: "max-age=60", policy, policies: { "/dist/engine-worker.js": WASM } };
  const pages = { "/away": AWAY, "/": documentWith(ELEMENT).replace("<title>", '<script src="/shown.js"></script><title>'), "/shown.js": "addEventListener('pageshow', ({ persisted }) => (globalThis.back = persisted));" };
  pageTest(`who comes back to a page finds it as it was, and at work: ${engine}`, { site: site(pages, kept), window: true, expected: /WebAssembly/ }, async (page, server) => {
    await show(page, { lead: READY_LEAD });
    const words = await part(page, "words").textContent();
    await page.goto("/away");
    // The browser reports no navigation where it takes up the page that it has kept.
    await page.evaluate(() => void history.back());
    await page.waitForFunction(() => globalThis.back === true);
    assert.equal(await part(page, "words").textContent(), words);
    await show(page, { lead: COLD_LEAD });
    assert.equal(await part(page, "flag").textContent(), "Not yet");
    await show(page, ...TOUCHED);
    assert.equal(await page.evaluate(() => document.querySelector("sales-ready-lead").engine), engine);
    assert.equal(server.requests.get("/model.json"), 1);
  });
}

const POPOVER = documentWith(`<button popovertarget="why">Why?</button>${ELEMENT.replace(" model", ' id="why" popover model')}`);
pageTest("a card that pops over its page is closed until it is opened, stands in the middle, and closes again", { site: site({ "/": POPOVER }) }, async (page) => {
  await show(page, { lead: READY_LEAD });
  const card = page.locator("sales-ready-lead");
  const looks = () => card.evaluate((element) => [getComputedStyle(element).display, getComputedStyle(element).position, element.matches(":popover-open")]);
  assert.deepEqual(await looks(), ["none", "relative", false]);
  await page.getByRole("button", { name: "Why?" }).click();
  assert.deepEqual(await looks(), ["block", "fixed", true]);
  // With all that it says it is taller than the window, so that it scrolls.
  await unfold(page);
  const { left, right, top, bottom, width } = await card.evaluate((element) => element.getBoundingClientRect().toJSON());
  assert.ok(Math.abs(left - (DESKTOP.width - right)) <= 1 && width >= 280, `${left} to ${right}`);
  assert.ok(top >= 0 && bottom <= DESKTOP.height, `${top} to ${bottom}`);
  await picture(page, "popover");
  assert.equal(await part(page, "words").isVisible(), true);
  await page.keyboard.press("Escape");
  assert.equal((await looks())[0], "none");
});

// 320 px are what is left of 1280 where a reader has all four times as large.
for (const width of [320, 240]) {
  pageTest(`a card that pops over its page is no wider than that, ${width} px`, { site: site({ "/": POPOVER }), viewport: { width, height: 256 } }, async (page) => {
    await show(page, { lead: READY_LEAD });
    await page.getByRole("button", { name: "Why?" }).click();
    const { left, right } = await page.locator("sales-ready-lead").evaluate((element) => element.getBoundingClientRect().toJSON());
    assert.ok(left >= 0 && right <= width, `${left} to ${right}`);
  });
}

pageTest("a card that is hidden until it is found can be found, and where a browser does not know that, it is hidden", { site: site() }, async (page) => {
  await show(page, { lead: READY_LEAD });
  const looks = (hidden) =>
    page.locator("sales-ready-lead").evaluate((element, hidden) => {
      element.setAttribute("hidden", hidden);
      const { display, contentVisibility } = getComputedStyle(element);
      return [display, contentVisibility, element.shadowRoot.querySelector(".words").checkVisibility({ contentVisibilityAuto: true })];
    }, hidden);
  assert.deepEqual(await looks("until-found"), ["block", "hidden", false]);
  assert.deepEqual(await looks("Until-Found"), ["block", "hidden", false]);
  for (const hidden of ["", "hidden"]) assert.equal((await looks(hidden))[0], "none");
});

const FONTS = "* { font: italic 30px/3 serif; } sales-ready-lead { --sales-ready-font: monospace; }";
pageTest("a page that sets a font for all that it has leaves the card its own", { site: site({ "/": documentWith(`<link rel="stylesheet" href="/style.css">${ELEMENT}`), "/style.css": FONTS }) }, async (page) => {
  await show(page, { lead: READY_LEAD });
  const font = await part(page, "meaning").first().evaluate((words) => [getComputedStyle(words).fontFamily, getComputedStyle(words).fontStyle, getComputedStyle(words).fontSize]);
  // With another behind it: of the first alone browsers make letters smaller.
  assert.deepEqual(font, ["monospace, sans-serif", "normal", "13px"]);
});
