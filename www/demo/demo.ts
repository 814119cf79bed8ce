// The page: a list of leads, scored here, and the lead that is open.

import "sales-ready/define";

import type { FieldInfo, Grade } from "sales-ready";
import { showCard } from "./card.js";
import { fetchRows, LEADS_URL, MODEL_URL, scoreRows, TOUCHED, type Row } from "./data.js";
import { showDetail } from "./detail.js";
import { byId } from "./dom.js";
import { clearFilter, markSelected, moveByKey, showList, showNoLead, showViews, visibleRows, type Filter } from "./list.js";
import { startTheme } from "./theme.js";

const filter: Filter = { readiness: undefined, grades: new Set<Grade>(), search: "", sort: "score" };
const list = byId("list", HTMLOListElement);
let rows: Row[] = [];
let fields: readonly FieldInfo[] = [];

startTheme();
byId(TOUCHED ? "with-touches" : "without-touches", HTMLAnchorElement).setAttribute("aria-current", "page");
const search = byId("search", HTMLInputElement);
search.addEventListener("input", () => {
  filter.search = search.value;
  refresh();
});
byId("sort", HTMLSelectElement).addEventListener("change", (event) => {
  filter.sort = (event.target as HTMLSelectElement).value;
  refresh();
});
list.addEventListener("keydown", moveByKey);
addEventListener("hashchange", open);
await start();

async function start(): Promise<void> {
  try {
    rows = await fetchRows(LEADS_URL);
  } catch (error) {
    warn("The leads cannot be listed", error);
  }
  try {
    fields = (await scoreRows(rows)).model.fields;
    await showCard(MODEL_URL);
  } catch (error) {
    warn("Leads are listed without scores", error);
  }
  list.removeAttribute("aria-busy");
  refresh();
  open();
}

function refresh(): void {
  showViews(rows, filter, refresh);
  const visible = visibleRows(rows, filter);
  showList(visible, opened()?.id);
  if (visible.length > 0) return;
  showNoLead(rows.length > 0, () => {
    clearFilter(filter);
    search.value = "";
    refresh();
    search.focus();
  });
}

function opened(): Row | undefined {
  const hash = location.hash.slice(1);
  return rows.find(({ id }) => encodeURIComponent(id) === hash);
}

function open(): void {
  // The skip link leads to the list; beside it the lead stays.
  if (location.hash === "#leads" && wide() && byId("detail", HTMLElement).childElementCount > 0) return;
  const row = opened();
  const before = list.querySelector<HTMLElement>('[aria-current="true"]');
  document.body.classList.toggle("lead-open", row !== undefined);
  markSelected(row?.id);
  // Beside the list there is room for a lead, so the first one is shown; on a phone the list comes first.
  showDetail(row ?? (wide() ? visibleRows(rows, filter)[0] : undefined), fields);
  if (!row && wide()) markSelected(visibleRows(rows, filter)[0]?.id);
  if (wide()) return;
  if (row) byId("lead-name", HTMLHeadingElement).focus();
  else before?.focus();
}

function wide(): boolean {
  return matchMedia("(min-width: 900px)").matches;
}

function warn(what: string, error: unknown): void {
  const notice = byId("notice", HTMLParagraphElement);
  // The first one: what comes after it follows from it.
  if (!notice.hidden) return;
  notice.textContent = `${what}: ${error instanceof Error ? error.message : String(error)}.`;
  notice.hidden = false;
}
