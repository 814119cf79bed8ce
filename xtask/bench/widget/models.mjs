// One logistic regression of 30 fields, as a model file of ours, as ONNX and as bare coefficients.

import { bits, referenceLogit } from "../../../tests/web/suite/reference.mjs";

const FIELDS = 30;
/** Values reach from 0 to this: between the two knots our curve is the same line as the coefficient. */
const MOST = 8;

// Multiples of 1/64, so that all have the same numbers, also in 32 bits.
export const WEIGHTS = Array.from({ length: FIELDS }, (_, place) => (((place * 37) % 41) - 20) / 64);
export const INTERCEPT = -0.75;
export const LEAD = Object.fromEntries(WEIGHTS.map((_, place) => [`field_${place}`, (place * 5) % MOST]));
export const PROBABILITY = 1 / (1 + Math.exp(-WEIGHTS.reduce((sum, weight, place) => sum + weight * ((place * 5) % MOST), INTERCEPT)));

export function ownModel() {
  const names = Object.keys(LEAD);
  const model = {
    format: "sales-ready/1",
    generator: "bench",
    fields: names.map((name) => ({ name, type: { number: { decimal: "." } } })),
    intercept: INTERCEPT,
    terms: names.map((field, place) => ({ curve: { field, x: [0, MOST], y: [0, MOST * WEIGHTS[place]], missing: 0 } })),
    calibration: { x: [-20, 20], y: [-20, 20] },
    policy: { threshold: 0, probability: 0.5, basis: { f1: { f1: 0.5 } }, grades: [1, 0, -1] },
  };
  const logit = referenceLogit(model, LEAD);
  return JSON.stringify({ ...model, golden: [{ lead: LEAD, logit, bits: bits(logit) }] });
}

/** The file of `p = Sigmoid(Add(MatMul(x, w), b))` in protocol buffers, by the numbers of onnx.proto3. */
export function onnxModel() {
  const floats = (columns) => message([[1, message([[1, 1], [2, message([1, columns].map((dim) => [1, message([[1, dim]])]))]])]]);
  const graph = message([
    [1, node("MatMul", ["x", "w"], "a")],
    [1, node("Add", ["a", "b"], "c")],
    [1, node("Sigmoid", ["c"], "p")],
    [2, "logistic"],
    [5, tensor("w", [FIELDS, 1], WEIGHTS)],
    [5, tensor("b", [1], [INTERCEPT])],
    [11, message([[1, "x"], [2, floats(FIELDS)]])],
    [12, message([[1, "p"], [2, floats(1)]])],
  ]);
  return message([[1, 8], [7, graph], [8, message([[2, 17]])]]);
}

const node = (operator, inputs, output) => message([...inputs.map((input) => [1, input]), [2, output], [4, operator]]);
const tensor = (name, dims, values) =>
  message([...dims.map((dim) => [1, dim]), [2, 1], [8, name], [9, Buffer.from(Float32Array.from(values).buffer)]]);

/** Numbers as variable-length integers, texts and bytes with their length. */
function message(fields) {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === "number") return [varint(number << 3), varint(value)];
    const bytes = Buffer.from(value);
    return [varint((number << 3) | 2), varint(bytes.length), bytes];
  });
  return Buffer.concat(parts);
}

function varint(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}
