// One start of a browser that goes from page to page: each runs its script, sends what it found, and is told the next.

import path from "node:path";
import { fileURLToPath } from "node:url";

import { DIST } from "../node/package.mjs";
import { launch } from "./launch.mjs";
import { serve, STRICT_POLICY } from "./server.mjs";

const WEB = fileURLToPath(new URL("../", import.meta.url));
/** The package stands twice, so that a Worker's script may have another policy of its own. */
const FOLDERS = { dist: DIST, strict: DIST, suite: path.join(WEB, "suite"), fixtures: path.join(WEB, "fixtures") };
/** For a browser that hangs, not for one that is slow. */
const PATIENCE = 120_000;

/**
 * Opens the pages in turn, each with `html`, the `script` of a module and its `policy`; `files` are what they fetch. A page
 * calls `tell`, once; `reports` are promises of what each told, or of why it did not.
 */
export async function tour(browser, pages, files) {
  const reports = pages.map(() => withResolvers());
  let at = 0;
  let hangs;
  const fail = (why) => {
    clearTimeout(hangs);
    reports.slice(at).forEach(({ reject }) => reject(new Error(`${browser.name} ${why}`)));
  };
  const wait = () => (hangs = setTimeout(() => fail(`did not answer on "${pages[at].name}": ${started?.said()}`), PATIENCE));
  const told = (body) => {
    const { page, ...report } = JSON.parse(body);
    if (page !== address(at)) fail(`answered on ${page} instead of "${pages[at]?.name}"`);
    clearTimeout(hangs);
    reports[at].resolve(report);
    at += 1;
    if (at < pages.length) wait();
    return JSON.stringify({ next: at < pages.length ? address(at) : null });
  };
  const address = (place) => `/${place}/`;
  const document = ({ name, html }) =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><script src="/suite/tell.js"></script>${html}`;
  const server = await serve({
    folders: FOLDERS,
    pages: {
      ...files,
      ...Object.fromEntries(pages.flatMap((page, place) => [[address(place), document(page)], [`/${place}/run.js`, page.script]])),
      "/told.json": told,
    },
    policies: {
      "/strict/engine-worker.js": "default-src 'self'",
      // WebKit takes 'self' of a frame without an origin for nothing.
      "/strict/embed.html": "default-src http://127.0.0.1:*",
      ...Object.fromEntries(pages.map(({ policy = STRICT_POLICY }, place) => [address(place), policy])),
    },
  });
  let started;
  const close = async () => {
    clearTimeout(hangs);
    await started?.close();
    await server.close();
  };
  // Whoever waits for one report is not there for the others yet.
  const promises = reports.map(({ promise }) => promise);
  promises.forEach((promise) => promise.catch(() => {}));
  try {
    started = await launch(browser, server.origin + address(0));
    started.gone.then((how) => fail(`${how}: ${started.said()}`));
    wait();
    return { reports: promises, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
