//! `gatelodge outbox`: what was mailed and texted and whom we called. Texts and links are shown on trial only.

use super::{Installation, in_words, moment};
use crate::compose::House;
use crate::print;
use app::outbox::{CALL, Item};
use app::settings::Transport;
use domain::ids::OutboxId;
use serde_json::{Value, json};

/// Rows that are read at a time.
const STRIDE: usize = 200;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Lists what was mailed and texted and whom we called, from the newest on.
    #[command(
        after_help = "Example: gatelodge outbox list --to root@example.com --json\nTexts and links are in it on trial only."
    )]
    List {
        #[command(flatten)]
        installation: Installation,
        /// Only what went to this address or number.
        #[arg(long, value_name = "ADDRESS")]
        to: Option<String>,
        /// Prints a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Shows one mail or text with its words; on trial only.
    #[command(after_help = "Example: gatelodge outbox show out_abcdefghijklmnopqrstuvwxyz")]
    Show {
        #[command(flatten)]
        installation: Installation,
        /// Its id, as the list has it.
        id: String,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// `gatelodge outbox`
pub(crate) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::List {
            installation,
            to,
            json,
        } => installation.with(async |house| list(house, to.as_deref(), *json).await),
        Command::Show {
            installation,
            id,
            json,
        } => installation.with(async |house| show(house, id, *json).await),
    }
}

async fn list(house: &House, to: Option<&str>, json: bool) -> anyhow::Result<()> {
    let mut all: Vec<Value> = Vec::new();
    let mut after = None;
    loop {
        let page = house
            .app
            .outbox(to, after, STRIDE)
            .await
            .map_err(in_words)?;
        after = page.items.last().map(|item| (item.at, item.id.clone()));
        for item in &page.items {
            if json {
                all.push(as_json(item));
            } else {
                print(&line(item))?;
            }
        }
        if !page.more {
            break;
        }
    }
    if json {
        print(&Value::Array(all).to_string())?;
    }
    Ok(())
}

async fn show(house: &House, id: &str, json: bool) -> anyhow::Result<()> {
    let id: OutboxId = id
        .parse()
        .map_err(|_| in_words(domain::refusal::Code::NoSuchMail.into()))?;
    let item = house.app.outbox_item(&id).await.map_err(in_words)?;
    let settings = house.app.settings();
    let transport = match item.kind.starts_with("text-") {
        true => settings.texts.transport,
        false => settings.mail,
    };
    if transport != Transport::Trial {
        return Err(in_words(domain::refusal::Code::NotOnTrial.into()));
    }
    if json {
        return Ok(print(&as_json(&item).to_string())?);
    }
    print(&line(&item))?;
    if let Some(words) = &item.words {
        print("")?;
        print(&words.text)?;
    }
    Ok(())
}

fn line(item: &Item) -> String {
    let subject = item.words.as_ref().map_or("", |words| &words.subject);
    let (id, at, to) = (&item.id, moment(item.at), &item.to);
    let what = if item.kind == CALL { CALL } else { &item.kind };
    format!(
        "{id}  {at}  {}  {what}  {to}  {subject}",
        item.state.as_str()
    )
    .trim_end()
    .to_owned()
}

fn as_json(item: &Item) -> Value {
    let words = item.words.as_ref();
    json!({
        "id": item.id.as_str(),
        "at": moment(item.at),
        "kind": item.kind,
        "reference": item.reference,
        "from": item.from,
        "to": item.to,
        "subject": words.map(|words| &words.subject),
        "text": words.map(|words| &words.text),
        "links": words.map(|words| words.links.as_slice()).unwrap_or_default(),
        "state": item.state.as_str(),
        "language": item.locale.tag(),
    })
}
