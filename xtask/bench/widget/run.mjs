// `node run.mjs <package's dist> <folder of the peers> <browser> <its arguments, JSON> <runs>`: a table of cold starts.
//
// Every run has a context of its own (no cache of files or of compiled code), every file comes from memory with brotli,
// and the contenders take turns, so that what slows the machine for a while slows all of them.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

import { INTERCEPT, LEAD, onnxModel, ownModel, PROBABILITY, WEIGHTS } from "./models.mjs";

const [dist, peers, executablePath, args, runs] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const TYPES = { ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm", ".html": "text/html" };
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const BASE = "sales-ready, ES module";
/** As `www/README.md` says. */
const LINKS = [
  { rel: "modulepreload", href: "/dist/core.js" },
  { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: "/dist/engine.wasm" },
  { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: "/peers/own.json" },
];

const fromPeers = createRequire(path.join(peers, "package.json"));
const { build } = fromPeers("esbuild");
const { chromium } = createRequire(path.join(dist, "../package.json"))("playwright-core");

const files = await pages();
const contenders = {
  ...own(BASE, "define.js", true),
  ...own("the same, with links to all", "define.js", true, LINKS),
  ...own("sales-ready, inline.js", "inline.js", false),
  ...own("sales-ready, js.js", "js.js", false),
  "onnxruntime-web": { script: "/peers/onnx.js", module: true },
  "tfjs core + cpu": { script: "/peers/tfjs.js", module: true },
  "plain JavaScript": { script: "/peers/plain.js", module: true },
};

let sent = 0;
const memory = new Map();
const server = createServer(serve);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({ executablePath, args: ["--disable-background-networking", ...JSON.parse(args)] });
try {
  console.log(`\nFrom inserting the script into a loaded page to the first score in the document; ${runs} runs each, in turns,`);
  console.log(`each in a fresh context, files with brotli. ${browser.version()}\n`);
  for (const throttling of [1, 4]) table(throttling, await measureAll(throttling));
  console.log("scoreBatch, 200,000 leads, a model of 30 fields: millions of leads a second, median of 9 runs, and half of them");
  for (const [what, numbers, categories] of [["18 numbers, 12 categories", 18, 12], ["30 numbers", 30, 0]]) {
    const rates = await measureBatch(numbers, categories);
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => (quantile(rates, share) / 1e6).toFixed(2));
    console.log(`${what.padEnd(28)} ${middle}   ${low} to ${high}`);
  }
} finally {
  await browser.close();
  server.close();
}

function own(name, file, module, links) {
  if (existsSync(path.join(dist, file))) return { [name]: { script: `/dist/${file}`, module, model: "/peers/own.json", links } };
  console.log(`${name}: not measured, as ${file} was not built`);
  return {};
}

/** What is served beside the package, by address. */
async function pages() {
  const bundle = async (name) => {
    const options = { bundle: true, minify: true, format: "esm", target: "chrome123", write: false, logLevel: "error" };
    const { outputFiles } = await build({ ...options, entryPoints: [path.join(here, `${name}.mjs`)], nodePaths: [path.join(peers, "node_modules")] });
    return outputFiles[0].contents;
  };
  const ort = path.join(path.dirname(fromPeers.resolve("onnxruntime-web/wasm")), "ort-wasm-simd-threaded.wasm");
  return new Map([
    ["/", '<!doctype html><meta charset="utf-8"><title>Bench</title><script src="/page.js"></script><body>'],
    ["/page.js", readFileSync(path.join(here, "page.mjs"))],
    ["/batch.js", readFileSync(path.join(here, "batch.mjs"))],
    ["/peers/own.json", ownModel()],
    ["/peers/weights.json", JSON.stringify({ weights: WEIGHTS, intercept: INTERCEPT })],
    ["/peers/model.onnx", onnxModel()],
    ["/peers/ort.wasm", readFileSync(ort)],
    ["/peers/onnx.js", await bundle("onnx")],
    ["/peers/tfjs.js", await bundle("tfjs")],
    ["/peers/plain.js", await bundle("plain")],
  ]);
}

function serve({ url }, response) {
  const file = path.join(dist, url.replace(/^\/dist\//, ""));
  const plain = files.get(url) ?? (url.startsWith("/dist/") && !url.includes("..") && existsSync(file) ? readFileSync(file) : undefined);
  if (plain === undefined) return response.writeHead(url === "/favicon.ico" ? 204 : 404).end();
  const body = compressed(Buffer.from(plain));
  sent += body.length;
  const type = TYPES[path.extname(url)] ?? (url === "/" ? TYPES[".html"] : "application/octet-stream");
  const headers = { "content-type": type, "content-encoding": "br", "content-length": body.length, "cache-control": "no-store" };
  response.writeHead(200, { ...headers, "content-security-policy": POLICY }).end(body);
}

/** Kept beside the peers: the best compression of onnxruntime's 13 MB takes half a minute. */
function compressed(bytes) {
  const folder = path.join(peers, "brotli");
  const kept = path.join(folder, createHash("sha256").update(bytes).digest("hex"));
  if (!existsSync(kept)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(kept, brotliCompressSync(bytes));
  }
  const body = memory.get(kept) ?? readFileSync(kept);
  memory.set(kept, body);
  return body;
}

async function measureAll(throttling) {
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, { times: [], bytes: 0 }]));
  // The first round warms the server, and what the system keeps of the browser's own files.
  for (let run = 0; run <= Number(runs); run += 1) {
    for (const [name, contender] of Object.entries(contenders)) {
      const { milliseconds, bytes } = await measureOnce(contender, throttling);
      results[name].bytes = bytes;
      if (run > 0) results[name].times.push(milliseconds);
    }
  }
  return results;
}

async function measureOnce(contender, throttling) {
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce" });
  try {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: throttling });
    sent = 0;
    const { milliseconds, probability } = await page.evaluate((asked) => globalThis.measure(asked), { ...contender, lead: LEAD });
    if (!(Math.abs(probability - PROBABILITY) < 1e-4)) throw new Error(`${contender.script} shows ${probability}, expected ${PROBABILITY}`);
    return { milliseconds, bytes: sent };
  } finally {
    await context.close();
  }
}

async function measureBatch(numbers, categories) {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return page.evaluate(async (asked) => {
    const [scorer, { batch }] = await Promise.all(["/dist/scorer.js", "/batch.js"].map((file) => import(file)));
    return batch(scorer, ...asked, 200_000, 9);
  }, [numbers, categories]);
}

function table(throttling, results) {
  const base = median(results[BASE].times);
  console.log(`CPU at 1/${throttling}${" ".repeat(14)}brotli bytes     median    half of runs within    ours is`);
  for (const [name, { times, bytes }] of Object.entries(results)) {
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(times, share));
    const spread = `${low.toFixed(1)} to ${high.toFixed(1)} ms`;
    const ratio = name === BASE ? "" : `${(middle / base).toFixed(2)} x`;
    console.log(`${name.padEnd(24)} ${String(bytes).padStart(12)} ${`${middle.toFixed(1)} ms`.padStart(10)} ${spread.padStart(22)} ${ratio.padStart(10)}`);
  }
  console.log("");
}

function quantile(times, share) {
  return times.toSorted((a, b) => a - b)[Math.round(share * (times.length - 1))];
}

function median(times) {
  return quantile(times, 0.5);
}
