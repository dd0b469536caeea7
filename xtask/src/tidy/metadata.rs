//! `cargo metadata`, reduced to what the rules ask: packages, licences, sources and resolved dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};
use serde_json::Value;

/// One package of the resolved tree.
#[derive(Debug)]
pub(super) struct Package {
    /// Its name.
    pub(super) name: String,
    /// Its version.
    pub(super) version: String,
    /// SPDX expression, if the manifest has one.
    pub(super) licence: Option<String>,
    /// Where it comes from; nothing for a member of the workspace.
    pub(super) source: Option<String>,
    /// Ids of normal dependencies.
    pub(super) normal: BTreeSet<String>,
    /// Ids of build and development dependencies.
    pub(super) other: BTreeSet<String>,
}

/// All packages by Cargo's id.
pub(super) type Packages = BTreeMap<String, Package>;

/// Asks Cargo, for the machine this runs on (others would have to be downloaded first).
pub(super) fn read(root: &Path) -> anyhow::Result<Packages> {
    let host = output(Command::new("rustc").arg("-vV"))?;
    let host = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?;
    let text = output(
        Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(["--filter-platform", host])
            .current_dir(root),
    )?;
    let mut packages = parse(&text)?;
    // The metadata also lists packages that only an absent feature would turn on; `cargo tree` does not.
    let built = output(
        Command::new("cargo")
            .args(["tree", "--locked", "--workspace", "--edges", "all"])
            .args(["--prefix", "none", "--format", "{p}"])
            .current_dir(root),
    )?;
    let built: BTreeSet<(&str, &str)> = built
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.next()?.strip_prefix('v')?))
        })
        .collect();
    packages.retain(|_, package| built.contains(&(&package.name, &package.version)));
    Ok(packages)
}

fn parse(text: &str) -> anyhow::Result<Packages> {
    let all: Value = serde_json::from_str(text)?;
    let string = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let mut packages = Packages::new();
    for package in list(all.get("packages")) {
        let id = string(package, "id").context("a package without id")?;
        packages.insert(
            id,
            Package {
                name: string(package, "name").context("a package without name")?,
                version: string(package, "version").unwrap_or_default(),
                licence: string(package, "license"),
                source: string(package, "source"),
                normal: BTreeSet::new(),
                other: BTreeSet::new(),
            },
        );
    }
    for node in list(all.pointer("/resolve/nodes")) {
        let id = string(node, "id").context("a node without id")?;
        let package = packages.get_mut(&id).context("a node without package")?;
        for edge in list(node.get("deps")) {
            let to = string(edge, "pkg").context("an edge without end")?;
            for kind in list(edge.get("dep_kinds")) {
                let ends = if kind.get("kind").is_none_or(Value::is_null) {
                    &mut package.normal
                } else {
                    &mut package.other
                };
                ends.insert(to.clone());
            }
        }
    }
    Ok(packages)
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn output(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.output().with_context(|| name.clone())?;
    if !done.status.success() {
        bail!("{name}: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8(done.stdout)?)
}
