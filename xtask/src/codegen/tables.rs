//! The tables of one service: shapes, members, names and operations as numbers into each other.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, bail, ensure};

use super::model::{Model, Operation, Reference, Shape};
use super::pattern;

/// The tables of one service, filled in the order of the model.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) names: String,
    seen: BTreeMap<String, (usize, usize)>,
    shapes: Vec<String>,
    numbers: BTreeMap<String, usize>,
    members: Vec<String>,
    words: Vec<String>,
    rows: Vec<String>,
    faults: Vec<String>,
    raised: Vec<usize>,
    pub(super) patterns: Vec<String>,
}

impl Tables {
    pub(super) fn fill(&mut self, model: &Model) -> anyhow::Result<()> {
        self.number_all(model)?;
        for (name, shape) in &model.shapes.0 {
            if shape.kind == "structure" && !shape.exception {
                self.structure(name, shape)?;
            }
        }
        let mut faults = BTreeMap::new();
        for (name, shape) in model.shapes.0.iter().filter(|(_, shape)| shape.exception) {
            let error = shape.error.as_ref();
            let code = error.and_then(|e| e.code.as_deref()).unwrap_or(name);
            let status = error.map_or(400, |e| e.http_status_code);
            let code = self.word(code)?;
            faults.insert(name.as_str(), self.faults.len());
            self.faults
                .push(format!("Fault {{ code: {code}, status: {status} }}"));
        }
        for (name, operation) in sorted(model) {
            ensure!(operation.http.method == "POST", "{name} is not posted");
            let first = self.raised.len();
            for error in &operation.errors {
                self.raised.push(
                    *faults
                        .get(error.shape.as_str())
                        .context("an unknown error")?,
                );
            }
            let [input, output] = [&operation.input, &operation.output].map(|end| {
                end.as_ref()
                    .map_or(Ok(usize::from(u16::MAX)), |end| self.number(&end.shape))
            });
            let (word, path) = (self.word(name)?, self.word(&operation.http.request_uri)?);
            self.rows.push(format!(
                "Row {{ name: {word}, path: {path}, input: {}, output: {}, signed: {}, first_error: {first}, errors: {} }}",
                input?,
                output?,
                operation.authtype.is_none(),
                operation.errors.len()
            ));
        }
        Ok(())
    }

    /// Shapes get their numbers first, since they name each other; equal ones that are no structures share one.
    fn number_all(&mut self, model: &Model) -> anyhow::Result<()> {
        let mut equal: BTreeMap<String, usize> = BTreeMap::new();
        let mut open: Vec<&(String, Shape)> = model
            .shapes
            .0
            .iter()
            .filter(|(_, s)| !s.exception)
            .collect();
        while !open.is_empty() {
            let before = open.len();
            let mut later = Vec::new();
            for entry in open {
                let (name, shape) = entry;
                let known = shape.parts().all(|part| self.numbers.contains_key(part));
                if shape.kind != "structure" && !known {
                    later.push(entry);
                    continue;
                }
                let key = match shape.kind.as_str() {
                    "structure" => name.clone(),
                    _ => self.simple(name, shape)?,
                };
                let next = self.shapes.len();
                let number = *equal.entry(key.clone()).or_insert(next);
                if number == next {
                    self.shapes.push(key);
                }
                self.numbers.insert(name.clone(), number);
            }
            ensure!(later.len() < before, "shapes that hold themselves");
            open = later;
        }
        Ok(())
    }

    fn simple(&mut self, name: &str, shape: &Shape) -> anyhow::Result<String> {
        ensure!(!shape.flattened, "{name}: flattened lists are not read");
        let end = |end: &Option<Reference>| self.number(&end.as_ref().context("no element")?.shape);
        let (kind, first, count) = match shape.kind.as_str() {
            "list" => ("List", end(&shape.member)?, 0),
            "map" => ("Map", end(&shape.key)?, end(&shape.value)?),
            "string" if !shape.words.is_empty() => {
                let mut words = Vec::new();
                for word in &shape.words {
                    words.push(self.word(word)?);
                }
                // Words of one choice stand together, wherever they were seen before.
                let first = self.words.len();
                self.words.extend(words);
                ("Enum", first, shape.words.len())
            }
            "string" => ("String", self.pattern(shape.pattern.as_deref())?, 0),
            "blob" => ("Blob", 0, 0),
            "boolean" => ("Boolean", 0, 0),
            "integer" => ("Integer", 0, 0),
            "long" => ("Long", 0, 0),
            "timestamp" => ("Timestamp", 0, 0),
            other => bail!("{name}: an unknown type {other}"),
        };
        let flags = match (shape.sensitive, name) {
            (true, _) => "SENSITIVE",
            // The wire carries these percent-encoded in answers; clients know them by this name too.
            (_, "policyDocumentType") => "ENCODED",
            _ => "0",
        };
        let bound = |value: Option<f64>, none: &str| match value {
            Some(value) => format!("{value:.0}"),
            None => none.to_owned(),
        };
        let (min, max) = (bound(shape.min, "i32::MIN"), bound(shape.max, "i32::MAX"));
        Ok(row(kind, flags, first, count, &min, &max))
    }

    fn structure(&mut self, name: &str, shape: &Shape) -> anyhow::Result<()> {
        let (first, number) = (self.members.len(), self.number(name)?);
        for (member, reference) in &shape.members.0 {
            ensure!(
                reference.location.is_none(),
                "{name}.{member}: only bodies are read"
            );
            let wire = reference.location_name.as_deref().unwrap_or(member);
            let mut flags = Vec::new();
            if is_required(shape, member) {
                flags.push("REQUIRED");
            }
            if shape.payload.as_deref() == Some(member) {
                flags.push("PAYLOAD");
            }
            let flags = if flags.is_empty() {
                "0".to_owned()
            } else {
                flags.join(" | ")
            };
            let (word, part) = (self.word(wire)?, self.number(&reference.shape)?);
            self.members.push(format!(
                "Member {{ name: {word}, flags: {flags}, shape: {part} }}"
            ));
        }
        let count = shape.members.0.len();
        let flags = if shape.sensitive { "SENSITIVE" } else { "0" };
        let text = row("Structure", flags, first, count, "i32::MIN", "i32::MAX");
        *self.shapes.get_mut(number).context("not numbered")? = text;
        Ok(())
    }

    pub(super) fn number(&self, name: &str) -> anyhow::Result<usize> {
        let number = self.numbers.get(name);
        Ok(*number.with_context(|| format!("{name} has no number"))?)
    }

    fn word(&mut self, word: &str) -> anyhow::Result<String> {
        ensure!(word.len() < 256, "{word} is too long");
        let (at, length) = *self.seen.entry(word.to_owned()).or_insert_with(|| {
            // A name that stands in the string already, as a part of others, need not be there twice.
            let at = self.names.find(word).unwrap_or_else(|| {
                self.names.push_str(word);
                self.names.len() - word.len()
            });
            (at, word.len())
        });
        Ok(format!("Word({at}, {length})"))
    }

    fn pattern(&mut self, text: Option<&str>) -> anyhow::Result<usize> {
        let Some(text) = text else { return Ok(0) };
        let row = format!(
            "Pattern {{ text: {text:?}, node: {} }}",
            pattern::node(text)?
        );
        let known = self.patterns.iter().position(|known| *known == row);
        Ok(1 + known.unwrap_or_else(|| {
            self.patterns.push(row);
            self.patterns.len() - 1
        }))
    }

    pub(super) fn write(&self, out: &mut String) {
        let _ = writeln!(out, "const NAMES: &str = \"\\");
        let mut rest = self.names.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(120));
            let _ = writeln!(out, "    {line}\\");
            rest = after;
        }
        out.push_str("\";\n\n");
        for (name, kind, rows) in [
            ("SHAPES", "Shape", &self.shapes),
            ("MEMBERS", "Member", &self.members),
            ("WORDS", "Word", &self.words),
            ("ROWS", "Row", &self.rows),
            ("FAULTS", "Fault", &self.faults),
            ("PATTERNS", "pattern::Pattern", &self.patterns),
        ] {
            let _ = writeln!(out, "static {name}: [{kind}; {}] = [", rows.len());
            for row in rows {
                let _ = writeln!(out, "    {row},");
            }
            out.push_str("];\n\n");
        }
        let raised: Vec<String> = self.raised.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            out,
            "static RAISED: [u8; {}] = [{}];",
            raised.len(),
            raised.join(", ")
        );
    }
}

fn row(kind: &str, flags: &str, first: usize, count: usize, min: &str, max: &str) -> String {
    format!(
        "Shape {{ kind: K::{kind}, flags: {flags}, first: {first}, count: {count}, min: {min}, max: {max} }}"
    )
}

pub(super) fn sorted(model: &Model) -> impl Iterator<Item = (&String, &Operation)> {
    let sorted: BTreeMap<_, _> = model
        .operations
        .0
        .iter()
        .map(|(name, operation)| (name, operation))
        .collect();
    sorted.into_iter()
}

/// The services always say whether there is more, though their models do not.
pub(super) fn is_required(shape: &Shape, member: &String) -> bool {
    member == "IsTruncated" || shape.required.contains(member)
}
