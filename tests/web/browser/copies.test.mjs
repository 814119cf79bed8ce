// More than one of it in a page: two copies of the package, another name, and a registry of a shadow tree's own.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

import { fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { DIST, pageTest, ROOT } from "./host.mjs";
import { serve } from "./server.mjs";

const MODEL = JSON.stringify(fixtureModel());
const BODY = '<main><sales-ready-lead model="/model.json"></sales-ready-lead></main>';
const site = (scripts = "") => () =>
  serve({
    folders: { one: DIST, two: DIST },
    pages: { "/": `<!doctype html><html lang="en"><title>CRM</title>${scripts}${BODY}</html>`, "/model.json": MODEL },
  });

/** What an element comes to for a lead, found by a function in the page. */
async function score(page, find) {
  const element = await page.evaluateHandle(find);
  await element.evaluate((element, lead) => void Object.assign(element, { model: "/model.json", lead }), READY_LEAD);
  await page.waitForFunction((element) => ["ready", "error"].includes(element.state), element);
  return element.evaluate(({ error, explanation }) => error?.message ?? explanation.score);
}

const COPIES = {
  "modules, twice": '<script type="module" src="/one/define.js"></script><script type="module" src="/two/define.js"></script>',
  "a classic script, then modules": '<script src="/one/inline.js"></script><script type="module" src="/two/define.js"></script>',
  "modules, then a classic script": '<script type="module" src="/one/define.js"></script><script defer src="/two/js.js"></script>',
  "two classic scripts": '<script src="/one/inline.js"></script><script src="/two/js.js"></script>',
};

for (const [name, scripts] of Object.entries(COPIES)) {
  pageTest(`two copies in a page: ${name}`, { site: site(scripts) }, async (page) => {
    await page.goto("/");
    const first = await score(page, () => document.querySelector("sales-ready-lead"));
    assert.equal(first.readiness, "sales-ready");
    const defined = await page.evaluateHandle(() => customElements.get("sales-ready-lead"));
    // Each copy keeps what it exports: under a name of its own, the class that came too late works as well.
    const names = await page.evaluate(async (defined) => {
      const copies = [globalThis.SalesReady, ...(await Promise.all(["/one/index.js", "/two/index.js"].map((copy) => import(copy))))];
      const classes = [...new Set(copies.filter(Boolean).map(({ SalesReadyLeadElement }) => SalesReadyLeadElement))];
      const others = classes.filter((one) => one !== defined);
      others.forEach((other, place) => other.define(`other-lead-${place}`));
      return others.map((_, place) => `other-lead-${place}`);
    }, defined);
    assert.ok(names.length > 0);
    for (const name of names) {
      await page.evaluate((name) => void document.querySelector("main").append(document.createElement(name)), name);
      assert.deepEqual(await page.evaluate((name) => document.querySelector(name).state, name), "empty");
    }
    assert.deepEqual(await score(page, () => document.querySelector("other-lead-0")), first);
    assert.equal(await page.evaluate((defined) => customElements.get("sales-ready-lead") === defined, defined), true);
  });
}

pageTest("registered in the registry that it is given, once, and in no other", { site: site() }, async (page) => {
  await page.goto("/");
  const seen = await page.evaluate(async () => {
    const { SalesReadyLeadElement } = await import("/one/index.js");
    const known = new Map();
    const define = (name, made) => {
      if (known.has(name)) throw new Error(`${name} is there already`);
      known.set(name, made);
    };
    const registry = { get: (name) => known.get(name), define };
    SalesReadyLeadElement.define("lead-card", registry);
    SalesReadyLeadElement.define("lead-card", registry);
    return [known.get("lead-card") === SalesReadyLeadElement, known.size, customElements.get("lead-card"), customElements.get("sales-ready-lead")];
  });
  assert.deepEqual(seen, [true, 1, undefined, undefined]);
});

pageTest("under a second name, too", { site: site('<script type="module" src="/one/define.js"></script>') }, async (page) => {
  await page.goto("/");
  const first = await score(page, () => document.querySelector("sales-ready-lead"));
  await page.evaluate(async () => {
    const { SalesReadyLeadElement } = await import("/one/index.js");
    SalesReadyLeadElement.define("lead-card");
    SalesReadyLeadElement.define("lead-card");
    document.querySelector("main").append(document.createElement("lead-card"));
  });
  assert.deepEqual(await score(page, () => document.querySelector("lead-card")), first);
});

pageTest("works by a registry of a shadow tree's own, and only there", { site: site() }, async (page) => {
  await page.goto("/");
  const scoped = await page.evaluate(() => {
    try {
      return new CustomElementRegistry() instanceof CustomElementRegistry;
    } catch {
      return false;
    }
  });
  // Chromium has them since version 146.
  if (!scoped) return console.log("skipped: this browser has no scoped registries");
  const own = await page.evaluate(async () => {
    const registry = new CustomElementRegistry();
    const { SalesReadyLeadElement } = await import("/one/index.js");
    SalesReadyLeadElement.define("lead-card", registry);
    const root = document.querySelector("main").attachShadow({ mode: "open", customElementRegistry: registry });
    root.append(document.createElement("lead-card", { customElementRegistry: registry }));
    document.body.append(document.createElement("lead-card"));
    return [registry.get("lead-card") === SalesReadyLeadElement, customElements.get("lead-card"), customElements.get("sales-ready-lead")];
  });
  assert.deepEqual(own, [true, undefined, undefined]);
  const { readiness } = await score(page, () => document.querySelector("main").shadowRoot.firstElementChild);
  assert.equal(readiness, "sales-ready");
  await page.waitForFunction(() => document.querySelector("main").shadowRoot.firstElementChild.shadowRoot.querySelector(".details"));
  const others = await page.evaluate(() => [...document.querySelectorAll("lead-card, sales-ready-lead")].map(({ shadowRoot, state }) => [shadowRoot, state]));
  assert.deepEqual(others, [[null, undefined], [null, undefined]]);
});

const { build } = createRequire(path.join(ROOT, "www/package.json"))("esbuild");
/** A script of a page's own that imports, or requires, a classic script of the package, as a bundler makes it. */
async function bundled(code, format) {
  const { outputFiles } = await build({ stdin: { contents: code, resolveDir: DIST }, bundle: true, format, write: false, logLevel: "silent" });
  return outputFiles[0].text;
}

for (const file of ["inline.js", "js.js"]) {
  const SCRIPTS = {
    "a classic script": [`<script src="/one/${file}"></script>`],
    "a module": [`<script type="module" src="/one/${file}"></script>`],
    "imported by a bundle of modules": ['<script type="module" src="/page.js"></script>', `import "./${file}";`, "esm"],
    "imported by a bundle that is one function": ['<script src="/page.js"></script>', `import "./${file}";`, "iife"],
    "required by a bundle": ['<script src="/page.js"></script>', `require("./${file}");`, "iife"],
  };
  for (const [how, [script, code, format]] of Object.entries(SCRIPTS)) {
    const served = async () => {
      const pages = { "/": `<!doctype html><html lang="en"><title>CRM</title>${BODY}${script}</html>`, "/model.json": MODEL };
      return serve({ folders: { one: DIST }, pages: code ? { ...pages, "/page.js": await bundled(code, format) } : pages });
    };
    pageTest(`all that ${file} exports is in the global that its types promise: ${how}`, { site: served }, async (page) => {
      await page.goto("/");
      await page.waitForFunction(() => customElements.get("sales-ready-lead"));
      const found = await page.evaluate(() => [typeof globalThis.SalesReady?.loadModel, globalThis.SalesReady?.SalesReadyLeadElement === customElements.get("sales-ready-lead")]);
      assert.deepEqual(found, ["function", true]);
      assert.equal((await score(page, () => document.querySelector("sales-ready-lead"))).readiness, "sales-ready");
    });
  }
}
