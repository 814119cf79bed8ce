// The engine and what reads models and leads for it, in one file: fetched beside `core.js`, which shows what comes of it.

export { asCoded, coded, loadEngine, loadModel, readModel } from "./engine/index.js";
export { ModelKernel } from "./engine/kernel.js";
export { LeadModel } from "./engine/lead-model.js";
export { Scorer } from "./engine/scorer.js";
