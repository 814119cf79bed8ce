// Registers the element in a page that loads its modules one by one. `ask.ts` comes first: a static import of `core.js` would be fetched
// before the first line ran, and only then the engine and the model. What reads models and leads is in this file itself, as it has no
// state, and is one file less to wait for.

import { core, models, wasm } from "./ask.js";
import { load, read } from "./engine/reader.js";

const { loadEngine, loadModel, readWith } = await core;
readWith({ load, read });
// The elements say what has failed.
if (wasm) loadEngine({ use: "wasm", wasm }).catch(() => {});
for (const [url, answer] of models) loadModel(url, answer).catch(() => {});

export const { SalesReadyLeadElement } = await core;

SalesReadyLeadElement.define();
