// The logit as DESIGN.md defines it, in the slowest and most obvious way: what the engine is held against.

/** The logit of a lead under a model file, with the same additions in the same order. */
export function referenceLogit(model, lead) {
  return referenceContributions(model, lead).reduce((sum, contribution) => sum + contribution, model.intercept);
}

/** What each term contributes, in the order of the file. */
export function referenceContributions(model, lead) {
  return model.terms.map((term) => {
    const [[kind, shape]] = Object.entries(term);
    const read = (named) => known(model.fields.find(({ name }) => name === named), lead[named]);
    if (kind === "pair") {
      const [row, column] = shape.axes.map((axis, side) => cell(axis, read(shape.fields[side])));
      return shape.values[row][column];
    }
    const value = read(shape.field);
    if (value === undefined) return shape.missing ?? 0;
    return kind === "curve" ? onCurve(shape, Number(value)) : inTable(shape, value);
  });
}

/** The 16 hexadecimal digits of a number's bits. */
export function bits(number) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

/** The number that has these bits. */
export function fromBits(hexadecimal) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hexadecimal}`));
  return view.getFloat64(0);
}

function known(field, value) {
  if (value === undefined || value === null || Number.isNaN(value)) return undefined;
  if (typeof value !== "string") return value;
  const text = value.trim();
  const markers = (field.missing ?? []).map((marker) => marker.toLowerCase());
  return text === "" || markers.includes(text.toLowerCase()) ? undefined : text;
}

function onCurve({ x, y }, at) {
  if (at < x[0]) return y[0];
  if (at >= x.at(-1)) return y.at(-1);
  const left = x.findLastIndex((knot) => knot <= at);
  return y[left] + (y[left + 1] - y[left]) * ((at - x[left]) / (x[left + 1] - x[left]));
}

function inTable({ levels, unseen = 0 }, value) {
  return levels.find(({ level }) => names(level, value))?.value ?? unseen;
}

/** The cell of an axis: one per stretch or level, for a category one for others, at the end one for missing. */
function cell({ cuts, levels }, value) {
  if (cuts) return value === undefined ? cuts.length + 1 : cuts.filter((cut) => cut <= Number(value)).length;
  if (value === undefined) return levels.length + 1;
  const place = levels.findIndex((level) => names(level, value));
  return place < 0 ? levels.length : place;
}

function names(level, value) {
  const words = value === true ? ["true", "yes", "1", "y", "t"] : ["false", "no", "0", "n", "f"];
  return typeof value === "boolean" ? words.includes(level.toLowerCase()) : level === String(value);
}
