// The language that a page has around its cards may change while they are shown, as where a person chooses another one, and so may the
// words that it has for that language. No event tells an element so.

import type { SalesReadyLeadElement } from "./element.js";
import { languageOf } from "./dom.js";
import { hear, isRetold } from "./retelling.js";

// Weakly: a card that a page has dropped is to go. Not every page that has no WebAssembly has these; there a card follows at its next update.
const weakly = globalThis.WeakRef && globalThis.FinalizationRegistry;
const cards = new Set<WeakRef<SalesReadyLeadElement>>();
const known = new WeakSet<SalesReadyLeadElement>();
const gone = weakly && new FinalizationRegistry<WeakRef<SalesReadyLeadElement>>((card) => cards.delete(card));
let watch: MutationObserver | undefined;

/**
 * Has a card look at its language again when it changes around it, or its words do; to be called wherever the card comes to. What it shows
 * it shows since then.
 */
export function followLanguage(card: SalesReadyLeadElement, since = Infinity): void {
  if (!gone) return;
  const begins = !known.has(card);
  if (begins) {
    const reference = new WeakRef(card);
    known.add(card);
    cards.add(reference);
    gone.register(card, reference);
  }
  // A card whose language is another one now is updated as where it is moved to that language.
  watch ??= new MutationObserver(() => cards.forEach((card) => follow(card.deref())));
  // Its own attribute it hears of by itself.
  for (let place = outside(card); place; place = outside(place)) watch.observe(place, { attributeFilter: ["lang"] });
  // The score does not wait for this: the page may have another language by now.
  if (begins) follow(card);
  if (begins && isRetold(since)) update(card);
}

hear((lang) => {
  const base = baseOf(lang);
  // All others fall back on English.
  for (const reference of cards) {
    const card = reference.deref();
    if (card && (base === "en" || !card.isConnected || base === baseOf(languageOf(card)))) update(card);
  }
});

/** As where a page sets what it has set before: several in one turn are one. */
function update(card: SalesReadyLeadElement): void {
  card.asOf = card.asOf;
}

function baseOf(lang: string): string {
  return lang.toLowerCase().split("-")[0]!;
}

function follow(card: SalesReadyLeadElement | undefined): void {
  if (card?.isConnected) card.connectedCallback();
}

/** What is around a node, through shadow trees. */
function outside(node: Node): Node | null {
  return node.parentNode ?? (node as Partial<ShadowRoot>).host ?? null;
}
