// A file server for one test, on 127.0.0.1 and a port of its own.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What an embedder with a strict policy sends. */
export const STRICT_POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/**
 * Serves the files of `folders` (by the first part of their address) and of `pages` (whole texts by address, or a
 * function that gives one, later, and may want what was sent). Counts the requests of each address. `policies` are those of
 * single addresses.
 */
export async function serve({ folders = {}, pages = {}, policy = STRICT_POLICY, policies = {}, cache = "no-store" }) {
  const requests = new Map();
  const server = createServer(async (request, response) => {
    const address = new URL(request.url, "http://host").pathname;
    requests.set(address, (requests.get(address) ?? 0) + 1);
    const body = await find(address, request, folders, pages);
    if (address === "/favicon.ico") {
      response.writeHead(204).end(); // browsers ask for it unasked
      return;
    }
    if (body === undefined) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
      return;
    }
    const type = TYPES[path.extname(address)] ?? TYPES[".html"];
    response.writeHead(200, { "content-type": type, "content-security-policy": policies[address] ?? policy, "cache-control": cache });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function find(address, request, folders, pages) {
  if (Object.hasOwn(pages, address)) {
    const page = pages[address];
    return typeof page === "function" ? page(await text(request)) : (page ?? undefined);
  }
  const [, first, ...rest] = address.split("/");
  const folder = folders[first] ?? folders[""];
  const file = path.join(folder ?? "", ...(folders[first] ? rest : [first, ...rest]).map(decodeURIComponent));
  if (!folder || path.relative(folder, file).startsWith("..")) return undefined;
  try {
    return await readFile(file.endsWith("/") || file === folder ? path.join(file, "index.html") : file);
  } catch {
    return undefined;
  }
}
