//! Writes the JavaScript and TypeScript beside a WebAssembly module: `bindgen <module.wasm> <folder> <name>`.

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

/// What the module is said to use. The standard library comes compiled with more, which the linker writes down for all, and
/// wasm-bindgen goes by: objects would be held in a table of references, which has no translation to JavaScript.
const FEATURES: [&str; 4] = ["bulk-memory", "mutable-globals", "nontrapping-fptoint", "sign-ext"];

const SECTION: &str = "target_features";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder, name] = arguments.as_slice() else {
        eprintln!("usage: bindgen <module.wasm> <folder> <name>");
        return ExitCode::from(2);
    };
    match write(module, folder, name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot write the JavaScript for {module}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn write(module: &str, folder: &str, name: &str) -> Result<()> {
    let bytes = with_features(&std::fs::read(module)?)?;
    Bindgen::new()
        .web(true)?
        .input_bytes(name, bytes)
        .out_name(name)
        .typescript(true)
        // The glue finds the module beside itself when a page names none.
        .omit_default_module_path(false)
        // Names and producers are of no use to a browser, and half as heavy as the code.
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
}

/// The module with our features in place of those it was said to use.
fn with_features(module: &[u8]) -> Result<Vec<u8>> {
    let mut kept = module.get(..8).context("it is no WebAssembly module")?.to_vec();
    let mut rest = &module[8..];
    while let [kind, after @ ..] = rest {
        let (length, body) = leb128(after)?;
        let end = rest.len() - body.len() + length;
        ensure!(length <= body.len(), "a section is cut short");
        let named =
            leb128(&body[..length]).is_ok_and(|(name, text)| text.get(..name) == Some(SECTION.as_bytes()));
        if *kind != 0 || !named {
            kept.extend_from_slice(&rest[..end]);
        }
        rest = &rest[end..];
    }
    // All lengths are below 128, and so are one byte.
    let mut section = vec![SECTION.len() as u8];
    section.extend_from_slice(SECTION.as_bytes());
    section.push(FEATURES.len() as u8);
    for feature in FEATURES {
        section.extend_from_slice(&[b'+', feature.len() as u8]);
        section.extend_from_slice(feature.as_bytes());
    }
    kept.extend_from_slice(&[0, section.len() as u8]);
    kept.extend_from_slice(&section);
    Ok(kept)
}

/// A number in LEB128, and what comes after it.
fn leb128(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut number = 0;
    for (place, byte) in bytes.iter().enumerate().take(5) {
        number |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok((number, &bytes[place + 1..]));
        }
    }
    anyhow::bail!("a length is damaged")
}
