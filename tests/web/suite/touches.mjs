// `LeadScorer` with touches: what it takes, what it gives, how it fails. The host passes the package's exports.

import { fixtureModel } from "../fixtures/model.mjs";
import { AS_OF, LEAD, touchedModel, TOUCHES } from "../fixtures/touched.mjs";
import { equal, ok, random, thrownBy } from "./check.mjs";
import { bits } from "./reference.mjs";

const MODEL = touchedModel();
const DAY = 86_400_000;
const CALL = { lead: LEAD, touches: TOUCHES, asOf: AS_OF };

const test = (name, run) => ({ name: `touches: ${name}`, run: ({ LeadScorer }) => run(LeadScorer.fromModel(MODEL), LeadScorer) });

/** What `act` throws, as its code and its message. */
const message = (act) => {
  const { name, code, message } = thrownBy(act);
  return `${name} ${code}: ${message}`;
};

export const tests = [
  test("features are what their measures say", (scorer) => {
    const { features } = scorer.scoreTouches(CALL);
    const age = ({ at }) => (AS_OF - at) / DAY;
    const past = TOUCHES.filter(({ at }) => at <= AS_OF);
    const decayed = (kept, half) => past.filter(kept).reduce((sum, touch) => sum + 2 ** (-age(touch) / half), 0);
    const close = (name, expected) => ok(Math.abs(features[name] - expected) < 1e-12, `${name}: ${features[name]}, expected ${expected}`);
    close("engagement", decayed(() => true, 14));
    close("demo_interest", decayed(({ kind }) => kind === "pricing-view", 7));
    close("sales_contact", decayed(({ kind }) => kind === "call" || kind === "demo", 21));
    close("quiet_days", 0.8);
    close("known_days", 41);
    close("rhythm", 39 / 6);
    const { mails_30, kinds, active_days, handovers, stage } = features;
    equal([mails_30, kinds, active_days, handovers, stage], [1, 7, 7, 3, 4]);
  }),

  test("shares, what is without touches and what is rounding are the contribution, bit for bit", (scorer) => {
    const next = random(5);
    for (let count = 0; count < 300; count += 1) {
      const touches = Array.from({ length: Math.floor(next() * 12) }, () => randomTouch(next));
      const { contributions, shares, touches: shown, sides, score, intercept } = scorer.scoreTouches({ ...CALL, touches });
      const totals = touches.map(() => 0);
      for (const { contribution, touches: own, without, rounding } of shares) {
        const sum = own.reduce((sum, share) => sum + share, 0) + without + rounding;
        equal(bits(sum), bits(contributions[contribution].logit), contributions[contribution].fields.join());
        own.forEach((share, place) => (totals[place] += share));
      }
      equal(shown.map(({ logit }) => bits(logit)), totals.map(bits), "totals");
      const { marketing, sales, neither, without, fields } = sides;
      const sum = intercept + marketing + sales + neither + without + fields;
      ok(Math.abs(sum - score.logit) < 1e-9, `${sum}, expected ${score.logit}`);
      for (const [place, { at }] of touches.entries()) {
        equal(shown[place].counts, at <= AS_OF);
        if (at > AS_OF) equal(shown[place].logit, 0);
      }
    }
  }),

  test("neither the order of touches nor those to come change a bit", (scorer) => {
    const { score, features } = scorer.scoreTouches(CALL);
    const others = scorer.scoreTouches({ ...CALL, touches: TOUCHES.toReversed() });
    equal([others.score, others.features], [score, features]);
    const later = { at: AS_OF + 1, kind: "demo" };
    const more = scorer.scoreTouches({ ...CALL, touches: [later, ...TOUCHES] });
    equal([more.score, more.features], [score, features]);
  }),

  test("the departments' shares and the rest add up to the logit", (scorer) => {
    const { score, intercept, sides } = scorer.scoreTouches(CALL);
    const sum = Object.values(sides).reduce((sum, share) => sum + share, intercept);
    ok(Object.keys(sides).length === 5 && Math.abs(sum - score.logit) < 1e-12, `${sum} ${score.logit}`);
  }),

  test("an instant is a date, milliseconds or a text with its zone", (scorer) => {
    const logit = (asOf) => bits(scorer.scoreTouches({ ...CALL, asOf }).score.logit);
    const expected = logit(AS_OF);
    const same = ["2026-03-20T12:00:00.000Z", "2026-03-20T12:00Z", " 2026-03-20T14:00+02:00 ", "2026-03-20 06:30-0530", "2026-03-20T12:00:00.000999Z"];
    for (const asOf of [new Date(AS_OF), AS_OF + 0.5, ...same]) equal(logit(asOf), expected, String(asOf));
    equal(logit("2026-03-20"), logit(AS_OF - DAY / 2));
    equal(logit("2024-02-29"), logit(Date.UTC(2024, 1, 29)));
    const { touches } = scorer.scoreTouches({ ...CALL, touches: [{ at: "0001-01-01", kind: "x" }, { at: "2026-01-31T23:59:59.5Z", kind: "x" }] });
    equal(touches.map(({ at }) => new Date(at).toISOString()), ["0001-01-01T00:00:00.000Z", "2026-01-31T23:59:59.500Z"]);
  }),

  test("there is one zero among instants, and a step has an end", (scorer) => {
    // The order of equal instants, which is that of their kinds, matters to the turns between the departments.
    const turns = (ats) => {
      const touches = [["call", "sales"], ["mail", "marketing"], ["call", "sales"]].map(([kind, side], place) => ({ at: ats[place], kind, side }));
      return scorer.scoreTouches({ touches, asOf: -0 }).features.handovers;
    };
    equal(turns([-0, -0, 0]), turns([0, 0, 0]));
    equal(scorer.history({ touches: TOUCHES }, AS_OF, AS_OF, 1e305), scorer.history({ touches: TOUCHES }, AS_OF, AS_OF, 1));
  }),

  test("what would take minutes or more memory than there is, is refused", (scorer, LeadScorer) => {
    const touches = Array.from({ length: 200_000 }, (_, place) => ({ at: AS_OF - place, kind: "mail" }));
    const refused = (ask) => {
      const { code, message } = thrownBy(ask);
      equal([code, message.split(":")[0]], ["bad-value", "expected fewer touches, or fewer days to score them at"]);
    };
    refused(() => scorer.crossing({ touches, asOf: AS_OF }, 3660));
    refused(() => scorer.history({ touches }, AS_OF - 999 * 86_400_000, AS_OF));
    const fields = Array.from({ length: 1000 }, (_, place) => ({ name: `field ${place}`, type: { number: { decimal: "." } } }));
    const terms = fields.map(({ name }) => ({ curve: { field: name, x: [0, 1], y: [0, 1] } }));
    const made = fields.map(({ name }) => ({ name, of: "all", measure: "kinds" }));
    const wide = LeadScorer.fromModel({ ...touchedModel(), fields, terms, touches: { fields: made }, golden: [] });
    refused(() => wide.scoreTouches({ touches, asOf: AS_OF }));
    equal(wide.scoreTouches({ touches: touches.slice(0, 9), asOf: AS_OF }).features["field 999"], 1);
  }),

  test("what only says that it is a date is none", (scorer) => {
    for (const asOf of [Object.create(Date.prototype), { [Symbol.toStringTag]: "Date" }, new Proxy(new Date(0), {})]) {
      const { code, message } = thrownBy(() => scorer.scoreTouches({ touches: [], asOf }));
      equal(code, "bad-value");
      ok(message.endsWith("for asOf, found an invalid Date"), message);
    }
  }),

  test("a wrong touch is named by its place, with what was expected", (scorer) => {
    const touched = (touch) => message(() => scorer.scoreTouches({ ...CALL, touches: [TOUCHES[0], touch] }));
    const at = "expected a valid Date, milliseconds since 1970, or a text such as";
    for (const wrong of ["2026-02-31", "2026-03-20T12:00", "yesterday", "20.03.2026", "", "2026-03-20T24:00Z", "2026-13-01", Number.NaN, Infinity, 9e15, new Date(Number.NaN), undefined, null, {}, true, 4n]) {
      const found = touched({ at: wrong, kind: "call" });
      ok(found.startsWith(`SalesReadyError bad-value: ${at}`) && found.includes("for touches[1].at, found "), found);
    }
    ok(touched({ at: "yesterday", kind: "call" }).endsWith('found "yesterday"'), "found");
    ok(touched({ at: new Date(Number.NaN), kind: "call" }).endsWith("found an invalid Date"), "invalid");
    for (const kind of ["", undefined, 4, {}]) ok(touched({ at: 0, kind }).includes("expected a text for touches[1].kind"), String(kind));
    ok(touched({ at: 0, kind: "call", side: "both" }).includes('expected one of marketing, sales for touches[1].side, found "both"'), "side");
    ok(touched({ at: 0, kind: "call", stage: 4 }).includes("for touches[1].stage, found 4"), "stage");
    for (const quantity of [Number.NaN, Infinity, "3", 4n]) {
      ok(touched({ at: 0, kind: "call", quantity }).includes("expected a finite number for touches[1].quantity"), String(quantity));
    }
    for (const wrong of [null, 4, "call", undefined]) ok(touched(wrong).includes("for touches[1], found"), String(wrong));
    equal(scorer.scoreTouches({ ...CALL, touches: [{ at: 0, kind: "call", side: null, stage: null, quantity: null }] }).touches[0].side, "sales");
  }),

  test("wrong calls say what they lack", (scorer, LeadScorer) => {
    ok(message(() => scorer.scoreTouches({ touches: [] })).includes("for asOf, found nothing"), "asOf");
    ok(message(() => scorer.change({ ...CALL })).includes("for since, found nothing"), "since");
    ok(message(() => scorer.change({ ...CALL, since: AS_OF + 1 })).includes("to be the earlier one"), "later");
    for (const wrong of [undefined, null, 4, "touches"]) ok(message(() => scorer.scoreTouches(wrong)).includes("expected an object with a lead"), String(wrong));
    for (const touches of [undefined, null, 4, "touches", {}]) {
      ok(message(() => scorer.scoreTouches({ ...CALL, touches })).includes("expected a list for touches"), String(touches));
    }
    ok(message(() => scorer.scoreTouches({ ...CALL, lead: 4 })).includes("expected a lead"), "lead");
    ok(message(() => scorer.scoreTouches({ ...CALL, lead: { company_size: "many" } })).includes('"company_size"'), "value");
    ok(message(() => scorer.scoreTouches({ ...CALL, touches: new Array(2 ** 32 - 1) })).includes("at most 200000 touches"), "holes");
    const without = LeadScorer.fromModel(fixtureModel());
    for (const act of [() => without.scoreTouches(CALL), () => without.crossing(CALL), () => without.history(CALL, 0, 1), () => without.change({ ...CALL, since: 0 })]) {
      equal(thrownBy(act).code, "missing-field");
    }
    const getter = { get at() { throw new RangeError("mine"); } };
    equal(thrownBy(() => scorer.scoreTouches({ ...CALL, touches: [getter] })).message, "mine");
    equal(scorer.scoreTouches(CALL).score.readiness, "sales-ready");
  }),

  test("a trend has the scores of its instants", (scorer) => {
    const trend = scorer.history(CALL, AS_OF - 10 * DAY, new Date(AS_OF), 2.5);
    equal(trend.map(({ at }) => (at - AS_OF) / DAY), [-10, -7.5, -5, -2.5, 0]);
    for (const { at, logit, probability, readiness } of trend) {
      const { score } = scorer.scoreTouches({ ...CALL, asOf: at });
      equal([bits(logit), bits(probability), readiness], [bits(score.logit), bits(score.probability), score.readiness]);
    }
    equal(scorer.history(CALL, AS_OF - 10 * DAY, AS_OF).length, 11);
    for (const [from, to, step] of [[0, AS_OF, 1], [0, DAY, 0], [0, DAY, -1], [DAY, 0, 1], [0, DAY, 1e-7], [-8.64e15, 8.64e15, 1]]) {
      ok(message(() => scorer.history(CALL, from, to, step)).includes("at most 1000 points"), String(step));
    }
    ok(message(() => scorer.history(CALL, 0, DAY, Number.NaN)).includes("number of days for step"), "NaN");
    ok(message(() => scorer.history(CALL, "soon", DAY)).includes('for from, found "soon"'), "from");
  }),

  test("a crossing is the first minute at which the decision is another", (scorer) => {
    const { at, days, readiness, logit } = scorer.crossing(CALL);
    const past = TOUCHES.filter(({ at }) => at <= AS_OF);
    const score = (asOf) => scorer.scoreTouches({ ...CALL, touches: past, asOf }).score;
    equal([readiness, score(at).readiness, score(at - 60_000).readiness], ["nurture", "nurture", "sales-ready"]);
    equal([bits(score(at).logit), days], [bits(logit), (at - AS_OF) / DAY]);
    // Within as many days as are named, and parts of a day.
    for (const [within, found] of [[days, days], [days + 0.001, days], [days - 0.001, undefined], [Math.ceil(days), days], [Math.floor(days), undefined]]) {
      equal(scorer.crossing(CALL, within)?.days, found);
    }
    equal(scorer.crossing({ ...CALL, touches: [] }), undefined);
    equal(scorer.crossing(CALL, Math.floor(days)), undefined);
    ok(message(() => scorer.crossing(CALL, 1e9)).includes("at most 3660 days"), "days");
  }),

  test("a change is divided into decay, new touches and fields", (scorer) => {
    const since = AS_OF - 7 * DAY;
    const before = { ...LEAD, company_size: 3 };
    const change = scorer.change({ ...CALL, since, before });
    const logit = (lead, asOf, until) => scorer.scoreTouches({ lead, asOf, touches: TOUCHES.filter(({ at }) => at <= until) }).score.logit;
    const steps = [logit(before, since, since), logit(before, AS_OF, since), logit(before, AS_OF, AS_OF), logit(LEAD, AS_OF, AS_OF)];
    equal([change.before.logit, change.after.logit].map(bits), [steps[0], steps[3]].map(bits));
    const parts = [change.decay, change.touches, change.fields];
    equal(parts.map(bits), [steps[1] - steps[0], steps[2] - steps[1], steps[3] - steps[2]].map(bits));
    ok(change.decay < 0 && change.touches > 0 && change.fields > 0, parts.join());
    equal(scorer.change({ ...CALL, since }).fields, 0);
  }),

  test("a hundred thousand touches are answered", (scorer) => {
    const next = random(6);
    const touches = Array.from({ length: 100_000 }, () => randomTouch(next));
    const call = { ...CALL, touches };
    equal(scorer.scoreTouches(call).touches.length, 100_000);
    equal(scorer.history(call, AS_OF - 10 * DAY, AS_OF).length, 11);
  }),

  test("a damaged recipe says where", (_, LeadScorer) => {
    const found = (change) => {
      const model = structuredClone(MODEL);
      change(model.touches);
      return thrownBy(() => LeadScorer.fromModel(model)).message.replace("expected a model file (sales-ready/1): ", "");
    };
    equal(found(({ fields }) => (fields[1].of = "some")), 'touches.fields[1].of: expected "all", a side or a kind');
    equal(found(({ fields }) => (fields[2].of.side = "both")), "touches.fields[2].of.side: expected marketing or sales");
    equal(found(({ fields }) => (fields[3].measure = { window: { days: "30" } })), "touches.fields[3].measure.window.days: expected a number");
    equal(found(({ fields }) => (fields[4].measure = "since")), "touches.fields[4].measure: expected a measure of touches");
    equal(found(({ kinds }) => delete kinds[0].kind), "touches.kinds[0].kind: expected something, found nothing");
    ok(found(({ kinds }) => (kinds[0].stage = "late")).startsWith("touches.kinds[0].stage: expected one of awareness"), "stage");
    ok(found(({ kinds }) => kinds.reverse()).includes("touches.kinds: expected sorted, distinct texts"), "order");
    ok(found(({ fields }) => (fields[0].measure.decayed.half_life = 0)).includes("fields[0].measure.decayed.half_life: expected a number of days above 0"), "half-life");
    ok(found(({ fields }) => (fields[0].name = "moon")).includes('"moon"'), "field");
    ok(found(({ fields }) => (fields[1].name = "engagement")).includes("fields of different names"), "twice");
  }),
];

/** A touch about the instant of the fixture, a few of them after it. */
function randomTouch(next) {
  const pick = (values) => values[Math.floor(next() * values.length)];
  return {
    at: Math.round(AS_OF - (next() * 100 - 5) * DAY),
    kind: pick(["call", "demo", "email-open", "email-click", "pricing-view", "webinar", "other", "<b>"]),
    side: pick(["marketing", "sales", undefined, null]),
    quantity: pick([1, undefined, 0.5, 12, 0, -1]),
    stage: pick(["awareness", "loyalty", undefined]),
  };
}
