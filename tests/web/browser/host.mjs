// One headless browser per test file, and one fresh page per test, which must end without an error or a foreign request.
// Where there is a Chromium without windows, it is taken: the same engine, and faster, since it draws no tool bars.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const DIST = process.env.SALES_READY_DIST ?? path.join(ROOT, "www/dist");
export const DEMO = process.env.SALES_READY_DEMO ?? path.join(ROOT, "target/demo");

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const fromPackage = createRequire(path.join(ROOT, "www/package.json"));
const { chromium } = fromPackage("playwright-core");
const AXE = readFileSync(fromPackage.resolve("axe-core/axe.min.js"), "utf8");

const started = new Map();

/** Chromium, as it is or without windows, and as somebody has set it; each is started once, when the first test asks for it. */
function browserWith(window, args) {
  const executablePath = (window ? undefined : process.env.SALES_READY_HEADLESS_SHELL) ?? process.env.SALES_READY_CHROMIUM ?? systemBrowser();
  const key = [executablePath, ...args].join(" ");
  if (!started.has(key)) started.set(key, launch(executablePath, args));
  return started.get(key);
}

function launch(executablePath, args) {
  const more = JSON.parse(process.env.SALES_READY_CHROMIUM_ARGS ?? "[]");
  return chromium.launch({
    executablePath,
    // Letters as they are designed: hinting differs from machine to machine.
    args: ["--no-sandbox", "--disable-background-networking", "--font-render-hinting=none", "--force-color-profile=srgb", ...args, ...more],
    // Browsers keep the page that is left for who comes back.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
}

/** Whether it is the kind that has no windows, and whatever comes with them. */
async function isWithoutWindows(browser) {
  const session = await browser.newBrowserCDPSession();
  const { product } = await session.send("Browser.getVersion");
  await session.detach();
  return product.startsWith("Headless");
}

after(async () => {
  for (const browser of started.values()) await (await browser).close();
});

/**
 * A test with a page of its own. `site()` starts the server. The page may ask nobody but that server (and the `others`
 * that it names), and throw nothing; `expected` are the console errors that belong to the case. With `window`, it is about
 * what only browsers with windows have; `args` are for a browser that somebody has set otherwise.
 */
export function pageTest(name, { site, window = false, args = [], viewport = DESKTOP, timezoneId, colorScheme = "light", expected = /(?!)/, reducedMotion = "reduce", forcedColors = "none", deviceScaleFactor = viewport.width < 600 ? 2 : 1 }, run) {
  test(name, async (t) => {
    const browser = await browserWith(window, args);
    if (window && (await isWithoutWindows(browser))) {
      t.diagnostic("skipped: no Chromium with windows (Debian: apt-get install chromium)");
      return;
    }
    const server = await site();
    // A fresh context is a fresh profile.
    const context = await browser.newContext({
      locale: "en-US",
      viewport,
      timezoneId,
      colorScheme,
      reducedMotion,
      forcedColors,
      deviceScaleFactor,
      baseURL: server.origin,
    });
    try {
      const page = await context.newPage();
      const troubles = [];
      page.on("request", (request) => {
        const url = request.url();
        const known = [server, ...(server.others ?? [])].some(({ origin }) => url.startsWith(`${origin}/`) || url.startsWith(`blob:${origin}/`));
        if (!known) troubles.push(`request to ${url}`);
      });
      page.on("pageerror", (error) => troubles.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error" && !expected.test(message.text())) troubles.push(message.text());
      });
      await run(page, server);
      assert.deepEqual(troubles, []);
    } finally {
      await context.close();
      await Promise.all([server, ...(server.others ?? [])].map((one) => one.close()));
    }
  });
}

/** What a page has to lack for an engine to be the one that is taken. */
const LACKS = {
  wasm: () => {},
  worker: () => {
    WebAssembly.Module = class {
      constructor() {
        throw new WebAssembly.CompileError("a policy forbids it");
      }
    };
  },
  js: () => {
    delete globalThis.WebAssembly;
    delete globalThis.Worker;
  },
};

/** All engines, for tests of what has to be the same in each. */
export const ENGINES = Object.keys(LACKS);

/** Before the page is opened: its elements come to have this engine. */
export function onlyEngine(page, engine) {
  return page.addInitScript(LACKS[engine]);
}

/** No violation of any rule of axe-core. */
export async function assertAccessible(page) {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(" ")).join("; ")}`);
  assert.deepEqual(found, []);
}

function systemBrowser() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const found = folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find((file) => existsSync(file));
  if (!found) throw new Error("found no Chromium; install one, or name it in SALES_READY_CHROMIUM");
  return found;
}
