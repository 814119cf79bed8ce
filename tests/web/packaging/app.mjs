// The sample apps of this folder, each with its own tools installed, and the package as their `npm install` brings it.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { promisify } from "node:util";

import { ROOT } from "../browser/host.mjs";

const windows = process.platform === "win32";
const APPS = process.env.SALES_READY_APPS ?? path.join(ROOT, "target/packaging");

export const app = (name) => path.join(APPS, name);

/** Packs the package when it is first asked for; its promise is the tarball's path, until the file's tests end. */
export function packed() {
  let folder;
  let file;
  after(() => folder && rm(folder, { recursive: true, force: true }));
  return () => (file ??= pack());

  async function pack() {
    folder = await mkdtemp(path.join(tmpdir(), "sales-ready-packed-"));
    const told = await npm(path.join(ROOT, "www"), "pack", "--json", "--ignore-scripts", "--pack-destination", folder);
    return path.join(folder, JSON.parse(told)[0].filename);
  }
}

/** Installs a tarball into an app. Offline: the package needs no other. */
export async function install(name, tarball) {
  // Of the same version, npm would keep what is there.
  await rm(path.join(app(name), "node_modules/sales-ready"), { recursive: true, force: true });
  const options = ["--no-save", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await npm(app(name), "install", ...options, tarball);
}

/** A program of an app's packages, by its script; what it prints. */
export function tool(name, script, ...options) {
  return run(process.execPath, [script, ...options], app(name), { env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" } });
}

/** On Windows npm is a batch file, which only a shell starts. */
function npm(cwd, ...command) {
  return run(windows ? "npm.cmd" : "npm", command, cwd, { shell: windows });
}

async function run(program, command, cwd, options = {}) {
  try {
    return (await promisify(execFile)(program, command, { cwd, ...options })).stdout;
  } catch (error) {
    throw new Error(`${program} ${command.join(" ")}: ${error.stdout}${error.stderr}`, { cause: error });
  }
}
