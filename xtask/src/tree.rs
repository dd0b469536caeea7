//! The project's tree as the commands see it: every text file that belongs to the project, read once.
//!
//! Invariant: nothing below `target`, `node_modules` or a data directory is ever read, and symbolic links are
//! not followed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// What is made, not written. (`.git` is a file in a second working tree.)
const MADE: &[&str] = &[".git", "target", "node_modules", "gatelodge-data"];

/// A text file of the project.
#[derive(Debug)]
pub(crate) struct File {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

impl File {
    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The path of its folder, empty for the root.
    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Is it Rust?
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Is it nothing but tests?
    pub(crate) fn is_test(&self) -> bool {
        self.name() == "tests.rs" || self.path.split('/').any(|part| part == "tests")
    }
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The folder with the workspace's manifest.
    pub(crate) root: PathBuf,
    /// Text files, sorted by path.
    pub(crate) files: Vec<File>,
    /// Files that are not text (sounds, fonts), sorted by path.
    pub(crate) binaries: Vec<String>,
}

impl Tree {
    /// Reads the tree that the present directory belongs to.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let root = root()?;
        let mut tree = Self {
            root: root.clone(),
            files: Vec::new(),
            binaries: Vec::new(),
        };
        tree.walk(&root)?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        tree.binaries.sort();
        Ok(tree)
    }

    /// The file at this path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()
            .and_then(|index| self.files.get(index))
    }

    /// Files in this folder or below it.
    pub(crate) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| {
            file.path
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    fn walk(&mut self, folder: &Path) -> anyhow::Result<()> {
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            let path = entry.path();
            if MADE.iter().any(|made| name == *made) {
                continue;
            }
            if kind.is_dir() {
                self.walk(&path)?;
            } else if kind.is_file() {
                let relative = path
                    .strip_prefix(&self.root)?
                    .to_string_lossy()
                    .replace('\\', "/");
                let bytes = fs::read(&path).with_context(|| relative.clone())?;
                match String::from_utf8(bytes) {
                    Ok(text) if !text.contains('\0') => self.files.push(File {
                        path: relative,
                        text,
                    }),
                    _ => self.binaries.push(relative),
                }
            }
        }
        Ok(())
    }
}

/// The nearest folder upwards whose manifest opens a workspace.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir()?;
    for folder in here.ancestors() {
        if let Ok(manifest) = fs::read_to_string(folder.join("Cargo.toml"))
            && manifest.lines().any(|line| line.trim() == "[workspace]")
        {
            return Ok(folder.to_owned());
        }
    }
    bail!("{} is not inside the workspace", here.display())
}
