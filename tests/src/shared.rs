//! Where the data sets lie that are too large, or not ours, to be bundled.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The folder `../shared/data` beside the repository. Where it is absent this says so, and the test that asked passes.
pub fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    // Past the capture of the test runner: who reads its output must see what did not run.
    let test = std::thread::current();
    let _ = writeln!(std::io::stderr(), "{}: skipped: no ../shared/data", test.name().unwrap_or("a test"));
    None
}
