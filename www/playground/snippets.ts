// What to paste into a page, for each shape of the package.

export interface Snippet {
  name: string;
  /** Where it fits, and what the page must allow. */
  note: string;
  code: string;
}

/** The shapes, each with the attributes that are set now. */
export function snippets(attributes: Record<string, string>): Snippet[] {
  const own = Object.entries(attributes).filter(([name]) => name !== "model");
  const tag = ["<sales-ready-lead", ' model="model.json"', ...own.map(([name, value]) => ` ${name}="${escaped(value)}"`), "></sales-ready-lead>"];
  const element = tag.join("");
  const give = [
    'const element = document.querySelector("sales-ready-lead");',
    'element.lead = { pricing_views: 4, reviews_read: 6, source: "Referral" };',
    'element.addEventListener("sales-ready-change", ({ detail }) => console.log(detail.score.readiness));',
  ];
  return [
    {
      name: "ES module",
      note: "A page of your own. Needs script-src 'self' 'wasm-unsafe-eval'; without the latter it scores in a Worker or in JavaScript.",
      code: ['<script type="module" src="define.js"></script>', "", element, "", "// in a script of yours", ...give].join("\n"),
    },
    {
      name: "Bundler",
      note: "Vite, webpack, Rollup, esbuild, Next.js (in a client component).",
      code: ["npm install sales-ready", "", '// once, where the page starts', 'import "sales-ready/define";', "", element, "", ...give].join("\n"),
    },
    {
      name: "One classic script",
      note: "Everything in one file, WebAssembly's bytes inside: for pages that can load one script and no module.",
      code: ['<script src="inline.js"></script>', "", element, "", "// in a script of yours", ...give].join("\n"),
    },
    {
      name: "Without WebAssembly",
      note: "One classic script under 128 KB, for Salesforce and other pages that forbid WebAssembly and Workers. The same bits.",
      code: ['<script src="js.js"></script>', "", element, "", "// in a script of yours", ...give].join("\n"),
    },
    {
      name: "iframe",
      note: "For CRMs that show a page of yours: Pipedrive, Zoho, HubSpot. The outer page talks to it over a port, with exact origins.",
      code: [
        '<iframe src="https://widgets.example.com/embed.html" title="Is this lead sales-ready?"></iframe>',
        '<script type="module" src="https://widgets.example.com/embed-host.js"></script>',
      ].join("\n"),
    },
    {
      name: "Headless",
      note: "No DOM: Node, Deno, Bun, and sandboxes that draw with components of their own (HubSpot's cards, Twenty).",
      code: [
        'import { loadModel } from "sales-ready/scorer";',
        "",
        'const scorer = await loadModel("https://crm.example.com/model.json");',
        "const { readiness, grade, probability } = await scorer.score({ pricing_views: 4, reviews_read: 6 });",
      ].join("\n"),
    },
  ];
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}
