// English: what every other catalogue has to say as well. `{name}` is replaced; where a number decides on the form, `one`
// and `other` are the plural forms of CLDR.

import type { details } from "./en-details.js";
import type { later } from "./en-later.js";
import type { touches } from "./en-touches.js";

/** A sentence, or its plural forms. */
export type Message = string | { readonly one?: string; readonly other: string };
/** A whole catalogue: one without a message does not compile. What it does not say of details and touches is said in English. */
export type Messages = { readonly [key in keyof typeof en]: Message } & { readonly [key in keyof (typeof details & typeof later & typeof touches)]?: Message };

export const en = {
  "sales-ready": "Sales-ready",
  nurture: "Nurture",
  "not-yet": "Not yet",
  "cant-tell": "Can’t tell",
  threshold: "Threshold: {n} of 100",
  noThreshold: "No lead is worth its contact at the costs this model was given.",
  noSignal:
    "What is known of leads does not tell here who converts: past leads were ranked no better than by chance. So every lead has the chance of all, and none is flagged.",
  few: "Indicative only: the model has learnt from few leads (converted: {conversions}, others: {others}). It flags leads once it knows {needed} of each.",
  unproven: "So far nothing shows that it can tell who converts, so every lead has the chance of all.",
  fewAuc: "More conversions until it is known to ± 0.05 (AUC) how well it ranks: about {n}.",
  thin: "Too little is known of this lead to flag it: {share} of what is usually known; a quarter is needed.",
  chance: { one: "About {n} of 100 leads like this converts.", other: "About {n} of 100 leads like this convert." },
  chanceLow: "Fewer than 1 of 100 leads like this converts.",
  chanceHigh: "More than 99 of 100 leads like this convert.",
  interval: "Between {low} and {high} of 100, with 95% confidence.",
  score: "Score",
  scoreIs: "chance, 0–100",
  grade: "Grade",
  gradeIs: "from A to D",
  percentile: "Percentile",
  percentileIs: "rank, not a chance",
  percentileWords: "Scores higher than {n} of 100 past leads.",
  compared: "Compared with an average lead, all else equal:",
  for: "Speaks for it",
  against: "Speaks against it",
  nothing: "Nothing notable.",
  reason: "{field}: {value}.",
  pair: "{field} together with {other}: {value} and {otherValue}.",
  missing: "{field} is not known.",
  pairMissing: "{field} together with {other}: neither is known.",
  unseen: "{value} (rare or new to the model)",
  unknown: "not known",
  yes: "yes",
  no: "no",
  meaning: "Such leads convert {how}.",
  pairMeaning: "Beyond what each says alone, such leads convert {how}.",
  same: "about as often as others",
  more1: "a little more often",
  more2: "more often",
  more3: "much more often",
  more4: "very much more often",
  less1: "a little less often",
  less2: "less often",
  less3: "much less often",
  less4: "very much less often",
  footnote: "Associations, not causes.",
  noLead: "No lead selected",
  chooseLead: "Choose a lead to see whether it is sales-ready.",
  noModel: "No model yet",
  giveModel: "The score appears once a model is given.",
  loading: "Scoring …",
  loadingModel: "Loading the model.",
  noScore: "No score",
  retry: "Try again",
  noDetails: "The details could not be loaded. Load the page again to see them.",
  said: "{flag}, grade {grade}. {chance}",
  failed: "{title}. {what}",
  io: "A file could not be fetched.",
  "engine-error": "The scoring engine could not start.",
  model: "The model file cannot be used.",
  lead: "A value of this lead cannot be read.",
};
