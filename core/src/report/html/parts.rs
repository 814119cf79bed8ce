//! What the sections are built of. All text goes through maud, which escapes it; nothing else writes markup.

use maud::{Markup, html};

/// What a column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, often from the outside: isolated, so that a name written from right to left turns nothing else around.
    Text,
    /// Sentences, which need some width.
    Prose,
    /// Numbers, set under each other.
    Number,
}

/// A table. The first cell of a row names it.
pub(super) struct Grid<'a> {
    pub(super) caption: &'a str,
    pub(super) columns: &'a [(&'a str, Kind)],
    pub(super) rows: Vec<Vec<String>>,
    /// The row that stands out.
    pub(super) marked: Option<usize>,
}

impl<'a> Grid<'a> {
    pub(super) fn new(caption: &'a str, columns: &'a [(&'a str, Kind)], rows: Vec<Vec<String>>) -> Self {
        Self { caption, columns, rows, marked: None }
    }

    pub(super) fn markup(&self) -> Markup {
        let class = |kind: Kind| match kind {
            Kind::Text => None,
            Kind::Prose => Some("prose"),
            Kind::Number => Some("number"),
        };
        html! {
            div.scroll tabindex="0" role="group" aria-label=(self.caption) {
                table {
                    caption { span { (self.caption) } }
                    thead {
                        tr {
                            @for (name, kind) in self.columns {
                                th scope="col" class=[class(*kind)] { (name) }
                            }
                        }
                    }
                    tbody {
                        @for (place, row) in self.rows.iter().enumerate() {
                            tr class=[(self.marked == Some(place)).then_some("marked")] {
                                @for (at, (cell, (_, kind))) in row.iter().zip(self.columns).enumerate() {
                                    @if at == 0 {
                                        th scope="row" class=[class(*kind)] { bdi { (cell) } }
                                    } @else {
                                        td class=[class(*kind)] {
                                            @if *kind == Kind::Number { (cell) } @else { bdi { (cell) } }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A plot with what it is called, at a level of headings, and the table behind it.
pub(super) fn figure(level: u8, title: &str, note: &str, plot: &Markup, table: &Grid<'_>) -> Markup {
    html! {
        figure {
            figcaption {
                @if level > 3 { h4 { bdi { (title) } } } @else { h3 { bdi { (title) } } }
                @if !note.is_empty() { p { (note) } }
            }
            (plot)
            details {
                summary { "Data table" }
                (table.markup())
            }
        }
    }
}

/// A section with its heading.
pub(super) fn section(id: &str, title: &str, content: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby=(format!("{id}-title")) {
            h2 id=(format!("{id}-title")) { (title) }
            (content)
        }
    }
}

/// A name as the first word of a title.
pub(super) fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
