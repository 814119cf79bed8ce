//! Whole texts for several places, of which all appear or none.

use std::fs;
use std::path::{Path, PathBuf};

use sales_ready::Result;

use crate::output::{Output, unfinished, unwritable};

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
        let _interruption_waits = unfinished();
        let mut placed: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
        for output in self.0 {
            let Output::File(_, path) = &output else { continue };
            let path = path.clone();
            let before = fs::read(&path).ok();
            if let Err(error) = output.finish() {
                for (path, before) in placed {
                    // What can be done is done; the error that is told is the first.
                    let _ = match before {
                        Some(bytes) => fs::write(path, bytes),
                        None => fs::remove_file(path),
                    };
                }
                return Err(error);
            }
            placed.push((path, before));
        }
        Ok(())
    }
}

/// Writes one whole text.
pub(crate) fn write(path: &Path, text: String) -> Result<()> {
    Prepared::new(&[(path, text)])?.publish()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
