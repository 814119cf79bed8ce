// Registers the element where there is a page.

// Named here too, so that a browser fetches both files at once.
import "./scorer.js";
import { SalesReadyLeadElement } from "./index.js";

export { SalesReadyLeadElement };

SalesReadyLeadElement.define();
