// `<sales-ready-lead>` in a page that no driver looks into: its states, its event, its languages and its touches.

import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { mount, show, texts, unfold, until } from "./card.mjs";
import { equal, ok } from "./check.mjs";
import { drawn, MARKS, reader } from "./sentences.mjs";

const DAY = 86_400_000;
const TOUCHED = { model: "/touched.json", lead: LEAD, touches: TOUCHES, asOf: AS_OF, since: AS_OF - 7 * DAY };

const box = (element, selector) => element.shadowRoot.querySelector(selector).getBoundingClientRect();

export const tests = [
  {
    // The first: nobody has defined it yet.
    name: "properties set before the element is defined are kept",
    async run() {
      equal(customElements.get("sales-ready-lead"), undefined);
      const element = mount();
      Object.assign(element, { lead: READY_LEAD, model: "/model.json", headingLevel: 4 });
      await import("/dist/define.js");
      await until("a score", () => element.state === "ready");
      equal([texts(element, ".flag"), element.shadowRoot.querySelector(".flag").ariaLevel, element.getAttribute("model")], [["Sales-ready"], "4", "/model.json"]);
    },
  },
  {
    name: "empty: asks for a lead",
    async run() {
      const element = mount({ model: "/model.json" });
      await until("no lead", () => element.state === "empty" && texts(element, ".flag")[0] === "No lead selected");
      equal([element.explanation, texts(element, ".reason")], [null, []]);
    },
  },
  {
    name: "ready: flag, words, figures, reasons and details",
    async run() {
      const element = mount({ model: "/model.json", actions: "handoff" });
      await show(element, { lead: { ...READY_LEAD, industry: "health", days_since_last_touch: 60 } });
      equal([element.state, element.engine, texts(element, ".flag")], ["ready", "wasm", ["Sales-ready"]]);
      ok(/^About \d+ of 100 leads like this convert\.$/.test(texts(element, ".words")), "the chance in words");
      equal(texts(element, ".figure-value"), [String(Math.round(100 * element.explanation.score.probability)), "A", "71"]);
      equal([".for .reason", ".against .reason"].map((selector) => texts(element, selector).length), [3, 2]);
      ok(texts(element, ".against .reason")[0].startsWith("Days since last touch: 60 d. Such leads"), "the first reason against");
      equal([texts(element, ".handoff").length, element.shadowRoot.adoptedStyleSheets.length], [1, 2]);
      const folds = [...element.shadowRoot.querySelectorAll("details")];
      ok(folds.length > 3, "details");
      const { height } = box(element, ".card");
      unfold(element, true);
      ok(box(element, ".card").height > height + 100, "they unfold");
      await show(element, { lead: COLD_LEAD });
      equal(texts(element, ".flag"), ["Not yet"]);
    },
  },
  {
    name: "a card has the focus while a button of it has gone, and no longer",
    async run() {
      const element = mount({ model: "/model.json", actions: "handoff" });
      await show(element, { lead: READY_LEAD });
      const card = element.shadowRoot.querySelector(".card");
      element.shadowRoot.querySelector(".handoff.button").focus();
      element.setAttribute("held-by", "sales");
      ok(element.shadowRoot.activeElement === card && card.getAttribute("tabindex") === "-1", "the card has it");
      const after = element.parentNode.appendChild(document.createElement("button"));
      after.focus();
      after.remove();
      // No event tells of it in a window that is not in front.
      if (document.hasFocus()) equal(card.getAttribute("tabindex"), null);
    },
  },
  {
    name: "error: a wrong value",
    async run() {
      const element = mount({ model: "/model.json" });
      await show(element, { lead: { reviews_read: "many" } });
      equal([element.state, element.error.code, texts(element, ".flag"), texts(element, ".retry")], ["error", "bad-value", ["No score"], []]);
      ok(texts(element, ".cause")[0].startsWith('Expected a number for "reviews_read", found "many"'), "the cause");
      await show(element, { lead: READY_LEAD });
      equal([element.state, texts(element, ".flag")], ["ready", ["Sales-ready"]]);
    },
  },
  {
    name: "error: a model that is not there",
    async run() {
      const element = mount({ model: "/none.json" });
      await show(element, { lead: READY_LEAD });
      equal([element.state, element.error.code, texts(element, ".flag"), texts(element, ".retry")], ["error", "io", ["No score"], ["Try again"]]);
      ok(element.error.message.includes("none.json: the server answered 404"), element.error.message);
    },
  },
  {
    name: "several changes in one turn are reported once",
    async run() {
      const element = mount({ model: "/model.json" });
      await show(element, { lead: COLD_LEAD });
      const seen = [];
      document.addEventListener("sales-ready-change", ({ detail, target }) => seen.push([target === element, detail.score.grade]));
      for (const lead of [null, { reviews_read: 1 }, READY_LEAD]) element.lead = lead;
      await until("the event", () => seen.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      equal(seen, [[true, "A"]]);
    },
  },
  {
    name: "touches: a trend, its labels, and a timeline with sides and shares",
    async run() {
      const element = mount();
      await show(element, TOUCHED);
      const { shadowRoot } = element;
      equal(texts(element, ".kind").length, 10);
      equal(texts(element, ".kind").slice(0, 3), ["trade-fair", "demo", "pricing-view"]);
      equal(texts(element, ".by").slice(0, 3), ["Side not known", "Sales", "Marketing"]);
      equal([".past", ".forecast", ".now", ".threshold"].map((name) => shadowRoot.querySelectorAll(`.plot ${name}`).length), [1, 1, 1, 1]);
      ok(shadowRoot.querySelector(".past").getBoundingClientRect().width > 50, "the trend is drawn");
      equal([texts(element, ".now-label text"), texts(element, ".axis span").length], [["now"], 2]);
      ok([...shadowRoot.querySelectorAll(".touch-bar rect")].some((bar) => bar.getBoundingClientRect().width > 20), "the shares are drawn");
    },
  },
  {
    name: "German: all is said by its catalogue, with its numbers",
    async run() {
      const { default: german } = await import("/dist/locales/de.js");
      const { says, knows } = reader("de", german);
      knows(...Array.from({ length: 800 }, (_, day) => AS_OF + (day - 500) * DAY));
      const { now } = Date;
      Date.now = () => AS_OF; // which a card tells
      try {
        for (const properties of [{ model: "/model.json", lead: { ...READY_LEAD, reviews_read: 12345, emails_clicked: 2.5 } }, TOUCHED]) {
          const element = mount({ lang: "de", actions: "handoff handback feedback" });
          await show(element, properties);
          unfold(element, true);
          const found = drawn(MARKS);
          ok(found.length > 50, "the card is drawn");
          equal(found.filter(([, text]) => !says(text)), [], "not of the catalogue");
          if (properties !== TOUCHED) {
            equal(texts(element, ".flag"), ["Vertriebsreif"]);
            for (const number of ["12.345", "2,5"]) ok(found.some(([, text]) => text.includes(number)), `a number as it is written: ${number}`);
          }
        }
        equal(says("Show all reasons"), false);
      } finally {
        Date.now = now;
      }
    },
  },
  {
    name: "the language around the card becomes another one, and so does its own",
    async run() {
      const element = mount();
      await show(element, { model: "/model.json", lead: READY_LEAD });
      const { lang } = document.documentElement;
      try {
        document.documentElement.lang = "fr";
        await until("French", () => texts(element, ".flag")[0] === "Prêt pour la vente");
      } finally {
        document.documentElement.lang = lang;
      }
      await until("English", () => texts(element, ".flag")[0] === "Sales-ready");
    },
  },
  {
    name: "right to left: the card, its meter and its trend are mirrored, its letters are not",
    async run() {
      const { addMessages } = await import("/dist/index.js");
      addMessages("ar", { "sales-ready": "جاهز للمبيعات" });
      const element = mount({ lang: "ar-EG" });
      await show(element, { model: "/model.json", lead: READY_LEAD });
      equal([texts(element, ".flag"), getComputedStyle(element.shadowRoot.querySelector(".card")).direction], [["جاهز للمبيعات"], "rtl"]);
      const [fill, track] = [".meter .fill", ".meter .track"].map((selector) => box(element, selector));
      ok(Math.abs(fill.right - track.right) < 0.5 && fill.left > track.left + 5, "the meter begins at the right");
      await show(element, TOUCHED);
      const all = box(element, ".card");
      const [first, last] = [...element.shadowRoot.querySelectorAll(".axis span")].map((text) => text.getBoundingClientRect());
      ok(first.left > last.right, `the past is on the right: ${first.left}, ${last.right}`);
      ok([first, last, box(element, ".now-label text")].every(({ left, right }) => left > all.left && right < all.right), "the labels are within the card");
      ok(box(element, ".past").left > box(element, ".forecast").left, "the trend runs to the left");
    },
  },
];
