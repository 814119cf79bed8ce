// The objects that come back, of the engine's rows of numbers. A name of a fixed list is its place there, in the order of the
// core's own list.

import type {
  BatchScores,
  Grade,
  LeadChange,
  LeadCrossing,
  LeadExplanation,
  LeadScore,
  Readiness,
  Standing,
  TermContribution,
  TouchExplanation,
  TouchShare,
  TrendPoint,
} from "../generated/sales_ready_wasm.js";
import type { Compiled } from "./compile.js";
import { shown } from "./fields.js";
import { SIDES, STAGES } from "./names.js";
import type { ReadLead, ReadTouches } from "./reads.js";

const GRADES = [..."ABCD"] as Grade[];
const READINESS: Readiness[] = ["sales-ready", "nurture", "abstain"];
const STANDINGS: Standing[] = ["known", "missing", "unseen", "below-range", "above-range"];

/** A score, of logit, probability, grade, decision, percentile and the ends of the interval; -1 where not known. */
export function showScore(row: Float64Array): LeadScore {
  const [logit, probability, grade, readiness, percentile, low, high] = row as unknown as [number, number, number, number, number, number, number];
  const score: LeadScore = { logit, probability, grade: GRADES[grade]!, readiness: READINESS[readiness]! };
  if (low >= 0) score.interval = [low, high];
  if (percentile >= 0) score.percentile = percentile;
  return score;
}

/** An explanation, of the score, the intercept, how much is known, and of each term its logit and standings. */
export function showExplanation({ fields, terms }: Compiled, { readings, values }: ReadLead, row: Float64Array): LeadExplanation {
  const contributions = terms.map((places, term): TermContribution => {
    const [logit, ...standings] = [0, 1, 2].map((at) => row[9 + 3 * term + at]!) as [number, number, number];
    return {
      fields: places.map((place) => fields[place]!.name) as TermContribution["fields"],
      values: places.map((place) => shown(fields[place]!, readings[place]!, values[place])),
      logit,
      standings: places.map((_, at) => STANDINGS[standings[at]!]!),
    };
  });
  // Equals stay in the order of the file.
  const strongest = (sign: number) => contributions.filter(({ logit }) => sign * logit > 0).sort((a, b) => sign * (b.logit - a.logit));
  return {
    score: showScore(row),
    intercept: row[7]!,
    known: row[8]!,
    contributions,
    reasonsFor: strongest(1),
    reasonsAgainst: strongest(-1),
  };
}

/** The scores of so many rows, to which those of some are added. */
export function batchOf(rows: number): { scores: BatchScores; add: (from: number, table: Float64Array) => void } {
  const scores: BatchScores = {
    logits: new Float64Array(rows),
    probabilities: new Float64Array(rows),
    grades: new Array(rows),
    readiness: new Array(rows),
  };
  const add = (from: number, table: Float64Array) => {
    const count = table.length / 4;
    scores.logits.set(table.subarray(0, count), from);
    scores.probabilities.set(table.subarray(count, 2 * count), from);
    for (let row = 0; row < count; row += 1) {
      scores.grades[from + row] = GRADES[table[2 * count + row]!]!;
      scores.readiness[from + row] = READINESS[table[3 * count + row]!]!;
    }
  };
  return { scores, add };
}

/**
 * Adds to an explanation what it says of touches: of each touch side, stage and whether it counts; the departments' shares; and
 * of each term that rests on touches the place of its contribution, what is without touches, what is rounding, and each
 * touch's share.
 */
export function addTouches(
  { fields, recipe }: Compiled,
  explanation: LeadExplanation,
  readings: Float64Array,
  { numbers, kinds }: ReadTouches,
  row: Float64Array,
): TouchExplanation {
  const count = kinds.length;
  const [marketing, sales, neither, without, other] = row.subarray(3 * count) as unknown as [number, number, number, number, number];
  const shares: TouchExplanation["shares"] = [];
  for (let at = 3 * count + 5; at < row.length; at += 3 + count) {
    const [contribution, without, rounding] = row.subarray(at, at + 3) as unknown as [number, number, number];
    shares.push({ contribution, touches: row.slice(at + 3, at + 3 + count), without, rounding });
  }
  const touches = kinds.map((kind, place): TouchShare => {
    const [side, stage, counts] = row.subarray(3 * place, 3 * place + 3) as unknown as [number, number, number];
    let logit = 0;
    for (const { touches } of shares) logit += touches[place]!;
    const touch: TouchShare = { at: numbers[6 * place]!, kind, counts: counts > 0, logit };
    if (side) touch.side = SIDES[side - 1]!;
    if (stage) touch.stage = STAGES[stage - 1]!;
    return touch;
  });
  const features = recipe!.made.map((place) => [fields[place]!.name, Number.isNaN(readings[place]!) ? null : readings[place]!] as const);
  return {
    ...explanation,
    features: Object.fromEntries(features),
    shares,
    touches,
    sides: { marketing, sales, neither, without, fields: other },
  };
}

/** A trend, of the instant, logit, probability, grade and decision of each point. */
export function showTrend(row: Float64Array): TrendPoint[] {
  const points: TrendPoint[] = [];
  for (let place = 0; place < row.length; place += 5) {
    const [at, logit, probability, , readiness] = row.subarray(place) as unknown as [number, number, number, number, number];
    points.push({ at, logit, probability, readiness: READINESS[readiness]! });
  }
  return points;
}

/** When the decision changes, if it does. */
export function showCrossing(row: Float64Array, asOf: number): LeadCrossing | undefined {
  if (row.length === 0) return undefined;
  const [at, readiness, logit] = row as unknown as [number, number, number];
  return { at, days: (at - asOf) / 86_400_000, readiness: READINESS[readiness]!, logit };
}

/** What has changed. */
export function showChange(row: Float64Array): LeadChange {
  const [decay, touches, fields] = row.subarray(14) as unknown as [number, number, number];
  return { before: showScore(row), after: showScore(row.subarray(7)), decay, touches, fields };
}
