// `node xtask/screenshots.mjs <target/demo> <folder for the pictures>`: the pictures of the README, from the pages as they are.

import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { screenshot } from "../tests/web/browser/pictures.mjs";
import { serve } from "../tests/web/browser/server.mjs";

const [demo, out] = process.argv.slice(2);
const { chromium } = createRequire(new URL("../www/package.json", import.meta.url))("playwright-core");

/** By the picture's name: the page, its window, what is waited for, and the part that is shown where it is not all. */
const PICTURES = {
  screenshot: { url: "/index.html?touches", width: 1440, height: 900, wait: "sales-ready-lead [part~=timeline]" },
  report: { url: "/report.html", width: 1200, height: 1150, wait: "svg" },
  widget: { url: "/playground/index.html?situation=ready&width=420&theme=light", width: 1440, height: 900, wait: "sales-ready-lead .reason", part: "#stage" },
  "widget-dark": { url: "/playground/index.html?situation=ready&width=420&theme=dark", width: 1440, height: 900, wait: "sales-ready-lead .reason", part: "#stage" },
};

await mkdir(out, { recursive: true });
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'";
const site = await serve({ folders: { "": demo }, policy });
const browser = await chromium.launch({
  executablePath: process.env.SALES_READY_CHROMIUM,
  args: ["--disable-background-networking", ...JSON.parse(process.env.SALES_READY_CHROMIUM_ARGS ?? "[]")],
});
try {
  for (const [name, { url, width, height, wait, part }] of Object.entries(PICTURES)) {
    const context = await browser.newContext({ viewport: { width, height }, locale: "en-US", timezoneId: "UTC", colorScheme: "light", reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(site.origin + url);
    await page.locator(wait).first().waitFor();
    const file = path.join(out, `${name}.png`);
    await screenshot(part ? page.locator(part) : page, { path: file });
    console.log(`Wrote ${file}`);
    await context.close();
  }
} finally {
  await browser.close();
  await site.close();
}
