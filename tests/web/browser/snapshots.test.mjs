// What the element looks like, held against pictures that a person has looked at. Letters are blocks (fixtures/blocks.mjs),
// since fonts differ between machines; what the letters say the other tests hold. `UPDATE_SNAPSHOTS=1` takes the pictures
// anew, and beside them, in target/screenshots, the same with letters: look at both before you commit.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { blockFont } from "../fixtures/blocks.mjs";
import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { AS_OF, LEAD, TOUCHES } from "../fixtures/touched.mjs";
import { pageTest, ROOT } from "./host.mjs";
import { screenshot, SCREENSHOTS } from "./pictures.mjs";
import { documentWith, ELEMENT, show, site, unfold } from "./lead.mjs";

const HELD = path.join(ROOT, "tests/web/snapshots");
const SEEN = path.join(ROOT, "target/snapshots");
const UPDATE = process.env.UPDATE_SNAPSHOTS === "1";
/** Pictures are compared by squares of so many dots a side: where in a dot an edge runs differs between versions of a browser. */
const SQUARE = 4;
/** Of a colour's 255: what the mean of a square may differ by. */
const SHADE = 40;
/** How many squares may differ by more: the smallest that is drawn, a tick, has more. */
const SQUARES = 1;

const STYLE = `@font-face { font-family: Blocks; src: url(/blocks.ttf); }
  body { margin: 0; background: Canvas; } main { padding: 8px; } h1, h2 { display: none; }
  .blocks sales-ready-lead { --sales-ready-font: Blocks; }`;
const page = (dir = "") => documentWith(ELEMENT.replace(">", ` dir="${dir}">`)).replace("<body>", '<link rel="stylesheet" href="/style.css"><body>');
const SPARSE = { ...READY_LEAD, source: null, industry: "steel", pricing_views: 900 };
const TOUCHED = [{ lead: LEAD, touches: TOUCHES, asOf: AS_OF, since: AS_OF - 7 * 86_400_000 }, { model: "/touched.json" }];

/** Properties and attributes; `open` unfolds all. */
const SCENES = {
  ready: { shows: [{ lead: READY_LEAD }] },
  nurture: { shows: [{ lead: { ...COLD_LEAD, pricing_views: 3, reviews_read: 2, days_since_last_touch: 20 } }] },
  abstain: { shows: [{ lead: { source: null } }] },
  loading: { state: "loading", model: "/slow.json" },
  error: { shows: [{ lead: { reviews_read: "many" } }] },
  empty: { state: "empty", model: "/model.json" },
  details: { shows: [{ lead: SPARSE }], open: true },
  touches: { shows: TOUCHED },
};
const LOOKS = {
  light: {},
  dark: { colorScheme: "dark" },
  forced: { forcedColors: "active" },
  // Its own: the words here are English, and an element stands as its words do.
  rtl: { dir: "rtl" },
};
const TAKEN = {
  280: { light: Object.keys(SCENES), dark: ["ready", "details"], forced: ["ready", "touches"], rtl: ["details", "touches"] },
  700: { light: Object.keys(SCENES), dark: ["abstain", "touches"], forced: ["nurture", "details"], rtl: ["ready", "touches"] },
};

for (const [width, looks] of Object.entries(TAKEN)) {
  for (const [look, scenes] of Object.entries(looks)) {
    const { dir, ...options } = LOOKS[look];
    const pages = { "/": page(dir), "/style.css": STYLE, "/blocks.ttf": () => blockFont(), "/slow.json": () => new Promise(() => {}) };
    const viewport = { width: Number(width) + 16, height: 900 };
    pageTest(`looks as it has been looked at: ${width} px, ${look}`, { site: site(pages), viewport, deviceScaleFactor: 1, ...options, expected: /404/ }, async (page) => {
      await page.clock.setFixedTime(AS_OF);
      const wrong = [];
      for (const scene of scenes) {
        const name = `${scene}-${width}-${look}.png`;
        await draw(page, SCENES[scene]);
        if (UPDATE) await write(path.join(SCREENSHOTS, name), await picture(page, false));
        const seen = await picture(page, true);
        if (UPDATE) await write(path.join(HELD, name), seen);
        const difference = await compare(page, path.join(HELD, name), seen);
        if (!difference) continue;
        await write(path.join(SEEN, name), seen);
        wrong.push(`${name}: ${difference}; what is drawn now is in target/snapshots`);
      }
      assert.deepEqual(wrong, []);
    });
  }
}

/** Draws a scene in a page of its own: nothing is left of the one before. */
async function draw(page, { shows, open, state, model }) {
  await page.goto("/");
  if (shows) await show(page, ...shows);
  else {
    await page.waitForFunction(() => customElements.get("sales-ready-lead"));
    await page.evaluate((model) => document.querySelector("sales-ready-lead").setAttribute("model", model), model);
    await page.waitForFunction((state) => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".card")?.dataset.state === state, state);
  }
  if (open) await unfold(page);
}

async function picture(page, blocks) {
  await page.evaluate((blocks) => document.body.classList.toggle("blocks", blocks), blocks);
  if (blocks) assert.ok(await page.evaluate(async () => (await document.fonts.load("14px Blocks")).length), "the font of blocks cannot be read");
  return screenshot(page.locator("main"), { animations: "disabled", caret: "hide" });
}

async function write(file, bytes) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

/** What differs, and in which parts; nothing where the pictures are alike. */
async function compare(page, held, seen) {
  if (!existsSync(held)) return "there is no picture; UPDATE_SNAPSHOTS=1 takes one";
  const pictures = [await readFile(held), seen].map((bytes) => bytes.toString("base64"));
  return page.evaluate(
    async ([pictures, side, shade, squares]) => {
      /** Its squares, each the mean of its dots, as a picture of fewer dots. */
      const inSquares = ({ width, height, data }) => {
        const [across, down] = [Math.ceil(width / side), Math.ceil(height / side)];
        const [sums, dots] = [new Float64Array(4 * across * down), new Float64Array(across * down)];
        for (let dot = 0; dot < width * height; dot += 1) {
          const square = Math.floor(Math.floor(dot / width) / side) * across + Math.floor((dot % width) / side);
          dots[square] += 1;
          for (let channel = 0; channel < 4; channel += 1) sums[4 * square + channel] += data[4 * dot + channel];
        }
        return { size: `${width} by ${height}`, width: across, data: sums.map((sum, at) => sum / dots[Math.floor(at / 4)]) };
      };
      const [before, now] = await Promise.all(
        pictures.map(async (text) => {
          const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]));
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
          canvas.drawImage(bitmap, 0, 0);
          return inSquares(canvas.getImageData(0, 0, bitmap.width, bitmap.height));
        }),
      );
      const resized = before.size === now.size ? "" : `it was ${before.size}, and is ${now.size}; `;
      if (before.width !== now.width) return resized;
      const other = [];
      for (let at = 0; at < Math.min(before.data.length, now.data.length); at += 4) {
        if ([0, 1, 2].some((channel) => Math.abs(before.data[at + channel] - now.data[at + channel]) > shade)) other.push(at / 4);
      }
      if (other.length <= squares) return resized || undefined;
      const [across, down] = [other.map((at) => at % now.width), other.map((at) => Math.floor(at / now.width))];
      const [least, most] = [(all) => all.reduce((a, b) => Math.min(a, b)), (all) => all.reduce((a, b) => Math.max(a, b))];
      const [left, right, top, bottom] = [least(across), most(across), least(down), most(down)];
      const origin = document.querySelector("main").getBoundingClientRect();
      // The parts with the most to do with it: those that hold the least besides. What follows a part that has moved differs, too.
      if (resized) other.splice(0, Infinity, ...other.filter((at) => Math.floor(at / now.width) < top + 40 / side));
      const parts = [...document.querySelector("sales-ready-lead").shadowRoot.querySelectorAll("[part]")].flatMap((part) => {
        const box = part.getBoundingClientRect();
        const [x, y, right, bottom] = [box.x - origin.x, box.y - origin.y, box.right - origin.x, box.bottom - origin.y].map((dot) => Math.floor(dot / side));
        const within = other.filter((at) => at % now.width >= x && at % now.width <= right && Math.floor(at / now.width) >= y && Math.floor(at / now.width) <= bottom).length;
        return within > 0 ? [{ name: part.getAttribute("part"), share: within / (box.width * box.height + 100) }] : [];
      });
      const named = parts.sort((a, b) => b.share - a.share).slice(0, 3).map(({ name }) => name);
      return `${resized}${other.length} squares differ, from ${side * left}, ${side * top} to ${side * right}, ${side * bottom}, in ${named.join(", ") || "no part"}`;
    },
    [pictures, SQUARE, SHADE, SQUARES],
  );
}
