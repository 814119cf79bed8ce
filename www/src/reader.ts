// What reads models and leads, in one file.

export { LeadModel } from "./engine/lead-model.js";
export { load, read } from "./engine/reader.js";
