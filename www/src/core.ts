// What a page needs for a score: the engine, the words and the element, in one file. `index.ts` and `scorer.ts` give out of it what
// is the package's; the rest is for the package's other files.

export { element, languageOf, nodes, percent, styles, svg } from "./dom.js";
export { addEnglish, addMessages, english, flag, loadWords, readyWords, Words } from "./words.js";
export { SalesReadyLeadElement } from "./element.js";
export { asCoded, coded, loadEngine, loadModel, readModel } from "./engine/index.js";
export { make, ModelKernel, start } from "./engine/kernel.js";
export { LeadModel } from "./engine/lead-model.js";
export { Scorer } from "./engine/scorer.js";
