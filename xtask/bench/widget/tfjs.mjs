// TensorFlow.js with its CPU backend alone, which no compilation of shaders delays.

import { add, matMul, setBackend, sigmoid, tensor2d } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";

await setBackend("cpu");
const { weights, intercept } = await (await fetch("/peers/weights.json")).json();
const logit = add(matMul(tensor2d(Object.values(globalThis.lead), [1, 30]), tensor2d(weights, [30, 1])), intercept);
globalThis.show((await sigmoid(logit).data())[0]);
