//! `gatelodge audit`: verifying the audit log, and handing it on.

use super::{Installation, moment};
use crate::compose::House;
use crate::print;
use crate::serve::keeper::HEADS;
use anyhow::bail;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::audit::{self, Entry, Report};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Reads the whole log and says what is wrong with it; ends with 1 if something is.
    #[command(
        after_help = "Example: gatelodge audit verify --heads /mnt/elsewhere/audit-heads.log"
    )]
    Verify {
        #[command(flatten)]
        installation: Installation,
        /// The heads of the log that were written outside the store, or a copy of them kept elsewhere.
        #[arg(long, value_name = "FILE")]
        heads: Option<PathBuf>,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Prints the sealed records in their order, one JSON object a line.
    #[command(after_help = "Example: gatelodge audit export --after 1000 > audit.jsonl")]
    Export {
        #[command(flatten)]
        installation: Installation,
        /// Only records behind this place of the log.
        #[arg(long, default_value_t = 0)]
        after: i64,
    },
}

/// Records that are read at a time.
const STRIDE: u32 = 1_000;

/// `gatelodge audit`
pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Verify {
            installation,
            heads,
            json,
        } => installation.with(async |house| verify(house, heads.as_deref(), *json).await),
        Command::Export {
            installation,
            after,
        } => installation.with(async |house| export(house, *after).await),
    }
}

async fn verify(house: &House, named: Option<&Path>, json: bool) -> anyhow::Result<ExitCode> {
    let beside = house.place.path(HEADS);
    let heads = match named {
        Some(path) if !path.exists() => bail!("{} does not exist", path.display()),
        Some(path) => Some(path),
        None => Some(beside.as_path()).filter(|path| path.exists()),
    };
    // It reads the log to its end, which must not be done on a thread that drives other work.
    let (db, now) = (house.app.db().clone(), house.app.now());
    let known = heads.map(Path::to_owned);
    let read = move || audit::verify(&db, known.as_deref(), now);
    let report = tokio::task::spawn_blocking(read).await??;
    if json {
        print(&as_json(&report, heads).to_string())?;
    } else {
        print(&report.to_string())?;
    }
    Ok(if report.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn as_json(report: &Report, heads: Option<&Path>) -> Value {
    let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    json!({
        "sound": report.is_sound(),
        "blocks": report.blocks,
        "records": report.records,
        "erased": report.erased,
        "waiting": report.waiting,
        "last": report.last,
        "anchored": report.anchored,
        "lostByRestore": report.lost_by_restore,
        "faults": faults,
        "moreFaults": report.more_faults,
        "heads": heads,
    })
}

async fn export(house: &House, after: i64) -> anyhow::Result<ExitCode> {
    let mut after = after;
    loop {
        let page = house
            .app
            .db()
            .read(move |tx| audit::export(tx, after, STRIDE))
            .await?;
        for entry in page.items {
            after = entry.seq.unwrap_or(after);
            print(&line(&entry).to_string())?;
        }
        if !page.more {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// A record for other programs. What was erased is null.
fn line(entry: &Entry) -> Value {
    let part = |text: &Option<String>| -> Value {
        text.as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or(Value::Null)
    };
    json!({
        "sequence": entry.seq,
        "id": entry.id,
        "at": moment(entry.at),
        "event": entry.event,
        "account": entry.account,
        "outcome": entry.outcome,
        "actor": part(&entry.actor),
        "client": part(&entry.client),
        "detail": part(&entry.detail),
    })
}
