// One element in a page, and what the suites for browsers do with it.

/** Waits for what comes of itself, and says what did not come. */
export async function until(what, condition) {
  for (let tries = 0; tries < 1500; tries += 1) {
    const found = condition();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain: ${what}`);
}

/** The page's only element, anew, with these attributes. */
export function mount(attributes = {}) {
  document.querySelector("sales-ready-lead")?.remove();
  const element = document.createElement("sales-ready-lead");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  return element;
}

/** Sets properties, and waits for a score with all that belongs to it, or an error. */
export async function show(element, properties) {
  const answered = new Promise((resolve) => {
    for (const type of ["sales-ready-change", "sales-ready-error"]) element.addEventListener(type, resolve, { once: true });
  });
  Object.assign(element, properties);
  await answered;
  const there = (name) => element.shadowRoot.querySelector(name) && !element.shadowRoot.querySelector(name).hidden;
  await until("all of the card", () => element.state === "error" || (there(".about") && (!element.explanation?.touches || (there(".touches") && there(".recency")))));
}

/** The texts of all that match and are shown. */
export const texts = (element, selector) =>
  [...element.shadowRoot.querySelectorAll(selector)].filter((one) => one.checkVisibility()).map(({ textContent }) => textContent);

/** Opens, or closes, all that unfolds. */
export const unfold = (element, open) => element.shadowRoot.querySelectorAll("details").forEach((fold) => (fold.open = open));
