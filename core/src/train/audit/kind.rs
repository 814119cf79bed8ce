//! The kinds of findings, and their names.

/// Kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// The column says the label again in other words, up to a few leads.
    LabelCopy,
    /// The column alone ranks the leads better than what is known before the outcome does.
    DecidesAlone,
    /// The column is filled in for one outcome only.
    OneOutcomeOnly,
    /// Some values of the column nearly always convert, others nearly never.
    SettlesBothWays,
    /// Some level of the column always converts.
    AlwaysConverts,
    /// Some levels of the column never convert.
    NeverConverts,
    /// The column is named like one that is written at or after the outcome.
    LateName,
    /// The column alone foretells the label unusually well.
    StrongAlone,
    /// The column alone is as good as a model of all the others.
    RivalsTheRest,
    /// The whole model is better than models of what is known before the outcome are.
    TooGood,
    /// The column counts the rows up or down, or tells the time: an id or a clock.
    Sequence,
    /// Nearly every lead has a value of its own.
    Identifier,
    /// A number that names whose the leads are.
    Key,
    /// All leads have the same value.
    Constant,
    /// The column says the same as another one.
    Duplicate,
    /// The column says nearly the same as another one.
    NearDuplicate,
    /// Several columns are known for the same leads.
    FilledTogether,
    /// The conversion rate changes along time, or along the file.
    Era,
    /// What a column, or the whole model, says of leads has changed over the period.
    ConceptDrift,
    /// The numbers of a column have moved from one time to the next.
    Moved,
    /// The file is sorted by the label.
    SortedByLabel,
    /// There are few conversions for so many columns.
    FewConversions,
    /// There are more columns than can be learnt from; the strongest are.
    TooManyColumns,
    /// Leads are older than those that were to be learnt from.
    Older,
    /// The horizon of the newest leads is not over.
    NotYetKnown,
    /// Rows say in every column what other rows say.
    Repeats,
}

impl FindingKind {
    /// A short stable name, for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LabelCopy => "label-copy",
            Self::DecidesAlone => "decides-alone",
            Self::OneOutcomeOnly => "one-outcome-only",
            Self::SettlesBothWays => "settles-both-ways",
            Self::AlwaysConverts => "always-converts",
            Self::NeverConverts => "never-converts",
            Self::LateName => "late-name",
            Self::StrongAlone => "strong-alone",
            Self::RivalsTheRest => "rivals-the-rest",
            Self::TooGood => "too-good",
            Self::Sequence => "sequence",
            Self::Identifier => "identifier",
            Self::Key => "key",
            Self::Constant => "constant",
            Self::Duplicate => "duplicate",
            Self::NearDuplicate => "near-duplicate",
            Self::FilledTogether => "filled-together",
            Self::Era => "era",
            Self::ConceptDrift => "concept-drift",
            Self::Moved => "moved",
            Self::SortedByLabel => "sorted-by-label",
            Self::FewConversions => "few-conversions",
            Self::TooManyColumns => "too-many-columns",
            Self::Older => "older",
            Self::NotYetKnown => "not-yet-known",
            Self::Repeats => "repeats",
        }
    }

    /// The name for people, a few words in small letters.
    pub fn title(self) -> &'static str {
        match self {
            Self::LabelCopy => "near-copy of the label",
            Self::DecidesAlone => "decides the outcome alone",
            Self::OneOutcomeOnly => "filled for one outcome only",
            Self::SettlesBothWays => "settles the outcome both ways",
            Self::AlwaysConverts => "one value always converts",
            Self::NeverConverts => "some values never convert",
            Self::LateName => "named like what is written late",
            Self::StrongAlone => "unusually strong alone",
            Self::RivalsTheRest => "as good as all others together",
            Self::TooGood => "too good to be true",
            Self::Sequence => "running number or clock",
            Self::Identifier => "identifies its lead",
            Self::Key => "number that names its lead",
            Self::Constant => "always the same",
            Self::Duplicate => "copy of another column",
            Self::NearDuplicate => "near-copy of another column",
            Self::FilledTogether => "filled together",
            Self::Era => "conversion rate changes",
            Self::ConceptDrift => "says otherwise than before",
            Self::Moved => "numbers have moved",
            Self::SortedByLabel => "sorted by the label",
            Self::FewConversions => "few conversions",
            Self::TooManyColumns => "too many columns",
            Self::Older => "older than asked for",
            Self::NotYetKnown => "outcome not yet known",
            Self::Repeats => "rows that repeat others",
        }
    }

    /// Whether it says that a column may know the outcome. Where such a column was left out it is called a leak, where it
    /// was kept it is a question to whoever knows how the table came to be.
    pub fn accuses(self) -> bool {
        matches!(
            self,
            Self::LabelCopy
                | Self::DecidesAlone
                | Self::OneOutcomeOnly
                | Self::SettlesBothWays
                | Self::AlwaysConverts
                | Self::NeverConverts
                | Self::LateName
                | Self::StrongAlone
                | Self::RivalsTheRest
        )
    }
}
