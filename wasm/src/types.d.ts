// What goes in and what comes back, as the package declares it.

/** What went wrong, by a name that stays the same between versions. */
export type ErrorCode = "model-format" | "model-invalid" | "model-golden" | "bad-value" | "missing-field";

/** One value of a lead. `null`, `undefined`, `NaN` and the empty text mean "not known". */
export type LeadValue = number | string | boolean | null | undefined;

/** A lead: values by field name. Of `any`, since interfaces and classes have no index signature of `unknown`. */
export type Lead = { readonly [field: string]: any };

/** A table of leads: a column of values by field name. */
export type LeadColumns = { readonly [field: string]: Iterable<LeadValue> };

/**
 * A `Date`, milliseconds since 1970, or a text in ISO 8601: `2026-03-01T09:30Z` with its zone, or `2026-03-01`, which is
 * midnight in UTC.
 */
export type InstantLike = Date | number | string;

/** Who was in contact with the lead. */
export type Side = "marketing" | "sales";

/** How far on its way to buying a lead is, the first stage first. */
export type Stage = "awareness" | "interest" | "consideration" | "intent" | "purchase" | "loyalty";

/** One contact between a lead and the company. */
export interface Touch {
    /** When it happened. */
    readonly at: InstantLike;
    /** What it was: one of the model's kinds, or another. */
    readonly kind: string;
    /** Who was in contact with the lead, where the model does not know it of the kind. */
    readonly side?: Side | null | undefined;
    /** How much of it there was; 1 where absent. */
    readonly quantity?: number | null | undefined;
    /** How far on its way to buying a lead is that does this, where the model does not know it of the kind. */
    readonly stage?: Stage | null | undefined;
}

/** A lead with its touches. */
export interface TouchedLead {
    /** What else is known of it: values by field name. Fields that are made of touches are not read from it. */
    readonly lead?: Lead | null | undefined;
    /** Its touches, in any order. Those after the instant that is asked about do not count. */
    readonly touches: Iterable<Touch>;
}

/** A lead with its touches at an instant. */
export interface LeadAsOf extends TouchedLead {
    /** The instant. The engine reads no clock: for now, give `new Date()`. */
    readonly asOf: InstantLike;
}

/** A lead with its touches at an instant, and what it was at an earlier one. */
export interface LeadSince extends LeadAsOf {
    /** The earlier instant. */
    readonly since: InstantLike;
    /** The lead's values then; those of `lead` where absent. */
    readonly before?: Lead | null | undefined;
}

/** A lead's place among the training leads: A is the top tenth, B the next two, C the next three, D the rest. */
export type Grade = "A" | "B" | "C" | "D";

/**
 * The decision. `abstain`: nothing is flagged, because the model learnt from too few leads or is not shown to rank better than
 * chance (see `abstains` of a model), or because too little is known of this lead (see `known` of an explanation).
 */
export type Readiness = "sales-ready" | "nurture" | "abstain";

/** How a value stands to what the model learnt from. */
export type Standing = "known" | "missing" | "unseen" | "below-range" | "above-range";

/** A lead's score. */
export interface LeadScore {
    /** Log-odds before calibration, with the same bits as in every other build of the engine. */
    logit: number;
    /** The calibrated probability of conversion. Display it; decide on `readiness`. */
    probability: number;
    /** The 95 % interval of the rate at which leads convert that score like this one; absent where the file does not say. */
    interval?: [number, number];
    /** How many of a hundred past leads scored lower, 0 to 99: a place among leads, not a chance. */
    percentile?: number;
    /** The lead's place among the training leads. */
    grade: Grade;
    /** The decision. */
    readiness: Readiness;
}

/** A score with its reasons. `intercept` plus the contributions, added in this order, is the logit bit for bit. */
export interface LeadExplanation {
    /** The score. */
    score: LeadScore;
    /** The logit of the average training lead. */
    intercept: number;
    /**
     * What is known of the lead, as a share of what is usually known of one, each field weighted by how much the model makes of
     * it. Below 0.25 the lead is not flagged: its `readiness` is `abstain`, though the model's `abstains` is absent.
     */
    known: number;
    /** What each term contributes, in the order of the model file. */
    contributions: TermContribution[];
    /** The contributions that speak for conversion, the strongest first. */
    reasonsFor: TermContribution[];
    /** The contributions that speak against conversion, the strongest first. */
    reasonsAgainst: TermContribution[];
}

/** What one term of the model contributes, compared with an average lead. An association, never a cause. */
export interface TermContribution {
    /** The field; for an interaction the two fields, which say together what neither says alone. */
    fields: [string] | [string, string];
    /** The lead's values of these fields, as the model reads them; `null` is missing. */
    values: (number | string | boolean | null)[];
    /** In log-odds; positive speaks for conversion. */
    logit: number;
    /** How each value stands to what the model learnt from. */
    standings: Standing[];
}

/** The scores of a table, by the place of its rows. */
export interface BatchScores {
    /** Log-odds before calibration. */
    logits: Float64Array;
    /** Calibrated probabilities. */
    probabilities: Float64Array;
    /** Grades. */
    grades: Grade[];
    /** Decisions. */
    readiness: Readiness[];
}

/** What a model reads and how it decides. */
export interface ModelInfo {
    /** What wrote the model file. */
    generator: string;
    /** The fields, in the order of the file. */
    fields: FieldInfo[];
    /** The logit of the average training lead. */
    intercept: number;
    /** The logit from which a lead is sales-ready; absent where no lead is worth its contact. */
    threshold?: number;
    /** The calibrated probability at the threshold. */
    probability: number;
    /** Present where the model flags nobody, whatever the threshold. */
    abstains?: AbstentionInfo;
    /** Whether some of the fields are made of touches. */
    touches: boolean;
    /** What the model was learnt from, where the file has a card. */
    trained?: TrainedOn;
}

/** What a model was learnt from. */
export interface TrainedOn {
    /** The column that says whether a lead converted. */
    target: string;
    /** How many leads. */
    leads: number;
    /** How many of them converted. */
    conversions: number;
    /** The dates of the oldest and the newest, `2024-01-08`, where the table had dates. */
    from?: string;
    to?: string;
}

/** A field the model reads. */
export interface FieldInfo {
    /** The lead's key. */
    name: string;
    /** What people call it. */
    title: string;
    /** Its type. */
    type: "number" | "category";
    /** For a category, the levels the model knows. */
    levels: string[];
    /** For a number, the least and the greatest value the model tells apart. */
    range?: [number, number];
    /** The unit of a number, where it is written with one: `€`, `%`. */
    unit?: string;
    /** `true` where it is made of touches. */
    touches?: true;
    /** `true` where it says what the lead does, rather than who it is. */
    engagement?: true;
    /** `true` where the company can change it, so that a person may ask what if. */
    actionable?: true;
}

/** Why the model flags nobody, what it knows and what it would take. */
export interface AbstentionInfo {
    /** Too few leads are known, or there are enough and their fields do not predict conversion. */
    kind: "too-few" | "no-signal";
    /** Converted leads in the training table. */
    conversions: number;
    /** Leads in the training table that did not convert. */
    nonConversions: number;
    /** How many of each are needed before a flag is raised. */
    needed: number;
    /** About how many more conversions make the 95 % interval of the AUC narrower than ± 0.05. */
    neededForAuc: number;
    /** The AUC on held-out leads, and the ends of its 95 % interval. */
    auc: [number, number, number];
}

/** What a touch has to do with the score. */
export interface TouchShare {
    /** When it happened, in milliseconds since 1970. */
    at: number;
    /** What it was. */
    kind: string;
    /** Who was in contact with the lead: as the touch says, or as the model knows of the kind. */
    side?: Side;
    /** How far on its way to buying a lead is that does this: as the touch says, or as the model knows of the kind. */
    stage?: Stage;
    /** Whether it counts: one after the instant does not. */
    counts: boolean;
    /** Its shares of all contributions together, in log-odds. An association, never a cause. */
    logit: number;
}

/**
 * A contribution shared out among touches, in log-odds. `touches` added up, plus `without`, plus `rounding`, is the
 * contribution bit for bit.
 */
export interface TermShares {
    /** The place of the contribution among `contributions`. */
    contribution: number;
    /** Each touch's share, by its place in what was given; 0 where it has none. */
    touches: Float64Array;
    /** What the term contributes for a lead without touches. */
    without: number;
    /** What floating-point numbers could not say otherwise; most often 0. */
    rounding: number;
}

/** A score at an instant. */
export interface TrendPoint {
    /** The instant, in milliseconds since 1970. */
    at: number;
    /** Log-odds before calibration. */
    logit: number;
    /** The calibrated probability of conversion. */
    probability: number;
    /** The decision. */
    readiness: Readiness;
}

/** A score with its reasons, down to single touches. */
export interface TouchExplanation extends LeadExplanation {
    /** The values of the fields that are made of touches, by name; `null` where one is missing. */
    features: Record<string, number | null>;
    /** How the contributions that rest on touches are shared out among them. */
    shares: TermShares[];
    /** The touches, by their place in what was given. */
    touches: TouchShare[];
    /** What the two departments' touches have to do with it. */
    sides: Departments;
}

/**
 * What a lead's log-odds rest on, by who was in contact with it. The intercept and these add up to the logit, but for
 * rounding. Associations, never causes.
 */
export interface Departments {
    /** The touches of marketing. */
    marketing: number;
    /** The touches of sales. */
    sales: number;
    /** Touches of which neither is known. */
    neither: number;
    /** What the same terms contribute for a lead without touches. */
    without: number;
    /** The terms that do not rest on touches. */
    fields: number;
}

/** When, without further touches, the decision changes. */
export interface LeadCrossing {
    /** The first minute at which it has changed, in milliseconds since 1970. */
    at: number;
    /** From the instant asked about to then, in days. */
    days: number;
    /** What it is from then on. */
    readiness: Readiness;
    /** The logit then. */
    logit: number;
}

/** How a score came from what it was, in log-odds. The three parts add up to the difference, but for rounding. */
export interface LeadChange {
    /** The score at the earlier instant. */
    before: LeadScore;
    /** The score at the later one. */
    after: LeadScore;
    /** What the passing of time did to the touches there were. */
    decay: number;
    /** What new touches did. */
    touches: number;
    /** What other fields did. */
    fields: number;
}
