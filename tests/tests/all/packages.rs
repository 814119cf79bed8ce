//! What the packages of both crates hold: what a registry asks for and the code reads, and no megabytes of data.

use std::path::Path;
use std::process::Command;

/// More would be data that no user needs. The core has a word list and a schema, and no file of either crate is large.
const MOST_BYTES: u64 = 100_000;

/// The files that `cargo package` would put into the package of a crate, and its folder here.
fn packaged(package: &str, folder: &str) -> (Vec<String>, std::path::PathBuf) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let listed = Command::new(env!("CARGO"))
        .args(["package", "--list", "--offline", "--allow-dirty", "--package", package])
        .current_dir(&root)
        .output()
        .expect("cargo is there, as it runs this test");
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let files = String::from_utf8(listed.stdout).expect("names in UTF-8");
    (files.lines().map(str::to_owned).collect(), root.join(folder))
}

#[test]
fn packages_have_their_licences_and_no_data() {
    for (package, folder) in [("sales-ready", "core"), ("sales-ready-cli", "cli")] {
        let (files, folder) = packaged(package, folder);
        for needed in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
            assert!(files.iter().any(|file| file == needed), "{package} lacks {needed}: {files:?}");
            // A link that leads nowhere would be packaged as such.
            let text = std::fs::read_to_string(folder.join(needed)).unwrap_or_default();
            assert!(text.len() > 500, "{needed} of {package} is empty");
        }
        for file in &files {
            // What cargo makes itself is not in the folder.
            let bytes = std::fs::metadata(folder.join(file)).map_or(0, |about| about.len());
            let of_cargo = ["Cargo.lock", "Cargo.toml.orig", ".cargo_vcs_info.json"].contains(&file.as_str());
            assert!(of_cargo || (1..=MOST_BYTES).contains(&bytes), "{file} of {package} has {bytes} bytes");
        }
    }
}

/// What `cargo publish` warns of, or refuses.
#[test]
fn packages_say_what_they_are() {
    let about = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo is there, as it runs this test");
    let about: serde_json::Value = serde_json::from_slice(&about.stdout).expect("cargo writes JSON");
    let packages = about["packages"].as_array().expect("packages");
    for name in ["sales-ready", "sales-ready-cli"] {
        let package = packages.iter().find(|package| package["name"] == name).expect("a member");
        for key in ["description", "license", "readme", "rust_version"] {
            assert!(package[key].is_string(), "{name} has no {key}");
        }
        for key in ["keywords", "categories"] {
            let said = package[key].as_array().map_or(0, Vec::len);
            assert!((1..=5).contains(&said), "{name} has {said} {key}");
        }
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        for dependency in dependencies.iter().filter(|dependency| dependency["kind"].is_null()) {
            assert_ne!(
                dependency["req"], "*",
                "a registry takes no dependency without a version: {dependency}"
            );
        }
    }
}
