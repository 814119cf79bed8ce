// A CRM's page with the package's page in an iframe, and what tests do with both.

import { readFile } from "node:fs/promises";
import path from "node:path";

import { fixtureModel } from "../fixtures/model.mjs";
import { DIST } from "./host.mjs";
import { serve } from "./server.mjs";

export const MODEL = JSON.stringify(fixtureModel());
/** What a careful CRM sends: no script but its own, and frames of any origin. */
const POLICY = "default-src 'self'; frame-src *; require-trusted-types-for 'script'; trusted-types 'none'";
export const PROTOCOL = "sales-ready/1";

/** Another frame of the CRM's, which speaks to the first and tells its parent what it heard within a while. */
const SIBLING = `const { port1, port2 } = new MessageChannel();
  const heard = [];
  addEventListener("message", ({ data }) => heard.push(data.type));
  port1.onmessage = ({ data }) => heard.push(data.type);
  parent.frames[0].postMessage({ protocol: "${PROTOCOL}", type: "hello" }, "*");
  parent.frames[0].postMessage({ protocol: "${PROTOCOL}", type: "connect" }, "*", [port2]);
  setTimeout(() => parent.postMessage(heard, "*"), 200);`;

/**
 * A CRM's page with an iframe, and the package on a server of another origin. `named`: who serves the page names the CRM in
 * it; else the CRM names itself in the address.
 */
export function site({ named = false, host = (origin) => origin, attributes = "", early = true, policy } = {}) {
  return async () => {
    const embedded = await readFile(path.join(DIST, "embed.html"), "utf8");
    const pages = { "/model.json": MODEL };
    const frames = await serve({ folders: { dist: DIST }, pages, ...(policy ? { policies: { "/dist/embed.html": policy } } : {}) });
    // The outer page takes its script from its own server, as a bundle would have it.
    const crm = { "/": "", "/sibling": '<script src="/sibling.js"></script>', "/sibling.js": SIBLING, "/other": "<!doctype html><title>Elsewhere</title>" };
    const server = await serve({ folders: { dist: DIST }, pages: crm, policy: POLICY });
    const allowed = host(server.origin);
    pages["/dist/embed.html"] = named ? embedded.replace('name="sales-ready-hosts" content=""', `name="sales-ready-hosts" content="${allowed}"`) : embedded;
    const source = `${frames.origin}/dist/embed.html${named ? "" : `#host=${allowed}`}`;
    crm["/"] = `<!doctype html><html lang="en"><title>CRM</title>
      <script type="module" src="/dist/embed-host.js"></script>
      <h1>CRM</h1><iframe title="Lead" width="400" ${early ? `src="${source}"` : `data-src="${source}"`} ${attributes}></iframe>`;
    return Object.assign(server, { others: [frames], frames });
  };
}

/** Connects the page's script to its frame, and writes down the events of the iframe. */
export async function connect(page, decide) {
  await page.waitForFunction(() => globalThis.SalesReadyFrame);
  await page.evaluate((decide) => {
    const frame = document.querySelector("iframe");
    globalThis.told = [];
    for (const type of ["change", "error", "before-handoff", "before-handback", "handoff", "handback", "feedback", "expired", "failed"]) {
      frame.addEventListener(`sales-ready-${type}`, (event) => {
        if (globalThis.cancels?.includes(type)) event.preventDefault();
        globalThis.told.push([type, event.detail]);
      });
    }
    const answers = { yes: () => true, no: async () => false, throws: () => { throw new Error("mine"); }, later: () => new Promise((resolve) => (globalThis.decides = resolve)) };
    globalThis.lead = new globalThis.SalesReadyFrame(frame, decide ? { decide: answers[decide] } : {});
  }, decide);
}

export const told = (page, type) =>
  page.waitForFunction((type) => globalThis.told.find(([found]) => found === type)?.[1], type).then((found) => found.jsonValue());

export const set = (page, values) =>
  page.evaluate((values) => globalThis.lead.set(values).then(() => "done", ({ code, message }) => `${code}: ${message}`), values);

/** Runs in the frame's page, as a part of the element would. */
export const inside = (page, run, argument) => page.frames().at(-1).evaluate(run, argument);

export const flag = (page) => page.frameLocator("iframe").locator('sales-ready-lead [part~="flag"]');
