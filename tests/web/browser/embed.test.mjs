// `embed.html` in an iframe of another origin, as iframe CRMs have it, and the protocol with the page around it.

import assert from "node:assert/strict";
import { COLD_LEAD, READY_LEAD } from "../fixtures/model.mjs";
import { connect, flag, inside, MODEL, PROTOCOL, set, site, told } from "./frame.mjs";
import { pageTest } from "./host.mjs";

/** A page's own connection, to say what the package's script never would; returns the frame's answers. A text is JSON. */
function speak(page, ...messages) {
  return page.evaluate(
    ({ text, protocol }) =>
      new Promise((resolve) => {
        const messages = JSON.parse(text);
        const { port1, port2 } = new MessageChannel();
        const answers = [];
        port1.onmessage = ({ data }) => {
          if (data.type === "ready") for (const message of messages) port1.postMessage(message);
          if (data.type === "done" || data.type === "refused") answers.push(data);
          if (answers.length === messages.length) resolve(answers);
        };
        document.querySelector("iframe").contentWindow.postMessage({ protocol, type: "connect" }, "*", [port2]);
      }),
    { text: `[${messages.map((message) => (typeof message === "string" ? message : JSON.stringify(message)))}]`, protocol: PROTOCOL },
  );
}

for (const early of [true, false]) {
  pageTest(`a lead and a model through a frame whose page is there ${early ? "before" : "after"} the script`, { site: site({ early }) }, async (page, server) => {
    await page.goto("/", { waitUntil: "load" });
    await connect(page);
    if (!early) await page.evaluate(() => (document.querySelector("iframe").src = document.querySelector("iframe").dataset.src));
    assert.equal(await set(page, { modelText: MODEL, lead: READY_LEAD, lang: "en" }), "done");
    const { score, explanation } = await told(page, "change");
    assert.equal(score.readiness, "sales-ready");
    const sum = explanation.contributions.reduce((sum, { logit }) => sum + logit, explanation.intercept);
    assert.equal(sum, score.logit);
    assert.equal(await flag(page).textContent(), "Sales-ready");
    // As tall as its content: nothing scrolls, and nothing is cut.
    await page.waitForFunction(() => Number(document.querySelector("iframe").height) > 200);
    const [inner, outer] = await inside(page, () => [document.documentElement.scrollHeight, innerHeight]);
    assert.equal(inner, outer);
    await page.evaluate(() => (globalThis.told.length = 0));
    assert.equal(await set(page, { lead: COLD_LEAD }), "done");
    assert.equal((await told(page, "change")).score.readiness, "nurture");
    assert.equal(server.frames.requests.get("/model.json"), undefined);
  });
}

pageTest("what no message can carry is refused at once, and what is sent is what was given", { site: site({ early: false }) }, async (page) => {
  await page.goto("/", { waitUntil: "load" });
  await connect(page);
  const found = await page.evaluate(async ([model, lead]) => {
    const given = { modelText: model, lead };
    const tried = [Symbol(), { ...lead, open() {} }].map((lead) => globalThis.lead.set({ lead }).catch(({ name }) => name));
    const sent = globalThis.lead.set(given);
    given.lead = null;
    document.querySelector("iframe").src = document.querySelector("iframe").dataset.src;
    return [...(await Promise.all(tried)), await sent];
  }, [MODEL, READY_LEAD]);
  assert.deepEqual(found, ["DataCloneError", "DataCloneError", undefined]);
  assert.equal((await told(page, "change")).score.readiness, "sales-ready");
});

pageTest("fetches a model for a host that its own page names, and for no other", { site: site({ named: true }) }, async (page, server) => {
  await page.goto("/");
  await connect(page);
  assert.equal(await set(page, { model: "/model.json", lead: READY_LEAD }), "done");
  assert.equal((await told(page, "change")).score.readiness, "sales-ready");
  assert.equal(server.frames.requests.get("/model.json"), 1);
});

pageTest("a host that only the address names has no model fetched", { site: site() }, async (page, server) => {
  await page.goto("/");
  await connect(page);
  assert.match(await set(page, { model: "/model.json", lead: READY_LEAD }), /^not-allowed: .*give modelText$/);
  assert.equal(await flag(page).textContent(), "No model yet");
  assert.equal(server.frames.requests.get("/model.json"), undefined);
});

const REFUSED = {
  "no host": () => "",
  "another host": () => "https://crm.example",
  "another port": (origin) => origin.replace(/\d+$/, "1"),
  "another scheme": (origin) => origin.replace("http", "https"),
  "a longer host": (origin) => `${origin}0`,
  "a pattern": () => "*",
  "the sandboxed": () => "null",
  "a path": (origin) => `${origin}/crm`,
};
for (const [what, host] of Object.entries(REFUSED)) {
  for (const named of [true, false]) {
    pageTest(`says nothing to a page that it was not told of: ${what}, by the ${named ? "page" : "address"}`, { site: site({ host, named }) }, async (page) => {
      await page.goto("/");
      await page.evaluate((protocol) => {
        globalThis.heard = [];
        addEventListener("message", ({ data }) => globalThis.heard.push(data.type));
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => globalThis.heard.push(data.type);
        const frame = document.querySelector("iframe").contentWindow;
        frame.postMessage({ protocol: "sales-ready/9", type: "hello" }, "*");
        frame.postMessage({ protocol, type: "hello" }, "*");
        frame.postMessage({ protocol, type: "connect" }, "*", [port2]);
      }, PROTOCOL);
      // What was posted before this has been read, as both go to one window's queue.
      await inside(page, () => new Promise((resolve) => {
        addEventListener("message", ({ source }) => source === window && resolve(), { once: false });
        postMessage("last", "*");
      }));
      assert.deepEqual((await page.evaluate(() => globalThis.heard)).filter((type) => type !== "hello"), []);
      assert.equal(await inside(page, () => customElements.whenDefined("sales-ready-lead").then(() => document.querySelector("sales-ready-lead").state)), "empty");
    });
  }
}

pageTest("does not listen to a window that is not its parent, whatever its origin", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page);
  await set(page, { modelText: MODEL, lead: READY_LEAD });
  await told(page, "change");
  const heard = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const sibling = document.createElement("iframe");
        sibling.src = "/sibling";
        addEventListener("message", ({ data, source }) => source === sibling.contentWindow && resolve(data));
        document.body.append(sibling);
      }),
  );
  assert.deepEqual(heard, []);
  assert.equal(await set(page, { lead: COLD_LEAD }), "done");
});

const MALFORMED = [
  [null, "malformed"],
  ['"set"', "malformed"],
  [{ type: "set", id: 1, values: {} }, "malformed"],
  [{ protocol: PROTOCOL }, "unknown-type"],
  [{ protocol: PROTOCOL, type: "run", id: 3 }, "unknown-type"],
  [{ protocol: "sales-ready/2", type: "set", id: 4, values: { lead: {} } }, "unknown-version"],
  [{ protocol: PROTOCOL, type: "set", values: { lead: {} } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 0.5, values: { lead: {} } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 5 }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 6, values: [] }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 7, values: { lead: {}, onclick: "alert(1)" } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 8, values: { constructor: 1 } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 9, values: { lead: "Ada" } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 10, values: { lead: {}, touches: { length: 1 } } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 11, values: { lead: {}, lang: "en\" onload=\"" } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 12, values: { lead: {}, heldBy: "nobody" } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 17, values: { leadId: 14 } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 13, values: { lead: {}, actions: ["handoff", "delete"] } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 14, values: { lead: {}, asOf: {} } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 15, values: { lead: {}, model: ["/model.json"] } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 18, values: { lead: {}, dir: "up" } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 19, values: { lead: {}, headingLevel: 6 } }, "malformed"],
  [{ protocol: PROTOCOL, type: "set", id: 20, values: { lead: {}, colorScheme: "only dark" } }, "malformed"],
  [{ protocol: PROTOCOL, type: "answer", re: 1 }, "malformed"],
  [{ protocol: PROTOCOL, type: "answer", re: 99, proceed: true }, "malformed"],
];
pageTest("what it does not understand gets an answer that says why, and changes nothing", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page);
  await set(page, { modelText: MODEL, lead: READY_LEAD, leadId: "17", lang: "de" });
  await told(page, "change");
  await page.evaluate(() => globalThis.lead.close());
  const before = await inside(page, () => (globalThis.before = document.querySelector("sales-ready-lead[lead-id='17']").explanation) && document.body.textContent);
  const prototype = `{"protocol":"${PROTOCOL}","type":"set","id":16,"values":{"__proto__":{"lead":{}}}}`;
  const answers = await speak(page, ...MALFORMED.map(([message]) => message), prototype);
  assert.deepEqual(answers.map(({ code }) => code), [...MALFORMED.map(([, code]) => code), "malformed"]);
  for (const [place, { re, message, versions, protocol }] of answers.entries()) {
    const id = MALFORMED[place]?.[0]?.id ?? (place === MALFORMED.length ? 16 : undefined);
    assert.deepEqual([protocol, versions, re], [PROTOCOL, [PROTOCOL], Number.isInteger(id) ? id : undefined]);
    assert.match(message, /expected/);
  }
  const [same, after, lang] = await inside(page, () => {
    const element = document.querySelector("sales-ready-lead");
    return [element.explanation === globalThis.before, document.body.textContent, element.lang];
  });
  assert.deepEqual([same, after, lang], [true, before, "de"]);
});

pageTest("an unknown version and a bad connect are answered at the window", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page);
  await set(page, { lead: READY_LEAD });
  const answers = await page.evaluate(
    (protocol) =>
      new Promise((resolve) => {
        const answers = [];
        addEventListener("message", ({ data }) => answers.push([data.type, data.code]) === 4 && resolve(answers));
        const frame = document.querySelector("iframe").contentWindow;
        const { port1, port2 } = new MessageChannel();
        frame.postMessage({ protocol: "sales-ready/2", type: "connect" }, "*", [port1]);
        frame.postMessage({ protocol, type: "connect" }, "*");
        frame.postMessage({ protocol, type: "set", values: {} }, "*");
        frame.postMessage({ protocol: "another", type: "set" }, "*");
        frame.postMessage({ protocol, type: "hello" }, "*", [port2]);
      }),
    PROTOCOL,
  );
  assert.deepEqual(answers, [["refused", "unknown-version"], ["refused", "malformed"], ["refused", "unknown-type"], ["hello", undefined]]);
  assert.equal(await set(page, { lead: COLD_LEAD }), "done");
});

const HANDOFF = () => {
  const detail = { by: "test", run: () => {} };
  const event = new CustomEvent("sales-ready-before-handoff", { bubbles: true, composed: true, cancelable: true, detail });
  return document.querySelector("sales-ready-lead").dispatchEvent(event);
};
for (const [decide, cancels, done] of [
  [undefined, [], true],
  ["yes", [], true],
  ["no", [], false],
  ["throws", [], false],
  ["yes", ["before-handoff"], false],
]) {
  pageTest(`a hand-off waits for the outer page: ${decide ?? "nobody asked"}${cancels.length ? ", cancelled" : ""}`, {
    site: site(),
    expected: /mine/,
  }, async (page) => {
    const errors = [];
    page.removeAllListeners("pageerror").on("pageerror", ({ message }) => errors.push(message));
    await page.goto("/");
    await connect(page, decide);
    await page.evaluate((cancels) => (globalThis.cancels = cancels), cancels);
    await set(page, { modelText: MODEL, lead: READY_LEAD });
    assert.equal(await inside(page, HANDOFF), false);
    await page.waitForFunction(() => globalThis.told.some(([type]) => type === "before-handoff"));
    await set(page, { lead: COLD_LEAD }); // its answer comes after that to the question
    const types = (await page.evaluate(() => globalThis.told.map(([type]) => type))).filter((type) => type.endsWith("handoff"));
    assert.deepEqual(types, done ? ["before-handoff", "handoff"] : ["before-handoff"]);
    assert.deepEqual(errors, decide === "throws" ? ["mine"] : []);
  });
}

pageTest("a person reads that the CRM has yet to decide, and then what it has decided", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page, "later");
  await set(page, { modelText: MODEL, lead: READY_LEAD, actions: ["handoff", "handback"] });
  const frame = page.frameLocator("iframe");
  const said = frame.locator("sales-ready-lead .said");
  const asked = async (count) => page.waitForFunction((count) => globalThis.decides && globalThis.told.filter(([type]) => type.startsWith("before-")).length === count, count);
  for (const [decision, words, place] of [[true, "The CRM has accepted it.", 1], [false, "The CRM has not accepted it.", 2]]) {
    await frame.getByRole("button", { name: "Hand to sales" }).click();
    await asked(place);
    assert.equal(await said.textContent(), "Waiting for the CRM’s answer …");
    // Who is impatient asks no second time.
    await frame.getByRole("button", { name: "Hand to sales" }).click();
    await page.evaluate((decision) => globalThis.decides(decision), decision);
    await frame.getByText(words).waitFor();
  }
  await frame.getByText("Hand back", { exact: true }).click();
  await frame.getByRole("combobox").selectOption("no-fit");
  await frame.getByRole("button", { name: "Send" }).click();
  await asked(3);
  // Another lead comes before the answer: it is not the one that goes back.
  await set(page, { lead: COLD_LEAD });
  await page.evaluate(() => globalThis.decides(true));
  await page.waitForFunction(() => globalThis.told.some(([type]) => type === "handback"));
  assert.equal(await said.textContent(), "");
  const told = await page.evaluate(() => globalThis.told.filter(([type]) => !["change", "error"].includes(type)).map(([type, { score, lead, reason }]) => [type, score.readiness, lead.source, reason]));
  const about = ["sales-ready", READY_LEAD.source];
  assert.deepEqual(told, [["before-handoff", ...about], ["handoff", ...about], ["before-handoff", ...about], ["before-handback", ...about, "no-fit"], ["handback", ...about, "no-fit"]].map((row) => [...row, ...Array(4 - row.length).fill(undefined)]));
});

pageTest("what nobody answers is not done, and said to be over", { site: site() }, async (page) => {
  await page.clock.install();
  await page.goto("/");
  await connect(page);
  await set(page, { modelText: MODEL, lead: READY_LEAD });
  await told(page, "change");
  await page.evaluate(() => globalThis.lead.close());
  const answers = page.evaluate(
    (protocol) =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        const heard = [];
        port1.onmessage = ({ data }) => {
          heard.push([data.type, data.id ?? data.re ?? data.code]);
          if (data.type === "expired") port1.postMessage({ protocol, type: "answer", re: data.re, proceed: true });
          if (data.type === "refused") resolve(heard.filter(([type]) => type !== "resize"));
        };
        document.querySelector("iframe").contentWindow.postMessage({ protocol, type: "connect" }, "*", [port2]);
      }),
    PROTOCOL,
  );
  await page.waitForTimeout(50);
  await inside(page, HANDOFF);
  await page.clock.fastForward(60_000);
  assert.deepEqual(await answers, [["ready", undefined], ["before-handoff", 1], ["expired", 1], ["refused", "malformed"]]);
});

pageTest("a frame that starts anew is told again, and one that goes elsewhere nothing", { site: site() }, async (page) => {
  await page.goto("/");
  await connect(page);
  await set(page, { modelText: MODEL, lead: READY_LEAD });
  await told(page, "change");
  await page.evaluate(() => (globalThis.told.length = 0));
  await inside(page, () => location.reload());
  assert.equal((await told(page, "change")).score.readiness, "sales-ready");
  // A page of the CRM's own origin in the frame is not the one that the frame's address names.
  const heard = await page.evaluate(
    (protocol) =>
      new Promise((resolve) => {
        const frame = document.querySelector("iframe");
        frame.onload = () => {
          const heard = [];
          frame.contentWindow.addEventListener("message", ({ data }) => heard.push(data.type));
          const event = { data: { protocol, type: "hello", page: 0 }, source: frame.contentWindow, origin: location.origin };
          dispatchEvent(new MessageEvent("message", event));
          setTimeout(() => resolve(heard), 100);
        };
        frame.contentWindow.location.replace("/other");
      }),
    PROTOCOL,
  );
  assert.deepEqual(heard, []);
});

for (const [what, policy] of [
  ["which may run WebAssembly", undefined],
  ["which may not", "default-src 'self'"],
]) {
  pageTest(`in a sandboxed frame, which has no origin, ${what}`, {
    site: site({ attributes: 'sandbox="allow-scripts"', policy }),
    expected: /WebAssembly/,
  }, async (page, server) => {
    await page.goto("/");
    await connect(page);
    assert.equal(await inside(page, () => self.origin), "null");
    assert.equal(await set(page, { modelText: MODEL, lead: READY_LEAD }), "done");
    assert.equal((await told(page, "change")).score.readiness, "sales-ready");
    assert.equal(await flag(page).textContent(), "Sales-ready");
    assert.deepEqual([...server.frames.requests.keys()].sort(), ["/dist/embed.html", "/dist/embed.js", "/dist/js.js"]);
  });
}
