//! The page as a parser sees it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use roxmltree::{Document, Node, ParsingOptions};
use sales_ready::report::Report;
use sales_ready::train::Options;

use super::{Run, run, sample_run};

#[test]
fn every_plot_has_a_title_a_description_and_a_table() {
    let html = sample_run().report.to_html();
    parsed(&html, |document| {
        let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
        let plots: Vec<_> = elements(document, "svg").collect();
        // ROC, precision-recall, lift, reliability, periods, profit, strengths; at least some terms and a segment.
        assert!(plots.len() > 15, "{}", plots.len());
        for plot in plots {
            assert_eq!(plot.attribute("role"), Some("img"));
            assert_eq!(plot.attribute("data-complete"), None);
            for id in plot.attribute("aria-labelledby").unwrap().split(' ') {
                let named = plot.children().find(|child| child.attribute("id") == Some(id)).unwrap();
                assert!(text_of(named).trim().len() > 2, "{id}");
            }
            let figure = plot.parent().unwrap();
            assert!(figure.has_tag_name("figure"));
            let rows = figure.descendants().filter(|node| node.has_tag_name("tr")).count();
            assert!(rows > 1, "{}", text_of(figure));
        }
        for link in elements(document, "a") {
            let target = link.attribute("href").unwrap().strip_prefix('#').unwrap();
            assert!(ids.contains(&target));
        }
        // The order the reader is promised.
        let sections: Vec<_> =
            elements(document, "section").filter_map(|node| node.attribute("id")).collect();
        let order = [
            "verdict",
            "hand-off",
            "drivers",
            "points",
            "quality",
            "excluded",
            "data",
            "baselines",
            "reproduction",
        ];
        assert_eq!(sections, order);
    });
}

#[test]
fn the_page_needs_nothing_else() {
    let html = sample_run().report.to_html();
    assert!(html.contains("default-src 'none'"));
    for outside in ["src=", "@import", "url(", "<script", "<link", "javascript:"] {
        assert!(!html.contains(outside), "{outside}");
    }
    let addresses: BTreeSet<&str> =
        html.split("http").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(addresses.into_iter().collect::<Vec<_>>(), ["-equiv=", "://www.w3.org/2000/svg"]);
    let words = html.replace("not causes", "");
    assert!(
        !["caused", "causes", "because of"].iter().any(|word| words.contains(word)),
        "associations are no causes"
    );
}

/// A table whose names and levels try to be markup.
pub(crate) fn hostile() -> String {
    let names = [
        "<script>alert(1)</script>",
        "\"\" onmouseover=\"\"alert(2)",
        "]]></svg><img src=x>",
        "a&amp;b",
        "</style>\u{202e}",
    ];
    let level = ["<b>bold</b>", "'\" onload=alert(3) x=", "&lt;i&gt;", "]]>", "--><!--"];
    let mut text = names.map(|name| format!("\"{name}\"")).join(",") + ",won\n";
    for row in 0..500_usize {
        let own = level[row % 5].replace('"', "\"\"");
        let won = if (row * 7_919) % 101 < 15 + 12 * (row % 5) { "yes" } else { "no" };
        let _ = writeln!(
            text,
            "\"{own}\",{},\"{}\",{},\"\u{1}{}\",{won}",
            row % 9,
            level[(row / 5) % 5].replace('"', "\"\""),
            row % 4,
            row % 3
        );
    }
    text
}

#[test]
fn hostile_text_stays_text() {
    let Run { report, .. } = run(&hostile(), "won", &Options::default());
    let html = report.to_html();
    assert!(!html.chars().any(|letter| letter.is_control() && letter != '\n'));
    parsed(&html, |document| {
        let known = [
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "header",
            "main",
            "footer",
            "nav",
            "section",
            "div",
            "p",
            "h1",
            "h2",
            "h3",
            "h4",
            "ul",
            "li",
            "a",
            "strong",
            "code",
            "pre",
            "bdi",
            "span",
            "dl",
            "dt",
            "dd",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "figure",
            "figcaption",
            "details",
            "summary",
            "svg",
            "desc",
            "text",
            "polyline",
            "polygon",
            "rect",
            "circle",
            "line",
        ];
        for node in document.descendants().filter(Node::is_element) {
            let name = node.tag_name().name();
            assert!(known.contains(&name), "<{name}>");
            assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")));
        }
        let text = text_of(document.root());
        for name in [
            "<script>alert(1)</script>",
            "\" onmouseover=\"alert(2)",
            "]]></svg><img src=x>",
            "a&amp;b",
            "<b>bold</b>",
        ] {
            assert!(text.contains(name), "{name} is not there as text");
        }
    });
    let read: Report = serde_json::from_str(&report.to_json()).unwrap();
    assert!(read == report);
}

/// The page as strict XML; HTML's two liberties in it, the doctype and void elements, are taken away first.
fn parsed<T>(html: &str, look: impl FnOnce(&Document<'_>) -> T) -> T {
    let strict: String = html
        .strip_prefix("<!DOCTYPE html>")
        .unwrap()
        .split_inclusive('>')
        .map(|part| if part.starts_with("<meta ") { part.replace('>', "/>") } else { part.to_owned() })
        .collect();
    look(&Document::parse_with_options(&strict, ParsingOptions::default()).unwrap())
}

fn elements<'d>(document: &'d Document<'_>, name: &'d str) -> impl Iterator<Item = Node<'d, 'd>> {
    document.descendants().filter(move |node| node.has_tag_name(name) || node.tag_name().name() == name)
}

fn text_of(node: Node<'_, '_>) -> String {
    node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect()
}
