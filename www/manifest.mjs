// `custom-elements.json`: what the element offers a page, for editors, catalogues and the types of frameworks. Each fact is read
// where it is made: properties and events in the declarations that TypeScript writes, attributes in the comment on the class, custom
// properties in the style sheets; what only words can say stands beside each in the sources. A test in a browser holds it
// against the element.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const TAG = "sales-ready-lead";
const CLASS = "SalesReadyLeadElement";
/** What stands between the signs of a comment of documentation. */
const COMMENT = String.raw`/\*\*((?:(?!\*/)[^])*)\*/\s*`;

/** Writes the manifest of what was built into `dist` from `src`, and gives it. */
export async function writeManifest(dist, src) {
  const [declared, events, styles, sources] = await Promise.all([
    readFile(join(dist, "element.d.ts"), "utf8"),
    readFile(join(dist, "events.d.ts"), "utf8"),
    readAll(src, ".css"),
    readAll(src, ".ts"),
  ]);
  const { [CLASS]: element } = await import(pathToFileURL(join(dist, "index.js")).href);
  const [, doc, body] = new RegExp(`${COMMENT}export declare class ${CLASS} .*\\n([^]*?)^\\}`, "m").exec(declared);
  const members = [...membersOf(body)];
  const declaration = {
    kind: "class",
    name: CLASS,
    description: told(doc),
    customElement: true,
    tagName: TAG,
    superclass: { name: "HTMLElement" },
    attributes: attributesOf(doc, members, element.observedAttributes),
    members: members.map((member) => reflected(member, element.observedAttributes)),
    events: [...eventsOf(events)],
    slots: tags(doc, "slot"),
    cssParts: unique(tags(sources, "csspart")),
    cssProperties: unique([...cssPropertiesOf(styles)]),
  };
  const manifest = { schemaVersion: "2.1.0", readme: "README.md", modules: [moduleOf(declaration), ...["register", "define"].map(definition)] };
  await writeFile(join(dist, "custom-elements.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

/** The element's own part of a manifest. */
export const elementOf = (manifest) => manifest.modules[0].declarations[0];

const reference = { name: CLASS, module: "dist/index.js" };

function moduleOf(declaration) {
  const exported = { kind: "js", name: CLASS, declaration: reference };
  return { kind: "javascript-module", path: reference.module, declarations: [declaration], exports: [exported] };
}

/** What registers it: for bundlers, and for a page's own script. */
function definition(file) {
  const exports = [{ kind: "custom-element-definition", name: TAG, declaration: reference }];
  return { kind: "javascript-module", path: `dist/${file}.js`, declarations: [], exports };
}

async function readAll(folder, end) {
  const names = (await readdir(folder)).filter((name) => name.endsWith(end)).sort();
  return (await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")))).join("\n");
}

/** The words of a comment, without its tags. */
function told(comment) {
  return comment.replace(/^\s*\* ?/gm, "").replace(/^@.*$/gms, "").replace(/\s+/g, " ").trim();
}

/** A comment's tags of a kind: name and description, and the type that may stand in braces before them. */
function tags(comment, kind) {
  const found = comment.matchAll(new RegExp(`^\\s*\\* @${kind} (?:\\{(.*)\\} )?(\\S+) (.+)$`, "gm"));
  return [...found].map(([, type, name, description]) => ({ name, description, ...(type && { type: { text: type } }) }));
}

/** The accessors and methods of a class, by the one form in which TypeScript declares each. */
function* membersOf(body) {
  const members = body.matchAll(new RegExp(`(?:${COMMENT})?^((?: {4}[gs]et .*\\n)+| {4}static \\w+\\(.*\\n)`, "gm"));
  for (const [, comment, code] of members) {
    if (comment === undefined) throw new Error(`expected a comment that says what this is, before\n${code}`);
    const description = told(comment);
    const method = /^ {4}static (\w+)\((.*)\): (\w+);$/m.exec(code);
    if (method) {
      const parameters = method[2].split(", ").map((parameter) => {
        const [, name, optional, type] = /^(\w+)(\??): (.*)$/.exec(parameter);
        return { name, type: { text: type }, ...(optional && { optional: true }) };
      });
      yield { kind: "method", name: method[1], description, static: true, parameters, return: { type: { text: method[3] } } };
    } else {
      const [, name, type] = /^ {4}get (\w+)\(\): (.*);$/m.exec(code);
      yield { kind: "field", name, description, type: { text: type }, ...(!/^ {4}set /m.test(code) && { readonly: true }) };
    }
  }
}

/** A property is that of an attribute where their names are the same words. */
const attributeOf = (property) => property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function reflected(member, attributes) {
  const attribute = member.kind === "field" ? attributeOf(member.name) : "";
  return attributes.includes(attribute) ? { ...member, attribute, reflects: true } : member;
}

/** Those of the comment: some are only read with a score, so that the class need not observe them. */
function attributesOf(doc, members, observed) {
  const described = tags(doc, "attr");
  const missing = observed.find((name) => !described.some((tag) => tag.name === name));
  if (missing) throw new Error(`expected "@attr {type} ${missing} what it is" in the comment on ${CLASS}`);
  return described.map((one) => {
    const field = members.find((member) => member.kind === "field" && attributeOf(member.name) === one.name);
    return { ...one, ...(field && { fieldName: field.name }) };
  });
}

function* eventsOf(declared) {
  const [, map] = declared.match(/^export interface SalesReadyEventMap \{\n(.*?)^\}/ms);
  for (const [, comment, name, type] of map.matchAll(new RegExp(`${COMMENT}"([\\w-]+)": (.*);`, "g"))) {
    yield { name, description: told(comment), type: { text: type } };
  }
}

/** Each with the default that it has where it is first read, and what is said before that. */
function* cssPropertiesOf(css) {
  const read = css.matchAll(new RegExp(`(?:${COMMENT})?[\\w-]+:[^;{}]*?var\\((--sales-ready-[\\w-]+)`, "g"));
  for (const { 0: found, 1: comment, 2: name, index } of read) {
    const rest = css.slice(index + found.length);
    yield { name, description: told(comment ?? ""), default: rest.slice(0, end(rest)).replace(/^,/, "").trim() };
  }
}

/** Where the parenthesis that was opened before a text ends. */
function end(text) {
  let open = 1;
  return [...text].findIndex((letter) => (open += letter === "(" ? 1 : letter === ")" ? -1 : 0) === 0);
}

/** The first of each name; nothing may be without a description. */
function unique(all) {
  const known = [...new Map(all.toReversed().map((one) => [one.name, one])).values()].reverse();
  for (const { name, description } of known) if (!description) throw new Error(`expected a comment that says what ${name} is`);
  return known;
}
