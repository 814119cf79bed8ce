// The objects that come back, from rows of numbers and texts: in the language that makes objects without weight. Their
// types are in `types.d.ts`; a test holds the keys of one against those of the other.
//
// A name of a fixed list is its place there, in the order of the core's own list.

const GRADES = ["A", "B", "C", "D"];
const READINESS = ["sales-ready", "nurture", "abstain"];
const STANDINGS = ["known", "missing", "unseen", "below-range", "above-range"];
const SIDES = ["marketing", "sales"];
const STAGES = ["awareness", "interest", "consideration", "intent", "purchase", "loyalty"];

/** A score, of logit, probability, grade, decision, percentile and the ends of the interval; -1 where not known. */
export function showScore([logit, probability, grade, readiness, percentile, low, high]) {
  const score = { logit, probability, grade: GRADES[grade], readiness: READINESS[readiness] };
  if (low >= 0) score.interval = [low, high];
  if (percentile >= 0) score.percentile = percentile;
  return score;
}

/**
 * An explanation. `numbers`: those of the score, the intercept, how much is known, and of each contribution its logit, how
 * many fields it has, and the standings of the first and the last; `cells`: of each contribution its fields and values.
 */
export function showExplanation(numbers, cells) {
  let cell = 0;
  const take = (count) => cells.slice(cell, (cell += count));
  const contributions = rows(numbers.subarray(9), 4, ([logit, count, ...standings]) => ({
    fields: take(count),
    values: take(count),
    logit,
    standings: standings.slice(0, count).map((standing) => STANDINGS[standing]),
  }));
  // Equals stay in the order of the file.
  const strongest = (sign) =>
    contributions.filter(({ logit }) => sign * logit > 0).sort((a, b) => sign * (b.logit - a.logit));
  return {
    score: showScore(numbers),
    intercept: numbers[7],
    known: numbers[8],
    contributions,
    reasonsFor: strongest(1),
    reasonsAgainst: strongest(-1),
  };
}

/** The scores of a table. */
export function showBatch(numbers) {
  const column = (place) => numbers.filter((_, at) => at % 4 === place);
  return {
    logits: column(0),
    probabilities: column(1),
    grades: Array.from(column(2), (grade) => GRADES[grade]),
    readiness: Array.from(column(3), (readiness) => READINESS[readiness]),
  };
}

/**
 * Adds to an explanation what it says of touches. `numbers`: of each touch time, side, stage, whether it counts, its
 * log-odds and the place of its kind; `shares`: of each term the place of its contribution, what is without touches, what
 * is rounding, and each touch's share.
 */
export function addTouches(explanation, numbers, kinds, shares, names, features, sides) {
  const touches = rows(numbers, 6, ([at, side, stage, counts, logit, kind]) => {
    const shown = { at, kind: kinds[kind], counts: counts > 0, logit };
    if (side) shown.side = SIDES[side - 1];
    if (stage) shown.stage = STAGES[stage - 1];
    return shown;
  });
  const [marketing, sales, neither, without, fields] = sides;
  return Object.assign(explanation, {
    features: Object.fromEntries(names.map((name, place) => [name, Number.isNaN(features[place]) ? null : features[place]])),
    shares: rows(shares, touches.length + 3, ([contribution, without, rounding, ...touches]) => ({
      contribution,
      touches: new Float64Array(touches),
      without,
      rounding,
    })),
    touches,
    sides: { marketing, sales, neither, without, fields },
  });
}

/** A trend, of the instant, logit, probability and decision of each point. */
export function showTrend(numbers) {
  return rows(numbers, 4, ([at, logit, probability, readiness]) => ({ at, logit, probability, readiness: READINESS[readiness] }));
}

/** When the decision changes. */
export function showCrossing([at, days, readiness, logit]) {
  return { at, days, readiness: READINESS[readiness], logit };
}

/** What has changed. */
export function showChange(before, after, [decay, touches, fields]) {
  return { before, after, decay, touches, fields };
}

/** What a model file says of its model. */
export function describe({ generator, fields, terms, touches, intercept, policy, card }) {
  const shapes = terms.map(({ curve, table, pair }) => curve ?? table ?? pair);
  const { threshold, probability, abstains } = policy;
  const made = (name) => touches?.fields.some((made) => made.name === name) || undefined;
  return defined({
    generator,
    fields: fields.map(({ name, title, type, engagement, actionable }) => {
      // A field's own curve or table stands before the pairs that read it.
      const shape = shapes.find((shape) => shape.field === name || shape.fields?.includes(name));
      const axis = shape?.axes?.[shape.fields.indexOf(name)];
      const numbers = shape?.x ?? axis?.cuts ?? [];
      return defined({
        name,
        title: title ?? name.replaceAll("_", " "),
        type: type === "category" ? type : "number",
        levels: shape?.levels?.map(({ level }) => level) ?? axis?.levels ?? [],
        unit: type.number?.unit ?? undefined,
        touches: made(name),
        engagement: engagement || made(name),
        actionable: actionable || undefined,
        range: numbers.length > 0 ? [numbers[0], numbers.at(-1)] : undefined,
      });
    }),
    intercept,
    threshold: threshold ?? undefined,
    probability,
    abstains: abstains
      ? {
          kind: abstains.kind,
          conversions: abstains.conversions,
          nonConversions: abstains.non_conversions,
          needed: abstains.needed,
          neededForAuc: abstains.needed_for_auc,
          auc: [abstains.auc.value, abstains.auc.low, abstains.auc.high],
        }
      : undefined,
    touches: touches != null,
    trained: trained(card),
  });
}

/** What the model was learnt from. The card is for people: an engine that scores does not check it, so all may be absent. */
function trained(card) {
  if (!card?.data || !card.target) return undefined;
  const { leads, conversions, period } = card.data;
  return defined({ target: card.target.field, leads, conversions, from: period?.[0], to: period?.[1] });
}

function defined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function rows(numbers, width, show) {
  return Array.from({ length: numbers.length / width }, (_, row) => show(numbers.slice(row * width, (row + 1) * width)));
}
