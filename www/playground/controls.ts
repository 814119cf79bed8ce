// The form: every attribute and property of the element, and its custom properties.

import { h } from "../demo/dom.js";
import { SITUATIONS } from "./situations.js";

const LANGUAGES = { "": "as the page", en: "English", de: "Deutsch", fr: "Français", es: "Español", pt: "Português", ja: "日本語" };
const ENGINES = { auto: "auto", wasm: "WebAssembly", worker: "Worker", js: "JavaScript" };
const LEVELS = [["", "not set (3)"], ...[1, 2, 3, 4, 5].map((level) => [String(level), String(level)])] as [string, string][];

/** The colours that can be set, with what the colour field shows until one is chosen. */
const COLOURS: [property: string, label: string, shown: string][] = [
  ["accent", "Accent", "#0b6b4b"],
  ["surface", "Surface", "#ffffff"],
  ["text", "Text", "#181b22"],
  ["muted", "Muted text", "#5b6170"],
  ["border", "Border", "#e3e5ea"],
  ["for", "Speaks for", "#0b6b4b"],
  ["against", "Speaks against", "#9b2c0e"],
];
const FONTS = { "": "as the page", serif: "serif", monospace: "monospace", "system-ui": "system-ui" };

/** Fills the form; the names of its controls are what `playground.ts` reads. */
export function fillControls(form: HTMLFormElement): void {
  form.append(
    group(
      "State",
      field("Situation", select("situation", SITUATIONS)),
      field("Width", h("input", { name: "width", type: "range", min: "280", max: "700", value: "420", step: "10" }), output("width-shown")),
      field("Theme", select("theme", { auto: "as the system", light: "light", dark: "dark" })),
      field("Direction", select("dir", { ltr: "left to right", rtl: "right to left" })),
      field("Engine", select("engine", ENGINES)),
    ),
    group(
      "Attributes",
      field("lang", select("lang", LANGUAGES)),
      field("heading-level", choice("heading-level", LEVELS)),
      field("lead-id", h("input", { name: "lead-id", autocomplete: "off" })),
      field("held-by", select("held-by", { "": "not set", marketing: "marketing", sales: "sales" })),
      h("div", { class: "checks", role: "group", "aria-label": "actions" }, h("span", {}, "actions"), ...["handoff", "handback", "feedback"].map((name) => check("actions", name, name))),
    ),
    group(
      "Properties",
      field("asOf", h("input", { name: "asOf", type: "date" })),
      field("since", h("input", { name: "since", type: "date" })),
      field("lead (JSON)", h("textarea", { name: "lead", rows: "7", spellcheck: "false" })),
      field("touches (JSON)", h("textarea", { name: "touches", rows: "5", spellcheck: "false" })),
      h("p", { id: "mistake", class: "mistake", role: "status" }),
    ),
    group(
      "Events",
      check("cancel", "before", "Cancel hand-offs and hand-backs (preventDefault)"),
    ),
    group(
      "Custom properties",
      h("div", { class: "colours" }, ...COLOURS.map(([name, label, shown]) => field(label, h("input", { name: `--sales-ready-${name}`, type: "color", value: shown })))),
      field("Corners", h("input", { name: "--sales-ready-radius", type: "range", min: "0", max: "28", value: "12" })),
      field("Font", select("--sales-ready-font", FONTS)),
      h("button", { id: "plain", class: "button", type: "button" }, "As shipped"),
    ),
  );
}

function group(title: string, ...parts: Node[]): HTMLElement {
  return h("fieldset", {}, h("legend", {}, title), ...parts);
}

function field(label: string, ...parts: Node[]): HTMLElement {
  return h("label", { class: "field" }, h("span", {}, label), ...parts);
}

function select(name: string, options: Record<string, string>): HTMLElement {
  return choice(name, Object.entries(options));
}

function choice(name: string, options: [value: string, label: string][]): HTMLElement {
  return h("select", { name }, ...options.map(([value, label]) => h("option", { value }, label)));
}

function check(name: string, value: string, label: string): HTMLElement {
  return h("label", { class: "check" }, h("input", { type: "checkbox", name, value }), label);
}

function output(id: string): HTMLElement {
  return h("output", { id });
}
