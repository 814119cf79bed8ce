// The widget in the engines that CRMs meet beside Chromium's: Firefox, and WebKit as WebKitGTK has it. Neither has a driver
// here, so that the pages check themselves; one start of a browser does all of them.

import { test } from "node:test";
import assert from "node:assert/strict";

import { fixtureModel } from "../fixtures/model.mjs";
import { CASES, LIGHTNING } from "../fixtures/policies.mjs";
import { touchedModel } from "../fixtures/touched.mjs";
import { BROWSERS } from "./launch.mjs";
import { engineScript, parityFiles, SUITES, suiteScript } from "./scripts.mjs";
import { tour } from "./tour.mjs";

// Chromium has them all; what another engine's arithmetic has of its own shows in some thousands.
const parity = await parityFiles(4);
const FILES = { "/model.json": JSON.stringify(fixtureModel()), "/touched.json": JSON.stringify(touchedModel()), ...LIGHTNING, ...parity };
const DEFINE = '<script type="module" src="/dist/define.js"></script>';

/** At last the page lets happen what nobody has waited for. */
const TELL = "await new Promise((resolve) => setTimeout(resolve)); tell({ results: globalThis.results, engine: globalThis.engine });";
const suite = (file, host) => `
  import { runSuite } from "/suite/check.mjs";
  import { tests } from "/suite/${file}.mjs";
  globalThis.results = await runSuite(tests, ${host});
  ${TELL}`;

/** A page whose suite passes, by an engine where it is named, and with as many tests as are meant to be there. */
const page = (name, script, { count, engine, html = "", policy } = {}) => ({
  name,
  html,
  script,
  policy,
  look({ results, thrown, ...told }) {
    assert.equal(thrown, undefined);
    assert.deepEqual(results.filter(({ error }) => error), []);
    assert.ok(count ? results.length === count : results.length > 5, `${results.length} tests`);
    if (engine) assert.equal(told.engine, engine);
  },
});
/** Where trusted types are not known, they forbid no Worker. The package stands twice, once with a strict policy for its Worker. */
const underPolicy = ({ what, scripts, policy, engine, workerPolicy }) => {
  const found = what.endsWith("'self' and trusted types") ? 'globalThis.trustedTypes ? "js" : "worker"' : `"${engine}"`;
  const html = workerPolicy ? scripts.replace("dist", "strict") : scripts;
  return page(`a score under every policy: ${what}`, suite("policy", `{ engine: ${found} }`), { count: 1, html, policy });
};
/** Each of the two is framed by a page of its own server; one of them has no origin. */
const FRAMES = '<iframe title="One" src="/dist/embed.html"></iframe><iframe title="Two" sandbox="allow-scripts" src="/strict/embed.html"></iframe>';
/** What is thrown beside the tests of a page is told, too. */
const throwing = (how, script) => ({
  name: `a page that throws does not pass: ${how}`,
  html: "",
  script: `${script}; globalThis.results = [];`,
  look: ({ thrown }) => assert.match(thrown, /on purpose/),
});

const PAGES = [
  ...SUITES.map(([name, file]) => page(`the suite of ${name}`, suiteScript(file) + TELL)),
  ...["wasm", "worker", "js"].map((use) => page(`the engine "${use}" has the bits of the others`, engineScript(use) + TELL, { count: parity ? 6 : 3, engine: use })),
  page("the element", suite("element", "{}"), { count: 11 }),
  page("the room of letters", suite("room", "{}"), { count: 3, html: DEFINE }),
  page("frames", suite("frames", "{}"), { count: 2, html: FRAMES }),
  ...CASES.map(underPolicy),
  throwing("an error", 'setTimeout(() => { throw new Error("on purpose"); })'),
  throwing("a promise that nobody waits for", 'Promise.reject(new Error("on purpose"))'),
  throwing("a module that fails", 'await Promise.reject(new Error("on purpose"))'),
];
for (const browser of BROWSERS) {
  test(`the widget in ${browser.name}`, async (t) => {
    if (!browser.find()) {
      t.diagnostic(`skipped: no ${browser.name} (Debian: apt-get install ${browser.package})`);
      return;
    }
    if (!parity) t.diagnostic("skipped: no target/parity");
    const { reports, close } = await tour(browser, PAGES, FILES);
    try {
      for (const [place, { name, look }] of PAGES.entries()) await t.test(`${browser.name}: ${name}`, async () => look(await reports[place]));
    } finally {
      await close();
    }
  });
}
