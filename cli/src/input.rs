//! Files that are read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sales_ready::model::Positive;
use sales_ready::train::csv::{self, Table};
use sales_ready::train::outcomes::OutcomeColumn;
use sales_ready::train::schema::{self, Schema, SchemaFile};
use sales_ready::train::touches::known::KnownLeads;
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::touches::log::{self, Log};
use sales_ready::{Error, ErrorKind, Model, Result};

use crate::args::{CsvArgs, OutcomeArgs, SchemaArgs};
use crate::places::Place;
use crate::progress::Bar;
use crate::streams;

/// No model and no schema has more bytes: the models of the widest tables have a few millions. What has more is another file, or
/// a device without an end, and would fill the memory before it is told so.
const MOST_BYTES: u64 = 100_000_000;

/// Reads a file, or standard input for `-`, with a progress bar if it takes long. The reader is given the bytes, the file's name
/// in messages, and whom to tell how many bytes it has read.
pub(crate) fn read<T>(
    path: &Path,
    doing: &str,
    reader: impl FnOnce(Box<dyn Read>, &str, &mut dyn FnMut(u64)) -> Result<T>,
) -> Result<T> {
    let (source, size) = open(path)?;
    let bar = Bar::new();
    reader(source, &name(path), &mut |bytes| bar.bytes(doing, bytes, size))
}

/// The bytes of a file, and how many they are; 0 where that is not known.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn Read>, u64)> {
    if streams::is_input(path) {
        return Ok((Box::new(io::stdin()), 0));
    }
    let file = File::open(path).map_err(|error| unreadable(path, error))?;
    let about = file.metadata().map_err(|error| unreadable(path, error))?;
    if about.is_dir() {
        let message = "expected a file, found a folder";
        return Err(Error::new(ErrorKind::Io, message).at(name(path), 0, 0));
    }
    Ok((Box::new(file), if about.is_file() { about.len() } else { 0 }))
}

/// Reads a whole CSV file.
pub(crate) fn table(path: &Path, args: &CsvArgs) -> Result<Table> {
    table_through(path, args, |source| source)
}

/// [`table`], its bytes taken through a reader that looks at them.
pub(crate) fn table_through<R: Read>(
    path: &Path,
    args: &CsvArgs,
    through: impl FnOnce(Box<dyn Read>) -> R,
) -> Result<Table> {
    read(path, "reading", |source, name, progress| {
        Table::read(through(source), name, &csv_options(args), progress)
    })
}

/// Reads a log of touches, its bytes taken through a reader that looks at them.
pub(crate) fn touches_through<R: Read>(
    path: &Path,
    options: &log::Options,
    through: impl FnOnce(Box<dyn Read>) -> R,
) -> Result<Log> {
    read(path, "reading the touches", |source, name, progress| {
        Log::read(through(source), name, options, progress)
    })
}

/// Reads what became of leads.
pub(crate) fn outcomes(path: &Path, args: &CsvArgs, schema: Option<&SchemaFile>) -> Result<Outcomes> {
    outcomes_through(path, args, schema, |source| source)
}

/// [`outcomes`], their bytes taken through a reader that looks at them.
pub(crate) fn outcomes_through<R: Read>(
    path: &Path,
    args: &CsvArgs,
    schema: Option<&SchemaFile>,
    through: impl FnOnce(Box<dyn Read>) -> R,
) -> Result<Outcomes> {
    read(path, "reading the outcomes", |source, name, progress| {
        Outcomes::read(through(source), name, &csv_options(args), schema, progress)
    })
}

/// Reads what else is known of leads, where there is a file of it.
pub(crate) fn known(path: Option<&Path>, model: &Model, args: &CsvArgs) -> Result<Option<KnownLeads>> {
    let Some(path) = path else { return Ok(None) };
    read(path, "reading the leads", |source, name, progress| {
        KnownLeads::read(model, source, name, &csv_options(args), progress).map(Some)
    })
}

/// Reads a schema file, where there is one.
pub(crate) fn schema_file(path: Option<&Path>) -> Result<Option<SchemaFile>> {
    schema_file_through(path, |_, source| source)
}

/// [`schema_file`], its bytes taken through a reader that looks at them.
pub(crate) fn schema_file_through<R: Read>(
    path: Option<&Path>,
    through: impl FnOnce(&Path, Box<dyn Read>) -> R,
) -> Result<Option<SchemaFile>> {
    let Some(path) = path else { return Ok(None) };
    let text = bounded(through(path, open(path)?.0), path, ErrorKind::Schema, "a schema file")?;
    SchemaFile::from_toml(&text, &name(path)).map(Some)
}

/// What each column of a table is, by flags, schema file and guess.
pub(crate) fn schema(table: &Table, args: &SchemaArgs, file: Option<SchemaFile>) -> Result<Schema> {
    let options = schema::Options {
        target: args.target.clone(),
        positive: Positive::of(args.positive.clone()),
        exclude: columns(Some(table), &args.exclude),
        keep: columns(Some(table), &args.keep),
        missing: args.missing.clone(),
        engagement: columns(Some(table), &args.engagement),
        actionable: columns(Some(table), &args.actionable),
        file,
    };
    Schema::infer(table, &options)
}

/// The files of a table and its schema.
pub(crate) fn places<'a>(leads: &'a Path, args: &'a SchemaArgs) -> Vec<Place<'a>> {
    let schema = args.schema.as_deref().map(|path| ("the schema", path));
    [("the leads", leads)].into_iter().chain(schema).collect()
}

/// The columns that texts such as `source, region` name; a name that holds a comma itself stands alone.
pub(crate) fn columns(table: Option<&Table>, texts: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    for text in texts {
        if table.is_some_and(|table| table.position(text.trim()).is_some()) {
            names.push(text.trim().to_owned());
        } else {
            names.extend(text.split(',').map(|name| name.trim().to_owned()));
        }
    }
    names
}

/// Where the outcomes of leads stand.
pub(crate) fn outcome_column(args: &OutcomeArgs) -> OutcomeColumn {
    OutcomeColumn { target: args.target.clone(), positive: Positive::of(args.positive.clone()) }
}

/// Reads and checks a model file.
pub(crate) fn model(path: &Path) -> Result<Model> {
    model_of(&model_text(open(path)?.0, path)?, path)
}

/// The text of a model file, before it is checked.
pub(crate) fn model_text(source: Box<dyn Read>, path: &Path) -> Result<String> {
    bounded(source, path, ErrorKind::ModelInvalid, "a model file")
}

/// Checks the text of a model file.
pub(crate) fn model_of(text: &str, path: &Path) -> Result<Model> {
    Model::from_json(text).map_err(|error| error.in_file(name(path)))
}

/// An error that names no place yet, as one of a file.
pub(crate) fn placed(error: Error, path: &Path) -> Error {
    if error.position().is_none() { error.at(name(path), 0, 0) } else { error }
}

pub(crate) fn csv_options(args: &CsvArgs) -> csv::Options {
    csv::Options { delimiter: args.delimiter, encoding: args.encoding }
}

/// What a path is called in messages.
pub(crate) fn name(path: &Path) -> String {
    if streams::is_input(path) { "standard input".into() } else { path.display().to_string() }
}

/// All of a text that is no table, and not long.
fn bounded(source: impl Read, path: &Path, kind: ErrorKind, expected: &str) -> Result<String> {
    let text = whole(source.take(MOST_BYTES + 1), path)?;
    if text.len() as u64 <= MOST_BYTES {
        return Ok(text);
    }
    let message =
        format!("expected {expected}, found more than {} MB; name another file", MOST_BYTES / 1_000_000);
    Err(Error::new(kind, message).at(name(path), 0, 0))
}

/// All of a text that is no table, however long it is: a state grows with its leads.
pub(crate) fn whole(mut source: impl Read, path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(|error| unreadable(path, error))?;
    String::from_utf8(bytes).map_err(|error| {
        // The byte order marks.
        let found = match error.as_bytes() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                "UTF-16, as PowerShell writes what is redirected with `>`; write the file with -o, or save it as UTF-8"
            }
            _ => "another encoding, or no text at all; save the file as UTF-8",
        };
        Error::new(ErrorKind::Encoding, format!("expected UTF-8, found {found}")).at(name(path), 0, 0)
    })
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("could not read: {error}")).caused_by(error).at(name(path), 0, 0)
}
