//! `gatelodge policy`: deciding cases by policies, and looking policies over. No installation is needed.

use crate::{print, tell};
use anyhow::Context as _;
use iampolicy::lint::{Severity, lint};
use iampolicy::simulation::{Case, MAX_LINE};
use iampolicy::{Decision, Kind, MAX_BYTES};
use serde_json::json;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Decides requests: one JSON object a line, with all policies that concern it.
    ///
    /// Prints Allowed, ImplicitlyDenied or ExplicitlyDenied for each line, in order; Error for a line that cannot be read
    /// (why is told on standard error, and the exit code is 1); and an empty line for an empty line.
    #[command(after_help = "Example: gatelodge policy evaluate --explain cases.jsonl")]
    Evaluate {
        /// Adds, behind a tab, which statement decided, or what was missing.
        #[arg(long)]
        explain: bool,
        /// The cases; standard input by default.
        #[arg(default_value = "-", value_name = "FILE")]
        file: PathBuf,
    },
    /// Checks a policy as IAM would, and says what in it may not do what was meant; ends with 1 if it is no policy.
    #[command(after_help = "Example: gatelodge policy validate --kind trust trust.json")]
    Validate {
        /// What the policy is attached to.
        #[arg(long, value_name = "KIND", value_parser = kind, default_value = "identity")]
        kind: Kind,
        /// The account that it is meant for: others are foreign.
        #[arg(long, value_name = "ID")]
        account: Option<String>,
        /// Prints the findings as a JSON array.
        #[arg(long)]
        json: bool,
        /// The policy; `-` is standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

const KINDS: [(&str, Kind); 8] = [
    ("identity", Kind::Identity),
    ("resource", Kind::Resource),
    ("trust", Kind::Trust),
    ("boundary", Kind::Boundary),
    ("session", Kind::Session),
    ("service-control", Kind::ServiceControl),
    ("resource-control", Kind::ResourceControl),
    ("endpoint", Kind::Endpoint),
];

fn kind(text: &str) -> Result<Kind, String> {
    let names = KINDS.map(|(name, _)| name).join(", ");
    let found = KINDS.iter().find(|(name, _)| *name == text);
    found
        .map(|(_, kind)| *kind)
        .ok_or(format!("one of {names}"))
}

/// `gatelodge policy`
pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let sound = match command {
        Command::Evaluate { explain, file } => {
            let mut out = BufWriter::new(io::stdout().lock());
            let sound = evaluate(&mut open(file)?, &mut out, *explain)?;
            out.flush()?;
            sound
        }
        Command::Validate {
            kind,
            account,
            json,
            file,
        } => validate(file, *kind, account.as_deref(), *json)?,
    };
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn open(file: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Box::new(BufReader::new(opened)))
}

/// Decides every line; whether all could be read.
fn evaluate(cases: &mut dyn BufRead, out: &mut impl Write, explain: bool) -> anyhow::Result<bool> {
    let mut sound = true;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        // One byte more than is taken, so that a longer line is refused by its reader, and not cut.
        let most = MAX_LINE as u64 + 1;
        if (&mut *cases).take(most).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() > MAX_LINE && line.last() != Some(&b'\n') {
            cases.skip_until(b'\n')?;
        }
        match decide(line.trim_ascii(), explain) {
            Ok(said) => writeln!(out, "{said}")?,
            Err(why) => {
                sound = false;
                writeln!(out, "Error")?;
                tell(&format!("line {number}: {why}"));
            }
        }
    }
    Ok(sound)
}

fn decide(line: &[u8], explain: bool) -> Result<String, String> {
    if line.is_empty() {
        return Ok(String::new());
    }
    let text = std::str::from_utf8(line).map_err(|error| format!("not UTF-8: {error}"))?;
    let case = Case::read(text).map_err(|malformed| malformed.to_string())?;
    Ok(case.decide(|decision: &Decision<'_>| match explain {
        true => format!("{}\t{decision}", decision.word()),
        false => decision.word().to_owned(),
    }))
}

/// Prints what there is to say of a policy; whether it is one.
fn validate(file: &Path, kind: Kind, account: Option<&str>, json: bool) -> anyhow::Result<bool> {
    let mut bytes = Vec::new();
    open(file)?
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    let found = lint(&bytes, kind, account);
    if json {
        let found: Vec<_> = found
            .iter()
            .map(|finding| {
                json!({
                    "code": finding.code,
                    "severity": finding.severity.name(),
                    "line": finding.at.line,
                    "column": finding.at.column,
                    "text": finding.text,
                })
            })
            .collect();
        print(&json!(found).to_string())?;
    } else {
        for finding in &found {
            print(&format!("{}:{finding}", file.display()))?;
        }
        if found.is_empty() {
            tell("nothing to mend");
        }
    }
    Ok(found
        .iter()
        .all(|finding| finding.severity < Severity::Error))
}
