//! Standard streams, by whatever name they go: `-`, `/dev/stdout`, `/dev/fd/1`, or a link to one of these.

use std::path::Path;
#[cfg(unix)]
use std::{fs, path::PathBuf};

pub(crate) const INPUT: u32 = 0;
pub(crate) const OUTPUT: u32 = 1;
pub(crate) const ERROR: u32 = 2;

/// Whether a path to read from is standard input.
pub(crate) fn is_input(path: &Path) -> bool {
    path.as_os_str() == "-" || descriptor(path) == Some(INPUT)
}

/// Whether a path to write to is standard output.
pub(crate) fn is_output(path: &Path) -> bool {
    path.as_os_str() == "-" || descriptor(path) == Some(OUTPUT)
}

/// The open descriptor that a path means, if any.
///
/// Its target has a name as well, but that file is not what is meant: a shell that appends to it (`>>`) has opened it so.
#[cfg(unix)]
pub(crate) fn descriptor(path: &Path) -> Option<u32> {
    /// More links in a row are a circle.
    const LINKS: usize = 40;

    let mut path: PathBuf = path.to_owned();
    for _ in 0..LINKS {
        let name = path.file_name()?.to_str()?;
        let folder = path.parent()?;
        if let Ok(number) = name.parse()
            && fs::canonicalize(folder).is_ok_and(|folder| is_of_descriptors(&folder))
        {
            return Some(number);
        }
        let link = fs::read_link(&path).ok()?;
        path = folder.join(link);
    }
    None
}

#[cfg(not(unix))]
pub(crate) fn descriptor(_: &Path) -> Option<u32> {
    None
}

/// `/dev/fd`, or what Linux has in its place.
#[cfg(unix)]
fn is_of_descriptors(folder: &Path) -> bool {
    folder == Path::new("/dev/fd") || (folder.starts_with("/proc") && folder.ends_with("fd"))
}
