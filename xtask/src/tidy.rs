//! Rules of CONTRIBUTING.md that a program can check, over every file git knows or would add.
//!
//! To break one with good reason, name the file in the table of exceptions here; an exception that is no longer needed
//! is reported as well.

use std::{
    ffi::OsStr,
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{project::Project, step};

/// The most lines a source file may have: what one can keep in one's head.
const MAX_LINES: usize = 400;

/// Files that may be longer, each with the reason.
const LONGER: [(&str, &str); 0] = [];

/// What we write by hand, by the end of the name. Data, pictures and lock files have their own rules.
const TEXT: [&str; 13] =
    ["rs", "toml", "md", "mjs", "js", "ts", "css", "html", "sh", "yml", "yaml", "gitignore", "npmrc"];

/// Which of them are source, with a limit of length.
const SOURCE: [&str; 7] = ["rs", "mjs", "js", "ts", "css", "html", "sh"];

/// Written by a tool, so that it follows the tool's rules.
const GENERATED: &str = "www/src/generated/";

/// Never in a Rust file. Split here, or this file would break its own rules.
const NOT_IN_RUST: [(&str, &str); 5] = [
    (concat!("#[", "ignore"), "a test that does not run proves nothing: fix it, or assert today's result"),
    (concat!("#[should_", "panic"), "panics on any panic, also the wrong one: assert the error"),
    (concat!("dbg", "!("), "left over from debugging"),
    (concat!("todo", "!("), "unfinished"),
    (concat!("unimplemented", "!("), "unfinished"),
];

/// Never in the web package: text from a CRM must stay text.
const NOT_IN_WEB: [(&str, &str); 5] = [
    (concat!("inner", "HTML"), "interprets text as HTML: use textContent or elements"),
    (concat!("outer", "HTML"), "interprets text as HTML: use textContent or elements"),
    (concat!("insertAdjacent", "HTML"), "interprets text as HTML: use textContent or elements"),
    (concat!("document.", "write"), "interprets text as HTML: use textContent or elements"),
    (concat!("ev", "al("), "interprets text as a program"),
];

/// The beginnings of paths that exist on one machine only.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!(":\\Us", "ers"),
];

/// One broken rule.
struct Finding {
    path: String,
    /// From 1; 0 when it is about the whole file.
    line: usize,
    rule: String,
}

/// Checks every file.
///
/// # Errors
///
/// All broken rules at once, each with its file and line.
pub(crate) fn run(project: &Project) -> Result<()> {
    let mut findings = Vec::new();
    let mut excepted = Vec::new();
    for path in files(project)? {
        let full = project.root.join(&path);
        let name = path.to_string_lossy().replace('\\', "/");
        let bytes = fs::read(&full).with_context(|| format!("cannot read {name}"))?;
        let Ok(text) = String::from_utf8(bytes) else {
            if has_extension(&path, &TEXT) {
                findings.push(Finding { path: name, line: 0, rule: "is not UTF-8".to_owned() });
            }
            continue;
        };
        excepted.extend(LONGER.iter().filter(|(long, _)| *long == name && lines(&text) > MAX_LINES));
        findings.extend(check(&name, &text));
    }
    for (long, _) in LONGER.iter().filter(|long| !excepted.contains(long)) {
        findings.push(Finding {
            path: (*long).to_owned(),
            line: 0,
            rule: "needs no exception from the limit of lines any more: remove it from xtask/src/tidy.rs"
                .to_owned(),
        });
    }
    if findings.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = findings.iter().map(Finding::to_string).collect();
    bail!("{} untidy places:\n  {}", list.len(), list.join("\n  "));
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.rule),
            line => write!(f, "{}:{line}: {}", self.path, self.rule),
        }
    }
}

/// What git tracks, and what it would track: a new file must be tidy before it is added.
fn files(project: &Project) -> Result<Vec<PathBuf>> {
    let listed = step::read(
        Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&project.root),
    )?;
    let mut files: Vec<PathBuf> = listed
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        // Deleted, but not yet in git's eyes; and links to folders.
        .filter(|path| project.root.join(path).is_file())
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

fn check(path: &str, text: &str) -> Vec<Finding> {
    let kind = Path::new(path);
    let mut findings = Vec::new();
    let mut add = |line: usize, rule: String| findings.push(Finding { path: path.to_owned(), line, rule });

    for (index, line) in text.lines().enumerate() {
        if let Some(found) = MACHINE_PATHS.iter().find(|found| line.contains(*found)) {
            add(index + 1, format!("names a path of one machine ({found})"));
        }
    }
    if path.starts_with(GENERATED) || !(has_extension(kind, &TEXT) || path.starts_with(".ci/")) {
        return findings;
    }

    for (index, line) in text.split('\n').enumerate() {
        if line.ends_with('\r') {
            add(index + 1, "ends with a carriage return".to_owned());
        } else if line.ends_with([' ', '\t']) {
            add(index + 1, "ends with a blank".to_owned());
        }
        if line.contains('\t') {
            add(index + 1, "has a tab".to_owned());
        }
    }
    if !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")) {
        add(0, "must end with one line feed".to_owned());
    }
    let excepted = LONGER.iter().any(|(long, _)| *long == path);
    if has_extension(kind, &SOURCE) && lines(text) > MAX_LINES && !excepted {
        add(0, format!("has {} lines, more than {MAX_LINES}: split it", lines(text)));
    }

    if has_extension(kind, &["rs"]) {
        // A module's tests are described by the module.
        if !text.starts_with("//!") && kind.file_name() != Some(OsStr::new("tests.rs")) {
            add(1, "must begin with what the file is for (//!)".to_owned());
        }
        for (line, rule) in forbidden(text, &NOT_IN_RUST) {
            add(line, rule);
        }
    }
    if path.starts_with("www/") && has_extension(kind, &["ts", "js", "mjs", "html"]) {
        for (line, rule) in forbidden(text, &NOT_IN_WEB) {
            add(line, rule);
        }
    }
    // The workspace's own has no package; the fuzz targets' is no member, so it can inherit nothing.
    let member =
        text.lines().any(|line| line == "[package]") && !text.lines().any(|line| line == "[workspace]");
    if kind.file_name() == Some(OsStr::new("Cargo.toml")) && member {
        for (line, rule) in check_manifest(text) {
            add(line, rule);
        }
    }
    findings
}

fn forbidden(text: &str, rules: &[(&str, &str)]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (word, reason) in rules {
            if line.contains(word) {
                found.push((index + 1, format!("has `{word}`: {reason}")));
            }
        }
    }
    found
}

/// Every crate has the workspace's licence and lints, and a reason beside each dependency from elsewhere.
fn check_manifest(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for setting in ["license.workspace = true", "rust-version.workspace = true", "[lints]\nworkspace = true"]
    {
        if !text.contains(setting) {
            found.push((0, format!("must have `{}`", setting.replace('\n', " "))));
        }
    }
    let mut section = "";
    // A comment holds for the lines below it, up to a blank one.
    let mut explained = false;
    for (index, line) in text.lines().enumerate() {
        match line.chars().next() {
            Some('[') => {
                section = line;
                explained = false;
            }
            Some('#') => explained = true,
            None => explained = false,
            Some(first) => {
                // Not the second line of a long one.
                let dependency = section.ends_with("dependencies]") && first.is_ascii_alphabetic();
                let ours = line.contains("workspace = true") || line.contains("path =");
                if dependency && !ours && !explained && !line.contains('#') {
                    found.push((index + 1, "must say beside the dependency why it is needed".to_owned()));
                }
            }
        }
    }
    found
}

fn lines(text: &str) -> usize {
    text.lines().count()
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    // A dot file's name is its kind.
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
    extensions.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<(usize, String)> {
        check(path, text).into_iter().map(|finding| (finding.line, finding.rule)).collect()
    }

    fn is_broken(path: &str, text: &str, line: usize, part: &str) {
        let found = rules(path, text);
        assert!(found.iter().any(|(at, rule)| *at == line && rule.contains(part)), "{path}: {found:?}");
    }

    #[test]
    fn passes_what_is_tidy() {
        assert_eq!(rules("core/src/a.rs", "//! Why.\nfn a() {}\n"), []);
        assert_eq!(rules("tests/sample/leads.csv", "a\tb \r\n1,2"), []);
        assert_eq!(rules("www/src/generated/x.d.ts", "\ta \n"), []);
    }

    #[test]
    fn finds_untidy_text() {
        is_broken("a.md", "a\nb \n", 2, "blank");
        is_broken("a.md", "a\r\n", 1, "carriage return");
        is_broken("a.css", "\ta\n", 1, "tab");
        is_broken("a.md", "a", 0, "line feed");
        is_broken("a.md", "a\n\n", 0, "line feed");
        is_broken(".ci/run", "a \n", 1, "blank");
    }

    #[test]
    fn finds_what_a_source_must_not_have() {
        is_broken("a.rs", "fn a() {}\n", 1, "//!");
        is_broken("a.rs", concat!("//! A.\n#[", "ignore]\nfn a() {}\n"), 2, "proves nothing");
        is_broken("www/src/a.ts", concat!("x.inner", "HTML = y\n"), 1, "HTML");
        is_broken("a.rs", &format!("//! A.\n{}", "fn a() {}\n".repeat(MAX_LINES)), 0, "401 lines");
        is_broken("data.json", concat!("{}\n\"/ho", "me/x\"\n"), 2, "one machine");
    }

    #[test]
    fn finds_what_a_manifest_lacks() {
        let manifest = "[package]\nname = \"a\"\n\n[dependencies]\nb = \"1\"\nc = \"1\" # Why.\n\n# Why.\nd = \"1\"\n\ne = \"1\"\n";
        is_broken("a/Cargo.toml", manifest, 0, "license");
        is_broken("a/Cargo.toml", manifest, 0, "lints");
        let unexplained =
            rules("a/Cargo.toml", manifest).into_iter().filter(|(_, rule)| rule.contains("why"));
        assert_eq!(unexplained.map(|(line, _)| line).collect::<Vec<_>>(), [5, 11]);
    }
}
