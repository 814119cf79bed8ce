// The list of leads and what narrows it.

import type { Grade, Readiness } from "sales-ready";
import { byId, h, shareBar } from "./dom.js";
import { text, type Row } from "./data.js";

export const FLAGS: Record<Readiness, string> = { "sales-ready": "Sales-ready", nurture: "Nurture", abstain: "Can’t tell" };
const GRADES: readonly Grade[] = ["A", "B", "C", "D"];

/** What the list shows; all conditions hold together. */
export interface Filter {
  readiness: Readiness | undefined;
  grades: Set<Grade>;
  search: string;
  sort: string;
}

export function visibleRows(rows: readonly Row[], filter: Filter): Row[] {
  const words = filter.search.toLocaleLowerCase("en").split(/\s+/).filter(Boolean);
  const kept = rows.filter(({ score, company, contact, id, lead }) => {
    if (filter.readiness && score?.readiness !== filter.readiness) return false;
    if (filter.grades.size > 0 && !(score && filter.grades.has(score.grade))) return false;
    const haystack = [company, contact, id, text(lead["source"]), text(lead["industry"])].join(" ").toLocaleLowerCase("en");
    return words.every((word) => haystack.includes(word));
  });
  const byCompany = (a: Row, b: Row): number => a.company.localeCompare(b.company, "en") || a.id.localeCompare(b.id, "en");
  const logit = (row: Row): number => row.score?.logit ?? Number.NEGATIVE_INFINITY;
  // Compared, not subtracted: two leads without a score have equal logits of minus infinity.
  const byScore = (a: Row, b: Row): number => Number(logit(b) > logit(a)) - Number(logit(b) < logit(a)) || byCompany(a, b);
  return kept.sort(filter.sort === "company" ? byCompany : byScore);
}

export function showList(rows: readonly Row[], selected: string | undefined): void {
  byId("list", HTMLOListElement).replaceChildren(...rows.map((row) => h("li", {}, listRow(row, row.id === selected))));
  byId("count", HTMLParagraphElement).textContent = rows.length === 1 ? "1 lead" : `${rows.length} leads`;
}

/** What stands in place of an empty list. */
export function showNoLead(filtered: boolean, clear: () => void): void {
  const hint = filtered ? "No lead matches the search and the filters." : "There are no leads.";
  const parts: HTMLElement[] = [h("p", {}, hint)];
  if (filtered) {
    const button = h("button", { type: "button", class: "button" }, "Show all leads");
    button.addEventListener("click", clear);
    parts.push(button);
  }
  byId("list", HTMLOListElement).replaceChildren(h("li", { class: "hint" }, ...parts));
}

export function clearFilter(filter: Filter): void {
  filter.readiness = undefined;
  filter.grades.clear();
  filter.search = "";
}

/** Marks the open lead without building the list again, so that focus stays where it is. */
export function markSelected(selected: string | undefined): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("#list a")) {
    if (link.dataset["id"] === selected) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Arrow keys, Home and End move between the leads. */
export function moveByKey(event: KeyboardEvent): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("#list a")];
  const here = links.findIndex((link) => link === document.activeElement);
  if (here < 0) return;
  const goal = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: links.length - 1 }[event.key];
  if (goal === undefined) return;
  event.preventDefault();
  links[goal]?.focus();
}

export function showViews(rows: readonly Row[], filter: Filter, change: () => void): void {
  const count = (keep: (row: Row) => boolean): number => rows.filter(keep).length;
  const readiness = (Object.keys(FLAGS) as Readiness[]).filter((flag) => rows.some((row) => row.score?.readiness === flag));
  const flags = readiness.map((flag) =>
    view(FLAGS[flag], `dot ${flag}`, count((row) => row.score?.readiness === flag), filter.readiness === flag, () => {
      filter.readiness = filter.readiness === flag ? undefined : flag;
      change();
    }),
  );
  const grades = GRADES.map((grade) =>
    view(`Grade ${grade}`, "letter", count((row) => row.score?.grade === grade), filter.grades.has(grade), () => {
      if (!filter.grades.delete(grade)) filter.grades.add(grade);
      change();
    }),
  );
  const all = view("All leads", "dot all", rows.length, !filter.readiness && filter.grades.size === 0, () => {
    filter.readiness = undefined;
    filter.grades.clear();
    change();
  });
  const focused = document.activeElement?.getAttribute("data-view");
  byId("views", HTMLElement).replaceChildren(
    h("div", { class: "view-group" }, h("h2", {}, "Readiness"), all, ...flags),
    h("div", { class: "view-group" }, h("h2", {}, "Grade"), ...grades),
  );
  if (focused) document.querySelector<HTMLElement>(`[data-view="${focused}"]`)?.focus();
}

function view(label: string, kind: string, count: number, pressed: boolean, click: () => void): HTMLButtonElement {
  const button = h(
    "button",
    { type: "button", class: "view", "aria-pressed": String(pressed), "data-view": label },
    h("span", { class: kind, "aria-hidden": "true" }, kind === "letter" ? label.slice(-1) : ""),
    h("span", { class: "view-name" }, label),
    h("span", { class: "view-count" }, String(count)),
  );
  button.addEventListener("click", click);
  return button;
}

function listRow({ id, company, contact, lead, score }: Row, selected: boolean): HTMLAnchorElement {
  const origin = [text(lead["industry"]), text(lead["source"])].filter(Boolean).map((part) => h("span", {}, part));
  return h(
    "a",
    { href: `#${encodeURIComponent(id)}`, class: "row", "data-id": id, "aria-current": selected ? "true" : undefined },
    h("span", { class: "avatar", "aria-hidden": "true" }, initials(company)),
    h("span", { class: "who" }, h("span", { class: "company" }, company), " ", h("span", { class: "contact" }, contact)),
    h("span", { class: "origin" }, ...origin),
    score ? h("span", { class: "chance" }, shareBar(score.probability), percentage(score.probability)) : h("span", { class: "chance" }, "–"),
    h("span", { class: "grade" }, h("span", { class: "visually-hidden" }, "grade "), score?.grade ?? "–"),
    flagChip(score?.readiness),
  );
}

function flagChip(readiness: Readiness | undefined): HTMLElement {
  if (!readiness) return h("span", { class: "flag none" }, "Not scored");
  return h("span", { class: `flag ${readiness}` }, FLAGS[readiness]);
}

/** As the widget has it: never 0, never 100. */
export function percentage(probability: number): string {
  if (probability < 0.005) return "< 1 %";
  return probability > 0.995 ? "> 99 %" : `${Math.round(probability * 100)} %`;
}

export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words.slice(0, 2).map((word) => word.charAt(0)).join("").toLocaleUpperCase("en");
}
