// Browsers that no driver of npm speaks to: each is started by itself on an address, with a fresh home and nobody to ask but
// 127.0.0.1, and stopped with all that it has started.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** What a fresh profile shows and asks unasked. What is left to ask goes to a proxy that is not there. */
const PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.auto": false,
  "browser.aboutwelcome.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.healthreport.uploadEnabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.proxy.http": "127.0.0.1",
  "network.proxy.http_port": 9,
  "network.proxy.ssl": "127.0.0.1",
  "network.proxy.ssl_port": 9,
  "network.proxy.type": 1,
  "toolkit.telemetry.unified": false,
};

/** The browsers: where each is (an empty variable hides it), what a person installs to have it, and how it is started. */
export const BROWSERS = [
  {
    name: "Firefox",
    package: "firefox-esr",
    find: () => process.env.SALES_READY_FIREFOX ?? onPath("firefox-esr", "firefox"),
    async start(run, executable, home, url) {
      const profile = path.join(home, "profile");
      await mkdir(profile);
      const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
      await writeFile(path.join(profile, "user.js"), lines.join(""));
      return run(executable, ["--headless", "--no-remote", "--profile", profile, url], { MOZ_CRASHREPORTER_DISABLE: "1" });
    },
  },
  {
    name: "WebKit",
    package: "webkit2gtk-driver xvfb",
    find: () => process.env.SALES_READY_WEBKIT ?? (process.env.DISPLAY || onPath("Xvfb") ? miniBrowser() : undefined),
    async start(run, executable, home, url) {
      const display = process.env.DISPLAY || (await screen(run));
      // Without a graphics card, and as root in a container, where its sandbox does not start.
      return run(executable, [url], { DISPLAY: display, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" });
    },
  },
];

/** Starts a browser on an address. `gone` settles when it has ended; `said()` is what it has written to its stderr. */
export async function launch({ name, find, start }, url) {
  const home = await mkdtemp(path.join(tmpdir(), `sales-ready-${name.toLowerCase()}-`));
  const running = [];
  const kill = () => {
    for (const { child } of running) if (child.pid !== undefined) killGroup(child.pid);
  };
  // Also where the tests are stopped from outside, which the browser's own group does not hear of.
  const leave = () => {
    kill();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  const stop = () => process.exit(1);
  process.on("exit", leave).on("SIGINT", stop).on("SIGTERM", stop);
  const run = (executable, args, environment = {}, stdio = ["ignore", "ignore", "pipe"]) => {
    const folders = Object.fromEntries(["CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR"].map((kind) => [`XDG_${kind}`, home]));
    const child = spawn(executable, args, { stdio, detached: true, env: { ...process.env, HOME: home, ...folders, ...environment } });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr = (stderr + text).slice(-4000)));
    const gone = new Promise((resolve) => child.on("error", (error) => resolve(String(error))).on("close", (code, signal) => resolve(`ended with ${signal ?? code}`)));
    running.push({ child, gone });
    return { child, gone, said: () => stderr };
  };
  const close = async () => {
    kill();
    await Promise.all(running.map(({ gone }) => gone));
    process.off("exit", leave).off("SIGINT", stop).off("SIGTERM", stop);
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    return { ...(await start(run, find(), home, url)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A display of the test's own, on a number that is free. */
async function screen(run) {
  const { child, gone, said } = run("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], {}, ["ignore", "ignore", "pipe", "pipe"]);
  const number = new Promise((resolve) => child.stdio[3].setEncoding("utf8").once("data", resolve));
  const end = gone.then((how) => Promise.reject(new Error(`Xvfb ${how}: ${said()}`)));
  return `:${(await Promise.race([number, end])).trim()}`;
}

/** The process and what it has started, which is of its group. */
function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // has ended already
  }
}

function onPath(...names) {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file));
}

/** The browser that WebKitGTK brings for its tests, which is not on the PATH. */
function miniBrowser() {
  const libraries = ["/usr/lib", "/usr/lib64", "/usr/libexec"].filter((folder) => existsSync(folder));
  const folders = libraries.flatMap((folder) => [folder, ...readdirSync(folder).filter((name) => name.endsWith("-linux-gnu")).map((name) => path.join(folder, name))]);
  const found = folders.flatMap((folder) => ["4.1", "4.0"].map((version) => path.join(folder, `webkit2gtk-${version}`, "MiniBrowser")));
  return found.find((file) => existsSync(file));
}
