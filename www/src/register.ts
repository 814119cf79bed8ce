// Registers the element: what a bundler takes for `sales-ready/define`. A page's own script is `define.ts`.

import { SalesReadyLeadElement } from "./index.js";

export { SalesReadyLeadElement };

SalesReadyLeadElement.define();
