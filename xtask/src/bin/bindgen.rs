//! Writes the JavaScript and TypeScript beside a WebAssembly module: `bindgen <module.wasm> <folder> <name>`.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder, name] = arguments.as_slice() else {
        eprintln!("usage: bindgen <module.wasm> <folder> <name>");
        return ExitCode::from(2);
    };
    let written = Bindgen::new().web(true).and_then(|bindgen| {
        bindgen
            .input_path(module)
            .out_name(name)
            .typescript(true)
            // The glue finds the module beside itself when a page names none.
            .omit_default_module_path(false)
            // Names and producers are of no use to a browser, and half as heavy as the code.
            .remove_name_section(true)
            .remove_producers_section(true)
            .generate(folder)
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot write the JavaScript for {module}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
