// Pictures of pages, for people to look at.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Where they are written. */
export const SCREENSHOTS = fileURLToPath(new URL("../../../target/screenshots", import.meta.url));

const TRIES = 5;

/** Writes a picture of what the page shows, or of all of it, as `name`. */
export async function picture(page, name, options) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await screenshot(page, { path: path.join(SCREENSHOTS, `${name}.png`), ...options });
}

/**
 * What a page or a part of it looks like. Where Chromium has no frame at hand, as on a machine that has much to do, it says that it is
 * unable to capture one, and does it when it is asked again.
 */
export async function screenshot(what, options) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await what.screenshot(options);
    } catch (error) {
      if (tries === TRIES || !error.message.includes("Unable to capture screenshot")) throw error;
      await setTimeout(200 * tries);
    }
  }
}
