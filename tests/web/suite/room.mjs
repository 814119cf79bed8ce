// Whether a card has room for its letters, at the widths of side panels and of a page, folded and unfolded.

import { READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { mount, show, unfold } from "./card.mjs";
import { equal, ok } from "./check.mjs";

/** The parts whose letters do not find room in the card, or in their own box. A driver hands this to the page. */
export function sticksOut() {
  const { shadowRoot } = document.querySelector("sales-ready-lead");
  const { left, right } = shadowRoot.querySelector(".card").getBoundingClientRect();
  const shown = [...shadowRoot.querySelectorAll(".card *")].filter((part) => part.checkVisibility() && part.getBoundingClientRect().width > 0);
  const out = (part) => part.getBoundingClientRect().right > right + 0.5 || part.getBoundingClientRect().left < left - 0.5;
  const cut = (part) => part instanceof HTMLElement && !part.matches("select, input") && getComputedStyle(part).display !== "inline" && part.scrollWidth > part.clientWidth + 1;
  const labels = shown.filter((part) => part.matches(".trend :is(p, text, span)")).map((label) => label.getBoundingClientRect());
  const meets = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const over = labels.some((one, place) => labels.slice(place + 1).some((other) => meets(one, other)));
  const found = shown.filter((part) => out(part) || cut(part)).map((part) => `${part.getAttribute("class")}: ${part.textContent.slice(0, 60)}`);
  return over ? [...found, "labels of the trend, one over the other"] : found;
}

const DAY = 86_400_000;
const SPARSE = { ...READY_LEAD, source: null, industry: "steel", pricing_views: 900, emails_clicked: -4 };
const many = Array.from({ length: 15 }, (_, place) => ({ at: AS_OF - place * DAY, kind: place % 2 ? "email-open" : "call" }));
const busy = Array.from({ length: 400 }, (_, place) => ({ at: AS_OF - place * 60_000, kind: "pricing-view" }));
const touched = { model: "/touched.json", lead: LEAD, asOf: AS_OF, since: AS_OF - 7 * DAY };
/** What has most words. */
const SCENES = {
  "much to note": { model: "/model.json", lead: SPARSE },
  touches: { ...touched, touches: TOUCHES },
  "many touches": { ...touched, touches: many },
  "all on one day": { ...touched, touches: busy },
  "no touches": { ...touched, touches: [] },
  "touches long past": { ...touched, touches: TOUCHES, asOf: AS_OF + 200 * DAY },
};

export const tests = ["en", "de", "fr"].map((lang) => ({
  name: `nothing sticks out of the card: ${lang}`,
  async run() {
    const found = [];
    for (const [scene, properties] of Object.entries(SCENES)) {
      const element = mount({ lang, actions: "handoff handback feedback" });
      await show(element, properties);
      equal(element.shadowRoot.querySelector(".card").lang, lang);
      for (const width of [280, 400, 700]) {
        element.style.width = `${width}px`;
        equal(element.shadowRoot.querySelector(".card").getBoundingClientRect().width, width, "the card's width");
        for (const open of [false, true]) {
          unfold(element, open);
          ok(element.shadowRoot.querySelectorAll(".card *").length > 50, "the card is drawn");
          found.push(...sticksOut().map((part) => `${scene}, ${width} px, ${open ? "unfolded" : "folded"}: ${part}`));
        }
      }
    }
    equal(found, []);
  },
}));
