// What shows a score in a page, and what starts the engine: the element, its words and the glue, in one file. `index.ts` and `scorer.ts`
// give out of it what is the package's; the rest is for the package's other files.

export { element, languageOf, nodes, percent, styles, svg } from "./dom.js";
export { addEnglish, addMessages, english, flag, loadWords, readyWords, Words } from "./words.js";
export { SalesReadyLeadElement } from "./element.js";
export { asCoded, coded, loadEngine, loadModel, readModel, readWith } from "./engine/index.js";
export { make, ModelKernel, start } from "./engine/kernel.js";
