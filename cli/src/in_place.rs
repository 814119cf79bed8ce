//! A file that a run reads, and replaces by what it made of it.

#[cfg(unix)]
use std::fs::{File, TryLockError};
use std::path::Path;

use sales_ready::{Error, ErrorKind, Result};

use crate::input;

/// What was there when it was read: two runs at once would each replace it, and what the first had put there were lost.
pub(crate) struct InPlace<'a> {
    path: &'a Path,
    text: Option<String>,
    reader: fn(&Path) -> Result<String>,
    /// Held until the run is over. It is on the file, so that it leaves nothing behind, and whoever only reads takes none.
    #[cfg(unix)]
    _lock: Option<File>,
}

impl<'a> InPlace<'a> {
    /// Reads a file that may be there, by `reader`.
    pub(crate) fn read(path: &'a Path, reader: fn(&Path) -> Result<String>) -> Result<Self> {
        #[cfg(unix)]
        let lock = lock(path)?;
        let text = path.exists().then(|| reader(path)).transpose()?;
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
        let now = self.path.exists().then(|| (self.reader)(self.path)).transpose()?;
        if now == self.text { Ok(()) } else { Err(self.changed()) }
    }

    /// Where it is not what was read any more.
    pub(crate) fn changed(&self) -> Error {
        let message = "it has changed since this run read it, and stays as it is now; run the command again";
        Error::new(ErrorKind::Io, message).at(input::name(self.path), 0, 0)
    }
}

/// Where files can not be locked, [`InPlace::check`] alone has to find what others did.
#[cfg(unix)]
fn lock(path: &Path) -> Result<Option<File>> {
    if !path.is_file() {
        return Ok(None);
    }
    let Ok(file) = File::open(path) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::Error(_)) => Ok(None),
        Err(TryLockError::WouldBlock) => {
            let message =
                "another run is about to replace it; wait for that one to end, then run the command again";
            Err(Error::new(ErrorKind::Io, message).at(input::name(path), 0, 0))
        }
    }
}
