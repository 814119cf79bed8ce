// What a model file says of its model, for a page: a `ModelInfo`. The file has been checked before, but for its card.

import type { FieldInfo, ModelInfo } from "../generated/sales_ready_wasm.js";

/** Describes a model file, as `JSON.parse` made it. */
export function describe(file: object): ModelInfo {
  const { generator, fields, terms, touches, intercept, policy, card } = file as any; // As its form was checked.
  const { threshold, probability, abstains } = policy;
  // Looked up, not looked for: a file may have thousands of fields.
  const recipe = new Set(touches?.fields.map(({ name }: any) => name));
  const made = (name: string) => recipe.has(name) || undefined;
  // A field's own curve or table stands before the pairs that read it.
  const axisOf = new Map<string, { cuts?: number[]; levels?: string[] }>();
  for (const { curve, table, pair } of terms) {
    const own = curve ?? table;
    const axes = own ? [{ cuts: curve?.x, levels: table?.levels.map(({ level }: any) => level) }] : pair.axes;
    (own ? [own.field] : pair.fields).forEach((name: string, at: number) => axisOf.has(name) || axisOf.set(name, axes[at]));
  }
  return defined({
    generator,
    fields: fields.map(({ name, title, type, engagement, actionable }: any) => {
      const axis = axisOf.get(name);
      const numbers = axis?.cuts ?? [];
      return defined({
        name,
        title: title ?? name.replaceAll("_", " "),
        type: type === "category" ? type : "number",
        levels: axis?.levels ?? [],
        unit: type.number?.unit ?? undefined,
        touches: made(name),
        engagement: engagement || made(name),
        actionable: actionable || undefined,
        range: numbers.length > 0 ? [numbers[0], numbers.at(-1)] : undefined,
      }) as unknown as FieldInfo;
    }),
    intercept,
    threshold: threshold ?? undefined,
    probability,
    abstains: abstains
      ? {
          kind: abstains.kind,
          conversions: abstains.conversions,
          nonConversions: abstains.non_conversions,
          needed: abstains.needed,
          neededForAuc: abstains.needed_for_auc,
          auc: [abstains.auc.value, abstains.auc.low, abstains.auc.high],
        }
      : undefined,
    touches: touches != null,
    trained: trained(card),
  }) as unknown as ModelInfo;
}

/** What the model was learnt from. The card is for people: an engine that scores does not check it, so all may be absent. */
function trained(card: any): unknown {
  if (!card?.data || !card.target) return undefined;
  const { leads, conversions, period } = card.data;
  return defined({ target: card.target.field, leads, conversions, from: period?.[0], to: period?.[1] });
}

function defined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
