//! Whole texts for several places, of which all appear or none.

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use sales_ready::{Error, Result};
use tempfile::TempDir;

use crate::in_place::InPlace;
use crate::output::{Output, PREFIX, unfinished, unwritable};
use crate::streams;

/// Texts that have been written beside their places. Dropped, they leave nothing behind.
pub(crate) struct Prepared(Vec<Output>);

impl Prepared {
    /// Writes all texts; those for a device or standard output last, since these can not be taken back.
    pub(crate) fn new(texts: &[(&Path, String)]) -> Result<Self> {
        let mut outputs =
            texts.iter().map(|(path, _)| Output::create(path)).collect::<Result<Vec<Output>>>()?;
        for of_files in [true, false] {
            for (output, (path, text)) in outputs.iter_mut().zip(texts) {
                if matches!(output, Output::File(..)) == of_files {
                    output.write_whole(text).map_err(|error| unwritable(path, error))?;
                }
            }
        }
        Ok(Self(outputs))
    }

    /// Puts the files in their places, in the order they were given. Where one can not be, those before it are again
    /// what they were.
    pub(crate) fn publish(self) -> Result<()> {
        self.place(Output::finish)
    }

    /// The same, where one of the files has been read and is to be replaced: only if it still is what was read.
    pub(crate) fn publish_over(mut self, read: &InPlace<'_>) -> Result<()> {
        read.check()?;
        if read.text().is_some() {
            return self.publish();
        }
        let target = streams::target(read.path());
        let begins = |output: &Output| matches!(output, Output::File(_, path) if *path == target);
        // First, so that of two runs that would begin it at once the one that comes too late has touched nothing.
        self.0.sort_by_key(|output| !begins(output));
        let begun =
            self.place(|output| if begins(&output) { output.finish_first() } else { output.finish() });
        begun.map_err(|error| if is_there(&error) { read.changed() } else { error })
    }

    fn place(self, finish: impl Fn(Output) -> Result<()>) -> Result<()> {
        let _interruption_waits = unfinished();
        let mut placed: Vec<(PathBuf, Option<TempDir>)> = Vec::new();
        let mut outputs = self.0.into_iter().filter(|output| matches!(output, Output::File(..))).peekable();
        while let Some(output) = outputs.next() {
            let Output::File(_, path) = &output else { continue };
            let path = path.clone();
            // The last is never taken back.
            let before = if outputs.peek().is_some() { kept(&path) } else { Ok(None) };
            let before = before.map_err(|error| unwritable(&path, error));
            match before.and_then(|before| finish(output).map(|()| before)) {
                Ok(before) => placed.push((path, before)),
                Err(error) => {
                    placed.into_iter().for_each(take_back);
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

/// What a file is called while another is in its place.
const BEFORE: &str = "before";

/// Keeps the file at a path, if there is one, so that it can be put back: as a second name of it, which asks nobody whether it
/// may be read, in a folder of this run's beside it, from which it may be removed whoever owns it.
fn kept(path: &Path) -> io::Result<Option<TempDir>> {
    let beside = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(beside)?;
    let aside = folder.path().join(BEFORE);
    match fs::hard_link(path, &aside) {
        Ok(()) => Ok(Some(folder)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        // Not every file system has second names.
        Err(_) => fs::copy(path, aside).map(|_| Some(folder)),
    }
}

/// Makes a place what it was. What can be done is done; the error that is told is the first.
fn take_back((path, before): (PathBuf, Option<TempDir>)) {
    let Some(folder) = before else {
        let _ = fs::remove_file(path);
        return;
    };
    if fs::rename(folder.path().join(BEFORE), path).is_err() {
        // Better under another name than gone.
        let _ = folder.keep();
    }
}

/// Whether a file is there where none was to be.
fn is_there(error: &Error) -> bool {
    let cause = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::AlreadyExists)
}

/// Writes one whole text.
pub(crate) fn write(path: &Path, text: String) -> Result<()> {
    Prepared::new(&[(path, text)])?.publish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input;

    #[test]
    fn where_one_can_not_be_placed_all_stay_as_they_were() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let [new, old, last] = ["new", "old", "last"].map(|name| folder.path().join(name));
        fs::write(&old, "before").expect("a file");
        let texts = [(&*new, "1".to_owned()), (&*old, "2".to_owned()), (&*last, "3".to_owned())];
        let prepared = Prepared::new(&texts).expect("all can be written");
        // What no check before can foresee.
        fs::create_dir(&last).expect("a folder in the way");
        let error = prepared.publish().expect_err("a folder is in the way");
        assert!(error.to_string().contains("last: could not write"), "{error}");
        assert!(!new.exists());
        assert_eq!(fs::read_to_string(&old).ok().as_deref(), Some("before"));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "no temporary file is left");

        fs::remove_dir(&last).expect("an empty folder");
        Prepared::new(&texts).and_then(Prepared::publish).expect("nothing is in the way");
        let read = [&new, &old, &last].map(|path| fs::read_to_string(path).unwrap_or_default());
        assert_eq!(read, ["1", "2", "3"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_can_not_be_read_is_put_back_as_it_was() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};

        let folder = tempfile::TempDir::new().expect("a folder");
        let [old, last] = ["old", "last"].map(|name| folder.path().join(name));
        fs::write(&old, "before").expect("a file");
        fs::set_permissions(&old, fs::Permissions::from_mode(0o0)).expect("an own file");
        let about = || fs::metadata(&old).map(|about| (about.ino(), about.mode() & 0o777)).ok();
        let before = about();
        let prepared = Prepared::new(&[(&*old, "1".to_owned()), (&*last, "2".to_owned())]);
        fs::create_dir(&last).expect("a folder in the way");
        prepared.and_then(Prepared::publish).expect_err("a folder is in the way");
        // Root may read all: so that it is the same file is asked, too.
        assert!(before.is_some() && about() == before, "{:?}, before {before:?}", about());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "nothing is left beside");
    }

    /// Two runs may both have found nothing a moment ago, so that no check before can tell.
    #[test]
    fn of_two_that_begin_a_file_at_once_the_second_touches_nothing() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let [output, state] = ["output", "state"].map(|name| folder.path().join(name));
        let begun = |text: &str| {
            Prepared::new(&[(&*output, text.to_owned()), (&*state, text.to_owned())]).expect("room")
        };
        let runs = ["first", "second"]
            .map(|text| (begun(text), InPlace::read(&state, input::whole).expect("no state")));
        let barrier = std::sync::Barrier::new(2);
        let run = |(prepared, read): (Prepared, InPlace<'_>)| {
            barrier.wait();
            prepared.publish_over(&read).map_err(|error| error.to_string())
        };
        let ended = std::thread::scope(|scope| {
            let threads = runs.map(|own| scope.spawn(|| run(own)));
            threads.map(|thread| thread.join().expect("no panic"))
        });
        let late = format!("{}: it has changed since this run read it", state.display());
        let winner = match &ended {
            [Ok(()), Err(error)] if error.starts_with(&late) => "first",
            [Err(error), Ok(())] if error.starts_with(&late) => "second",
            other => panic!("{other:?}"),
        };
        let read = [&output, &state].map(|path| fs::read_to_string(path).unwrap_or_default());
        assert_eq!(read, [winner; 2]);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "no temporary file is left");
    }
}
