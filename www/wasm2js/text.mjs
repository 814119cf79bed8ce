// WebAssembly as wasm-opt prints it: a tree of lists, whose first word says what they are.

const TOKEN = /\(;[\s\S]*?;\)|;;.*|[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+/gy;

/** The forms of a text; a string keeps its quotes and escapes. */
export function parse(text) {
  const open = [[]];
  let at = 0;
  while (at < text.length) {
    at += /^\s*/.exec(text.slice(at, at + 200))[0].length;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) {
      if (at >= text.length || !text.slice(at).trim()) break;
      continue;
    }
    at = TOKEN.lastIndex;
    if (token === "(") open.push([]);
    else if (token === ")") {
      const list = open.pop();
      open.at(-1).push(list);
    } else if (!/^(;;|\(;)/.test(token)) open.at(-1).push(token);
  }
  return open[0];
}

/** The bytes of a string of the text. */
export function bytesOf(quoted) {
  const bytes = [];
  const utf8 = new TextEncoder();
  for (const [, hex, escaped, plain] of quoted.slice(1, -1).matchAll(/\\([0-9a-f]{2})|\\(.)|([^\\]+)/gis)) {
    if (hex) bytes.push(Number.parseInt(hex, 16));
    else bytes.push(...utf8.encode(plain ?? { n: "\n", t: "\t", r: "\r" }[escaped] ?? escaped));
  }
  return Uint8Array.from(bytes);
}
