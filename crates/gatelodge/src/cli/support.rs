//! `gatelodge support`: looking at support cases. What happens to one is decided on the pages of operators alone.

use super::{Installation, in_words, moment};
use crate::compose::House;
use crate::print;
use anyhow::anyhow;
use domain::ids::SupportId;
use domain::support::{Case, Stage};
use serde_json::{Value, json};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Lists the newest support cases, newest first: number, stage, what is lost, account, when it was opened.
    #[command(after_help = "Example: gatelodge support list --json")]
    List {
        #[command(flatten)]
        installation: Installation,
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Shows one support case as operators see it.
    #[command(after_help = "Example: gatelodge support show sup_4v6xr2m7…")]
    Show {
        #[command(flatten)]
        installation: Installation,
        /// The number of the case.
        case: String,
    },
}

/// `gatelodge support`
pub(crate) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::List { installation, json } => {
            installation.with(async |house| list(house, *json).await)
        }
        Command::Show { installation, case } => {
            let id = case
                .parse()
                .map_err(|_| anyhow!("{case} is no number of a case"))?;
            installation.with(async |house| show(house, &id).await)
        }
    }
}

async fn list(house: &House, json: bool) -> anyhow::Result<()> {
    for case in house.app.support_cases().await? {
        if json {
            print(&row(&case).to_string())?;
            continue;
        }
        let account = case.account.as_ref().map_or("no account", |id| id.as_str());
        let (stage, lost) = (case.stage.key(), case.asked.lost.key());
        let opened = moment(case.opened_at);
        print(&format!(
            "{}  {stage:<6} {lost:<6} {account:<12}  {opened}",
            case.id
        ))?;
    }
    Ok(())
}

fn row(case: &Case) -> Value {
    let (until, by) = match case.stage {
        Stage::Waits { until } => (Some(moment(until)), None),
        Stage::Over { by, .. } => (None, Some(by.key())),
        _ => (None, None),
    };
    json!({
        "case": case.id.as_str(),
        "stage": case.stage.key(),
        "until": until,
        "endedBy": by,
        "lost": case.asked.lost.key(),
        "recovery": case.recovery.as_ref().map(|id| id.as_str()),
        "account": case.account.as_ref().map(|id| id.as_str()),
        "openedAt": moment(case.opened_at),
        "notedBy": case.noted.as_ref().map(|deed| &deed.by),
        "approvedBy": case.approved.as_ref().map(|deed| &deed.by),
    })
}

async fn show(house: &House, id: &SupportId) -> anyhow::Result<()> {
    let opened = house.app.support_case(id).await.map_err(in_words)?;
    let case = &opened.case;
    let mut shown = row(case);
    if let Some(fields) = shown.as_object_mut() {
        let more = json!({
            "namedEmail": case.asked.named,
            "presentContact": opened.present,
            "newContact": case.asked.value,
            "provedAt": case.proved_at.map(moment),
            "from": case.client.address.to_string(),
            "text": case.asked.text,
            "note": case.note,
        });
        fields.extend(more.as_object().cloned().unwrap_or_default());
    }
    Ok(print(&serde_json::to_string_pretty(&shown)?)?)
}
