//! `cargo xtask build`: from Rust to the web package in `www/dist`.
//!
//! rustc → wasm-bindgen → wasm-opt → esbuild → terser. What wasm-bindgen and wasm-opt make goes to `www/src/generated`, of which
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
    licences, npm,
    prerequisites::WASM,
    project::{Company, Project},
    step,
};

/// The module's name, and so the stem of every generated file.
const NAME: &str = "sales_ready_wasm";

/// The most that a page pays, in bytes after brotli at its best: what is fetched for it, and the limit. 1 KB is 1000 bytes.
/// What reads models and leads for the engine is in `define.js`.
const BUDGET: [(&str, &[&str], u64); 4] = [
    ("the engine", &["engine.wasm"], 12_400),
    ("engine and reader", &["engine.wasm", "define.js"], 18_400),
    ("element and glue", &["core.js"], 9_900),
    ("all of it in English", &MODULES, 28_200),
];

/// What a first score in English takes.
const MODULES: [&str; 3] = ["engine.wasm", "define.js", "core.js"];

/// Fetched only where it is needed, or instead of the modules: printed, and of no budget but that of [`SCRIPT`].
const LATER: [&str; 10] = [
    "reader.js",
    "details.js",
    "questions.js",
    "touches.js",
    "engine-page.js",
    "engine-worker.js",
    "engine-js.js",
    "inline.js",
    "js.js",
    "node.js",
];

/// The script without WebAssembly, and the most that it may weigh as it is: Lightning takes no file of more than 128 KB.
const SCRIPT: (&str, u64) = ("js.js", 131_072);

/// Nothing of the page goes into the module, which so needs no table of references: the translation to JavaScript has none.
const FEATURES: &str = "-Ctarget-feature=-reference-types,-multivalue";

/// What the page's own glue (`www/src/engine/kernel.ts`) calls, and how wasm-bindgen calls it in the module: its own glue
/// says of each method again how rows of numbers go in and come out.
const CALLED: [(&str, &str); 13] = [
    ("memory", "memory"),
    ("stack", "__wbindgen_add_to_stack_pointer"),
    ("allot", "__wbindgen_malloc"),
    ("discard", "__wbindgen_free"),
    ("new", "modelkernel_new"),
    ("free", "__wbg_modelkernel_free"),
    ("score", "modelkernel_score"),
    ("explain", "modelkernel_explain"),
    ("scoreTable", "modelkernel_scoreTable"),
    ("shareOut", "modelkernel_shareOut"),
    ("history", "modelkernel_history"),
    ("crossing", "modelkernel_crossing"),
    ("change", "modelkernel_change"),
];

/// The one import: how the module refuses what no page can ask of it.
const IMPORTED: &str = "__wbg___wbindgen_throw_";

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
    let mut flags = OsString::from(FEATURES);
    flags.push("\u{1f}--remap-path-prefix=");
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
    fs::write(glue.join("THIRD-PARTY.txt"), licences::notices(project)?)?;
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
    name_exports(&glue.join(format!("{NAME}.js")), &names)
}

/// Writes what the exports are called now, in place of wasm-bindgen's glue; `names` is what wasm-opt says.
fn name_exports(glue: &Path, names: &str) -> Result<()> {
    // By "imports" (module, name and new name) and "exports" (name and new name).
    let names: BTreeMap<String, Vec<Vec<String>>> =
        serde_json::from_str(names).context("wasm-opt does not say what it renamed")?;
    let of = |what: &str| names.get(what).into_iter().flatten();
    let imports: Vec<_> = of("imports").map(Vec::as_slice).collect();
    ensure!(
        matches!(imports[..], [[_, name, new]] if name.starts_with(IMPORTED) && new == "a"),
        "www/src/engine/kernel.ts gives the module nothing but {IMPORTED}…, and it imports {imports:?}"
    );
    let renamed: BTreeMap<&String, &String> =
        of("exports").filter_map(|names| names.first_chunk().map(|[name, new]| (name, new))).collect();
    let mut exports = BTreeMap::new();
    for (name, called) in CALLED {
        let new = renamed.get(&called.to_owned()).with_context(|| format!("the module lacks `{called}`"))?;
        exports.insert(name, *new);
    }
    let called = |name: &str| CALLED.iter().any(|(_, called)| *called == name);
    let other = renamed.keys().find(|name| name.starts_with("modelkernel_") && !called(name));
    ensure!(other.is_none(), "a method is missing in CALLED of xtask/src/build.rs: {other:?}");
    let text = format!("export const EXPORTS = {};\n", serde_json::to_string(&exports)?);
    fs::write(glue, text).with_context(|| format!("cannot write {}", glue.display()))?;
    let declared = glue.with_extension("d.ts");
    let mut text = fs::read_to_string(&declared)?;
    let loader = text.find("export type InitInput").context("the declarations lack the loader's")?;
    text.truncate(loader);
    let names: Vec<String> = CALLED.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    text.push_str("/** What the module calls its exports. */\nexport const EXPORTS: Readonly<Record<");
    text.push_str(&names.join(" | "));
    text.push_str(", string>>;\n");
    fs::write(&declared, text).with_context(|| format!("cannot write {}", declared.display()))
}

/// Copies every file that differs, so that an unchanged one keeps its time and its watchers sleep.
pub(crate) fn replace_changed(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("there is no {}", from.display()))? {
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
    let names: Vec<&str> = BUDGET.iter().flat_map(|(_, files, _)| *files).chain(&LATER).copied().collect();
    let weights = weights(&project.dist(), &names)?;
    let mut over = Vec::new();
    let mut hold = |name: &str, bytes: u64, budget: u64| {
        let verdict = if bytes > budget { "  over the budget" } else { "" };
        eprintln!("    {name:<26} {bytes:>6} of at most {budget} bytes{verdict}");
        if bytes > budget {
            over.push(name.to_owned());
        }
    };
    eprintln!("    after brotli:");
    for (name, files, budget) in BUDGET {
        hold(name, files.iter().map(|file| weights[*file].1).sum(), budget);
    }
    hold(&format!("{} as it is", SCRIPT.0), weights[SCRIPT.0].0, SCRIPT.1);
    eprintln!("    one by one, as they are and after brotli; from {} on only where needed:", LATER[0]);
    for name in MODULES.iter().chain(&LATER) {
        let (raw, bytes) = weights[*name];
        eprintln!("    {name:<26} {raw:>6} {bytes:>6}");
    }
    ensure!(over.is_empty(), "over the budget: {}", over.join(", "));
    Ok(())
}

/// Of each file its bytes as they are, and after brotli.
fn weights(folder: &Path, names: &[&str]) -> Result<BTreeMap<String, (u64, u64)>> {
    for name in names {
        ensure!(folder.join(name).is_file(), "{} was not built", folder.join(name).display());
    }
    let script = "const { brotliCompressSync } = require('node:zlib'); const { readFileSync } = require('node:fs'); \
                  console.log(JSON.stringify(Object.fromEntries(process.argv.slice(1).map((name) => { \
                  const bytes = readFileSync(name); return [name, [bytes.length, brotliCompressSync(bytes).length]]; }))))";
    let printed =
        step::read(Command::new("node").args(["-e", script, "--"]).args(names).current_dir(folder))?;
    serde_json::from_str(&printed)
        .with_context(|| format!("node printed {printed:?} for the sizes of the files"))
}

/// Makes an empty folder.
pub(crate) fn recreate(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
