// What a page decides about a hand-off: at once, later, with others, about a lead that has gone meanwhile; and the same from a frame.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { COLD_LEAD, fixtureModel, READY_LEAD } from "../fixtures/model.mjs";
import { DIST, pageTest, ROOT } from "./host.mjs";
import { part, show, site } from "./lead.mjs";
import { serve } from "./server.mjs";

const MODEL = JSON.stringify(fixtureModel());
const A = { id: "A", ...READY_LEAD };
const B = { id: "B", ...COLD_LEAD };

const said = (page) => part(page, "said").textContent();
const WAITS = "Waiting for the CRM’s answer …";
const ACCEPTED = "The CRM has accepted it.";

/** Writes down what is asked about and what is done, by lead; `decides` what was asked, in its turn. */
const LISTEN = () => {
  globalThis.told = [];
  globalThis.decides = [];
  const tell = ({ type, detail }) => globalThis.told.push(`${type.replace("sales-ready-", "")} ${detail.lead?.id}`);
  addEventListener("sales-ready-before-handoff", (event) => {
    tell(event);
    event.detail.until(new Promise((resolve) => globalThis.decides.push(resolve)));
  });
  addEventListener("sales-ready-handoff", tell);
};
const told = (page) => page.evaluate(() => globalThis.told);

/** What each listener of one event does, of which the first is on the card and the last on the window. */
const DECISIONS = {
  "cancelled, and another's promise": [["cancel", "yes"], "stopped"],
  "a promise, then cancelled by another": [["yes", "cancel"], "stopped"],
  "a promise and cancelled by the same": [["yes and cancel"], "stopped"],
  "a no, then a yes": [["no", "yes"], "refused"],
  "a yes, then a no": [["yes", "no"], "refused"],
  "a failure, then a yes": [["fails", "yes"], "refused"],
  "what is nearly a yes, then a yes": [["nearly", "yes"], "refused"],
  "a yes, then a later one": [["yes", "slow"], "agreed"],
  "nobody": [[], "sent"],
};
const SAID = { stopped: /stopped/, refused: /has not accepted it/, agreed: /has accepted it/, sent: /./ };
for (const [what, [listeners, result]] of Object.entries(DECISIONS)) {
  pageTest(`all who hear of a hand-off have to agree: ${what}`, { site: site() }, async (page) => {
    await show(page, { lead: A });
    await page.evaluate((listeners) => {
      globalThis.done = 0;
      addEventListener("sales-ready-handoff", () => globalThis.done++);
      const does = {
        cancel: (event) => event.preventDefault(),
        yes: ({ detail }) => detail.until(Promise.resolve(true)),
        slow: ({ detail }) => detail.until(new Promise((resolve) => setTimeout(resolve, 50, true))),
        no: ({ detail }) => detail.until(Promise.resolve(false)),
        nearly: ({ detail }) => detail.until("yes"),
        fails: ({ detail }) => detail.until(Promise.reject(new Error("offline"))),
        "yes and cancel": (event) => (does.yes(event), does.cancel(event)),
      };
      const places = [document.querySelector("sales-ready-lead"), window];
      for (const [place, name] of listeners.entries()) places[place].addEventListener("sales-ready-before-handoff", does[name]);
    }, listeners);
    await part(page, "handoff").click();
    await page.waitForFunction(() => /^(?!Waiting)./.test(document.querySelector("sales-ready-lead").shadowRoot.querySelector(".said").textContent));
    assert.match(await said(page), SAID[result]);
    assert.equal(await page.evaluate(() => globalThis.done), result === "agreed" || result === "sent" ? 1 : 0);
  });
}

pageTest("who wants to decide once the event is over is told so", { site: site() }, async (page) => {
  await show(page, { lead: A });
  const late = page.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener("sales-ready-before-handoff", async ({ detail }) => {
          await null;
          try {
            resolve(detail.until(Promise.resolve(false)));
          } catch (error) {
            resolve([error instanceof DOMException, error.name, error.message]);
          }
        });
      }),
  );
  await part(page, "handoff").click();
  const [isPlatforms, name, message] = await late;
  assert.deepEqual([isPlatforms, name], [true, "InvalidStateError"]);
  assert.match(message, /call it in the listener before that awaits anything/);
});

const AGAIN = { "the same object": ["a"], "an equal one": ["{ ...a }"], "one with other values, which the page calls the same": ["{ ...a, updated_at: 1 }", true] };
for (const [what, [back, named = false]] of Object.entries(AGAIN)) {
  pageTest(`who comes back to a lead that the CRM still decides about reads so, and asks no second time: ${what}`, { site: site() }, async (page) => {
    await page.goto("/");
    await page.evaluate(([a, b]) => Object.assign(globalThis, { a, b }), [A, B]);
    const look = async (lead) => {
      await page.evaluate(
        ([lead, named]) =>
          new Promise((resolve) => {
            const element = document.querySelector("sales-ready-lead");
            element.addEventListener("sales-ready-change", resolve, { once: true });
            element.lead = new Function(`return ${lead}`)();
            if (named) element.setAttribute("lead-id", element.lead.id);
          }),
        [lead, named],
      );
      await part(page, "said").waitFor({ state: "attached" });
    };
    await page.evaluate(LISTEN);
    await look("a");
    await part(page, "handoff").click();
    await look("b");
    assert.equal(await said(page), "");
    await part(page, "handoff").click();
    await look(back);
    assert.equal(await said(page), WAITS);
    await part(page, "handoff").click();
    assert.deepEqual(await told(page), ["before-handoff A", "before-handoff B"]);
    await page.evaluate(() => globalThis.decides[1](true));
    await page.waitForFunction(() => globalThis.told.length === 3);
    // That was the other one.
    assert.equal(await said(page), WAITS);
    await page.evaluate(() => globalThis.decides[0](true));
    await page.getByText(ACCEPTED).waitFor();
    assert.deepEqual((await told(page)).slice(2), ["handoff B", "handoff A"]);
    // It is decided: whether it is asked again is for the page to say.
    await part(page, "handoff").click();
    assert.deepEqual((await told(page)).slice(4), ["before-handoff A"]);
  });
}

pageTest("it is still said in another language that the CRM has yet to decide", { site: site() }, async (page) => {
  await show(page, { lead: A });
  await page.evaluate(LISTEN);
  await part(page, "handoff").click();
  await page.evaluate(() => document.querySelector("sales-ready-lead").setAttribute("lang", "de"));
  await page.waitForFunction(() => document.querySelector("sales-ready-lead").shadowRoot.querySelector(".handoff").textContent !== "Hand to sales");
  const german = await said(page);
  assert.notEqual(german, "");
  assert.notEqual(german, WAITS);
});

/** What keeps its values to itself, as objects of many data layers do: copies of it have none. */
const SECRETIVE = `const secret = new WeakMap();
  class Lead {
    constructor(values) {
      secret.set(this, values);
    }
    call() {
      return "called " + secret.get(this).id;
    }
  }
  for (const name of Object.keys(values)) {
    Object.defineProperty(Lead.prototype, name, { get() { return secret.get(this)[name]; }, set(value) { secret.set(this, { ...secret.get(this), [name]: value }); } });
  }
  return new Lead(values);`;
const OBJECTS = {
  "a plain object": "return { ...values };",
  "one without a prototype": "return Object.assign(Object.create(null), values);",
  "one of another window": "return Object.assign(new (document.body.appendChild(document.createElement('iframe')).contentWindow.Object)(), values);",
  "one of a class": "return Object.assign(new (class Lead {})(), values);",
  "one made of another": "return Object.create(Object.create({ ...values }));",
  "one of a class with getters": SECRETIVE,
};
const make = (page, text, values) =>
  page.evaluate(([text, values]) => {
    globalThis.lead = new Function("values", text)(values);
    document.querySelector("sales-ready-lead").lead = globalThis.lead;
  }, [text, values]);
for (const [what, text] of Object.entries(OBJECTS)) {
  pageTest(`what is decided is about the lead that was asked about, where its object is another lead's by then: ${what}`, { site: site() }, async (page) => {
    await page.goto("/");
    await page.evaluate(LISTEN);
    await make(page, text, A);
    await part(page, "handoff").click();
    await page.evaluate((values) => {
      Object.assign(globalThis.lead, values);
      document.querySelector("sales-ready-lead").lead = globalThis.lead;
      addEventListener("sales-ready-handoff", ({ detail: { lead } }) => (globalThis.handed = [lead.pricing_views, Object.getPrototypeOf(lead) === Object.getPrototypeOf(globalThis.lead)]));
    }, B);
    await page.waitForFunction(() => document.querySelector("sales-ready-lead").explanation.score.readiness !== "sales-ready");
    await page.evaluate(() => globalThis.decides[0](true));
    await page.waitForFunction(() => globalThis.told.length === 2);
    assert.deepEqual(await told(page), ["before-handoff A", "handoff A"]);
    const [views, isOfIts] = await page.evaluate(() => globalThis.handed);
    assert.equal(views, A.pricing_views);
    if (/class/.test(what)) assert.equal(isOfIts, true);
  });
}

pageTest("a lead of a class that has not changed meanwhile is handed over itself, with its methods", { site: site() }, async (page) => {
  await page.goto("/");
  await page.evaluate(LISTEN);
  await make(page, SECRETIVE, A);
  await part(page, "handoff").click();
  await page.evaluate(() => {
    addEventListener("sales-ready-handoff", ({ detail }) => (globalThis.handed = [detail.lead === globalThis.lead, detail.lead.call()]));
    globalThis.decides[0](true);
  });
  await page.waitForFunction(() => globalThis.handed);
  assert.deepEqual(await page.evaluate(() => globalThis.handed), [true, "called A"]);
});

/** A page with a frame, which its server names; `redirected`: its address is one that redirects to it. */
const framed = ({ redirected = false } = {}) => async () => {
  const pages = { "/model.json": MODEL };
  const frames = await serve({ folders: { dist: DIST }, pages });
  const others = [frames];
  if (redirected) {
    const server = createServer(({ url }, response) => response.writeHead(301, { location: frames.origin + url }).end());
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    others.unshift({ origin: `http://127.0.0.1:${server.address().port}`, close: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())) });
  }
  const body = `<!doctype html><html lang="en"><title>CRM</title><script type="module" src="/dist/embed-host.js"></script>
    <iframe title="Lead" width="400" src="${others[0].origin}/dist/embed.html"></iframe>`;
  const server = await serve({ folders: { dist: DIST }, pages: { "/": body }, policy: "default-src 'self'; frame-src *" });
  pages["/dist/embed.html"] = (await readFile(path.join(DIST, "embed.html"), "utf8")).replace('sales-ready-hosts" content=""', `sales-ready-hosts" content="${server.origin}"`);
  return Object.assign(server, { others, frames });
};

/** Opens it, and connects; `decide` is a function's text. */
async function connect(page, decide = "undefined") {
  await page.goto("/");
  await page.waitForFunction(() => globalThis.SalesReadyFrame);
  await page.evaluate((decide) => {
    const found = new Function(`return ${decide}`)();
    globalThis.widget = new globalThis.SalesReadyFrame(document.querySelector("iframe"), found ? { decide: found } : {});
  }, decide);
}

const set = (page, values) => page.evaluate((values) => globalThis.widget.set(values), values);
const handOff = (page) => page.frameLocator("iframe").getByRole("button", { name: "Hand to sales" }).click();

pageTest("a frame's events have the details of the card's", { site: framed() }, async (page) => {
  await connect(page);
  await page.evaluate(() => {
    globalThis.heard = [];
    const plain = (value) => (value instanceof Error ? [value.name, value.code, typeof value.message, value.message !== ""] : typeof value === "function" ? "function" : value);
    for (const type of ["change", "error", "before-handoff", "handoff", "before-handback", "handback", "feedback"]) {
      document.addEventListener(`sales-ready-${type}`, ({ detail, target, cancelable, composed }) =>
        globalThis.heard.push([type, target.localName, cancelable, composed, Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, plain(value)]))]),
      );
    }
  });
  const heard = async (last) => {
    await page.waitForFunction((last) => globalThis.heard.some(([type]) => type === last), last);
    return page.evaluate(() => globalThis.heard.splice(0));
  };
  await set(page, { modelText: MODEL, lead: A, actions: ["handoff", "handback", "feedback"] });
  const [[, target, cancelable, composed, change]] = await heard("change");
  assert.deepEqual([target, cancelable, composed], ["iframe", false, true]);
  assert.deepEqual(Object.keys(change).sort(), ["explanation", "lead", "score"]);
  assert.deepEqual(change.lead, A);
  await handOff(page);
  const score = change.score;
  assert.deepEqual(await heard("handoff"), [
    ["before-handoff", "iframe", true, true, { score, lead: A, until: "function" }],
    ["handoff", "iframe", false, true, { score, lead: A }],
  ]);
  for (const [fold, reason, types] of [["handback", "no-fit", ["before-handback", "handback"]], ["feedback", "too-high", ["feedback"]]]) {
    const asked = page.frameLocator("iframe").locator(`sales-ready-lead .${fold}`);
    await asked.locator("summary").click();
    await asked.getByRole("combobox").selectOption(reason);
    await asked.getByRole("button", { name: "Send" }).click();
    const found = await heard(fold);
    assert.deepEqual(found.map(([type, , , , { until, ...detail }]) => [type, until, detail]), types.map((type) => [type, type.startsWith("before") ? "function" : undefined, { score, lead: A, reason, comment: "" }]));
  }
  await set(page, { lead: { ...A, reviews_read: "many" } });
  assert.deepEqual((await heard("error")).at(-1)[4], { error: ["SalesReadyError", "bad-value", "string", true] });
});

pageTest("a frame takes what stands for values, as the state of many frameworks does", { site: framed() }, async (page) => {
  await connect(page);
  const found = await page.evaluate(async ([model, lead, day]) => {
    const { widget } = globalThis;
    /** An object, and all in it, as Vue, Svelte and Alpine give it. */
    const reactive = (value) =>
      new Proxy(value, { get: (target, name, self) => ((found) => (found && typeof found === "object" && !(found instanceof Date) ? reactive(found) : found))(Reflect.get(target, name, self)) });
    const change = new Promise((resolve) => addEventListener("sales-ready-change", ({ detail }) => resolve(detail.lead)));
    const touches = [{ at: new Date(day), kind: "call" }];
    await widget.set(reactive({ modelText: model, lead, touches, actions: ["handoff"], asOf: day }));
    const refused = await widget.set({ lead: reactive({ ...lead, phone: () => {} }) }).catch(({ name }) => name);
    return [await change, refused];
  }, [MODEL, A, Date.UTC(2026, 2, 1)]);
  assert.deepEqual(found, [A, "DataCloneError"]);
  await handOff(page);
});

const FRAMES = {
  "nobody": ["", undefined, true],
  "a yes": ["until(Promise.resolve(true))", undefined, true],
  "a no": ["until(Promise.resolve(false))", undefined, false],
  "a no, then a yes": ["until(Promise.resolve(false)); until(Promise.resolve(true))", undefined, false],
  "a failure": ["until(Promise.reject(new Error()))", undefined, false],
  "cancelled, with a yes": ["until(Promise.resolve(true)); event.preventDefault()", undefined, false],
  "a yes, then a no by decide": ["until(Promise.resolve(true))", "() => false", false],
  "a yes, then a yes by decide": ["until(Promise.resolve(true))", "() => true", true],
  "nothing by decide": ["", "() => {}", false],
  // Who is asked by a dialog is asked for nothing where it is decided already.
  "a no, and decide is not asked": ["until(Promise.resolve(false))", "() => { throw new Error('asked') }", false],
};
for (const [what, [script, decide, done]] of Object.entries(FRAMES)) {
  pageTest(`all who hear of a frame's hand-off have to agree: ${what}`, { site: framed() }, async (page) => {
    await connect(page, decide);
    await page.evaluate((script) => {
      globalThis.heard = [];
      const listener = new Function("event", "until", script);
      document.addEventListener("sales-ready-before-handoff", (event) => listener(event, event.detail.until));
      document.addEventListener("sales-ready-handoff", ({ detail }) => globalThis.heard.push(detail.lead.id));
    }, script);
    await set(page, { modelText: MODEL, lead: A, actions: ["handoff"] });
    await handOff(page);
    await page.frameLocator("iframe").getByText(done ? ACCEPTED : "The CRM has not accepted it.").waitFor();
    // The frame has said all before it answers this.
    await set(page, { lang: "en" });
    assert.deepEqual(await page.evaluate(() => globalThis.heard), done ? ["A"] : []);
  });
}

pageTest("a frame whose address redirects to another origin is told nothing, and the page why", { site: framed({ redirected: true }) }, async (page, server) => {
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await connect(page);
  const settled = page.evaluate((lead) => Promise.race([globalThis.widget.set({ lead }).then(() => "set"), new Promise((resolve) => setTimeout(resolve, 500, "waits"))]), A);
  assert.equal(await settled, "waits");
  await page.frames().at(-1).evaluate(() => location.reload());
  await page.waitForTimeout(300);
  assert.equal(warnings.length, 1, warnings.join("\n"));
  for (const { origin } of server.others) assert.ok(warnings[0].includes(origin), warnings[0]);
  assert.match(warnings[0], /give as src the address that it is served from/);
});

for (const when of ["before its page is there", "afterwards"]) {
  pageTest(`of two connections to a frame the newer counts, and the older says so: made ${when}`, { site: framed() }, async (page) => {
    await page.goto("/");
    await page.waitForFunction(() => globalThis.SalesReadyFrame);
    const found = await page.evaluate(async ([when, model, lead]) => {
      const frame = document.querySelector("iframe");
      if (when !== "afterwards") frame.src = `${frame.src}?again`;
      const first = new globalThis.SalesReadyFrame(frame);
      if (when === "afterwards") await first.set({ modelText: model });
      const second = new globalThis.SalesReadyFrame(frame);
      const change = new Promise((resolve) => frame.addEventListener("sales-ready-change", ({ detail }) => resolve(detail.lead?.id)));
      const set = (widget, values) =>
        Promise.race([
          widget.set(values).then(() => "set", ({ name, code, message }) => [name, code, /another connection/.test(message)]),
          new Promise((resolve) => setTimeout(resolve, 5000, "waits")),
        ]);
      // The frame answers what reached it before the other connection did.
      const pending = when === "afterwards" ? undefined : await set(first, { lead });
      const newer = await set(second, { modelText: model, lead });
      const later = await set(first, { lead });
      return [pending, newer, later, first.ready, second.ready, await change];
    }, [when, MODEL, A]);
    const replaced = ["EmbedError", "replaced", true];
    assert.deepEqual(found, [when === "afterwards" ? undefined : replaced, "set", replaced, false, true, "A"]);
  });
}

test("the README's page around a frame is TypeScript that compiles, without the element's types", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "sales-ready-frame-"));
  try {
    const [, example] = (await readFile(path.join(ROOT, "www/README.md"), "utf8")).match(/^```ts\n((?:(?!```).)*?SalesReadyFrame.*?)^```$/ms);
    const more = `import type { Touch } from "sales-ready/scorer";
frame.addEventListener("sales-ready-change", ({ detail }) => detail.lead["id"]);
document.addEventListener("sales-ready-error", ({ detail }) => detail.error.message + detail.error.code);
frame.shadowRoot?.addEventListener("sales-ready-feedback", ({ detail }) => detail.comment);
frame.addEventListener("sales-ready-before-handback", ({ detail }) => detail.reason === "no-fit" && detail.until(Promise.resolve(false)));
frame.addEventListener("sales-ready-expired", ({ detail }) => detail.re);
frame.addEventListener("load", (event) => event.target);
const touches: readonly Touch[] = [];
await widget.set({ touches });
// @ts-expect-error: no event of a frame's asks twice
frame.addEventListener("sales-ready-handoff", ({ detail }) => detail.until);
`;
    const both = `import "sales-ready";\n${more.split("\n").slice(1, 6).join("\n").replaceAll("frame.", "document.querySelector('iframe')!.")}\nimport "sales-ready/embed";\n`;
    const [files, paths] = [{ "example.ts": example + more, "both.ts": both }, {}];
    for (const [name, file] of [["", "index"], ["/embed", "embed-host"], ["/scorer", "scorer"]]) paths[`sales-ready${name}`] = [path.join(DIST, `${file}.d.ts`)];
    for (const [name, text] of Object.entries(files)) {
      const compilerOptions = { strict: true, target: "es2022", module: "nodenext", moduleResolution: "nodenext", noEmit: true, types: [], exactOptionalPropertyTypes: true, paths };
      await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
      await writeFile(path.join(folder, name), text);
      await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [name] }));
      const compiler = path.join(ROOT, "www/node_modules/typescript/bin/tsc");
      const { stdout } = await promisify(execFile)(process.execPath, [compiler, "-p", folder]).catch((error) => error);
      assert.equal(stdout, "", name);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
