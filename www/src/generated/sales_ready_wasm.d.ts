/* tslint:disable */
/* eslint-disable */

/** A lead's place among the training leads: A is the top tenth, B the next two, C the next three, D the rest. */
export type Grade = "A" | "B" | "C" | "D";

/** The decision. `abstain`: the model learnt from too few leads to flag any. */
export type Readiness = "sales-ready" | "nurture" | "abstain";

/** How a value stands to what the model learnt from. */
export type Standing = "known" | "missing" | "unseen" | "below-range" | "above-range";



/** One value of a lead. `null`, `undefined`, `NaN` and the empty text mean "not known". */
export type LeadValue = number | string | boolean | null | undefined;

/** A lead: values by field name. */
export type Lead = { readonly [field: string]: unknown };

/** A table of leads: a column of values by field name. */
export type LeadColumns = { readonly [field: string]: Iterable<LeadValue> };



/** What went wrong, by a name that stays the same between versions. */
export type ErrorCode = "model-format" | "model-invalid" | "model-golden" | "bad-value" | "missing-field";

/** What the engine throws: the message says what was expected and what to do. */
export interface SalesReadyError extends Error {
    name: "SalesReadyError";
    code: ErrorCode;
}


/**
 * A field the model reads.
 */
export interface FieldInfo {
    /**
     * The lead's key.
     */
    name: string;
    /**
     * What people call it.
     */
    title: string;
    /**
     * Its type.
     */
    type: "number" | "category";
    /**
     * For a category, the levels the model knows.
     */
    levels: string[];
    /**
     * For a number, the least and the greatest value the model tells apart.
     */
    range?: [number, number];
}

/**
 * A lead's score.
 */
export interface LeadScore {
    /**
     * Log-odds before calibration, with the same bits as in every other build of the engine.
     */
    logit: number;
    /**
     * The calibrated probability of conversion. Display it; decide on `readiness`.
     */
    probability: number;
    /**
     * The lead's place among the training leads.
     */
    grade: Grade;
    /**
     * The decision.
     */
    readiness: Readiness;
    /**
     * The probability in words.
     */
    words: string;
}

/**
 * A score with its reasons. `intercept` plus the contributions, added in this order, is the logit bit for bit.
 */
export interface LeadExplanation {
    /**
     * The score.
     */
    score: LeadScore;
    /**
     * The logit of the average training lead.
     */
    intercept: number;
    /**
     * What each term contributes, in the order of the model file.
     */
    contributions: TermContribution[];
    /**
     * The contributions that speak for conversion, the strongest first.
     */
    reasonsFor: TermContribution[];
    /**
     * The contributions that speak against conversion, the strongest first.
     */
    reasonsAgainst: TermContribution[];
}

/**
 * The scores of a table, by the place of its rows.
 */
export interface BatchScores {
    /**
     * Log-odds before calibration.
     */
    logits: Float64Array;
    /**
     * Calibrated probabilities.
     */
    probabilities: Float64Array;
    /**
     * Grades.
     */
    grades: Grade[];
    /**
     * Decisions.
     */
    readiness: Readiness[];
}

/**
 * What a model reads and how it decides.
 */
export interface ModelInfo {
    /**
     * What wrote the model file.
     */
    generator: string;
    /**
     * The fields, in the order of the file.
     */
    fields: FieldInfo[];
    /**
     * The logit of the average training lead.
     */
    intercept: number;
    /**
     * The logit from which a lead is sales-ready; absent where no lead is worth its contact.
     */
    threshold?: number;
    /**
     * The calibrated probability at the threshold.
     */
    probability: number;
    /**
     * Present where the model flags nobody, whatever the threshold.
     */
    abstains?: AbstentionInfo;
}

/**
 * What one term of the model contributes, compared with an average lead. An association, never a cause.
 */
export interface TermContribution {
    /**
     * The field; for an interaction the two fields, which say together what neither says alone.
     */
    fields: [string] | [string, string];
    /**
     * The lead's values of these fields, as a person reads them.
     */
    values: [string] | [string, string];
    /**
     * In log-odds; positive speaks for conversion.
     */
    logit: number;
    /**
     * How the value stands to what the model learnt from; of two values, the one that stands worse.
     */
    standing: Standing;
    /**
     * One sentence for people.
     */
    sentence: string;
}

/**
 * Why the model flags nobody, what it knows and what it would take.
 */
export interface AbstentionInfo {
    /**
     * Too few leads are known, or there are enough and their fields do not predict conversion.
     */
    kind: "too-few" | "no-signal";
    /**
     * Converted leads in the training table.
     */
    conversions: number;
    /**
     * Leads in the training table that did not convert.
     */
    nonConversions: number;
    /**
     * How many of each are needed before a flag is raised.
     */
    needed: number;
    /**
     * About how many more conversions make the 95 % interval of the AUC narrower than ± 0.05.
     */
    neededForAuc: number;
    /**
     * The AUC on held-out leads, and the ends of its 95 % interval.
     */
    auc: [number, number, number];
}


/**
 * Scores leads with one model.
 */
export class LeadScorer {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Scores one lead and says why.
     *
     * # Errors
     * Throws as `score` does.
     */
    explain(lead: Lead): LeadExplanation;
    /**
     * Reads and checks a model: the text of a model file, or what `JSON.parse` made of it.
     *
     * # Errors
     * Throws a `SalesReadyError`: `model-format` for another version's file, `model-invalid` where it is no model or
     * contradicts itself, `model-golden` where this engine does not reproduce its golden vectors bit for bit.
     */
    static fromModel(model: string | object): LeadScorer;
    /**
     * Scores a table given by its columns: `{ reviews_read: [4, 0], industry: ["software", null] }`.
     *
     * Columns are arrays or typed arrays of one length; a `Float64Array` is the fastest. A field without a column is
     * missing throughout.
     *
     * # Errors
     * Throws as `score` does, and `bad-value` where columns differ in length; the message names the column and the
     * place in it, counted from 0.
     */
    scoreBatch(columns: LeadColumns): BatchScores;
    /**
     * Scores one lead.
     *
     * A field that is absent, `null`, `undefined`, `NaN` or empty is missing; one the model does not know is ignored.
     *
     * # Errors
     * Throws a `SalesReadyError`: `bad-value` where a value is not of its field's type, `missing-field` where the
     * lead has none of the model's fields.
     */
    score(lead: Lead): LeadScore;
    /**
     * What the model reads and how it decides.
     */
    readonly model: ModelInfo;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_leadscorer_free: (a: number, b: number) => void;
    readonly leadscorer_explain: (a: number, b: any) => [number, number, number];
    readonly leadscorer_fromModel: (a: any) => [number, number, number];
    readonly leadscorer_model: (a: number) => any;
    readonly leadscorer_score: (a: number, b: any) => [number, number, number];
    readonly leadscorer_scoreBatch: (a: number, b: any) => [number, number, number];
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_exn_store: (a: number) => void;
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __externref_table_dealloc: (a: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
