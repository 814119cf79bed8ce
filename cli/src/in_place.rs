//! A file that a run reads, and replaces by what it made of it.

#[cfg(unix)]
use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read};
use std::path::Path;

use sales_ready::{Error, ErrorKind, Result};

use crate::input;

/// What was there when it was read: two runs at once would each replace it, and what the first had put there were lost.
pub(crate) struct InPlace<'a> {
    path: &'a Path,
    text: Option<String>,
    reader: Reader,
    /// Held until the run is over. It is on the file, so that it leaves nothing behind, and whoever only reads takes none.
    #[cfg(unix)]
    _lock: Option<File>,
}

/// Makes a text of the bytes of a file of this name.
type Reader = fn(Box<dyn Read>, &Path) -> Result<String>;

impl<'a> InPlace<'a> {
    /// Reads a file that may be there, by `reader`.
    pub(crate) fn read(path: &'a Path, reader: Reader) -> Result<Self> {
        #[cfg(unix)]
        let lock = lock(path, |path| File::open(path))?;
        #[cfg(unix)]
        let text = match lock.as_ref().and_then(|file| file.try_clone().ok()) {
            Some(file) => Some(reader(Box::new(file), path)?),
            None => read(path, reader)?,
        };
        #[cfg(not(unix))]
        let text = read(path, reader)?;
        Ok(Self {
            path,
            text,
            reader,
            #[cfg(unix)]
            _lock: lock,
        })
    }

    /// What was read; `None` where nothing was there.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// What it is called.
    pub(crate) fn path(&self) -> &Path {
        self.path
    }

    /// Asked right before it is replaced: whether it still is what was read.
    pub(crate) fn check(&self) -> Result<()> {
        if read(self.path, self.reader)? == self.text { Ok(()) } else { Err(self.changed()) }
    }

    /// Where it is not what was read any more.
    pub(crate) fn changed(&self) -> Error {
        let message = "it has changed since this run read it, and stays as it is now; run the command again";
        Error::new(ErrorKind::Io, message).at(input::name(self.path), 0, 0)
    }
}

fn read(path: &Path, reader: Reader) -> Result<Option<String>> {
    path.exists().then(|| reader(input::open(path)?.0, path)).transpose()
}

/// Where files can not be locked, [`InPlace::check`] alone has to find what others did.
#[cfg(unix)]
fn lock(path: &Path, open: impl Fn(&Path) -> io::Result<File>) -> Result<Option<File>> {
    while path.is_file() {
        let Ok(file) = open(path) else { break };
        match file.try_lock() {
            Ok(()) if is_at(&file, path) => return Ok(Some(file)),
            // Another run has replaced it since it was opened: whoever comes next would lock what is there now.
            Ok(()) => {}
            Err(TryLockError::Error(_)) => break,
            Err(TryLockError::WouldBlock) => {
                let message = "another run is about to replace it; wait for that one to end, then run the command again";
                return Err(Error::new(ErrorKind::Io, message).at(input::name(path), 0, 0));
            }
        }
    }
    Ok(None)
}

/// Whether an open file is the one at a path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let own = |about: Metadata| (about.dev(), about.ino());
    let [opened, there] = [file.metadata(), fs::metadata(path)].map(|about| about.map(own).ok());
    opened.is_some() && opened == there
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_file_that_is_locked_is_the_one_that_is_there() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let [path, next] = ["state", "next"].map(|name| folder.path().join(name));
        fs::write(&path, "old").expect("a file");
        fs::write(&next, "new").expect("a file");
        // Another run ends between the opening and the lock.
        let open = |path: &Path| {
            let file = File::open(path);
            let _ = fs::rename(&next, path);
            file
        };
        let mut text = String::new();
        let mut locked = lock(&path, open).expect("no other lock").expect("a file");
        locked.read_to_string(&mut text).expect("a text");
        assert_eq!(text, "new");
        assert!(lock(&path, |path| File::open(path)).is_err(), "the lock is on what is there");
    }
}
