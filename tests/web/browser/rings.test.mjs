// Records that lead back to themselves, as those of many stores do: a lead's account has its leads.

import assert from "node:assert/strict";

import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { connect, flag, MODEL, set, site as framed, told } from "./frame.mjs";
import { pageTest } from "./host.mjs";
import { part, show, site } from "./lead.mjs";

/** In the page: a lead with such an account. */
const RING = `globalThis.ring = (lead) => {
  const account = { name: "ACME" };
  const all = { ...lead, account };
  account.leads = [all];
  return all;
};`;

pageTest("what somebody has typed about such a lead stays while it is the same, and goes with another", { site: site() }, async (page) => {
  await page.addInitScript(RING);
  await show(page, { lead: COLD_LEAD });
  const give = (lead) =>
    page.locator("sales-ready-lead").evaluate(async (element, lead) => {
      const scored = new Promise((resolve) => element.addEventListener("sales-ready-change", resolve, { once: true }));
      element.lead = globalThis.ring(lead);
      await scored;
    }, lead);
  await give(READY_LEAD);
  const fold = part(page, "feedback");
  await fold.locator("summary").click();
  await fold.locator("textarea").fill("too good");
  await give(READY_LEAD);
  assert.equal(await fold.locator("textarea").inputValue(), "too good");
  await give({ ...READY_LEAD, name: "Ada" });
  assert.equal(await fold.locator("textarea").inputValue(), "");
});

/** An object, and all in it, as Vue gives it: of each the same again. */
const REACTIVE = `globalThis.reactive = (() => {
  const known = new WeakMap();
  const reactive = (value) => {
    if (typeof value !== "object" || value === null) return value;
    if (!known.has(value)) known.set(value, new Proxy(value, { get: (target, name, self) => reactive(Reflect.get(target, name, self)) }));
    return known.get(value);
  };
  return reactive;
})();`;

for (const kind of ["plain", "reactive"]) {
  pageTest(`a frame takes such a lead, and it can be handed over: ${kind}`, { site: framed() }, async (page) => {
    await page.addInitScript(RING + REACTIVE);
    await page.goto("/");
    await connect(page, "yes");
    assert.equal(await set(page, { modelText: MODEL, actions: ["handoff"] }), "done");
    await page.evaluate(
      ([lead, kind]) => {
        const own = globalThis.ring(lead);
        return globalThis.lead.set({ lead: kind === "plain" ? own : globalThis.reactive(own) });
      },
      [READY_LEAD, kind],
    );
    await flag(page).filter({ hasText: "Sales-ready" }).waitFor();
    await page.frameLocator("iframe").locator("sales-ready-lead .handoff").click();
    await told(page, "handoff");
    const found = await page.evaluate(() => {
      const { lead } = globalThis.told.find(([type]) => type === "handoff")[1];
      return [lead.account.leads[0].account.name, lead.reviews_read];
    });
    assert.deepEqual(found, ["ACME", READY_LEAD.reviews_read]);
  });
}
