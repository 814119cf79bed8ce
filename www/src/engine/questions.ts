// What few pages ask of a model: tables, and what touches say. A file of its own, which a scorer fetches when it is first asked.

import type {
  BatchScores,
  InstantLike,
  LeadAsOf,
  LeadChange,
  LeadColumns,
  LeadCrossing,
  LeadSince,
  TouchedLead,
  TouchExplanation,
  TrendPoint,
} from "../generated/sales_ready_wasm.js";
import type { Compiled } from "./compile.js";
import type { Steps } from "./lead-model.js";
import { readDays, readInstant, readLead, readTable, readTouches, wrong } from "./reads.js";
import { addTouches, batchOf, showChange, showCrossing, showExplanation, showTrend } from "./shapes.js";

export { readRecipe } from "./recipe.js";

/** Rows of a table that are scored at once: as many as a processor's cache holds, and of many fields fewer. */
const ROWS = 2048;
const READINGS = 2 ** 20;
const DAY = 86_400_000;

/** How often a touch may be looked at for a question; what takes longer than a person waits is an error. */
const LOOKS = 1e9;

export function* scoreBatch(compiled: Compiled, columns: LeadColumns): Steps<BatchScores> {
  const { rows, part } = readTable(compiled, columns);
  const { scores, add } = batchOf(rows);
  const most = Math.min(ROWS, Math.ceil(READINGS / compiled.fields.length));
  for (let from = 0; from < rows; from += most) {
    const to = Math.min(from + most, rows);
    add(from, yield ["scoreTable", [part(from, to), to - from]]);
  }
  return scores;
}

export function* scoreTouches(compiled: Compiled, call: LeadAsOf): Steps<TouchExplanation> {
  const touches = readTouches(compiled, call);
  const { readings, values } = readLead(compiled, call.lead, true);
  affordable(compiled, touches.numbers, 40); // Shares take as long as so many scores, and memory.
  const row = yield ["shareOut", [readings, touches.numbers, readInstant(call.asOf, "asOf")]];
  const first = 9 + 3 * compiled.terms.length;
  const made = row.subarray(first, first + readings.length);
  const explanation = showExplanation(compiled, { readings: made, values }, row);
  return addTouches(compiled, explanation, made, touches, row.subarray(first + readings.length));
}

export function* history(compiled: Compiled, lead: TouchedLead, from: InstantLike, to: InstantLike, step?: number): Steps<TrendPoint[]> {
  const [first, last] = [readInstant(from, "from"), readInstant(to, "to")];
  const { numbers } = readTouches(compiled, lead);
  // No two instants are so far from each other; an endless step would make the first one no number.
  const every = Math.min(Math.trunc(readDays(step, 1, "step") * DAY), 2e16);
  const steps = Math.floor((last - first) / every);
  if (!(every > 0 && steps >= 0 && steps < 1000)) {
    throw wrong(
      "expected a trend that ends after it begins, of at most 1000 points in steps above 0; choose a longer step or a shorter time",
    );
  }
  affordable(compiled, numbers, steps + 1);
  const { readings } = readLead(compiled, lead.lead, true);
  return showTrend(yield ["history", [readings, numbers, first, every, steps + 1]]);
}

export function* crossing(compiled: Compiled, call: LeadAsOf, within?: number): Steps<LeadCrossing | undefined> {
  const { numbers } = readTouches(compiled, call);
  const asOf = readInstant(call.asOf, "asOf");
  const limit = readDays(within, 90, "within");
  const days = Math.max(Math.ceil(limit), 0);
  if (days > 3660) throw wrong("expected at most 3660 days to look ahead, which are ten years");
  affordable(compiled, numbers, days);
  const { readings } = readLead(compiled, call.lead, true);
  const found = showCrossing(yield ["crossing", [readings, numbers, asOf, days]], asOf);
  return found && found.days <= limit ? found : undefined;
}

export function* change(compiled: Compiled, call: LeadSince): Steps<LeadChange> {
  const { numbers } = readTouches(compiled, call);
  const [asOf, since] = [readInstant(call.asOf, "asOf"), readInstant(call.since, "since")];
  if (since > asOf) throw wrong("expected the instant since which something changed to be the earlier one");
  const { readings } = readLead(compiled, call.lead, true);
  const before = readLead(compiled, call.before ?? call.lead, true).readings;
  return showChange(yield ["change", [before, since, readings, numbers, asOf]]);
}

/** Checks that touches can be scored at so many instants: each is looked at for each field made of them and for each term. */
function affordable({ recipe, terms }: Compiled, touches: Float64Array, instants: number): void {
  const looks = (touches.length / 6) * (recipe!.made.length + terms.length) * instants;
  if (looks > LOOKS) throw wrong("expected fewer touches, or fewer days to score them at: this would take longer than a person waits");
}
