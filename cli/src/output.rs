//! Files that appear whole or not at all, and streams.

mod interrupted;
mod steady;

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sales_ready::{Error, ErrorKind, Result};
use tempfile::{NamedTempFile, PersistError};

use crate::streams;
use interrupted::leave_nothing_behind;
pub(crate) use interrupted::unfinished;
use steady::Steady;

/// What temporary files are called: hidden, and told from others.
pub(crate) const PREFIX: &str = ".sales-ready-";

/// Where a command's output goes. Nothing is there before [`Output::finish`], unless it is standard output or a device.
pub(crate) enum Output {
    Standard(BufWriter<Pipe<io::Stdout>>),
    /// A device, a pipe or standard error, which can not be replaced.
    Special(BufWriter<Pipe<File>>, PathBuf),
    /// A temporary file beside the target.
    File(BufWriter<Steady>, PathBuf),
}

/// A writer of rows, which ends the run where the pipe is closed: no row that follows would be read.
pub(crate) struct Pipe<W>(W);

impl Output {
    /// Opens an output; `-` is standard output.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        if streams::is_output(path) {
            return Ok(Self::Standard(BufWriter::new(Pipe(io::stdout()))));
        }
        let fail = |error: io::Error| unwritable(path, error);
        #[cfg(unix)]
        if streams::descriptor(path) == Some(streams::ERROR) {
            use std::os::fd::AsFd;
            let own = io::stderr().as_fd().try_clone_to_owned().map_err(fail)?;
            return Ok(Self::Special(BufWriter::new(Pipe(own.into())), path.to_owned()));
        }
        // A link is followed, so that it is its target that is replaced.
        let target = streams::target(path);
        let about = fs::metadata(&target);
        match &about {
            Ok(about) if about.is_dir() => {
                let message = "expected the name of a file, found a folder";
                return Err(Error::new(ErrorKind::Io, message).at(path.display().to_string(), 0, 0));
            }
            Ok(about) if about.is_file() && streams::is_open_file(path) => {
                // Opened anew, it would be written where its other writers are not, and they over what was written.
                let message = "expected a file by its own name; or redirect standard output to what is open there, as with -o - >&3";
                return Err(Error::new(ErrorKind::Io, message).at(path.display().to_string(), 0, 0));
            }
            Ok(about) if !about.is_file() => {
                let file = File::options().write(true).open(&target).map_err(fail)?;
                return Ok(Self::Special(BufWriter::new(Pipe(file)), target));
            }
            _ => {}
        }
        let folder =
            target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            let message = format!("expected the folder {} to exist; create it first", folder.display());
            return Err(Error::new(ErrorKind::Io, message).at(path.display().to_string(), 0, 0));
        }
        // The error names the temporary file, which means nothing to the reader; its kind says it all.
        let file = in_place_of(about.ok().as_ref(), folder).map_err(|error| fail(error.kind().into()))?;
        Ok(Self::File(BufWriter::new(Steady::new(file)), target))
    }

    /// Whether a file can be written there: asked before long work, so that it is not done in vain.
    pub(crate) fn check(path: &Path) -> Result<()> {
        if path.to_string_lossy().ends_with(std::path::MAIN_SEPARATOR) {
            let message = "expected the name of a file, found the name of a folder";
            return Err(Error::new(ErrorKind::Io, message).at(path.display().to_string(), 0, 0));
        }
        match fs::metadata(path) {
            // Opening a pipe or a device would already do something to it.
            Ok(about) if !about.is_dir() && !about.is_file() => Ok(()),
            _ if streams::is_output(path) => Ok(()),
            _ => Self::create(path).map(drop),
        }
    }

    /// Puts the output in its place.
    pub(crate) fn finish(self) -> Result<()> {
        self.placed(|file, path| file.persist(path))
    }

    /// Puts the output in its place, but only where nothing is: else an error whose source is of the kind
    /// [`io::ErrorKind::AlreadyExists`].
    pub(crate) fn finish_first(self) -> Result<()> {
        self.placed(|file, path| match file.persist_noclobber(path) {
            // Not every file system can look and place in one.
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => error.file.persist(path),
            placed => placed,
        })
    }

    fn placed(self, place: impl FnOnce(NamedTempFile, &Path) -> Result<File, PersistError>) -> Result<()> {
        match self {
            Self::Standard(mut writer) => writer.flush().map_err(|error| unwritable(Path::new("-"), error)),
            Self::Special(mut writer, path) => writer.flush().map_err(|error| unwritable(&path, error)),
            Self::File(writer, path) => {
                let file = writer.into_inner().map_err(|error| unwritable(&path, error.into_error()))?;
                let file = file.on_disk().map_err(|error| unwritable(&path, error))?;
                place(file, &path).map_err(|error| unwritable(&path, error.error))?;
                Ok(())
            }
        }
    }

    /// Writes a whole text, so that nothing is left to do for [`Output::finish`] but to put a file in its place. Where
    /// nobody reads on, the run does.
    pub(crate) fn write_whole(&mut self, text: &str) -> io::Result<()> {
        let text = text.as_bytes();
        let written = match self {
            Self::Standard(writer) => {
                let Pipe(stdout) = writer.get_mut();
                stdout.write_all(text).and_then(|()| stdout.flush())
            }
            Self::Special(writer, _) => writer.get_mut().0.write_all(text),
            Self::File(writer, _) => writer
                .write_all(text)
                .and_then(|()| writer.flush())
                .and_then(|()| writer.get_ref().sync_all()),
        };
        unless_closed(written)
    }
}

/// A temporary file that is to replace another: of the same owner and group as far as may be, and nobody may read more of it,
/// such as the names of leads; a new one has what the umask leaves.
#[cfg(unix)]
fn in_place_of(before: Option<&Metadata>, folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

    let mode = before.map(|before| fs::Permissions::from_mode(before.permissions().mode() & 0o777));
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).permissions(mode.clone().unwrap_or(fs::Permissions::from_mode(0o666)));
    let file = removed_when_interrupted(|| builder.tempfile_in(folder))?;
    if let Some(before) = before {
        // Only root may give a file to another owner, and only members to a group.
        let given = fchown(file.as_file(), Some(before.uid()), Some(before.gid()));
        let _ = given.or_else(|_| fchown(file.as_file(), None, Some(before.gid())));
    }
    // The umask may have taken some of it.
    mode.map_or(Ok(()), |mode| file.as_file().set_permissions(mode))?;
    Ok(file)
}

#[cfg(not(unix))]
fn in_place_of(_: Option<&Metadata>, folder: &Path) -> io::Result<NamedTempFile> {
    removed_when_interrupted(|| tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder))
}

/// Makes a temporary file that goes when the run is interrupted.
fn removed_when_interrupted(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<NamedTempFile> {
    leave_nothing_behind();
    // Held while the file is made, so that it is never missed.
    let mut unfinished = unfinished();
    let file = make()?;
    unfinished.push(file.path().to_owned());
    Ok(file)
}

impl Write for Output {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(writer) => writer.write(text),
            Self::Special(writer, _) => writer.write(text),
            Self::File(writer, _) => writer.write(text),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(writer) => writer.flush(),
            Self::Special(writer, _) => writer.flush(),
            Self::File(writer, _) => writer.flush(),
        }
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.write(text).or_else(end_quietly)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().or_else(end_quietly)
    }
}

/// Nobody reads on, so there is nothing left to do.
fn end_quietly<T>(error: io::Error) -> io::Result<T> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    Err(error)
}

/// Who closed a pipe has read enough.
pub(crate) fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    written.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}

/// An error of writing that does not say where to.
pub(crate) fn of_output(error: Error, path: &Path) -> Error {
    let nowhere = error.kind() == ErrorKind::Io && error.position().is_none();
    if nowhere { error.at(name(path), 0, 0) } else { error }
}

/// What an output is called in messages.
pub(crate) fn name(path: &Path) -> String {
    if streams::is_output(path) { "standard output".into() } else { path.display().to_string() }
}

pub(crate) fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("could not write: {error}")).caused_by(error).at(name(path), 0, 0)
}
