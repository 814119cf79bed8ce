// A model file and what is asked of it. Each question is a row of steps: what the engine is to compute, and what its answer
// means. So it is the same whether the engine answers at once or from a Worker.

import type {
  BatchScores,
  InstantLike,
  Lead,
  LeadAsOf,
  LeadChange,
  LeadColumns,
  LeadCrossing,
  LeadExplanation,
  LeadScore,
  LeadSince,
  ModelInfo,
  ModelKernel,
  TouchedLead,
  TouchExplanation,
  TrendPoint,
} from "../generated/sales_ready_wasm.js";
import { compile, type Compiled } from "./compile.js";
import { describe } from "./describe.js";
import { coded, told } from "./errors.js";
import { readDays, readInstant, readLead, readTable, readTouches, wrong } from "./reads.js";
import { addTouches, batchOf, showChange, showCrossing, showExplanation, showScore, showTrend } from "./shapes.js";

/** What the engine is asked: a method of its kernel, and what that takes. */
export type Step = { [M in Method]: [M, Parameters<ModelKernel[M]>] }[Method];
type Method = Exclude<keyof ModelKernel, "free" | symbol>;

/** A question: it is told the answers to its steps one by one, and gives the result. */
export type Steps<T> = Generator<Step, T, Float64Array>;

/** The format this version reads. */
const FORMAT = "sales-ready/1";
/** Rows of a table that are scored at once: as many as a processor's cache holds. */
const ROWS = 2048;
const DAY = 86_400_000;

export class LeadModel {
  readonly info: ModelInfo;
  readonly #compiled: Compiled;

  /** Reads a model: the text of a model file, or what `JSON.parse` made of it. It is to be [checked](#check), too. */
  constructor(source: string | object) {
    const file = parsed(source);
    try {
      this.#compiled = compile(file);
    } catch (cause) {
      throw noModel(typeof cause === "string" ? cause : told(cause));
    }
    this.info = describe(file);
  }

  /** What the engine's kernel is made of. */
  get numbers(): Float64Array {
    return this.#compiled.numbers;
  }

  /** Whether the engine reproduces the golden vectors, bit for bit. */
  *check(): Steps<void> {
    for (const [place, { lead, logit, bits }] of this.#compiled.golden.entries()) {
      const answer = yield ["score", [readLead(this.#compiled, lead).readings]];
      const found = new BigUint64Array(answer.buffer, answer.byteOffset, 1)[0]!.toString(16).padStart(16, "0");
      if (!Object.is(answer[0], logit) || found !== bits.toLowerCase()) {
        const what = `golden vector ${place + 1} of the model does not reproduce: expected the bits ${bits}, got ${found}`;
        throw coded("model-golden", `${what}; the file was changed or damaged, train it again`);
      }
    }
  }

  *score(lead: Lead): Steps<LeadScore> {
    return showScore(yield ["score", [readLead(this.#compiled, lead).readings]]);
  }

  *explain(lead: Lead): Steps<LeadExplanation> {
    const read = readLead(this.#compiled, lead);
    return showExplanation(this.#compiled, read, yield ["explain", [read.readings]]);
  }

  *scoreBatch(columns: LeadColumns): Steps<BatchScores> {
    const { rows, part } = readTable(this.#compiled, columns);
    const { scores, add } = batchOf(rows);
    for (let from = 0; from < rows; from += ROWS) {
      const to = Math.min(from + ROWS, rows);
      add(from, yield ["scoreTable", [part(from, to), to - from]]);
    }
    return scores;
  }

  *scoreTouches(call: LeadAsOf): Steps<TouchExplanation> {
    const touches = readTouches(this.#compiled, call);
    const { readings, values } = readLead(this.#compiled, call.lead, true);
    const row = yield ["shareOut", [readings, touches.numbers, readInstant(call.asOf, "asOf")]];
    const first = 9 + 3 * this.#compiled.terms.length;
    const made = row.subarray(first, first + readings.length);
    const explanation = showExplanation(this.#compiled, { readings: made, values }, row);
    return addTouches(this.#compiled, explanation, made, touches, row.subarray(first + readings.length));
  }

  *history(lead: TouchedLead, from: InstantLike, to: InstantLike, step?: number): Steps<TrendPoint[]> {
    const [first, last] = [readInstant(from, "from"), readInstant(to, "to")];
    const { numbers } = readTouches(this.#compiled, lead);
    const every = Math.trunc(readDays(step, 1, "step") * DAY);
    const steps = Math.floor((last - first) / every);
    if (!(every > 0 && steps >= 0 && steps < 1000)) {
      throw wrong(
        "expected a trend that ends after it begins, of at most 1000 points in steps above 0; choose a longer step or a shorter time",
      );
    }
    const { readings } = readLead(this.#compiled, lead.lead, true);
    return showTrend(yield ["history", [readings, numbers, first, every, steps + 1]]);
  }

  *crossing(call: LeadAsOf, within?: number): Steps<LeadCrossing | undefined> {
    const { numbers } = readTouches(this.#compiled, call);
    const asOf = readInstant(call.asOf, "asOf");
    const days = Math.max(Math.trunc(readDays(within, 90, "within")), 0);
    if (days > 3660) throw wrong("expected at most 3660 days to look ahead, which are ten years");
    const { readings } = readLead(this.#compiled, call.lead, true);
    return showCrossing(yield ["crossing", [readings, numbers, asOf, days]], asOf);
  }

  *change(call: LeadSince): Steps<LeadChange> {
    const { numbers } = readTouches(this.#compiled, call);
    const [asOf, since] = [readInstant(call.asOf, "asOf"), readInstant(call.since, "since")];
    if (since > asOf) throw wrong("expected the instant since which something changed to be the earlier one");
    const { readings } = readLead(this.#compiled, call.lead, true);
    const before = readLead(this.#compiled, call.before ?? call.lead, true).readings;
    return showChange(yield ["change", [before, since, readings, numbers, asOf]]);
  }
}

/** The file, and its format first: another version's is of another shape, and "missing field" would mislead. */
function parsed(source: string | object): object {
  let file: unknown = source;
  if (typeof source === "string") {
    try {
      file = JSON.parse(source);
    } catch (cause) {
      throw noModel(told(cause));
    }
  }
  if (typeof file !== "object" || file === null) throw noModel("found no object");
  const { format, generator } = file as Record<string, unknown>;
  if (typeof format !== "string") throw noModel('found no "format"');
  if (format !== FORMAT) {
    const maker = typeof generator === "string" ? generator : "";
    const found = `found ${JSON.stringify(format)} (made by ${JSON.stringify(maker)})`;
    throw coded("model-format", `expected a model of format ${JSON.stringify(FORMAT)}, ${found}`);
  }
  return file;
}

function noModel(found: string): Error {
  // A cause may quote the whole file.
  return coded("model-invalid", `expected a model file (${FORMAT}): ${found.slice(0, 300)}`);
}
