// A card under the policy of its page: a score with reasons, by the engine that the policy leaves.

import { READY_LEAD } from "../fixtures/model.mjs";
import { equal, ok } from "./check.mjs";
import { mount, show, texts } from "./card.mjs";

export const tests = [
  {
    name: "flag and reasons appear",
    async run({ engine }) {
      await customElements.whenDefined("sales-ready-lead");
      const element = mount({ model: "/model.json" });
      await show(element, { lead: READY_LEAD });
      equal([element.state, element.error?.message], ["ready", undefined]);
      equal(element.engine, engine, "the engine");
      equal(texts(element, ".flag"), ["Sales-ready"]);
      equal(texts(element, ".for .reason").length, 3);
      ok(texts(element, ".for .reason").every((reason) => /Such leads convert|such leads convert/.test(reason)), "each reason is a sentence");
    },
  },
];
