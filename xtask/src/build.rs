//! `cargo xtask build`: from Rust to the web package in `www/dist`.
//!
//! rustc → wasm-bindgen → wasm-opt → esbuild. What wasm-bindgen and wasm-opt make goes to `www/src/generated`, of which
//! only the TypeScript declarations are committed: their difference is the review of the widget's API.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    npm,
    prerequisites::WASM,
    project::{Company, Project},
    step,
};

/// The module's name, and so the stem of every generated file.
const NAME: &str = "sales_ready_wasm";

/// The most each part of the widget may weigh, gzipped: what a page that embeds it pays. 1 KB is 1000 bytes. The last is
/// fetched only where an element is given touches.
const BUDGET: [(&str, u64); 5] = [
    ("engine.wasm", 40_000),
    ("scorer.js", 8_000),
    ("index.js", 8_000),
    ("define.js", 200),
    ("touches.js", 6_000),
];

/// The features that rustc's default for wasm32-unknown-unknown uses, so that wasm-opt accepts and keeps them.
const WASM_OPT: [&str; 10] = [
    "-Oz",
    "--converge",
    // The first kilobyte is the far end of the stack: no pointer leads there.
    "--low-memory-unused",
    "--strip-producers",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// May this build change the widget's committed API?
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    /// Yes: the declarations are rewritten, for the developer to review and commit.
    MayChange,
    /// No: a difference from what git has is an error.
    AsCommitted,
}

/// Builds the widget and the web package, prints what they weigh and holds them to the budget.
///
/// # Errors
///
/// As [`compile`] and [`finish`].
pub(crate) fn build(project: &Project) -> Result<()> {
    let module = compile(project)?;
    finish(project, &module, Api::MayChange, Company::Alone)
}

/// Installs the web package's tools and compiles the widget; the first half of [`build`].
///
/// It waits for nothing that `cargo test` holds, so the two can run side by side.
///
/// # Errors
///
/// When npm or the compiler fails.
pub(crate) fn compile(project: &Project) -> Result<PathBuf> {
    npm::install("Install the npm packages of www", &project.www(), &[])?;
    step::step("Compile the widget to WebAssembly", || {
        let package = ["--package", "sales-ready-wasm"];
        let mut build = project.cargo(&["build", "--target", WASM, "--profile", "widget"]);
        // "Encoded": between its flags is a control character, so that a path may hold spaces.
        step::run(build.args(package).env("CARGO_ENCODED_RUSTFLAGS", remapped_paths(project)))
    })?;
    Ok(project.target.join(WASM).join("widget").join(format!("{NAME}.wasm")))
}

/// Makes the web package of the compiled widget; the second half of [`build`].
///
/// # Errors
///
/// When a tool fails, a part is over the budget, or the API differs and may not.
pub(crate) fn finish(project: &Project, module: &Path, api: Api, company: Company) -> Result<()> {
    let www = project.www();
    let glue = step::step("Write its JavaScript", || write_glue(project, module, company))?;
    step::step("Shrink the WebAssembly", || shrink(project, &glue))?;
    let generated = www.join("src").join("generated");
    replace_changed(&glue, &generated)?;
    if api == Api::AsCommitted {
        check_api(project, &generated)?;
    }
    step::step("Build the web package", || {
        step::run_quietly(npm::command().args(["run", "--silent", "build"]).current_dir(&www))
    })?;
    weigh(project)
}

/// Panic messages carry source paths: without this, the widget would tell every page where it was built, and its bytes
/// would differ from machine to machine.
fn remapped_paths(project: &Project) -> OsString {
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let mut flags = OsString::from("--remap-path-prefix=");
    flags.push(&project.root);
    flags.push("=.");
    if let Some(cargo_home) = cargo_home {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(cargo_home);
        flags.push("=cargo");
    }
    flags
}

fn write_glue(project: &Project, module: &Path, company: Company) -> Result<PathBuf> {
    let bindgen = project.program("xtask", "bindgen", company)?;
    let glue = project.target.join("glue");
    recreate(&glue)?;
    step::run(Command::new(bindgen).arg(module).arg(&glue).arg(NAME))?;
    Ok(glue)
}

fn shrink(project: &Project, glue: &Path) -> Result<()> {
    let module = glue.join(format!("{NAME}_bg.wasm"));
    let shrunk = glue.join("shrunk.wasm");
    // Through node: the file is a script, which only Unix would start by itself.
    let tool = project.www().join("node_modules").join("binaryen").join("bin").join("wasm-opt");
    ensure!(tool.is_file(), "{} is missing: www/package.json must depend on binaryen", tool.display());
    step::run_quietly(Command::new("node").arg(&tool).args(WASM_OPT).arg(&module).arg("-o").arg(&shrunk))?;
    // By itself: with the others it would say several times what it renamed. Half of the names' letters are hashes, which
    // nothing compresses.
    let features = WASM_OPT.iter().filter(|option| option.starts_with("--enable"));
    let mut minify = Command::new("node");
    minify.arg(&tool).args(features).arg("--minify-imports-and-exports-and-modules").arg(&shrunk);
    let names = step::read(minify.arg("-o").arg(&module))?;
    fs::remove_file(&shrunk).with_context(|| format!("cannot remove {}", shrunk.display()))?;
    rename(&glue.join(format!("{NAME}.js")), &names)
}

/// Gives imports and exports the names in the glue that wasm-opt says it gave them in the module.
fn rename(glue: &Path, names: &str) -> Result<()> {
    // By "imports" (module, name and new name) and "exports" (name and new name).
    let names: BTreeMap<String, Vec<Vec<String>>> =
        serde_json::from_str(names).context("wasm-opt does not say what it renamed")?;
    let of = |what: &str| names.get(what).into_iter().flatten().filter_map(|names| names.last_chunk::<2>());
    let mut text = fs::read_to_string(glue)?;
    let mut replace = |old: &str, new: &str| {
        let replaced = text.replace(old, new);
        ensure!(replaced != text, "the glue lacks `{old}`");
        text = replaced;
        Ok(())
    };
    replace(&format!("\"./{NAME}_bg.js\": import0"), "\"a\": import0")?;
    for [old, new] in of("imports") {
        replace(&format!("\n        {old}: "), &format!("\n        {new}: "))?;
    }
    // Some are for the module's own use; none is renamed within a longer name.
    for [old, new] in of("exports") {
        for end in ["(", ".", ",", ")", ";"] {
            text = text.replace(&format!("wasm.{old}{end}"), &format!("wasm.{new}{end}"));
        }
    }
    fs::write(glue, text).with_context(|| format!("cannot write {}", glue.display()))
}

/// Copies every file that differs, so that an unchanged one keeps its time and its watchers sleep.
fn replace_changed(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from)? {
        let source = entry?.path();
        let target = to.join(source.file_name().unwrap_or_default());
        if source.is_dir() {
            replace_changed(&source, &target)?;
            continue;
        }
        let bytes = fs::read(&source)?;
        if fs::read(&target).ok().as_deref() != Some(bytes.as_slice()) {
            fs::write(&target, bytes).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}

/// Fails when the declarations just written are not those of the last commit (or staged for the next).
fn check_api(project: &Project, generated: &Path) -> Result<()> {
    let declarations = generated.join(format!("{NAME}.d.ts"));
    let in_git = Command::new("git")
        .args(["rev-parse", "--is-inside-work-tree"])
        .current_dir(&project.root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !in_git {
        eprintln!("    not a git clone: the widget's API is not compared with the committed one");
        return Ok(());
    }
    let shown = project.show(&declarations);
    let tracked =
        step::read(Command::new("git").arg("ls-files").arg(&declarations).current_dir(&project.root))?;
    ensure!(
        !tracked.trim().is_empty(),
        "{shown} is not in git: add it, so that the widget's API is reviewed"
    );
    let difference = step::read(
        Command::new("git").args(["--no-pager", "diff", "--"]).arg(&declarations).current_dir(&project.root),
    )?;
    if !difference.is_empty() {
        bail!("the widget's API is not the committed one:\n{difference}\nIf this is meant: git add {shown}");
    }
    Ok(())
}

fn weigh(project: &Project) -> Result<()> {
    let mut over = Vec::new();
    eprintln!("    gzipped:");
    for (name, budget) in BUDGET {
        let path = project.dist().join(name);
        let bytes = gzipped_bytes(&path)?;
        let verdict = if bytes > budget { "  over the budget" } else { "" };
        eprintln!("    {name:<26} {bytes:>6} of at most {budget} bytes{verdict}");
        if bytes > budget {
            over.push(name);
        }
    }
    ensure!(over.is_empty(), "over the budget: {}", over.join(", "));
    Ok(())
}

fn gzipped_bytes(path: &Path) -> Result<u64> {
    ensure!(path.is_file(), "{} was not built", path.display());
    let script = "const { gzipSync } = require('node:zlib'); const { readFileSync } = require('node:fs'); \
                  console.log(gzipSync(readFileSync(process.argv[1]), { level: 9 }).length)";
    let printed = step::read(Command::new("node").args(["-e", script, "--"]).arg(path))?;
    printed
        .trim()
        .parse()
        .with_context(|| format!("node printed {printed:?} for the size of {}", path.display()))
}

/// Makes an empty folder.
pub(crate) fn recreate(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
