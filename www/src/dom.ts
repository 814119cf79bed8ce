// What every part of the element needs of the DOM.

import { tagOf } from "./tags.js";

/** One for all elements of a document and a text: another document, as in a frame, takes none but its own. */
const sheets = new WeakMap<Document, Map<string, CSSStyleSheet>>();

/** A style sheet for a document; none for one that is not shown, which has no window. */
export function styles(document: Document, css: string): CSSStyleSheet[] {
  if (!document.defaultView) return [];
  const made = sheets.get(document) ?? new Map<string, CSSStyleSheet>();
  sheets.set(document, made);
  let sheet = made.get(css);
  if (!sheet) {
    sheet = new document.defaultView.CSSStyleSheet();
    sheet.replaceSync(css);
    made.set(css, sheet);
  }
  return [sheet];
}

/** An element with a class and a part of the same name. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, name: string, text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = name;
  made.setAttribute("part", name);
  made.textContent = text;
  return made;
}

export function svg(tag: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function percent(share: number): string {
  return `${Math.round(Math.min(Math.max(share, 0), 1) * 1000) / 10}%`;
}

/** The pieces of a sentence; text from outside is isolated, so that its direction does not reach ours. */
export function nodes(pieces: readonly (string | { readonly outside: string })[]): (string | Node)[] {
  return pieces.map((piece) => {
    if (typeof piece === "string") return piece;
    const made = document.createElement("bdi");
    made.textContent = piece.outside;
    return made;
  });
}

/** The language at an element: that of the nearest one that has any, through shadow trees. */
export function languageOf(place: Element): string {
  const found = place.closest("[lang]");
  if (found) return tagOf(found.getAttribute("lang")!);
  const root = place.getRootNode();
  // By its form: a frame's is of another realm.
  return "host" in root ? languageOf((root as ShadowRoot).host) : "en";
}
