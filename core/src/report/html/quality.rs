//! How good the model is on leads it had not seen.

use maud::{Markup, html};

use crate::model::{Estimate, FitStep, Metrics};
use crate::report::Report;
use crate::report::groups::Group;
use crate::report::html::parts::{Grid, Kind, figure, section};
use crate::report::plot::{self, Words};
use crate::report::quality::{Bin, Level, Quality, RankingPoint, Tenth, of_strangers};
use crate::report::words::{count, counted, percent, percent_range, range, significant};

pub(super) fn quality(report: &Report) -> Markup {
    let own = &report.quality;
    let metrics = &own.metrics;
    if !report.has_terms() {
        return tried(report);
    }
    section(
        "quality",
        "How good it is",
        &html! {
            p {
                "Measured on " (counted(metrics.leads, "lead", "leads")) ", of which " (count(metrics.conversions))
                " converted: " bdi { (metrics.held_out) } ". No measured model had seen these leads."
            }
            (figures(metrics).markup())
            @if !own.other_splits.is_empty() { (splits(own)) }
            div.figures {
                (roc("ROC", &own.ranking, metrics))
                (precision_recall(&own.ranking, report.flagging.everyone.conversion_rate.value, metrics))
                (tenths(&own.tenths))
                (reliability(&own.reliability))
                (groups("periods", "By period", &format!("By {}.", own.periods_are), &own.periods, report))
                @for (place, segment) in own.segments.iter().enumerate() {
                    (groups(&format!("segment-{}", place + 1), &format!("By {}", segment.title), "Values with at least 30 measured leads, the commonest first.", &segment.groups, report))
                }
            }
        },
    )
}

/// The model that was tried and is not published: how it ranked, and what it was made of. What its chances are worth is of
/// no use to anyone.
fn tried(report: &Report) -> Markup {
    let own = &report.quality;
    let metrics = &own.metrics;
    let step = |step: &FitStep| vec![step.step.clone(), format!("{:.4}", step.log_loss)];
    let columns = [("Step", Kind::Text), ("Log loss out of fold", Kind::Number)];
    let steps = report.training.steps.iter().map(step).collect();
    section(
        "quality",
        "What was tried, and how it ranked",
        &html! {
            p {
                strong { "These are the figures of a model that was discarded," }
                " because they do not show that it ranks better than chance. It was measured on "
                (counted(metrics.leads, "lead", "leads")) " that it had not seen, of which " (count(metrics.conversions))
                " converted: " bdi { (metrics.held_out) } "."
            }
            (figures(metrics).markup())
            @if !own.other_splits.is_empty() { (splits(own)) }
            div.figures { (roc("ROC of the discarded model", &own.ranking, metrics)) }
            @if !report.training.steps.is_empty() {
                (Grid::new("The fits that were tried, on all leads", &columns, steps).markup())
            }
        },
    )
}

fn figures(metrics: &Metrics) -> Grid<'static> {
    let row = |name: &str, estimate: Estimate, decimals: usize, words: &str| {
        vec![
            name.to_owned(),
            format!("{:.decimals$}", estimate.value),
            range(estimate, decimals),
            words.to_owned(),
        ]
    };
    let rows = vec![
        row(
            "AUC",
            metrics.auc,
            3,
            "the chance that a converted lead scores above one that did not convert; 0.5 is a coin",
        ),
        row(
            "Average precision",
            metrics.average_precision,
            3,
            "how many of the called convert, averaged over all conversions",
        ),
        row(
            "Lift at 10 %",
            metrics.lift_at_10,
            2,
            "conversion rate of the best-scored tenth ÷ that of all leads",
        ),
        row("Log loss", metrics.log_loss, 4, "how surprised the model is by what happened; lower is better"),
        row("Brier score", metrics.brier, 4, "mean squared distance of chance and outcome; lower is better"),
        row("Calibration error", metrics.ece, 4, "mean distance of chance and conversion rate over 15 bins"),
    ];
    Grid::new("Figures", &FIGURES, rows)
}

/// Leads held out in several ways, side by side.
fn splits(quality: &Quality) -> Markup {
    let all = [&quality.metrics].into_iter().chain(&quality.other_splits).zip(&quality.levels);
    let row = |(metrics, level): (&Metrics, &Level)| {
        vec![
            metrics.held_out.clone(),
            count(metrics.leads),
            percent(level.predicted),
            format!("{} ({})", percent(level.observed.value), percent_range(level.observed)),
            format!("{:.3} ({})", metrics.auc.value, range(metrics.auc, 3)),
            format!("{:.4} ({})", metrics.log_loss.value, range(metrics.log_loss, 4)),
        ]
    };
    let columns = [
        ("Held out", Kind::Text),
        ("Leads", Kind::Number),
        ("Predicted", Kind::Number),
        ("Converted (95\u{a0}%)", Kind::Number),
        ("AUC (95\u{a0}%)", Kind::Number),
        ("Log loss (95\u{a0}%)", Kind::Number),
    ];
    let differs = quality.other_splits.iter().any(|other| other.differs_from(&quality.metrics));
    html! {
        p {
            @if let Some(strangers) = quality.other_splits.iter().find_map(of_strangers) {
                @if differs { "How leads are held out makes a difference beyond chance. " }
                (strangers)
            } @else if differs {
                "How leads are held out makes a difference beyond chance. Go by the way that is nearest to how the model will be used: on leads that come after those it learnt from."
            } @else {
                "However leads are held out, the figures agree within chance."
            }
        }
        (Grid::new("Held out in different ways", &columns, all.map(row).collect()).markup())
    }
}

const FIGURES: [(&str, Kind); 4] = [
    ("Figure", Kind::Text),
    ("Value", Kind::Number),
    ("95\u{a0}% interval", Kind::Number),
    ("What it says", Kind::Prose),
];

const RANKING: [(&str, Kind); 4] = [
    ("Called", Kind::Number),
    ("Conversions found", Kind::Number),
    ("Others called in vain", Kind::Number),
    ("Of the called convert", Kind::Number),
];

fn ranking(caption: &'static str, points: &[RankingPoint]) -> Grid<'static> {
    let row = |point: &RankingPoint| {
        [point.called, point.found, point.in_vain, point.precision].map(percent).to_vec()
    };
    Grid::new(caption, &RANKING, points.iter().map(row).collect())
}

fn roc(title: &str, points: &[RankingPoint], metrics: &Metrics) -> Markup {
    let Estimate { value, .. } = metrics.auc;
    let words = Words {
        id: "roc",
        title: "ROC curve",
        description: &format!(
            "The share of conversions found over the share of other leads called in vain; the area under it is {value:.3}. The diagonal is a coin."
        ),
    };
    let note =
        format!("Area under the curve {value:.3} ({}). The grey line is a coin.", range(metrics.auc, 3));
    figure(3, title, &note, &plot::roc(points, words), &ranking("Points of the ROC curve", points))
}

fn precision_recall(points: &[RankingPoint], rate: f64, metrics: &Metrics) -> Markup {
    let Estimate { value, .. } = metrics.average_precision;
    let words = Words {
        id: "precision-recall",
        title: "Precision and recall",
        description: &format!(
            "The share of called leads that convert over the share of conversions found, from few to many called; a line marks the {} of all leads that convert.",
            percent(rate)
        ),
    };
    let note = format!(
        "Average precision {value:.3} ({}). The grey line is the rate of all leads, {}.",
        range(metrics.average_precision, 3),
        percent(rate)
    );
    let table = ranking("Points of the precision-recall curve", points);
    figure(3, "Precision and recall", &note, &plot::precision_recall(points, rate, words), &table)
}

fn tenths(tenths: &[Tenth]) -> Markup {
    let lift = |tenth: Option<&Tenth>| tenth.map_or(String::new(), |tenth| significant(tenth.lift.value, 2));
    let words = Words {
        id: "lift",
        title: "Lift by tenth",
        description: &format!(
            "Bars for each tenth of the leads, the best-scored first, with intervals: the first converts {} times as often as all leads, the last {} times.",
            lift(tenths.first()),
            lift(tenths.last())
        ),
    };
    let row = |(place, tenth): (usize, &Tenth)| {
        vec![
            (place + 1).to_string(),
            count(tenth.leads),
            count(tenth.conversions),
            format!("{} ({})", percent(tenth.rate.value), percent_range(tenth.rate)),
            format!("×{} ({})", significant(tenth.lift.value, 2), range(tenth.lift, 2)),
        ]
    };
    let columns = [
        ("Tenth", Kind::Number),
        ("Leads", Kind::Number),
        ("Converted", Kind::Number),
        ("Rate (95\u{a0}%)", Kind::Number),
        ("Lift (95\u{a0}%)", Kind::Number),
    ];
    let table = Grid::new("Lift by tenth", &columns, tenths.iter().enumerate().map(row).collect());
    figure(
        3,
        "Lift",
        "How often each tenth converts, compared with all leads.",
        &plot::tenths(tenths, words),
        &table,
    )
}

fn reliability(bins: &[Bin]) -> Markup {
    let within = bins.iter().filter(|bin| bin.agrees()).count();
    let words = Words {
        id: "reliability",
        title: "Reliability",
        description: &format!(
            "Conversion rates over predicted chances, in {} groups of equal size with 95\u{a0}% intervals; {within} of the intervals contain the predicted chance. On the diagonal, chances are exact.",
            bins.len()
        ),
    };
    let row = |bin: &Bin| {
        vec![
            percent(bin.predicted),
            percent(bin.observed.value),
            percent_range(bin.observed),
            count(bin.leads),
            count(bin.conversions),
        ]
    };
    let columns = [
        ("Predicted", Kind::Number),
        ("Converted", Kind::Number),
        ("95\u{a0}%", Kind::Number),
        ("Leads", Kind::Number),
        ("Conversions", Kind::Number),
    ];
    let note = format!(
        "Can a chance be taken at its word? On the grey line it can; {within} of {} intervals reach it.",
        bins.len()
    );
    let table = Grid::new("Predicted chances and conversion rates", &columns, bins.iter().map(row).collect());
    figure(3, "Reliability", &note, &plot::reliability(bins, words), &table)
}

fn groups(id: &str, title: &str, note: &str, groups: &[Group], report: &Report) -> Markup {
    let overall = report.flagging.everyone.conversion_rate.value;
    let off = groups
        .iter()
        .filter(|group| !(group.observed.low..=group.observed.high).contains(&group.predicted))
        .count();
    let words = Words {
        id,
        title: &format!("Conversion rates, observed and predicted: {title}"),
        description: &format!(
            "For each of {} groups the observed conversion rate with its 95\u{a0}% interval, and a mark for the predicted one; {off} marks lie outside their interval.",
            groups.len()
        ),
    };
    let row = |group: &Group| {
        vec![
            group.name.clone(),
            count(group.leads),
            count(group.conversions),
            format!("{} ({})", percent(group.observed.value), percent_range(group.observed)),
            percent(group.predicted),
            group.auc.map_or("too few".into(), |auc| format!("{:.3} ({})", auc.value, range(auc, 3))),
            format!("{:.3} ({})", group.log_loss.value, range(group.log_loss, 3)),
        ]
    };
    let columns = [
        ("Leads of", Kind::Text),
        ("Leads", Kind::Number),
        ("Converted", Kind::Number),
        ("Rate (95\u{a0}%)", Kind::Number),
        ("Predicted", Kind::Number),
        ("AUC (95\u{a0}%)", Kind::Number),
        ("Log loss (95\u{a0}%)", Kind::Number),
    ];
    let table = Grid::new(title, &columns, groups.iter().map(row).collect());
    let note = format!("{note} Blue: what happened, with its interval; upright mark: what was predicted.");
    figure(3, title, &note, &plot::groups(groups, overall, words), &table)
}
