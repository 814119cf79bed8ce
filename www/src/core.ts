// What a page needs for a score: the engine, the words and the element, in one file. `index.ts` and `scorer.ts` give out of it what
// is the package's; the rest is for the package's other files.

export { element, nodes, percent, styles, svg } from "./dom.js";
export { SalesReadyLeadElement } from "./element.js";
export { asCoded, coded, loadEngine, loadModel, readModel } from "./engine/index.js";
export { LeadModel } from "./engine/lead-model.js";
export { answer, Scorer } from "./engine/scorer.js";
export { ModelKernel } from "./generated/sales_ready_wasm.js";
export { addEnglish, addMessages, chance, english, flag, loadWords, readyWords, reason, Words } from "./words.js";
