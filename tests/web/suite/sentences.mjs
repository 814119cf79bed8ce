// Whether all that an element draws is said by a catalogue: each of its sentences is a message whose holes hold messages,
// numbers and dates as the language writes them, and text from outside, which the element isolates.

/** What `drawn` puts around text from outside. */
export const MARKS = ["⟨", "⟩"];
const [OPEN, CLOSE] = MARKS;

/** Each text that the page's element draws or has read out, and the class of what holds it. A driver hands it to the page. */
export function drawn([open, close]) {
  const { shadowRoot } = document.querySelector("sales-ready-lead");
  const found = [];
  for (const part of shadowRoot.querySelectorAll("*")) {
    // A program's message to whoever looks after the page is English, and says so.
    if (part.matches("bdi, .cause") || !(part.closest("select") ?? part).checkVisibility()) continue;
    const name = String(part.getAttribute("class") ?? part.localName);
    const own = [...part.childNodes].map((node) => (node.localName === "bdi" ? `${open}${node.textContent}${close}` : node.nodeType === Node.TEXT_NODE ? node.data : ""));
    const text = own.join("").trim();
    // The levels of a field are the model's; the first option is ours.
    if (part.localName === "option" && part.dir === "auto") continue;
    if (text) found.push([name, text]);
    if (part.ariaLabel) found.push([name, part.ariaLabel]);
  }
  return found;
}

/** Tells of a text whether the catalogue says it; `used` gathers the keys of the messages found. */
export function reader(lang, catalogue, used = new Set()) {
  const messages = Object.entries(catalogue).flatMap(([key, message]) =>
    (typeof message === "string" ? [message] : Object.values(message)).map((text) => [key, text.split(/\{\w+\}/)]),
  );
  const number = new Intl.NumberFormat(lang);
  const [decimal, group] = ["decimal", "group"].map((type) => escaped(number.formatToParts(12345.6).find((part) => part.type === type).value));
  const numbers = new RegExp(`^[+−-]?(\\d+|\\d{1,3}(${group}\\d{3})+)(${decimal}\\d+)?$`, "u");
  const percent = new Intl.NumberFormat(lang, { style: "percent" });
  const written = new Set(Array.from({ length: 101 }, (_, share) => percent.format(share / 100)));
  const day = new Intl.DateTimeFormat(lang, { dateStyle: "medium" });
  const date = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeZone: "UTC" });
  const minute = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  const known = new Map();

  const atom = (text) =>
    new RegExp(`^${OPEN}[^${CLOSE}]*${CLOSE}$`, "u").test(text) || numbers.test(text) || /^[A-D]$/.test(text) || written.has(text) || messages.filter(([key, parts]) => fits(key, parts, text)).length > 0;
  const fits = (key, [first, ...rest], text) => {
    if (!text.startsWith(first) || !holds(rest, text.slice(first.length))) return false;
    used.add(key);
    return true;
  };
  /** Whether a text is what a hole holds, then the next words of the message, and so on. */
  const holds = ([next, ...rest], text) => {
    if (next === undefined) return text === "";
    if (next === "") return says(text);
    for (let at = text.indexOf(next, 1); at > 0; at = text.indexOf(next, at + 1)) {
      if (holds(rest, text.slice(at + next.length)) && says(text.slice(0, at))) return true;
    }
    return false;
  };
  /** One message after the other. */
  const says = (text) => {
    if (text.length > 600) return false;
    if (known.has(text)) return known.get(text);
    known.set(text, false); // what would explain itself does not
    let found = atom(text);
    for (const { index, 0: { length } } of found ? [] : text.matchAll(/[;,]? /g)) {
      if (index > 0 && atom(text.slice(0, index)) && says(text.slice(index + length))) {
        found = true;
        break;
      }
    }
    known.set(text, found);
    return found;
  };
  return {
    used,
    says,
    /** The days, here and of a date alone, and the minutes that may be named. */
    knows(...instants) {
      for (const at of instants) for (const format of [day, date, minute]) written.add(format.format(at));
    },
  };
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
