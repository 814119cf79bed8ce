// Cards in frames, from the page around them: one with this page's origin, one in a sandbox, which has none.

import { READY_LEAD } from "../fixtures/model.mjs";
import { equal } from "./check.mjs";
import { SalesReadyFrame } from "/dist/embed-host.js";

/** A test for each frame of the page. */
export const tests = ["One", "Two"].map((title) => ({
  name: `a frame scores, in its language, and tells: ${title}`,
  async run() {
    const frame = document.querySelector(`iframe[title="${title}"]`);
    frame.src += `#host=${location.origin}`;
    const told = new Promise((resolve) => frame.addEventListener("sales-ready-change", resolve, { once: true }));
    const widget = new SalesReadyFrame(frame);
    const modelText = await (await fetch("/model.json")).text();
    await widget.set({ modelText, lead: READY_LEAD, lang: "de" });
    const { detail } = await told;
    equal(detail.score.readiness, "sales-ready");
    equal(detail.lead, READY_LEAD);
    // As tall as its card, once that is painted.
    while (!(Number(frame.height) > 300)) await new Promise((resolve) => setTimeout(resolve, 20));
    widget.close();
  },
}));
