// What shows a score, in one file: the element and the words. `index.ts` and `scorer.ts` give out of it what is the package's; the
// rest is for the package's other files.

export { element, nodes, percent, styles, svg } from "./dom.js";
export { SalesReadyLeadElement } from "./element.js";
export { addEnglish, addMessages, chance, english, flag, loadWords, readyWords, reason, Words } from "./words.js";
