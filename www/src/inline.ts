// The package as one classic script: it registers the element, and all else is in the global `SalesReady`.

import { SalesReadyLeadElement } from "./index.js";

export * from "./index.js";

// A page that forbids even this keeps the rest.
try {
  SalesReadyLeadElement.define();
} catch (cause) {
  console.warn("sales-ready: the element could not be registered:", cause);
}
