// `custom-elements.json` against the element itself: what it says is there, and nothing that it does not say.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { fixtureModel, READY_LEAD, silentModel } from "../fixtures/model.mjs";
import { AS_OF, LEAD, touchedModel, TOUCHES } from "../fixtures/touched.mjs";
import { DIST, pageTest, ROOT } from "./host.mjs";
import { serve } from "./server.mjs";

const manifest = JSON.parse(await readFile(path.join(DIST, "custom-elements.json"), "utf8"));
const [{ declarations: [told] }] = manifest.modules;
const names = (all) => all.map(({ name }) => name).sort();
const sorted = (all) => [...new Set(all)].sort();

const PAGE = `<!doctype html><html lang="en"><title>CRM</title><script type="module" src="/dist/define.js"></script><main></main></html>`;
const site = () =>
  serve({
    folders: { dist: DIST },
    pages: {
      "/": PAGE,
      "/model.json": JSON.stringify(fixtureModel()),
      "/touched.json": JSON.stringify(touchedModel()),
      "/silent.json": JSON.stringify(silentModel()),
    },
  });

/** An element with these properties and attributes, once it shows all that it has to show. */
async function show(page, properties, attributes = {}) {
  const element = await page.evaluateHandle(
    async ({ attributes, properties }) => {
      const element = document.querySelector("main").appendChild(document.createElement("sales-ready-lead"));
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      Object.assign(element, properties);
      await customElements.whenDefined("sales-ready-lead");
      return element;
    },
    { attributes, properties },
  );
  await page.waitForFunction((element) => element.shadowRoot?.querySelector(element.touches ? ".touches:has(.touch) ~ .details" : ".details"), element);
  return element;
}

pageTest("its attributes, properties and methods are the class's", { site }, async (page) => {
  await page.goto("/");
  const found = await page.evaluate(async ([fields, lead]) => {
    const made = await customElements.whenDefined("sales-ready-lead");
    const accessors = Object.entries(Object.getOwnPropertyDescriptors(made.prototype)).filter(([, { get }]) => get);
    const element = new made();
    const reflected = fields.filter(({ reflects }) => reflects).map(({ name, type, attribute }) => {
      element[name] = type.text === "number" ? 2 : "/2";
      return [element.getAttribute(attribute), element[name]];
    });
    // Those that are only read with a score, the class need not observe.
    const read = new Set(made.observedAttributes);
    const { getAttribute } = Element.prototype;
    Element.prototype.getAttribute = function (name) {
      if (this === element) read.add(name);
      return getAttribute.call(this, name);
    };
    Object.assign(element, { model: "/model.json", lead });
    document.querySelector("main").append(element);
    await new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true }));
    Element.prototype.getAttribute = getAttribute;
    return {
      attributes: [...read],
      observed: made.observedAttributes,
      accessors: accessors.map(([name, { set }]) => `${name}${set ? "" : " read only"}`),
      methods: Object.entries(Object.getOwnPropertyDescriptors(made)).filter(([, { value }]) => typeof value === "function").map(([name]) => name),
      reflected,
      origin: location.origin,
    };
  }, [told.members.filter(({ kind }) => kind === "field"), READY_LEAD]);
  const fields = told.members.filter(({ kind }) => kind === "field");
  assert.deepEqual(names(told.attributes), sorted(found.attributes));
  assert.deepEqual(found.observed.filter((name) => !names(told.attributes).includes(name)), []);
  assert.deepEqual(fields.map(({ name, readonly }) => `${name}${readonly ? " read only" : ""}`).sort(), sorted(found.accessors));
  assert.deepEqual(names(told.members.filter(({ kind }) => kind === "method")), sorted(found.methods));
  assert.deepEqual(found.reflected, [["/2", `${found.origin}/2`], ["2", 2]]);
});

pageTest("its parts and slots are those of every state together", { site }, async (page) => {
  await page.goto("/");
  const { source, ...unknown } = READY_LEAD;
  await show(page, { model: "/model.json", lead: { ...unknown, industry: "moon" } }, { actions: "handoff handback feedback" });
  await show(page, { model: "/silent.json", lead: READY_LEAD });
  await show(page, { model: "/touched.json", lead: LEAD, touches: TOUCHES, asOf: AS_OF, since: "2026-03-13" });
  const [parts, slots] = await page.evaluate(() => {
    const all = (selector) => [...document.querySelectorAll("sales-ready-lead")].flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll(selector)]);
    return [all("[part]").flatMap(({ part }) => [...part]), all("slot").map(({ name }) => name)];
  });
  assert.deepEqual(names(told.cssParts), sorted(parts));
  assert.deepEqual(names(told.slots), sorted(slots));
});

pageTest("its events are those that the element sends", { site }, async (page) => {
  await page.goto("/");
  await page.evaluate(() => {
    globalThis.sent = [];
    const { dispatchEvent } = EventTarget.prototype;
    EventTarget.prototype.dispatchEvent = function (event) {
      if (this.localName === "sales-ready-lead") globalThis.sent.push(`${event.type}${event.bubbles && event.composed ? "" : " stays"}`);
      return dispatchEvent.call(this, event);
    };
  });
  const element = await show(page, { model: "/model.json", lead: READY_LEAD }, { actions: "handoff handback feedback" });
  const card = page.locator("sales-ready-lead");
  await card.locator("button.handoff").click();
  for (const asked of ["handback", "feedback"]) {
    await card.locator(`.${asked} > summary`).click();
    await card.locator(`.${asked} select`).selectOption("other");
    await card.locator(`.${asked} button`).click();
  }
  await element.evaluate((element) => void (element.lead = { reviews_read: "many" }));
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").state === "error");
  assert.deepEqual(names(told.events), sorted(await page.evaluate(() => globalThis.sent)));
});

pageTest("its custom properties are those of the style sheets, and their defaults what is drawn without them", { site }, async (page) => {
  const folder = path.join(ROOT, "www/src");
  const sheets = await Promise.all((await readdir(folder)).filter((name) => name.endsWith(".css")).map((name) => readFile(path.join(folder, name), "utf8")));
  assert.deepEqual(names(told.cssProperties), sorted(sheets.join().match(/--sales-ready-[a-z-]+/g)));
  await page.goto("/");
  // With reasons of both kinds.
  const element = await show(page, { model: "/model.json", lead: { ...READY_LEAD, days_since_last_touch: 60 } }, { actions: "handoff" });
  const drawn = (name, value) =>
    element.evaluate(
      (element, [name, value]) => {
        if (name) element.style.setProperty(name, value);
        const looks = [...element.shadowRoot.querySelectorAll("*")].map((node) => {
          const { color, backgroundColor, borderTopColor, fill, borderTopLeftRadius, fontFamily } = getComputedStyle(node);
          return [color, backgroundColor, borderTopColor, fill, borderTopLeftRadius, fontFamily];
        });
        if (name) element.style.removeProperty(name);
        return JSON.stringify(looks);
      },
      [name, value],
    );
  const plain = await drawn();
  const other = { "--sales-ready-radius": "3px", "--sales-ready-font": "monospace" };
  for (const { name, default: value } of told.cssProperties) {
    assert.ok((await drawn(name, value)) === plain, `${name} is not ${value}`);
    assert.ok((await drawn(name, other[name] ?? "rgb(1, 2, 3)")) !== plain, `${name} changes nothing`);
  }
});

test("the README of the npm package names what the manifest does", async () => {
  const readme = await readFile(path.join(ROOT, "www/README.md"), "utf8");
  const [, table] = /^\| attribute \|.*\n\|---.*\n((?:\|.*\n)+)/m.exec(readme);
  assert.deepEqual(names(told.attributes), sorted(Array.from(table.matchAll(/^\| `([\w-]+)` \|/gm), ([, name]) => name)));
  const fields = told.members.filter(({ kind }) => kind === "field");
  for (const { name } of [...told.attributes, ...fields, ...told.events, ...told.slots, ...told.cssProperties]) {
    assert.ok(readme.includes(`\`${name}\``), `${name} is not in www/README.md`);
  }
});
