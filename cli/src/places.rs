//! What a command reads and what it writes: an output that is an input, or another output, would destroy it.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use sales_ready::{Error, ErrorKind, Result};

use crate::input;
use crate::output;
use crate::streams;

/// A file, and what it is on the command line: a flag, or words.
pub(crate) type Place<'a> = (&'static str, &'a Path);

/// Asked before any work: every output is a file of its own, and none is read; standard input is read once.
pub(crate) fn check(inputs: &[Place<'_>], outputs: &[Place<'_>]) -> Result<()> {
    let mut standard = inputs.iter().filter(|(_, input)| streams::is_input(input));
    if let (Some((first, _)), Some((second, _))) = (standard.next(), standard.next()) {
        let message = format!(
            "standard input can be read once, but is to be {first} and {second}; give one of them as a file"
        );
        return Err(Error::new(ErrorKind::BadOption, message));
    }
    for (place, &(flag, output)) in outputs.iter().enumerate() {
        let own = written_to(output);
        let same = |other: Option<File>| own.is_some() && own == other;
        let read = inputs.iter().find(|(_, input)| same(read_from(input)));
        let written = || {
            let streams = |earlier| streams::is_output(earlier) && streams::is_output(output);
            let mut earlier = outputs[..place].iter();
            earlier.find(|(_, earlier)| *earlier == output || streams(earlier) || same(written_to(earlier)))
        };
        if let Some((what, path)) = read {
            let message = format!(
                "expected a file of its own for {flag}, but {} would overwrite {what}, {}; write to another file",
                output::name(output),
                input::name(path)
            );
            return Err(Error::new(ErrorKind::BadOption, message));
        }
        if let Some((what, path)) = written() {
            let message = format!(
                "expected a file of its own for {flag}, but {} is that of {what}, {}; write to another file",
                output::name(output),
                output::name(path)
            );
            return Err(Error::new(ErrorKind::BadOption, message));
        }
    }
    Ok(())
}

/// What tells a file from all others, whatever name it goes by.
#[derive(PartialEq, Eq)]
enum File {
    /// Device and inode.
    #[cfg(unix)]
    There(u64, u64),
    /// Its path without links and dots.
    Named(PathBuf),
}

fn read_from(path: &Path) -> Option<File> {
    if streams::is_input(path) { of_file(path, &standard_input()?) } else { file(path) }
}

fn written_to(path: &Path) -> Option<File> {
    if streams::is_output(path) { of_file(path, &standard_output()?) } else { file(path) }
}

/// The file at a path, whether it is there yet or not; nothing for devices, pipes and folders, which are not replaced.
fn file(path: &Path) -> Option<File> {
    let Ok(about) = fs::metadata(path) else {
        let path = streams::target(path);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        return Some(File::Named(folder.join(path.file_name()?)));
    };
    of_file(path, &about)
}

fn of_file(path: &Path, about: &Metadata) -> Option<File> {
    about.is_file().then(|| there(path, about)).flatten()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a path may have no canonical form")]
fn there(_: &Path, about: &Metadata) -> Option<File> {
    use std::os::unix::fs::MetadataExt;
    Some(File::There(about.dev(), about.ino()))
}

#[cfg(not(unix))]
fn there(path: &Path, _: &Metadata) -> Option<File> {
    fs::canonicalize(path).ok().map(File::Named)
}

/// The file that a shell made standard input, as in `train - -o leads.csv < leads.csv`.
#[cfg(unix)]
fn standard_input() -> Option<Metadata> {
    opened(&std::io::stdin())
}

#[cfg(unix)]
fn standard_output() -> Option<Metadata> {
    opened(&std::io::stdout())
}

#[cfg(unix)]
fn opened(stream: &impl std::os::fd::AsFd) -> Option<Metadata> {
    let copy = stream.as_fd().try_clone_to_owned().ok()?;
    fs::File::from(copy).metadata().ok()
}

#[cfg(not(unix))]
fn standard_input() -> Option<Metadata> {
    None
}

#[cfg(not(unix))]
fn standard_output() -> Option<Metadata> {
    None
}
