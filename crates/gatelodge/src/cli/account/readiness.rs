//! `gatelodge account readiness`: which ways back in would work today, of one account or of all.
//!
//! It only looks: nobody is called, nothing is mailed, nothing is written.

use super::{Installation, each, number};
use crate::cli::{in_words, language, moment};
use crate::compose::House;
use crate::print;
use app::drill::Readiness;
use domain::account::State;
use domain::drill::Verdict;
use domain::ids::AccountId;
use serde_json::{Map, Value, json};
use web::text::T;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    installation: Installation,
    /// Its number: twelve digits, with or without hyphens.
    #[arg(value_parser = number, required_unless_present = "all", conflicts_with = "all")]
    account: Option<AccountId>,
    /// All accounts in use, a line each, and how many of them could not get back in.
    #[arg(long)]
    all: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// `gatelodge account readiness`
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    args.installation.with(async |house| match &args.account {
        Some(account) => one(house, account, args.json).await,
        None => all(house, args.json).await,
    })
}

async fn one(house: &House, id: &AccountId, json: bool) -> anyhow::Result<()> {
    let ready = house.app.readiness_of(id).await.map_err(in_words)?;
    if json {
        return Ok(print(&in_json(&ready).to_string())?);
    }
    print(&summary(&ready))?;
    let t = T::of(language());
    let (ways, parts) = (ready.report.ways.iter(), ready.report.parts.iter());
    let ways = ways.map(|(way, verdict)| ("way", way.key(), verdict));
    let parts = parts.map(|(part, verdict)| ("part", part.key(), verdict));
    for (what, key, verdict) in ways.chain(parts) {
        let title = t.s(format!("ready-{what}-{key}"));
        let line = match verdict {
            Ok(()) => format!("  yes  {title}"),
            Err(refusal) => {
                let (code, until) = (refusal.code.as_str(), refusal.until.map(moment));
                let until = until.map(|until| format!(" ({until})")).unwrap_or_default();
                format!("  no   {title}: {code} {}{until}", t.s(code))
            }
        };
        print(&line)?;
    }
    Ok(())
}

async fn all(house: &House, json: bool) -> anyhow::Result<()> {
    let (mut reports, mut count, mut stuck) = (Vec::new(), 0, 0);
    each(house, async |account| {
        if account.state != State::Active {
            return Ok(());
        }
        let ready = house
            .app
            .readiness_of(&account.id)
            .await
            .map_err(in_words)?;
        count += 1;
        stuck += u32::from(!ready.report.ready());
        if json {
            reports.push(in_json(&ready));
            return Ok(());
        }
        Ok(print(&summary(&ready))?)
    })
    .await?;
    if json {
        let whole = json!({ "accounts": reports, "count": count, "withoutAWay": stuck });
        return Ok(print(&whole.to_string())?);
    }
    Ok(print(&format!(
        "{stuck} of {count} accounts could not get back in today"
    ))?)
}

/// One line: the account, what works, and when it was rehearsed.
fn summary(ready: &Readiness) -> String {
    let account = &ready.facts.known.account;
    let open = ready
        .report
        .ways
        .iter()
        .filter(|(_, verdict)| verdict.is_ok());
    let open: Vec<&str> = open.map(|(way, _)| way.key()).collect();
    let open = match open.is_empty() {
        true => "no way".to_owned(),
        false => open.join(" "),
    };
    let last = ready.facts.last.map(|last| moment(last.at));
    let last = last.unwrap_or_else(|| "never".to_owned());
    format!("{}  {open}  rehearsed {last}", account.id.grouped())
}

fn in_json(ready: &Readiness) -> Value {
    let verdict = |verdict: &Verdict| match verdict {
        Ok(()) => json!({ "works": true }),
        Err(refusal) => json!({
            "works": false,
            "code": refusal.code.as_str(),
            "until": refusal.until.map(moment),
        }),
    };
    let (ways, parts) = (ready.report.ways.iter(), ready.report.parts.iter());
    let ways = ways.map(|(way, v)| (way.key().to_owned(), verdict(v)));
    let parts = parts.map(|(part, v)| (part.key().to_owned(), verdict(v)));
    json!({
        "accountId": ready.facts.known.account.id.as_str(),
        "ready": ready.report.ready(),
        "ways": ways.collect::<Map<_, _>>(),
        "parts": parts.collect::<Map<_, _>>(),
        "rehearsedAt": ready.facts.last.map(|last| moment(last.at)),
    })
}
