// One widget, and a form for everything about it. What is chosen is in the address, so that a picture can be made again.

import { loadEngine, SalesReadyLeadElement, type Lead, type Touch } from "sales-ready";
import "sales-ready/define";
import { byId, h } from "../demo/dom.js";
import { fillControls } from "./controls.js";
import { holdLoading, situation, SITUATIONS, type SituationName } from "./situations.js";
import { snippets } from "./snippets.js";

/** In the address by name; where they are not, as the form has them. */
const CHOSEN = ["situation", "width", "theme", "dir", "engine", "lang", "heading-level", "lead-id", "held-by"];
const EVENTS = ["change", "error", "before-handoff", "handoff", "before-handback", "handback", "feedback"];
const MOST_EVENTS = 50;

const form = byId("controls", HTMLFormElement);
const stage = byId("stage", HTMLDivElement);
const log = byId("log", HTMLOListElement);
const shape = byId("shape", HTMLSelectElement);
const widget = document.createElement("sales-ready-lead");
let latest = 0;

fillControls(form);
readAddress();
await chooseEngine();
holdLoading();
for (const event of EVENTS) widget.addEventListener(`sales-ready-${event}`, onEvent);
stage.append(widget);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", ({ target }) => onInput(target as HTMLInputElement));
byId("plain", HTMLButtonElement).addEventListener("click", clearLooks);
byId("clear", HTMLButtonElement).addEventListener("click", () => log.replaceChildren());
shape.append(...snippets({}).map(({ name }, place) => h("option", { value: String(place) }, name)));
shape.addEventListener("change", showSnippet);
byId("copy", HTMLButtonElement).addEventListener("click", copy);
show();
await enter();

function control(name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function readAddress(): void {
  const address = new URLSearchParams(location.search);
  for (const name of CHOSEN) {
    const value = address.get(name);
    if (value !== null) control(name).value = value;
  }
  for (const action of (address.get("actions") ?? "").split(" ")) {
    for (const box of boxes("actions")) if (box.value === action) box.checked = true;
  }
}

function writeAddress(): void {
  const address = new URLSearchParams();
  for (const name of CHOSEN) {
    const { value } = control(name);
    if (value && value !== "auto" && value !== "ltr") address.set(name, value);
  }
  if (actions()) address.set("actions", actions());
  history.replaceState(null, "", `?${address}`);
}

function boxes(name: string): HTMLInputElement[] {
  return Array.from(form.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`));
}

function actions(): string {
  return boxes("actions").filter(({ checked }) => checked).map(({ value }) => value).join(" ");
}

/** Before the first model: a page has one engine, so that another one is chosen by loading the page again. */
async function chooseEngine(): Promise<void> {
  const { value } = control("engine");
  if (value === "auto" || !("engine" in SalesReadyLeadElement.prototype)) return;
  await (loadEngine as unknown as (options: { use: string }) => Promise<unknown>)({ use: value });
}

function onInput(target: HTMLInputElement): void {
  if (target.name === "situation") void enter();
  else if (target.name === "engine") {
    writeAddress();
    location.reload();
  } else if (["lead", "touches", "asOf", "since"].includes(target.name)) setProperties();
  else if (target.name.startsWith("--")) setLook(target);
  else show();
}

/** Sets what the situation needs, through the form's own fields. */
async function enter(): Promise<void> {
  const name = control("situation").value as SituationName;
  const turn = ++latest;
  writeAddress();
  const { model, lead, touches, asOf, since } = await situation(name in SITUATIONS ? name : "ready");
  // Another one was chosen meanwhile.
  if (turn !== latest) return;
  control("lead").value = lead ? JSON.stringify(lead, undefined, 1) : "";
  control("touches").value = touches ? JSON.stringify(touches) : "";
  control("asOf").value = asOf;
  control("since").value = since;
  if (model) widget.setAttribute("model", model);
  else widget.removeAttribute("model");
  setProperties();
}

function setProperties(): void {
  const mistake = byId("mistake", HTMLParagraphElement);
  try {
    const [lead, touches] = [parsed<Lead>("lead"), parsed<Touch[]>("touches")];
    Object.assign(widget, { lead, touches });
    mistake.textContent = "";
  } catch (error) {
    mistake.textContent = `No JSON yet: ${(error as Error).message}`;
    return;
  }
  widget.asOf = control("asOf").value || null;
  widget.since = control("since").value || null;
  queueMicrotask(showFacts);
}

function parsed<T>(name: string): T | null {
  const text = control(name).value.trim();
  return text === "" ? null : (JSON.parse(text) as T);
}

function show(): void {
  const width = control("width").value;
  stage.style.setProperty("--width", `${width}px`);
  byId("width-shown", HTMLOutputElement).value = `${width} px`;
  document.documentElement.dataset["theme"] = control("theme").value;
  stage.dir = control("dir").value;
  for (const name of ["lang", "heading-level", "lead-id", "held-by"]) setAttribute(name, control(name).value);
  // By whatever name, it is this lead.
  setProperties();
  setAttribute("actions", actions());
  writeAddress();
  showSnippet();
}

function setAttribute(name: string, value: string): void {
  if (value) widget.setAttribute(name, value);
  else widget.removeAttribute(name);
}

function setLook({ name, value, type }: HTMLInputElement): void {
  // Through the object model, which a policy without inline style allows.
  widget.style.setProperty(name, type === "range" ? `${value}px` : value);
}

function clearLooks(): void {
  for (const input of Array.from(form.elements) as HTMLInputElement[]) {
    if (input.name.startsWith("--")) widget.style.removeProperty(input.name);
  }
}

function onEvent(event: Event): void {
  if (event.type.includes("-before-") && boxes("cancel").some(({ checked }) => checked)) event.preventDefault();
  const { score, error, reason } = (event as CustomEvent).detail ?? {};
  const said = error?.message ?? reason ?? (score ? `${score.readiness}, grade ${score.grade}, logit ${score.logit.toFixed(3)}` : "");
  const cancelled = event.defaultPrevented ? " (cancelled)" : "";
  log.prepend(h("li", {}, h("code", {}, event.type), h("span", {}, `${said}${cancelled}`)));
  while (log.childElementCount > MOST_EVENTS) log.lastElementChild?.remove();
  showFacts();
}

function showFacts(): void {
  const { state, engine, error } = widget as typeof widget & { engine?: string | null };
  const facts = { state, engine: engine ?? "–", error: error?.code ?? "–" };
  const pairs = Object.entries(facts).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
  byId("facts", HTMLElement).replaceChildren(...pairs);
}

function showSnippet(): void {
  const attributes = Object.fromEntries(Array.from(widget.attributes, ({ name, value }) => [name, value]));
  delete attributes["style"];
  const chosen = snippets(attributes)[Number(shape.value)];
  byId("code", HTMLPreElement).textContent = chosen?.code ?? "";
  byId("shape-note", HTMLParagraphElement).textContent = chosen?.note ?? "";
}

async function copy(): Promise<void> {
  const code = byId("code", HTMLPreElement);
  const said = byId("copied", HTMLParagraphElement);
  const button = byId("copy", HTMLButtonElement);
  try {
    await navigator.clipboard.writeText(code.textContent ?? "");
    said.textContent = "Copied.";
    button.textContent = "Copied";
  } catch {
    // The clipboard is not to be had: the reader copies what is selected.
    getSelection()?.selectAllChildren(code);
    said.textContent = "Selected; copy it with the keyboard.";
    button.textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy"), 1500);
}
