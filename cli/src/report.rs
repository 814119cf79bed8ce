//! `--report` and `--report-json`: what only the command line knows of a report, and where it goes.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use sales_ready::Result;
pub(crate) use sales_ready::report::Source;
use sales_ready::report::{FileFacts, Report, Reproduction};
use sales_ready::train::shell::argument;
use sha2::{Digest, Sha256};

use crate::args::TrainArgs;
use crate::input;
use crate::output::Output;
use crate::places::{self, Place};
use crate::streams;
use crate::text::named;

/// What has been read, where a report asks for it: each file as it was when it was read, since what comes through a pipe can be
/// read once.
pub(crate) struct Seen(Option<RefCell<Vec<SeenFile>>>);

struct SeenFile {
    role: &'static str,
    name: String,
    bytes: Bytes,
}

/// How many bytes have passed, and their hash. Shared, since the reader that feeds it is given away.
type Bytes = Rc<RefCell<(u64, Sha256)>>;

/// A reader whose bytes are counted and hashed as they pass.
pub(crate) struct Watched<R> {
    source: R,
    bytes: Option<Bytes>,
}

impl Seen {
    pub(crate) fn new(args: &TrainArgs) -> Self {
        Self(is_asked(args).then(RefCell::default))
    }

    /// The same reader, of a file with this role.
    pub(crate) fn watch<R: Read>(&self, role: &'static str, path: &Path, source: R) -> Watched<R> {
        let bytes = self.0.as_ref().map(|files| {
            let bytes = Bytes::default();
            files.borrow_mut().push(SeenFile { role, name: input::name(path), bytes: Rc::clone(&bytes) });
            bytes
        });
        Watched { source, bytes }
    }

    /// The files in the order of these roles.
    fn facts(&self, roles: &[&str]) -> Vec<FileFacts> {
        let Some(files) = &self.0 else { return Vec::new() };
        let facts = |file: &SeenFile| {
            let (bytes, hash) = file.bytes.borrow().clone();
            FileFacts {
                role: file.role.to_owned(),
                name: file.name.clone(),
                bytes,
                sha256: hexadecimal(hash),
            }
        };
        let mut found: Vec<FileFacts> = files.borrow().iter().map(facts).collect();
        found.sort_by_key(|file| roles.iter().position(|role| *role == file.role));
        found
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        if let Some(seen) = &self.bytes {
            let (bytes, hash) = &mut *seen.borrow_mut();
            *bytes += count as u64;
            hash.update(&buffer[..count]);
        }
        Ok(count)
    }
}

/// All that is written: the model, and the reports that were asked for.
pub(crate) fn outputs(args: &TrainArgs) -> impl Iterator<Item = Place<'_>> {
    let model = if args.output.is_some() { "-o" } else { "--replace" };
    let reports = [("--report", &args.report), ("--report-json", &args.report_json)];
    let asked = reports.into_iter().filter_map(|(flag, path)| Some((flag, path.as_deref()?)));
    [(model, args.destination())].into_iter().chain(asked)
}

/// Asked before long work: every output can be written, and takes the place of nothing that is read or written.
pub(crate) fn check(args: &TrainArgs) -> Result<()> {
    let outputs: Vec<Place<'_>> = outputs(args).collect();
    let mut inputs = input::places(args.source(), &args.schema);
    inputs.extend(args.touched.outcomes.as_deref().map(|path| ("the outcomes", path)));
    inputs.extend(args.touched.leads.as_deref().map(|path| ("the leads", path)));
    places::check(&inputs, &outputs)?;
    outputs.iter().try_for_each(|(_, path)| Output::check(path))
}

/// The reports that were asked for, each with its place.
pub(crate) fn texts<'a>(
    args: &'a TrainArgs,
    source: Source<'_>,
    seen: &Seen,
) -> Result<Vec<(&'a Path, String)>> {
    if !is_asked(args) {
        return Ok(Vec::new());
    }
    let report = Report::new(source, reproduction(args, source, seen))?;
    let page = args.report.as_deref().map(|path| (path, report.to_html()));
    let json = args.report_json.as_deref().map(|path| (path, report.to_json()));
    Ok(page.into_iter().chain(json).collect())
}

fn is_asked(args: &TrainArgs) -> bool {
    args.report.is_some() || args.report_json.is_some()
}

/// What was written, for people.
pub(crate) fn written(args: &TrainArgs) -> String {
    let reports = [&args.report, &args.report_json].into_iter().flatten();
    let lines =
        reports.filter(|path| !streams::is_output(path)).map(|path| format!("Wrote {}.\n", named(path)));
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

fn reproduction(args: &TrainArgs, source: Source<'_>, seen: &Seen) -> Reproduction {
    let words = std::env::args_os().skip(1).map(|word| argument(&word.to_string_lossy()));
    let command = ["sales-ready".to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(" ");
    let mut files = seen.facts(&["touches", "outcomes", "leads", "schema"]);
    let model = args.destination();
    let published = source.succession.is_none_or(|succession| succession.publish);
    if published && !streams::is_output(model) {
        files.push(facts("model", model, source.training.model.to_json().as_bytes()));
    }
    let version = concat!("sales-ready ", env!("CARGO_PKG_VERSION")).to_owned();
    Reproduction { command, version, files }
}

fn facts(role: &str, path: &Path, bytes: &[u8]) -> FileFacts {
    let sha256 = hexadecimal(Sha256::new_with_prefix(bytes));
    FileFacts { role: role.to_owned(), name: input::name(path), bytes: bytes.len() as u64, sha256 }
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_hashed() {
        let seen = Seen(Some(RefCell::default()));
        let schema = seen.watch("schema", Path::new("b.toml"), &b""[..]);
        let leads = seen.watch("leads", Path::new("a.csv"), "abc".as_bytes());
        assert_eq!(io::read_to_string(leads.chain(schema)).ok().as_deref(), Some("abc"));
        let facts = seen.facts(&["leads", "schema"]);
        let about: Vec<(&str, &str, u64)> =
            facts.iter().map(|file| (&*file.role, &*file.name, file.bytes)).collect();
        assert_eq!(about, [("leads", "a.csv", 3), ("schema", "b.toml", 0)]);
        // FIPS 180-4, the example of one block.
        assert_eq!(facts[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
