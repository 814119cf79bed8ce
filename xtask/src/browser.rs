//! A Chrome or Chromium to test in: one that is installed, else the one that the npm registry carries.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{build::recreate, npm, project::Project, step};

/// The names of the executables to look for on `PATH`.
const NAMES: [&str; 5] = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome"];

/// And of those that have no windows: the same engine, in which tests are faster.
const WITHOUT_WINDOWS: [&str; 2] = ["chrome-headless-shell", "chromium-headless-shell"];

/// Where macOS and Windows have them; a leading `$NAME` is a folder given by the environment.
const PLACES: [&str; 7] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "$HOME/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "$ProgramFiles/Google/Chrome/Application/chrome.exe",
    "$ProgramFiles(x86)/Google/Chrome/Application/chrome.exe",
    "$LocalAppData/Google/Chrome/Application/chrome.exe",
    "$ProgramFiles(x86)/Microsoft/Edge/Application/msedge.exe",
];

/// A browser, and how to start it.
pub(crate) struct Browser {
    /// The program.
    pub(crate) executable: PathBuf,
    /// The same without windows, where there is one.
    without_windows: Option<PathBuf>,
    /// Arguments it needs on this machine.
    arguments: Vec<&'static str>,
    /// Environment it needs on this machine.
    environment: Vec<(&'static str, OsString)>,
}

impl Browser {
    /// The environment from which a test learns what to start and how.
    pub(crate) fn variables(&self) -> Vec<(&'static str, OsString)> {
        let mut variables = vec![
            ("SALES_READY_CHROMIUM", self.executable.clone().into_os_string()),
            ("SALES_READY_CHROMIUM_ARGS", self.arguments_json().into()),
        ];
        variables
            .extend(self.without_windows.clone().map(|path| ("SALES_READY_HEADLESS_SHELL", path.into())));
        // For the browser; the test only hands them on.
        variables.extend(self.environment.iter().cloned());
        variables
    }

    /// The arguments it needs on this machine, as a JSON array.
    pub(crate) fn arguments_json(&self) -> String {
        Value::from(self.arguments.clone()).to_string()
    }
}

/// Finds a browser, or fetches one.
///
/// # Errors
///
/// When `CHROME_PATH` or `SALES_READY_BROWSER` is wrong, or there is none and none can be fetched for this system.
pub(crate) fn find(project: &Project) -> Result<Browser> {
    match env::var("SALES_READY_BROWSER").as_deref() {
        Ok("npm") => return from_npm(project),
        Ok("") | Err(_) => {}
        Ok(other) => {
            bail!("SALES_READY_BROWSER is {other:?}; the only value it has a meaning for is \"npm\"")
        }
    }
    let of_this_system = |executable, without_windows| Browser {
        executable,
        without_windows,
        arguments: sandbox(runs_as_root()),
        environment: Vec::new(),
    };
    if let Some(path) = env::var_os("CHROME_PATH").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        ensure!(path.is_file(), "CHROME_PATH is {}, and that is not a file", path.display());
        // Whoever names a browser wants that one.
        return Ok(of_this_system(path, None));
    }
    let in_places = PLACES.iter().filter_map(|place| expand(place));
    match on_path(&NAMES).chain(in_places).find(|path| is_browser(path)) {
        Some(executable) => {
            Ok(of_this_system(executable, on_path(&WITHOUT_WINDOWS).find(|path| is_browser(path))))
        }
        None => from_npm(project),
    }
}

/// Where programs of these names would be.
fn on_path(names: &[&str]) -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.into_iter().flat_map(move |folder| {
        names
            .iter()
            .map(|name| folder.join(name).with_extension(env::consts::EXE_EXTENSION))
            .collect::<Vec<_>>()
    })
}

fn is_browser(path: &Path) -> bool {
    path.is_file() && starts(path, &[])
}

fn expand(place: &str) -> Option<PathBuf> {
    let Some((name, rest)) = place.strip_prefix('$').and_then(|place| place.split_once('/')) else {
        return Some(PathBuf::from(place));
    };
    Some(PathBuf::from(env::var_os(name)?).join(rest))
}

/// Does it start? Ubuntu has a `chromium-browser` that only says how to install it.
fn starts(executable: &Path, environment: &[(&'static str, OsString)]) -> bool {
    // On Windows `--version` opens a window instead.
    cfg!(windows)
        || Command::new(executable)
            .arg("--version")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
}

/// Takes Chromium out of the npm package that `xtask/chromium/package-lock.json` pins.
fn from_npm(project: &Project) -> Result<Browser> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!(
            "no Chrome or Chromium was found, and npm carries one for Linux on x86-64 only.\n  Install one, or set \
             CHROME_PATH to its executable.\n    macOS: brew install --cask google-chrome\n    Windows: winget \
             install Google.Chrome\n    Debian: apt-get install chromium"
        );
    }
    let package = project.root.join("xtask").join("chromium");
    let folder = project.target.join("chromium");
    let unpacked = folder.join("unpacked");
    fs::create_dir_all(&folder)?;
    for name in ["package.json", "package-lock.json", "unpack.mjs"] {
        fs::copy(package.join(name), folder.join(name)).with_context(|| format!("cannot copy {name}"))?;
    }
    npm::install("Fetch Chromium from npm (65 MB)", &folder, &["--ignore-scripts", "--omit=optional"])?;
    unpack(&folder, &unpacked)?;
    let environment = environment(&unpacked)?;
    let executable = unpacked.join("chromium");
    ensure!(
        starts(&executable, &environment),
        "the Chromium of npm does not start here; see what it says:\n  LD_LIBRARY_PATH={} {} --version\nor install one \
         (Debian: apt-get install chromium)",
        unpacked.join("lib").display(),
        executable.display()
    );
    // Always without: the sandbox wants a helper that is owned by root, or user namespaces, which many systems refuse
    // to programs they do not know. The tests load only this repository's own pages.
    Ok(Browser { executable, without_windows: None, arguments: sandbox(true), environment })
}

fn unpack(folder: &Path, unpacked: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))?;
    // Written last, so that an unpacking that was cut short is done again.
    let complete = unpacked.join("complete");
    if fs::read(&complete).is_ok_and(|unpacked| unpacked == lock) {
        return Ok(());
    }
    step::step("Unpack Chromium", || {
        recreate(unpacked)?;
        step::run_quietly(Command::new("node").arg("unpack.mjs").arg(unpacked).current_dir(folder))?;
        fs::write(complete, lock).context("cannot write to the unpacked Chromium")
    })
}

/// The package carries the libraries and the fonts that a bare system lacks.
fn environment(unpacked: &Path) -> Result<Vec<(&'static str, OsString)>> {
    let fonts = unpacked.join("fonts.conf");
    let cache = unpacked.join("font-cache");
    let folder = unpacked.join("fonts");
    let [folder, cache] = [folder, cache].map(|path| xml_text(&path.to_string_lossy()));
    fs::write(
        &fonts,
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n<fontconfig>\n<include \
             ignore_missing=\"yes\">/etc/fonts/fonts.conf</include>\n<dir>{folder}</dir>\n<cachedir>{cache}</cachedir>\n\
             </fontconfig>\n"
        ),
    )
    .with_context(|| format!("cannot write {}", fonts.display()))?;
    let mut libraries = unpacked.join("lib").into_os_string();
    if let Some(others) = env::var_os("LD_LIBRARY_PATH").filter(|others| !others.is_empty()) {
        libraries.push(":");
        libraries.push(others);
    }
    Ok(vec![("LD_LIBRARY_PATH", libraries), ("FONTCONFIG_FILE", fonts.into_os_string())])
}

fn xml_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Chromium refuses to run as root inside its sandbox, which is how containers run it.
fn sandbox(without: bool) -> Vec<&'static str> {
    if without { vec!["--no-sandbox"] } else { Vec::new() }
}

fn runs_as_root() -> bool {
    cfg!(unix)
        && Command::new("id")
            .arg("-u")
            .output()
            .is_ok_and(|output| output.stdout.trim_ascii() == OsStr::new("0").as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expands_only_folders_that_the_environment_gives() {
        assert_eq!(expand("/Applications/X"), Some(PathBuf::from("/Applications/X")));
        assert_eq!(expand("$SALES_READY_NO_SUCH_FOLDER/x"), None);
        assert_eq!(
            expand("$CARGO_MANIFEST_DIR/src"),
            Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        );
    }
}
