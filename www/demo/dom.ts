// The few lines of DOM that a small page needs.

type Attributes = Record<string, string | boolean | undefined>;

/** An element with attributes and children; `true` sets an empty attribute, `false` and `undefined` none. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** The page's element with this id. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`index.html lacks #${id}`);
}

/** A bar of a share between 0 and 1. Attributes of SVG need no inline style, which the page's policy forbids. */
export function shareBar(share: number): SVGElement {
  const bar = svg("svg", { class: "share", width: "56", height: "6", "aria-hidden": "true" });
  const width = (56 * Math.min(Math.max(share, 0), 1)).toFixed(1);
  bar.append(svg("rect", { class: "share-track", width: "56", height: "6", rx: "3" }));
  bar.append(svg("rect", { class: "share-fill", width, height: "6", rx: "3" }));
  return bar;
}

function svg(tag: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
