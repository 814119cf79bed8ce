// Reads models, and makes scorers of them. It has no state, so that a page's script may have it in itself (`define.ts`); elsewhere it
// is a file of its own.

import { coded } from "./errors.js";
import type { Answer } from "./index.js";
import { LeadModel } from "./lead-model.js";
import { quoted } from "./parts.js";
import { questions, Scorer } from "./scorer.js";
import type { Started } from "./start.js";

/** Reads and checks a model: the text of a model file, or what `JSON.parse` made of it. */
export async function read({ engine, make }: Started, source: string | object): Promise<Scorer> {
  const file = LeadModel.read(source);
  const model = new LeadModel(file, file.touches == null ? undefined : (await questions()).readRecipe);
  return Scorer.checked(engine, model, await make(model.compiled.numbers));
}

/** Reads the model that was asked for; a failure of the engine is reported first, as no model helps without it. */
export async function load(started: Promise<Started>, url: string, asked: Promise<Answer>): Promise<Scorer> {
  const text = textOf(url, asked);
  // What reads touches is asked for as soon as somebody may need it.
  text.then((found) => (found.includes('"touches"') ? questions() : undefined)).catch(() => {});
  const engine = await started;
  const found = await text;
  // Its beginning says most: of a web page, of a pointer to the file, of what a server has not unpacked. More of it than that would be told
  // to who frames the page.
  if (!/^\s*\{/.test(found)) {
    throw coded("model-invalid", `expected a model file at ${url}, found ${quoted(found.slice(0, 16))}; check the address, and whether it needs a login`);
  }
  return read(engine, found);
}

async function textOf(url: string, asked: Promise<Answer>): Promise<string> {
  let status: string;
  try {
    const answer = await asked;
    // Within the guard: a connection may break in the middle of the file.
    if (answer.ok) return await answer.text();
    status = `${answer.status} ${answer.statusText}`.trim();
  } catch (cause) {
    throw coded("io", `could not fetch the model ${url}; check the address and the connection`, cause);
  }
  throw coded("io", `could not fetch the model ${url}: the server answered ${status}; check the address`);
}
