// The days that a card names: those of whoever reads it, but for dates that have no time.

import assert from "node:assert/strict";

import { fixtureModel } from "../fixtures/model.mjs";
import { LEAD, touchedModel } from "../fixtures/touched.mjs";
import { pageTest } from "./host.mjs";
import { part, show, site } from "./lead.mjs";

const { card } = fixtureModel();
const model = touchedModel({ card: { ...card, data: { ...card.data, period: ["2025-01-02", "2026-02-28"] } } });
/** A call, and half an hour later: evening, or the next morning, of days that are not those of UTC. */
const [CALL, NOW] = ["2026-03-21T01:00:00Z", "2026-03-21T01:30:00Z"];

for (const [timezoneId, called, began] of [["America/Los_Angeles", "Mar 20, 2026", "Mar 6, 2026"], ["Pacific/Auckland", "Mar 21, 2026", "Mar 7, 2026"]]) {
  pageTest(`${timezoneId}: an instant has the reader's day, a date alone its own`, { site: site({ "/dated.json": JSON.stringify(model) }), timezoneId }, async (page) => {
    await page.clock.setFixedTime(new Date(NOW));
    const touches = [{ at: CALL, kind: "call" }, { at: "2026-03-18", kind: "demo" }];
    await show(page, { lead: LEAD, touches, since: "2026-03-21T00:30:00Z" }, { model: "/dated.json" });
    const when = await part(page, "when").allTextContents();
    assert.deepEqual(when, [`${called}, less than a day ago`, "Mar 18, 2026, 3 days ago"]);
    assert.match(await part(page, "change-words").textContent(), new RegExp(`^Since ${called}:`));
    assert.match(await part(page, "plot").getAttribute("aria-label"), new RegExp(`on ${began}, highest`));
    const about = await part(page, "about-value").allTextContents();
    assert.ok(about.includes("Jan 2, 2025 to Feb 28, 2026"), about.join("; "));
    // What the card says of one moment, it says alike.
    assert.ok(about.some((text) => text.startsWith(`${called}, `)), about.join("; "));
    await show(page, { since: "2026-03-19", asOf: "2026-03-21" });
    assert.match(await part(page, "change-words").textContent(), /^Since Mar 19, 2026:/);
  });
}

pageTest("without Intl, too, a day is the reader's", { site: site(), timezoneId: "America/Los_Angeles" }, async (page) => {
  await page.addInitScript(() => delete globalThis.Intl);
  await show(page, { lead: LEAD, touches: [{ at: CALL, kind: "call" }, { at: "2026-03-18", kind: "demo" }], asOf: NOW }, { model: "/touched.json" });
  assert.deepEqual((await part(page, "when").allTextContents()).map((text) => text.slice(0, 10)), ["2026-03-20", "2026-03-18"]);
});
