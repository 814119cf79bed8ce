//! Every dependency's licence is one that `deny.toml` allows, and the web package holds the notices of what the widget is made of.
//!
//! cargo-deny checks the same and more, from the same list; this runs on every machine, and without the network.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{prerequisites::WASM, project::Project, step};

/// Checks all packages that cargo resolves, for every platform.
///
/// # Errors
///
/// The packages whose licence is missing or not allowed.
pub(crate) fn run(project: &Project) -> Result<()> {
    let path = project.root.join("deny.toml");
    let deny = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let allowed = allowed(&deny);
    ensure!(!allowed.is_empty(), "deny.toml has no `allow = [` list of licences");
    let metadata = project.metadata()?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut refused = Vec::new();
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("no licence");
        if !permits(licence, &allowed) {
            let [name, version] = ["name", "version"].map(|key| package[key].as_str().unwrap_or("?"));
            refused.push(format!("{name} {version}: {licence}"));
        }
    }
    if !refused.is_empty() {
        bail!("licences that deny.toml does not allow:\n  {}", refused.join("\n  "));
    }
    Ok(())
}

/// The licences of all crates that the widget is compiled of, but for the repository's own: most ask to go along with each copy.
///
/// # Errors
///
/// A crate without a licence file.
pub(crate) fn notices(project: &Project) -> Result<String> {
    let mut tree = project.cargo(&["tree", "--locked", "--package", "sales-ready-wasm", "--target", WASM]);
    let printed =
        step::read(tree.args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]))?;
    let linked: BTreeSet<&str> = printed.lines().collect();
    let metadata = project.metadata()?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut text = "What engine.wasm and the scripts made of it hold of others, beside the Rust standard library (MIT OR Apache-2.0).\n".to_owned();
    for package in packages.iter().filter(|package| !package["source"].is_null()) {
        let [name, version, licence, manifest] = ["name", "version", "license", "manifest_path"]
            .map(|key| package[key].as_str().unwrap_or_default());
        if !linked.iter().any(|line| line.split(' ').take(2).eq([name, &format!("v{version}")])) {
            continue;
        }
        let files = licence_files(Path::new(manifest).parent().context("a manifest is in a folder")?)?;
        ensure!(!files.is_empty(), "{name} {version} has no licence file to go along with the web package");
        text.extend(["\n---- ", name, " ", version, ": ", licence, "\n"]);
        for file in files {
            let own = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            text.extend(["\n", own.trim_end(), "\n"]);
        }
    }
    Ok(text)
}

/// A crate's licence files; of a choice of MIT and Apache that of MIT, as it is short.
fn licence_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot look into {}", folder.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| name.starts_with("LICENSE"));
    if names.iter().any(|name| name.starts_with("LICENSE-MIT")) {
        names.retain(|name| !name.starts_with("LICENSE-APACHE"));
    }
    names.sort();
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

/// The quoted names of the `allow = [ … ]` list, which holds one on each line.
fn allowed(deny: &str) -> Vec<&str> {
    deny.lines()
        .skip_while(|line| line.trim() != "allow = [")
        .skip(1)
        .take_while(|line| line.trim() != "]")
        .filter_map(|line| line.split('"').nth(1))
        .collect()
}

/// May we use a package under this SPDX expression? `AND` binds tighter than `OR`; an old `/` means `OR`.
fn permits(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    // What is not understood is not permitted.
    either(&mut rest, allowed).unwrap_or(false) && rest.is_empty()
}

fn either(words: &mut &[&str], allowed: &[&str]) -> Option<bool> {
    let mut permitted = both(words, allowed)?;
    while let Some(("OR", rest)) = words.split_first().map(|(word, rest)| (*word, rest)) {
        *words = rest;
        // Not short-circuited: the other side must be read in any case.
        permitted |= both(words, allowed)?;
    }
    Some(permitted)
}

fn both(words: &mut &[&str], allowed: &[&str]) -> Option<bool> {
    let mut permitted = one(words, allowed)?;
    while let Some(("AND", rest)) = words.split_first().map(|(word, rest)| (*word, rest)) {
        *words = rest;
        permitted &= one(words, allowed)?;
    }
    Some(permitted)
}

fn one(words: &mut &[&str], allowed: &[&str]) -> Option<bool> {
    let (&word, rest) = words.split_first()?;
    *words = rest;
    if word == "(" {
        let permitted = either(words, allowed)?;
        let (&close, rest) = words.split_first()?;
        *words = rest;
        return (close == ")").then_some(permitted);
    }
    // An exception only adds permissions.
    if let Some(("WITH", rest)) = words.split_first().map(|(word, rest)| (*word, rest)) {
        *words = rest.get(1..)?;
    }
    Some(allowed.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_list() {
        let deny = "[licenses]\n# why\nallow = [\n  \"MIT\", # most\n  \"Zlib\",\n]\n[bans]\nallow = \"x\"\n";
        assert_eq!(allowed(deny), ["MIT", "Zlib"]);
    }

    #[test]
    fn understands_expressions() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"];
        for permitted in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
            "GPL-3.0 AND MIT OR Apache-2.0",
        ] {
            assert!(permits(permitted, &allowed), "{permitted}");
        }
        for refused in
            ["GPL-3.0", "MIT AND GPL-3.0", "(GPL-3.0 OR MIT", "MIT OR", "", "no licence", "MIT MIT", "mit"]
        {
            assert!(!permits(refused, &allowed), "{refused}");
        }
    }
}
