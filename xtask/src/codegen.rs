//! `cargo xtask codegen`: writes the Rust of the AWS wire (`crates/awswire/src/generated`) from the models beside it.
//!
//! The models (`crates/awswire/models`) are facts taken from the published ones, which the Python package botocore carries:
//! names, members, constraints and errors, no texts. They are made anew by `--from WHEEL|FOLDER` and then committed, so that
//! the generated files can be made on any machine. `--check` compares and writes nothing.

mod emit;
mod model;
mod pattern;
mod tables;
mod wheel;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use model::Model;

use crate::tree;

const MODELS: &str = "crates/awswire/models";
const GENERATED: &str = "crates/awswire/src/generated";

/// The services, with the operations of which each consists here: all, when none is named.
const SERVICES: &[(&str, &[&str])] = &[
    ("cloudtrail", &["LookupEvents"]),
    ("iam", &[]),
    ("signin", &[]),
    ("sts", &[]),
];

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let root = tree::root()?;
    match arguments {
        [] => write(&root, false),
        [flag] if flag == "--check" => write(&root, true),
        [flag, from] if flag == "--from" => {
            for (service, operations) in SERVICES {
                let text = wheel::read(Path::new(from), service)?;
                let model: Model = serde_json::from_slice(&text)?;
                let reduced = model.reduce(operations)?.write()?;
                fs::write(root.join(MODELS).join(format!("{service}.json")), reduced)?;
            }
            println!("wrote {MODELS}");
            write(&root, false)
        }
        _ => bail!("usage: codegen [--check | --from WHEEL|FOLDER]"),
    }
}

fn write(root: &Path, check: bool) -> anyhow::Result<()> {
    let mut stale = Vec::new();
    for (service, _) in SERVICES {
        let source = root.join(MODELS).join(format!("{service}.json"));
        let text = fs::read_to_string(&source).with_context(|| source.display().to_string())?;
        let model: Model = serde_json::from_str(&text)?;
        let made = emit::emit(service, &model).with_context(|| (*service).to_owned())?;
        let path = root.join(GENERATED).join(format!("{service}.rs"));
        if fs::read_to_string(&path).ok().as_deref() != Some(made.as_str()) {
            stale.push(format!("{GENERATED}/{service}.rs"));
            if !check {
                fs::write(path, made)?;
            }
        }
    }
    match stale.as_slice() {
        [] => println!("{GENERATED} is up to date: {} services", SERVICES.len()),
        files if check => bail!(
            "{} not what `cargo xtask codegen` writes; run it",
            files.join(", ")
        ),
        files => println!("wrote {}", files.join(", ")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_generated_files_are_what_the_models_give() {
        super::run(&["--check".to_owned()]).unwrap();
    }
}
