//! `gatelodge operator`: the people who serve support cases: made, recovered and removed here and nowhere else.
//!
//! A set-up link lets whoever has it in, once: it is shown at a terminal only. Otherwise it is written into a file of the
//! folder, for its owner only, and the file is named.

use super::{Installation, in_words, language, moment};
use crate::compose::House;
use crate::{print, surroundings};
use app::Ctx;
use app::operator::Invited;
use domain::audit::Actor;
use domain::operator::{Granter, Operator};
use serde_json::{Value, json};
use std::io::IsTerminal;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Makes an operator, who may serve support cases, and a link to set up password and authenticator.
    #[command(
        after_help = "Example: gatelodge operator create --name 'Day Desk' --email day.desk@example.com\n\
        The link works once, for 30 minutes. It is shown at a terminal only; otherwise the file that holds it is named."
    )]
    Create {
        #[command(flatten)]
        installation: Installation,
        /// The name that other operators read.
        #[arg(long)]
        name: String,
        /// The address that the operator signs in with, and that is told of sign-ins from new browsers.
        #[arg(long)]
        email: String,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Lists the operators by name.
    #[command(after_help = "Example: gatelodge operator list --json")]
    List {
        #[command(flatten)]
        installation: Installation,
        /// Prints a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Removes an operator: the sessions end at once.
    #[command(after_help = "Example: gatelodge operator remove day.desk@example.com")]
    Remove(One),
    /// For one who lost password or device: both are taken away, the sessions end, and there is a new set-up link.
    #[command(
        after_help = "Example: gatelodge operator recover day.desk@example.com\n\
        There is no other way back: neither mail nor telephone recovers an operator. Make sure whom you give the link to."
    )]
    Recover(One),
}

/// One operator.
#[derive(clap::Args)]
pub(crate) struct One {
    #[command(flatten)]
    installation: Installation,
    /// The address, or the id.
    operator: String,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// `gatelodge operator`
pub(crate) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Create {
            installation,
            name,
            email,
            json,
        } => installation.with_new(async |house| {
            let (ctx, by) = at_host(house);
            let made = house.app.create_operator(&ctx, by, name, email, language());
            invited(house, &made.await.map_err(in_words)?, *json).await
        }),
        Command::List { installation, json } => installation.with(async |house| {
            let all = house.app.operators().await.map_err(in_words)?;
            if *json {
                let all = all.iter().map(shown).collect();
                return Ok(print(&Value::Array(all).to_string())?);
            }
            for one in &all {
                let state = if one.set_up_at.is_some() {
                    "in use"
                } else {
                    "not set up"
                };
                print(&format!(
                    "{}  {state:<10}  {}  {}",
                    one.id, one.email, one.name
                ))?;
            }
            Ok(())
        }),
        Command::Remove(one) => one.installation.with(async |house| {
            let (ctx, by) = at_host(house);
            let gone = house.app.remove_operator(&ctx, by, &one.operator).await;
            let gone = gone.map_err(in_words)?;
            house.place.remove(&link_file(&gone))?;
            if one.json {
                return Ok(print(&shown(&gone).to_string())?);
            }
            Ok(print(&format!(
                "{} ({}) is removed",
                gone.name, gone.email
            ))?)
        }),
        Command::Recover(one) => one.installation.with(async |house| {
            let (ctx, by) = at_host(house);
            let again = house.app.recover_operator(&ctx, by, &one.operator).await;
            invited(house, &again.map_err(in_words)?, one.json).await
        }),
    }
}

/// The circumstances of a command that changes something, and who gave it.
fn at_host(house: &House) -> (Ctx, Actor) {
    (house.ctx(language()), surroundings::operator())
}

/// Tells whom the link is for, and the link at a terminal; else the file that holds it.
async fn invited(house: &House, made: &Invited, json: bool) -> anyhow::Result<()> {
    let link = format!(
        "{}{}",
        house.app.address().await.map_err(in_words)?,
        made.path
    );
    let file = house
        .place
        .write_secret(&link_file(&made.operator), &link)?;
    let file = file.display();
    if json {
        let mut all = shown(&made.operator);
        if let Some(all) = all.as_object_mut() {
            all.insert("setUpFile".to_owned(), json!(file.to_string()));
        }
        return Ok(print(&all.to_string())?);
    }
    print(&format!(
        "operator {} ({}) with {}",
        made.operator.name, made.operator.email, made.operator.id
    ))?;
    let shown = match std::io::stdout().is_terminal() {
        true => format!("{link}\nalso in {file}"),
        false => format!("the link in {file}"),
    };
    Ok(print(&format!(
        "Set up password and authenticator with {shown}\n(one use, 30 minutes; `gatelodge operator recover` makes a new one)"
    ))?)
}

/// The file of an operator's set-up link.
fn link_file(operator: &Operator) -> String {
    format!("operator-link-{}", operator.id)
}

fn shown(operator: &Operator) -> Value {
    let by = match &operator.granted_by {
        Granter::Host(user) => json!({ "systemUser": user }),
        Granter::Operator(id) => json!({ "operator": id.as_str() }),
    };
    json!({
        "operatorId": operator.id.as_str(),
        "name": operator.name,
        "email": operator.email,
        "language": operator.locale.tag(),
        "rights": ["support"],
        "grantedBy": by,
        "grantedAt": moment(operator.granted_at),
        "setUpAt": operator.set_up_at.map(moment),
    })
}
