// Unpacks what @sparticuz/chromium carries (brotli, some of it in tar) into a folder: `node unpack.mjs <folder>`.
// The package's own way unpacks into the system's temporary folder, and the libraries only on Amazon's machines.

import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { extract } from "tar-fs";

const folder = process.argv[2];
const packed = fileURLToPath(new URL("node_modules/@sparticuz/chromium/bin", import.meta.url));

async function unpack(name, target) {
  await pipeline(createReadStream(join(packed, name)), createBrotliDecompress(), target);
}

await Promise.all([
  unpack("chromium.br", createWriteStream(join(folder, "chromium"), { mode: 0o755 })),
  unpack("al2023.tar.br", extract(folder)), // lib/: NSS and expat
  unpack("swiftshader.tar.br", extract(folder)), // the software renderer, beside the executable
  unpack("fonts.tar.br", extract(folder)), // fonts/: Open Sans
]);
