// onnxruntime-web as it is leanest: its WebAssembly build alone, one thread, its glue in the bundle.

import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";

env.wasm.numThreads = 1;
env.wasm.wasmPaths = { wasm: "/peers/ort.wasm" };
const session = await InferenceSession.create("/peers/model.onnx");
const { p } = await session.run({ x: new Tensor("float32", Float32Array.from(Object.values(globalThis.lead)), [1, 30]) });
globalThis.show(p.data[0]);
