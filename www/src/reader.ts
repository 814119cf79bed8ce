// What reads models and leads, in one file, and what needs it: `index.ts` and `scorer.ts` bring it along. Were it asked for by an
// `import()`, a service worker would refuse, and a bundler would make a file of it, which no second attempt fetches.

import { readWith } from "./engine/index.js";
import { load, read } from "./engine/reader.js";

export { loadEngine, loadModel, readModel } from "./engine/index.js";
export { LeadModel } from "./engine/lead-model.js";

readWith({ load, read });
