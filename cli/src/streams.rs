//! Standard streams, by whatever name they go: `-`, `/dev/stdout`, `/dev/fd/1`, or a link to one of these.

use std::fs;
use std::iter::successors;
use std::path::{Path, PathBuf};

pub(crate) const INPUT: u32 = 0;
pub(crate) const OUTPUT: u32 = 1;
#[cfg(unix)]
pub(crate) const ERROR: u32 = 2;

/// Whether a path to read from is standard input.
pub(crate) fn is_input(path: &Path) -> bool {
    path.as_os_str() == "-" || descriptor(path) == Some(INPUT)
}

/// Whether a path to write to is standard output.
pub(crate) fn is_output(path: &Path) -> bool {
    path.as_os_str() == "-" || descriptor(path) == Some(OUTPUT)
}

/// What a path leads to through links, whether it is there yet or not.
pub(crate) fn target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        // A pipe that a shell has opened is there, though what it is a link to is no path.
        let target = if path.exists() { None } else { links(path).last() };
        target.unwrap_or_else(|| path.to_owned())
    })
}

/// The open descriptor of this run that a path means, if any.
#[cfg(unix)]
pub(crate) fn descriptor(path: &Path) -> Option<u32> {
    let own = ["/dev/fd", "/proc/self/fd", "/proc/thread-self/fd"];
    let is_own =
        |folder: &PathBuf| own.iter().any(|own| fs::canonicalize(own).is_ok_and(|own| own == *folder));
    open_file(path).filter(|(folder, _)| is_own(folder)).map(|(_, number)| number)
}

#[cfg(not(unix))]
pub(crate) fn descriptor(_: &Path) -> Option<u32> {
    None
}

/// Whether a path means what some process has opened. That has a name as well, but that file is not what is meant: a shell that
/// appends to it (`>>`) has opened it so.
pub(crate) fn is_open_file(path: &Path) -> bool {
    open_file(path).is_some()
}

/// The folder of open files, and the number of one of them, that a path leads to.
fn open_file(path: &Path) -> Option<(PathBuf, u32)> {
    links(path).find_map(|path| {
        let number = path.file_name()?.to_str()?.parse().ok()?;
        let folder = fs::canonicalize(path.parent()?).ok()?;
        let of_process = folder.starts_with("/proc") && folder.ends_with("fd");
        (of_process || folder == Path::new("/dev/fd")).then_some((folder, number))
    })
}

/// A path, what it is a link to, and so on.
fn links(path: &Path) -> impl Iterator<Item = PathBuf> {
    /// More links in a row are a circle.
    const LINKS: usize = 40;

    let link = |path: &PathBuf| Some(path.parent()?.join(fs::read_link(path).ok()?));
    successors(Some(path.to_owned()), link).take(LINKS)
}
