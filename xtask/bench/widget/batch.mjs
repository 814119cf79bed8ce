// In a page: how many leads a second `scoreBatch` scores, of a model of 30 fields. Its module is imported by `run.mjs`.

const LEVELS = Array.from({ length: 12 }, (_, place) => `level ${String.fromCharCode(97 + place)}`);

/** A model file of this many numbers and categories. */
function model(numbers, categories) {
  const curve = (field) => ({ curve: { field, x: [0, 1, 2, 4, 8, 16, 32, 64], y: [-0.5, -0.2, 0, 0.1, 0.2, 0.3, 0.35, 0.4], missing: -0.1 } });
  const table = (field) => ({ table: { field, levels: LEVELS.map((level, place) => ({ level, value: (place - 6) / 20 })), unseen: 0, missing: 0 } });
  const names = (what, count) => Array.from({ length: count }, (_, place) => `${what} ${place}`);
  const [amounts, groups] = [names("number", numbers), names("category", categories)];
  return {
    format: "sales-ready/1",
    generator: "bench",
    fields: [...amounts.map((name) => ({ name, type: { number: { decimal: "." } } })), ...groups.map((name) => ({ name, type: "category" }))],
    intercept: -1,
    terms: [...amounts.map(curve), ...groups.map(table)],
    calibration: { x: [-6, -3, 0, 3, 6], y: [-5, -3, 0, 3, 5] },
    policy: { threshold: 0, probability: 0.5, basis: { f1: { f1: 0.5 } }, grades: [2, 1, 0] },
    golden: [],
  };
}

/** Leads a second, of several runs. */
export async function batch({ readModel }, numbers, categories, leads, runs) {
  const scorer = await readModel(model(numbers, categories));
  const columns = Object.fromEntries(scorer.model.fields.map(({ name, type }) => {
    const amount = () => (Math.random() < 0.05 ? Number.NaN : Math.random() * 70);
    const level = () => LEVELS[Math.floor(Math.random() * LEVELS.length)];
    return [name, type === "number" ? Float64Array.from({ length: leads }, amount) : Array.from({ length: leads }, level)];
  }));
  const rates = [];
  // The first runs are compiled while they run.
  for (let run = -2; run < runs; run += 1) {
    const start = performance.now();
    await scorer.scoreBatch(columns);
    if (run >= 0) rates.push((leads * 1000) / (performance.now() - start));
  }
  return rates;
}
