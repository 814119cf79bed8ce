// One lead: the widget, and its values to try others.

import type { FieldInfo, Lead, SalesReadyLeadElement } from "sales-ready";
import { byId, h } from "./dom.js";
import { AS_OF, MODEL_URL, SINCE, text, type Row } from "./data.js";
import { initials, percentage } from "./list.js";

/** Shown above; everything else is a fact. */
const NAMES = new Set(["lead_id", "company", "contact"]);

/** Shows a lead, or asks for one. */
export function showDetail(row: Row | undefined, fields: readonly FieldInfo[]): void {
  const pane = byId("detail", HTMLElement);
  if (!row) {
    pane.setAttribute("aria-label", "Lead");
    pane.replaceChildren(h("p", { class: "hint" }, "Choose a lead to see its score and the reasons."));
    return;
  }
  pane.setAttribute("aria-label", `Lead ${row.company}`);
  const widget = h("sales-ready-lead", { model: MODEL_URL, "heading-level": "3" }) as SalesReadyLeadElement;
  widget.lead = row.lead;
  if (row.touches) Object.assign(widget, { touches: row.touches, asOf: AS_OF, since: SINCE });
  pane.replaceChildren(heading(row), widget, ...facts(row, fields, widget));
  pane.scrollTop = 0;
}

function heading({ id, company, contact }: Row): HTMLElement {
  return h(
    "div",
    { class: "detail-head" },
    h("a", { class: "back", href: "#" }, "← All leads"),
    h("span", { class: "avatar large", "aria-hidden": "true" }, initials(company)),
    h("div", {}, h("h2", { id: "lead-name", tabindex: "-1" }, company), h("p", { class: "sub" }, [contact, id].filter(Boolean).join(" · "))),
  );
}

function facts(row: Row, fields: readonly FieldInfo[], widget: SalesReadyLeadElement): HTMLElement[] {
  const known = new Set(fields.map(({ name }) => name));
  const others = Object.keys(row.lead).filter((name) => !known.has(name) && !NAMES.has(name));
  // What is made of touches is not entered.
  const entered = row.touches ? fields.filter(({ touches }) => !touches) : fields;
  const parts = entered.length > 0 ? [whatIf(row, entered, widget)] : [];
  if (others.length > 0) parts.push(unused(row.lead, others));
  return parts;
}

/** A form of the lead's values; each change scores again, and nothing is saved. */
function whatIf({ lead, score }: Row, fields: readonly FieldInfo[], widget: SalesReadyLeadElement): HTMLElement {
  const edits: Record<string, unknown> = {};
  const form = h("form", { class: "facts" });
  const hint = h("p", { class: "sub" });
  const reset = h("button", { type: "reset", class: "button", hidden: true }, "Reset");
  const saved = score ? ` Saved values: ${percentage(score.probability)}.` : "";
  const tell = (edited: boolean): void => {
    hint.textContent = edited ? `Other values than saved.${saved}` : "Change a value to see the score follow. Nothing is saved.";
    reset.hidden = !edited;
  };
  tell(false);
  const groups = [
    ["Engagement", fields.filter((field) => field.type === "number")],
    ["Profile", fields.filter((field) => field.type === "category")],
  ] as const;
  form.append(h("div", { class: "facts-head" }, h("h3", {}, "Values"), reset), hint);
  for (const [title, members] of groups) {
    if (members.length === 0) continue;
    const controls = members.map((field) => control(field, lead));
    form.append(h("fieldset", {}, h("legend", {}, title), h("div", { class: "fact-grid" }, ...controls)));
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
    edits[target.name] = target.value;
    widget.lead = { ...lead, ...edits };
    tell(true);
  });
  form.addEventListener("reset", () => {
    for (const name of Object.keys(edits)) delete edits[name];
    widget.lead = lead;
    // The button that had the focus is about to go.
    form.querySelector<HTMLElement>("input, select")?.focus();
    tell(false);
  });
  return form;
}

function control(field: FieldInfo, lead: Lead): HTMLElement {
  const value = text(lead[field.name]);
  const input = field.type === "number" ? numberInput(field, value) : levelSelect(field, value);
  return h("label", { class: "fact" }, h("span", {}, sentenceCase(field.title)), input);
}

function numberInput({ name }: FieldInfo, value: string): HTMLElement {
  return h("input", { name, value, type: "text", inputmode: "decimal", placeholder: "not known", autocomplete: "off" });
}

function levelSelect({ name, levels }: FieldInfo, value: string): HTMLElement {
  const all = value === "" || levels.includes(value) ? levels : [...levels, value];
  const option = (level: string, label: string): HTMLElement => h("option", { value: level, selected: level === value }, label);
  return h("select", { name }, option("", "not known"), ...all.map((level) => option(level, level)));
}

function unused(lead: Lead, names: readonly string[]): HTMLElement {
  const pairs = names.map((name) =>
    h("div", {}, h("dt", {}, sentenceCase(name.replaceAll("_", " "))), h("dd", {}, text(lead[name]) || "not known")),
  );
  return h("div", { class: "facts" }, h("h3", {}, "Not used by the model"), h("dl", { class: "unused" }, ...pairs));
}

function sentenceCase(name: string): string {
  return name.charAt(0).toLocaleUpperCase("en") + name.slice(1);
}
