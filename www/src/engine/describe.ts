// What a model file says of its model, for a page: a `ModelInfo`.

import type { FieldInfo, ModelInfo } from "../generated/sales_ready_wasm.js";
import type { Axis, Document } from "./document.js";
import type { Recipe } from "./recipe.js";

/**
 * Describes a model file; its card has not been checked. What the file does not say is there, too, as `undefined`: a page may have added
 * something of that name to all objects.
 */
export function describe({ generator, fields, terms, intercept, policy, card }: Document, recipe: Recipe | undefined): ModelInfo {
  const { threshold, probability, abstains } = policy;
  // Looked up, not looked for: a file may have thousands of fields.
  const made = new Set(recipe?.made);
  const axisOf = new Map<string, Axis>();
  // A field's own curve or table stands before the pairs that read it.
  for (const { fields, axes } of terms) fields.forEach((name, at) => axisOf.has(name) || axisOf.set(name, axes[at]!));
  return {
    generator,
    fields: fields.map(({ name, title, type, engagement, actionable }, place) => {
      const { cuts, levels = [] } = axisOf.get(name) ?? {};
      const touches = made.has(place) || undefined;
      return {
        name,
        title: title ?? name.replaceAll("_", " "),
        type: type ? "number" : "category",
        levels,
        unit: type?.unit,
        touches,
        engagement: engagement || touches,
        actionable: actionable || undefined,
        range: cuts?.length ? [cuts[0], cuts.at(-1)] : undefined,
      } as unknown as FieldInfo;
    }),
    intercept,
    threshold,
    probability,
    abstains: abstains && {
      kind: abstains.kind,
      conversions: abstains.conversions,
      nonConversions: abstains.non_conversions,
      needed: abstains.needed,
      neededForAuc: abstains.needed_for_auc,
      auc: [abstains.auc.value, abstains.auc.low, abstains.auc.high],
    },
    touches: recipe !== undefined,
    trained: trained(card),
  } as unknown as ModelInfo;
}

/** What the model was learnt from. The card is for people: an engine that scores does not check it, so all may be absent. */
function trained(card: any): unknown {
  if (!card?.data || !card.target) return undefined;
  const { leads, conversions, period } = card.data;
  return { target: card.target.field, leads, conversions, from: period?.[0], to: period?.[1] };
}
