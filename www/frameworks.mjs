// Types of the element for templates: React's and Vue's JSX and single-file components, and Svelte. Each is a module of types
// alone, whose script is empty, made of the manifest: what the element has not, no template may set.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What every element has: frameworks know it. */
const COMMON = ["lang", "dir"];

/** The head of each: the element's properties, attributes and listeners. */
const IMPORTS = 'import type { LeadAttributes, LeadListeners, LeadProperties } from "./template.js";\n';

const FRAMEWORKS = {
  react: `import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { SalesReadyLeadElement } from "./element.js";
${IMPORTS}
declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "sales-ready-lead": DetailedHTMLProps<HTMLAttributes<SalesReadyLeadElement>, SalesReadyLeadElement> &
        LeadProperties &
        LeadAttributes &
        LeadListeners;
    }
  }
}
`,
  vue: `import type { HTMLAttributes, VNodeRef } from "vue";
import type { SalesReadyLeadElement } from "./element.js";
import type { SalesReadyEventMap } from "./events.js";
${IMPORTS}
/** As templates have it: names in camel case, listeners of what is emitted. */
type Camel<Name> = Name extends \`\${infer First}-\${infer Rest}\` ? \`\${First}\${Capitalize<Camel<Rest>>}\` : Name;
type Attributes = { [Name in keyof LeadAttributes as Camel<Name>]: LeadAttributes[Name] };
type Listeners = { [Name in keyof SalesReadyEventMap as \`on\${Capitalize<Camel<Name> & string>}\`]?: (event: SalesReadyEventMap[Name]) => void };

declare module "vue" {
  interface GlobalComponents {
    "sales-ready-lead": new () => SalesReadyLeadElement & {
      $props: HTMLAttributes & Omit<LeadProperties, keyof Attributes> & Attributes & Listeners & { ref?: VNodeRef };
    };
  }
}
`,
  svelte: `import type { HTMLAttributes } from "svelte/elements";
import type { SalesReadyLeadElement } from "./element.js";
import type { SalesReadyEventMap } from "./events.js";
${IMPORTS}
/** As version 4 has them. */
type Directives = { [Name in keyof SalesReadyEventMap as \`on:\${Name}\`]?: (event: SalesReadyEventMap[Name]) => void };

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "sales-ready-lead": HTMLAttributes<SalesReadyLeadElement> & LeadProperties & LeadAttributes & LeadListeners & Directives;
  }
}
`,
};

/** Writes the modules of types beside what was built. */
export async function writeFrameworks(dist, element) {
  const modules = Object.entries(FRAMEWORKS).flatMap(([name, types]) => [
    [`${name}.d.ts`, types],
    [`${name}.js`, "// Types alone.\nexport {};\n"],
  ]);
  const files = [["template.d.ts", template(element)], ...modules];
  await Promise.all(files.map(([name, text]) => writeFile(join(dist, name), text)));
}

function template({ attributes, members, events }) {
  const properties = members.filter(({ kind, readonly }) => kind === "field" && !readonly);
  const named = properties.map(({ name }) => name);
  // An attribute that is a property's by the same name is set as that.
  const others = attributes.filter(({ name }) => !named.includes(name) && !COMMON.includes(name));
  // A number is a text in an attribute.
  const text = (type) => (type === "number" ? "number | `${number}`" : type);
  return `import type { SalesReadyLeadElement } from "./element.js";
import type { SalesReadyEventMap } from "./events.js";

/** The properties that a page may set. */
export interface LeadProperties {
${properties.map(({ name, description }) => member(name, description, `SalesReadyLeadElement["${name}"]`)).join("")}}

/** The attributes that are no properties. */
export interface LeadAttributes {
${others.map(({ name, description, type }) => member(`"${name}"`, description, text(type.text))).join("")}}

/** Listeners, by the events' names after "on". */
export interface LeadListeners {
${events.map(({ name, description }) => member(`"on${name}"`, description, `((event: SalesReadyEventMap["${name}"]) => void)`)).join("")}}
`;
}

const member = (name, description, type) => `  /** ${description} */\n  ${name}?: ${type} | undefined;\n`;
