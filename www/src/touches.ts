// What a lead's touches say: when the decision changes, the trend, what has changed, and a timeline. A file of its own,
// fetched when an element is first given touches. Text from a lead or a model only ever becomes text.

import { element, nodes, percent, styles, svg } from "./dom.js";
import type { Scorer } from "./engine/index.js";
import type {
  InstantLike,
  LeadAsOf,
  LeadChange,
  LeadCrossing,
  LeadSince,
  ModelInfo,
  TouchedLead,
  TouchExplanation,
  TouchShare,
  TrendPoint,
} from "./generated/sales_ready_wasm.js";
import { ago, day, share, signed } from "./later-words.js";
import { touches } from "./messages/en-touches.js";
import { crossingInWords, sidesInWords, trendInWords } from "./touch-words.js";
import css from "./touches.css";
import { addEnglish, english, type Words } from "./words.js";

addEnglish(touches);

const DAY = 86_400_000;
/** How far ahead it is looked for another decision, in days. */
const AHEAD = 90;
/** The most touches of the timeline; the older ones are counted. */
const SHOWN = 12;
/** How many touches are looked at before the page has its turn; at how many instants depends on that. */
const LOOKS = 2e6;
const [WIDTH, HEIGHT] = [600, 120];

/**
 * What is fetched with the first touches.
 *
 * @csspart touches the whole of it
 * @csspart touches-heading its heading
 * @csspart crossing when the decision changes without further activity
 * @csspart trend the chance over time
 * @csspart caption what the plot shows
 * @csspart plot the plot
 * @csspart past the line until now
 * @csspart forecast the line from now on, without activity
 * @csspart threshold the threshold's line
 * @csspart now where now is
 * @csspart now-label the word for it
 * @csspart axis the times at the plot's ends
 * @csspart axis-from that at its beginning
 * @csspart axis-to that at its end
 * @csspart sides what marketing's and sales' touches have to do with the score
 * @csspart change what has changed since an earlier instant
 * @csspart change-words it in words
 * @csspart change-list its parts
 * @csspart change-part one of them
 * @csspart timeline the newest touches
 * @csspart touch one of them
 * @csspart mark its side's sign
 * @csspart marketing a sign of marketing's
 * @csspart sales a sign of sales'
 * @csspart neither a sign where the side is not known
 * @csspart what-touch what it is
 * @csspart kind its kind
 * @csspart by its side in words
 * @csspart when when it was
 * @csspart touch-share its share of the score
 * @csspart share a share as a number
 * @csspart touch-bar a share as a bar
 * @csspart more how many touches are not shown
 */
export class TouchView {
  readonly section = element("div", "touches");
  readonly heading = element("div", "touches-heading");
  readonly #crossing = element("p", "crossing");
  readonly #trend = element("div", "trend");
  readonly #sides = element("p", "sides");
  readonly #change = element("div", "change");
  readonly #timeline = element("ol", "timeline");
  readonly #more = element("p", "more");
  #words: Words = english;
  /** How many leads there have been: an earlier one still to be shown comes too late. */
  #shows = 0;

  constructor() {
    this.heading.setAttribute("role", "heading");
    // Without its markers a list is no list to some screen readers.
    this.#timeline.setAttribute("role", "list");
    this.section.append(this.heading, this.#crossing, this.#trend, this.#sides, this.#change, this.#timeline, this.#more);
  }

  styles(document: Document): CSSStyleSheet[] {
    return styles(document, css);
  }

  /** Shows a lead; `since` where it is also to be told what has changed. */
  async show(scorer: Scorer, explanation: TouchExplanation, call: LeadAsOf, since: LeadSince | undefined, words: Words): Promise<void> {
    const { model } = scorer;
    const show = ++this.#shows;
    const past = explanation.touches.filter(({ counts }) => counts);
    // As if nothing more happened: what is still to come would be known only then. In order, as an engine would put them anew each time.
    const given = [...call.touches];
    const touches = explanation.touches
      .map(({ at, kind, side, stage, counts }, place) => ({ at, kind, side, stage, counts, quantity: given[place]?.quantity }))
      .filter(({ counts }) => counts)
      .sort((a, b) => a.at - b.at);
    // What is no instant is told by who is asked for the change.
    const [now, then = Number.NaN] = await Promise.all([instant(scorer, call.asOf), since && instant(scorer, since.since).catch(() => undefined)]);
    const known = { ...call, touches, asOf: now };
    const paced: Paced = { most: Math.max(Math.floor(LOOKS / (touches.length + 1)), 1), goesOn: () => show === this.#shows };
    const crossing = await crossingOf(scorer, known, paced);
    // Since an instant that is still to come, as today's date is where the day begins later, nothing has changed.
    const changed = since && !(then > now) ? ([then, await scorer.change(since)] as const) : undefined;
    const first = touches[0]?.at ?? now;
    const behind = Math.min(Math.max(Math.ceil((now - first) / DAY), 14), 90);
    const ahead = Math.max(Math.ceil(behind / 3), Math.min(Math.ceil((crossing?.days ?? 0) * 1.2), AHEAD));
    const trend = await historyOf(scorer, known, now - behind * DAY, (behind * DAY) / 60, 60, paced);
    const forecast = await historyOf(scorer, known, now, (ahead * DAY) / 30, 30, paced);
    if (!paced.goesOn()) return;

    this.#words = words;
    this.heading.textContent = words.say("activity");
    this.#timeline.setAttribute("aria-label", words.say("touchesAre"));
    this.#crossing.textContent = crossingInWords(explanation.score.readiness, crossing, AHEAD, words);
    this.#crossing.hidden = explanation.score.readiness === "abstain" || model.threshold === undefined;
    this.#showTrend(trend, forecast, model);
    this.#sides.textContent = sidesInWords(explanation.sides, words);
    this.#change.hidden = changed === undefined;
    if (changed) this.#showChange(...changed);
    this.#showTimeline(past, now, explanation.touches.length - past.length);
  }

  #showTrend(trend: TrendPoint[], forecast: TrendPoint[], { threshold, probability: at, abstains }: ModelInfo): void {
    const flagged = threshold !== undefined && !abstains;
    const words = this.#words;
    const all = [...trend, ...forecast];
    const [from, to] = [all[0]?.at ?? 0, all.at(-1)?.at ?? 1];
    const top = Math.max(...all.map(({ probability }) => probability), flagged ? at : 0) * 1.15 || 1;
    const x = (time: number): string => (((time - from) / (to - from)) * WIDTH).toFixed(1);
    const y = (probability: number): string => (HEIGHT - (probability / top) * HEIGHT).toFixed(1);
    const line = (points: TrendPoint[], name: string): SVGElement =>
      svg("polyline", { class: name, part: name, points: points.map((point) => `${x(point.at)},${y(point.probability)}`).join(" ") });
    const straight = (name: string, x1: string, y1: string, x2: string, y2: string): SVGElement => svg("line", { class: name, part: name, x1, y1, x2, y2 });
    const plot = svg("svg", {
      class: "plot",
      part: "plot",
      role: "img",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      width: "100%",
      height: String(HEIGHT),
      "aria-label": trendInWords(trend, forecast, flagged ? at : undefined, words),
    });
    const now = x(trend.at(-1)?.at ?? from);
    plot.append(straight("now", now, "0", now, String(HEIGHT)), line(trend, "past"), line(forecast, "forecast"));
    if (flagged) plot.append(straight("threshold", "0", y(at), String(WIDTH), y(at)));
    const days = (points: TrendPoint[]): number => Math.round(((points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0)) / DAY);
    const along = Number(now) / WIDTH;
    // In an image of its own, whose places are shares of the width: the plot's letters would be stretched with it.
    const label = svg("svg", { class: "now-label", part: "now-label", "aria-hidden": "true", width: "100%", height: "1.23em" });
    // On the side where more room is.
    const text = svg("text", { x: percent(along), y: "0.92em", "text-anchor": along > 0.5 ? "end" : "start" });
    text.textContent = words.say("now");
    // Turned with this: WebKit turns a text around another point than its middle.
    const turned = svg("g", {});
    turned.append(text);
    label.append(turned);
    const axis = element("div", "axis");
    axis.setAttribute("aria-hidden", "true");
    axis.append(element("span", "axis-from", words.say("ago", { n: days(trend) })), element("span", "axis-to", words.say("inDays", { n: days(forecast) })));
    const key = { now: share(trend.at(-1)?.probability ?? 0, words), at: share(at, words) };
    const caption = element("p", "caption", words.say(flagged ? "trendKeyAt" : "trendKey", key));
    this.#trend.replaceChildren(caption, label, plot, axis);
  }

  #showChange(since: number, { before, after, touches, decay, fields }: LeadChange): void {
    const words = this.#words;
    const list = element("ul", "change-list");
    list.setAttribute("role", "list");
    for (const [what, logit] of [["newTouches", touches], ["fading", decay], ["otherFields", fields]] as const) {
      const item = element("li", "change-part", `${words.say(what)} `);
      item.append(element("span", "share", signed(logit, words)));
      list.append(item);
    }
    const [from, to] = [share(before.probability, words), share(after.probability, words)];
    const said = words.say("changed", { date: day(since, words), before: from, after: to });
    this.#change.replaceChildren(element("p", "change-words", said), list);
  }

  #showTimeline(past: TouchShare[], now: number, later: number): void {
    const words = this.#words;
    const newest = past.toSorted((a, b) => b.at - a.at);
    const shown = newest.slice(0, SHOWN);
    const longest = Math.max(...shown.map(({ logit }) => Math.abs(logit)));
    this.#timeline.replaceChildren(...shown.map((touch) => touchItem(touch, now, longest, words)));
    this.#timeline.hidden = shown.length === 0;
    const older = newest.slice(SHOWN);
    const parts = [];
    if (past.length === 0) parts.push(words.say("noTouches"));
    if (older.length > 0) {
      let sum = 0;
      for (const { logit } of older) sum += logit;
      parts.push(words.say("earlier", { n: older.length, share: signed(sum, words) }));
    }
    if (later > 0) parts.push(words.say("later", { n: later }));
    this.#more.textContent = parts.join(" ");
    this.#more.hidden = parts.length === 0;
  }
}

function touchItem({ at, kind, side, logit }: TouchShare, now: number, longest: number, words: Words): HTMLElement {
  const lane = side ?? "neither";
  const item = element("li", "touch");
  item.dataset["side"] = lane;
  const mark = svg("svg", { class: "mark", part: `mark ${lane}`, "aria-hidden": "true", width: "12", height: "12", viewBox: "0 0 12 12" });
  if (lane === "marketing") mark.append(svg("circle", { cx: "6", cy: "6", r: "5" }));
  else if (lane === "sales") mark.append(svg("rect", { x: "1", y: "1", width: "10", height: "10" }));
  else mark.append(svg("path", { d: "M6 0 12 6 6 12 0 6Z" }));
  const when = element("time", "when", words.say("touchAt", { date: day(at, words), ago: ago(now - at, words) }));
  when.dateTime = new Date(at).toISOString();
  const what = element("div", "what-touch");
  const name = element("span", "kind");
  name.append(...nodes([{ outside: kind.slice(0, 120) }]));
  what.append(name, " ", element("span", "by", words.say(lane)), " ", when);
  const share = element("div", "touch-share");
  const bar = svg("svg", { class: "touch-bar", part: "touch-bar", "aria-hidden": "true", width: "100%", height: "4" });
  const width = percent(longest > 0 ? Math.abs(logit) / longest : 0);
  bar.append(svg("rect", { class: logit < 0 ? "minus" : "plus", width, height: "4", rx: "2" }));
  share.append(element("span", "share", signed(logit, words)), bar);
  item.append(mark, what, share);
  return item;
}

/** At how many instants touches are looked at in one go, and whether what comes of it is still asked for. */
interface Paced {
  most: number;
  goesOn: () => boolean;
}

/** So many steps in parts, between which the page has its turn: many touches take seconds. */
async function inParts(steps: number, { most, goesOn }: Paced, run: (from: number, to: number) => Promise<boolean | void>): Promise<void> {
  for (let from = 0; from < steps && goesOn(); from += most) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve));
    if (await run(from, Math.min(from + most, steps))) return;
  }
}

/** When the decision changes, if it does: from where it has not yet, the same is found. */
async function crossingOf(scorer: Scorer, call: LeadAsOf & { asOf: number }, paced: Paced): Promise<LeadCrossing | undefined> {
  let found: LeadCrossing | undefined;
  await inParts(AHEAD, paced, async (from, to) => {
    found = await scorer.crossing({ ...call, asOf: call.asOf + from * DAY }, to - from);
    if (found) found.days = (found.at - call.asOf) / DAY;
    return found !== undefined;
  });
  return found;
}

/** The scores at an instant and after each of so many steps. */
async function historyOf(scorer: Scorer, lead: TouchedLead, first: number, step: number, steps: number, paced: Paced): Promise<TrendPoint[]> {
  const points: TrendPoint[] = [];
  const at = (point: number) => first + point * step;
  await inParts(steps + 1, paced, async (from, to) => void points.push(...(await scorer.history(lead, at(from), at(to - 1), step / DAY))));
  return points;
}

/** As the scorer reads it: `Date` takes other texts. */
async function instant(scorer: Scorer, found: InstantLike): Promise<number> {
  return (await scorer.history({ touches: [] }, found, found))[0]?.at ?? 0;
}
