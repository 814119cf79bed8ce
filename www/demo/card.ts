// The model's card: enough for the reader to decide whether to trust it.

import { byId, h } from "./dom.js";

interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** The parts of a model file this page reads. */
interface ModelFile {
  policy: {
    threshold: number | null;
    probability: number;
    basis: { economics: { cost_per_contact: number; value_per_conversion: number } } | { f1: { f1: number } };
    abstains?: { kind: "too-few" | "no-signal" };
  };
  card?: {
    data: { leads: number; conversions: number; excluded: { field: string; reason: string }[] };
    metrics: { auc: Estimate; log_loss: Estimate; leads: number; held_out: string };
  };
}

export async function showCard(url: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`could not fetch ${url}: the server answered ${response.status}`);
  const { policy, card } = (await response.json()) as ModelFile;
  const facts: HTMLElement[] = [];
  if (card) {
    const { auc } = card.metrics;
    const { leads, conversions, excluded } = card.data;
    facts.push(fact("AUC", `${auc.value.toFixed(3)} (95 % ${auc.low.toFixed(3)} to ${auc.high.toFixed(3)})`));
    facts.push(fact("Measured on", card.metrics.held_out));
    facts.push(fact("Trained on", `${grouped(leads)} leads, ${grouped(conversions)} converted`));
    if (excluded.length > 0) facts.push(fact("Left out", excluded.map(({ field }) => field).join(", ")));
  }
  facts.push(fact("Threshold", threshold(policy)));
  byId("card", HTMLElement).replaceChildren(h("h2", {}, "Model"), h("dl", {}, ...facts));
}

function threshold({ threshold, probability, basis, abstains }: ModelFile["policy"]): string {
  if (abstains?.kind === "no-signal") return "not applied: the columns do not predict conversion";
  if (abstains) return "not applied: too few leads";
  const at = threshold === null ? "none is worth its contact" : `${Math.round(probability * 100)} %`;
  if ("f1" in basis) return `${at}, best held-out F1`;
  const { cost_per_contact: cost, value_per_conversion: value } = basis.economics;
  return `${at}, contact cost ${grouped(cost)} ÷ value ${grouped(value)}`;
}

function fact(term: string, description: string): HTMLElement {
  return h("div", {}, h("dt", {}, term), h("dd", {}, description));
}

/** Digits in groups of three, without `Intl`, which throws where the system's locale has no valid name. */
function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}
