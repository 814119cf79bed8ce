// What somebody writes by hand: coefficients, a sum, and the logistic function. No reasons, no missing values.

const { weights, intercept } = await (await fetch("/peers/weights.json")).json();
const values = Object.values(globalThis.lead);
const logit = weights.reduce((sum, weight, place) => sum + weight * values[place], intercept);
globalThis.show(1 / (1 + Math.exp(-logit)));
