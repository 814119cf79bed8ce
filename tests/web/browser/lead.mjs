// One page with one element, and what tests do with it.

import { fixtureModel, indicativeModel, silentModel } from "../fixtures/model.mjs";
import { touchedModel } from "../fixtures/touched.mjs";
import { DIST } from "./host.mjs";
import { serve } from "./server.mjs";

const ALL_ACTIONS = 'actions="handoff handback feedback"';

export const documentWith = (body, attributes = 'lang="en"') => `<!doctype html><html ${attributes}><title>Lead</title>
  <meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
  <script type="module" src="/dist/define.js"></script>
  <body><main><h1>CRM</h1><h2>Lead</h2>${body}</main></body></html>`;

export const ELEMENT = `<sales-ready-lead model="/model.json" ${ALL_ACTIONS}></sales-ready-lead>`;

const MODELS = {
  "/model.json": fixtureModel(),
  "/few.json": indicativeModel(),
  "/silent.json": silentModel(),
  "/never.json": fixtureModel({ policy: { ...fixtureModel().policy, threshold: null } }),
  "/touched.json": touchedModel(),
};

/** A site with the element and with models of every kind; `pages` adds to it. */
export const site = (pages = {}, more = {}) => () =>
  serve({
    folders: { dist: DIST },
    pages: { "/": documentWith(ELEMENT), ...Object.fromEntries(Object.entries(MODELS).map(([name, model]) => [name, JSON.stringify(model)])), ...pages },
    ...more,
  });

export const part = (page, name) => page.locator(`sales-ready-lead [part~="${name}"]`);

/** Sets attributes (`null` takes one away) and properties, and waits for a score with all that belongs to it, or an error. */
export async function show(page, properties = {}, attributes = {}) {
  if (page.url() === "about:blank") await page.goto("/");
  await page.waitForFunction(() => customElements.get("sales-ready-lead"));
  await page.evaluate(
    ([properties, attributes]) =>
      new Promise((resolve) => {
        const element = document.querySelector("sales-ready-lead");
        for (const type of ["sales-ready-change", "sales-ready-error"]) element.addEventListener(type, resolve, { once: true });
        for (const [name, value] of Object.entries(attributes)) {
          if (value === null) element.removeAttribute(name);
          else element.setAttribute(name, value);
        }
        Object.assign(element, properties);
      }),
    [properties, attributes],
  );
  await page.waitForFunction(() => {
    const { state, shadowRoot, explanation } = document.querySelector("sales-ready-lead");
    const there = (name) => shadowRoot.querySelector(name) && !shadowRoot.querySelector(name).hidden;
    if (state === "error") return true;
    return there(".about") && (!explanation?.touches || (there(".touches") && there(".recency")));
  });
}

/** Opens, or closes, all that unfolds. */
export const unfold = (page, open = true) =>
  page.evaluate((open) => document.querySelector("sales-ready-lead").shadowRoot.querySelectorAll("details").forEach((fold) => (fold.open = open)), open);
