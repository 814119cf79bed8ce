// The report that `cargo xtask demo` writes beside its page, as it is opened from a mail or a folder.

import assert from "node:assert/strict";

import { assertAccessible, DEMO, DESKTOP, pageTest, PHONE } from "./host.mjs";
import { picture } from "./pictures.mjs";
import { serve } from "./server.mjs";

// No policy but its own: a report comes without a server's.
const site = () => serve({ folders: { "": DEMO }, policy: "" });

/** Of pictures, in dots. */
const PIECE = 3_000;

for (const [device, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
  for (const colorScheme of ["light", "dark"]) {
    // Of one dot each, and in pieces: the whole of it is more than a browser always has the memory to draw.
    pageTest(`the report is accessible, fits, and a picture: ${device}, ${colorScheme}`, { site, viewport, colorScheme, deviceScaleFactor: 1 }, async (page) => {
      await page.goto("/report.html");
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(await overflow(), 0);
      const { width } = viewport;
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      for (let y = 0; y < height; y += PIECE) {
        const clip = { x: 0, y, width, height: Math.min(PIECE, height - y) };
        await picture(page, `report-${device}-${colorScheme}-${1 + y / PIECE}`, { fullPage: true, clip });
      }
      await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
      assert.equal(await overflow(), 0);
      await assertAccessible(page);
      const odd = await page.locator("svg text").evaluateAll((texts) =>
        texts
          .filter((text) => {
            const [own, plot] = [text, text.ownerSVGElement].map((one) => one.getBoundingClientRect());
            const inside = own.left >= plot.left - 1 && own.right <= plot.right + 1 && own.top >= plot.top - 1 && own.bottom <= plot.bottom + 1;
            return !inside || Math.min(own.width, own.height) < 4 || Math.max(own.width, own.height) < 10;
          })
          .map((text) => `${text.textContent} in ${text.ownerSVGElement.querySelector("title").textContent}`),
      );
      assert.deepEqual(odd, [], "texts that are cut or too small");
    });
  }
}

pageTest("a picture for the README", { site, viewport: { width: 1200, height: 1150 } }, async (page) => {
  await page.goto("/report.html");
  await picture(page, "report-head");
});

pageTest("the report's figures are those of the model", { site }, async (page, server) => {
  await page.goto("/report.html");
  const { card } = await (await fetch(`${server.origin}/report-model.json`)).json();
  const auc = await page.locator("#quality tr", { has: page.locator("th", { hasText: /^AUC$/ }) }).locator("td").allTextContents();
  const { value, low, high } = card.metrics.auc;
  assert.deepEqual(auc.slice(0, 2), [value.toFixed(3), `${low.toFixed(3)} to ${high.toFixed(3)}`]);
  assert.match(await page.locator("header").textContent(), new RegExp(`${card.data.leads.toLocaleString("en-US")} leads`));
  // The plots take the colours of the theme.
  const line = page.locator("svg polyline[stroke='#2B50C8']").first();
  const color = () => line.evaluate((one) => getComputedStyle(one).stroke);
  const light = await color();
  await page.emulateMedia({ colorScheme: "dark" });
  assert.notEqual(await color(), light);
  // On paper all is light, and nothing is folded away but the tables behind plots.
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  assert.equal(await color(), light);
  assert.equal(await page.locator("nav").isVisible(), false);
});
