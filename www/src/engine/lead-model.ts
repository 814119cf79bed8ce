// A model file and what is asked of it. Each question is a row of steps: what the engine is to compute, and what its answer
// means. So it is the same whether the engine answers at once or from a Worker. `questions.ts` has those that few pages ask.

import type { Lead, LeadExplanation, LeadScore, ModelInfo } from "../generated/sales_ready_wasm.js";
import { compile, type Compiled } from "./compile.js";
import { describe } from "./describe.js";
import { read, type Document } from "./document.js";
import { coded, told } from "./errors.js";
import type { Step } from "./kernel.js";
import { isObject, quoted } from "./parts.js";
import { readLead } from "./reads.js";
import type { ReadRecipe } from "./recipe.js";
import { showExplanation, showScore } from "./shapes.js";

/** A question: it is told the answers to its steps one by one, and gives the result. */
export type Steps<T> = Generator<Step, T, Float64Array>;

/** The format this version reads. */
const FORMAT = "sales-ready/1";

export class LeadModel {
  readonly info: ModelInfo;
  /** The file, ready to be scored with. */
  readonly compiled: Compiled;

  /** A model of its file, with what reads its recipe where it has one. It is to be [checked](#check), too. */
  constructor(file: Document, readRecipe?: ReadRecipe) {
    this.compiled = saying(() => compile(file, readRecipe));
    this.info = saying(() => describe(file, this.compiled.recipe));
  }

  /** Reads a model file: its text, or what `JSON.parse` made of it. */
  static read(source: string | object): Document {
    const file = parsed(source);
    return saying(() => read(file));
  }

  /** Whether the engine reproduces the golden vectors, bit for bit. */
  *check(): Steps<void> {
    let place = 0;
    for (const { lead, logit, bits } of this.compiled.golden) {
      place += 1;
      const answer = yield ["score", [readLead(this.compiled, lead).readings]];
      const found = new BigUint64Array(answer.buffer, answer.byteOffset, 1)[0]!.toString(16).padStart(16, "0");
      if (!Object.is(answer[0], logit) || found !== bits.toLowerCase()) {
        const what = `golden vector ${place} of the model does not reproduce: expected the bits ${bits}, got ${found}`;
        throw coded("model-golden", `${what}; the file was changed or damaged, train it again, or engine.wasm is of another version`);
      }
    }
  }

  *score(lead: Lead): Steps<LeadScore> {
    return showScore(yield ["score", [readLead(this.compiled, lead).readings]]);
  }

  *explain(lead: Lead): Steps<LeadExplanation> {
    const read = readLead(this.compiled, lead);
    return showExplanation(this.compiled, read, yield ["explain", [read.readings]]);
  }
}

/** The file, and its format first: another version's is of another shape, and "missing field" would mislead. */
function parsed(source: string | object): object {
  let file: unknown = source;
  if (typeof source === "string") {
    try {
      file = JSON.parse(source.replace(/^\uFEFF/, ""));
    } catch (cause) {
      throw noModel(told(cause));
    }
  }
  if (!isObject(file)) throw noModel("found no object");
  const { format, generator } = file as Record<string, unknown>;
  if (typeof format !== "string") throw noModel('found no "format"');
  if (format !== FORMAT) {
    const maker = typeof generator === "string" ? generator : "";
    const found = `found ${quoted(format)} (made by ${quoted(maker)})`;
    throw coded("model-format", `expected a model of format ${quoted(FORMAT)}, ${found}`);
  }
  return file;
}

/** What is not as expected, or cannot be read, is an error of the file. */
function saying<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw noModel(typeof cause === "string" ? cause : told(cause));
  }
}

function noModel(found: string): Error {
  // A cause may quote the whole file.
  return coded("model-invalid", `expected a model file (${FORMAT}): ${found.slice(0, 300)}`);
}
