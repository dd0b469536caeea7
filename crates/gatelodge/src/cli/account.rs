//! `gatelodge account`: making accounts and seeing to their life.

mod readiness;

use super::{Installation, in_words, language, moment};
use crate::compose::House;
use crate::{print, surroundings};
use anyhow::{Context, anyhow, bail};
use app::account::{Guarded, NewAccount};
use app::password::Near;
use domain::account::{Account, State};
use domain::ids::AccountId;
use domain::refusal::Code;
use rustix::termios::{self, LocalModes, OptionalActions};
use serde_json::{Value, json};
use std::io::{BufRead, IsTerminal, Write};
use web::text::T;
use zeroize::Zeroizing;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Makes an account and its root user.
    #[command(
        after_help = "Example: gatelodge account create --name 'Example Company' --email root@example.com --json\n\
        Without a password the root user sets one by \"Forgot password?\". One that is given here proves nothing in a \
        recovery and must be replaced at the first sign-in, within 72 hours."
    )]
    Create {
        #[command(flatten)]
        installation: Installation,
        /// The name of the account.
        #[arg(long)]
        name: String,
        /// The root user's address; unproved until its owner proves it.
        #[arg(long)]
        email: String,
        /// The root user's telephone number, as people write it; unproved until it was called.
        #[arg(long)]
        phone: Option<String>,
        /// Reads a first password from standard input: one line of at most 1024 bytes.
        #[arg(long)]
        password_stdin: bool,
        /// Makes an access key of the root user as well, and prints it this once.
        #[arg(long)]
        access_key: bool,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Lists all accounts in the order of their numbers.
    #[command(after_help = "Example: gatelodge account list --json")]
    List {
        #[command(flatten)]
        installation: Installation,
        /// Prints a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Shows one account, and what guards it just now: disputes, freezes and holds.
    #[command(after_help = "Example: gatelodge account show 1111-2222-3333\n\
        A dispute means that the holder of a device called stolen came back: ask both who they are.")]
    Show(One),
    /// Says which ways back in would work today, of one account or of all. Nobody is called and nothing is mailed.
    #[command(after_help = "Example: gatelodge account readiness --all\n\
        The root user rehearses them at \"Security credentials\"; what came of it stands in the report.")]
    Readiness(readiness::Args),
    /// Puts an account out of use: its sessions end at once, nothing is lost.
    #[command(after_help = "Example: gatelodge account suspend 111122223333")]
    Suspend(One),
    /// Puts a suspended account back into use.
    #[command(after_help = "Example: gatelodge account reactivate 111122223333")]
    Reactivate(One),
    /// Closes an account; it can be reopened for 90 days.
    #[command(after_help = "Example: gatelodge account close 111122223333")]
    Close(One),
    /// Opens a closed account again.
    #[command(after_help = "Example: gatelodge account reopen 111122223333")]
    Reopen(One),
}

/// One account.
#[derive(clap::Args)]
pub(crate) struct One {
    #[command(flatten)]
    installation: Installation,
    /// Its number: twelve digits, with or without hyphens.
    #[arg(value_parser = number)]
    account: AccountId,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

fn number(text: &str) -> Result<AccountId, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    digits
        .parse()
        .map_err(|_| "an account number has twelve digits".to_owned())
}

/// A line on standard input may be so long.
const LONGEST: u64 = 1_024;
/// Accounts that are read at a time.
const STRIDE: i64 = 500;

/// `gatelodge account`
pub(crate) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Create {
            installation,
            name,
            email,
            phone,
            password_stdin,
            access_key,
            json,
        } => {
            let password = password_stdin.then(password).transpose()?;
            let new = NewAccount {
                name: name.clone(),
                email: email.clone(),
                email_proved: false,
                phone: phone.clone(),
                locale: language(),
                password: None,
            };
            installation
                .with_new(async |house| create(house, new, password, *access_key, *json).await)
        }
        Command::List { installation, json } => {
            installation.with(async |house| list(house, *json).await)
        }
        Command::Show(one) => one.installation.with(async |house| {
            let account = house.app.account(&one.account).await.map_err(in_words)?;
            let guarded = house.app.guarded(&account).await.map_err(in_words)?;
            let second = house
                .app
                .second_contacts(&account.id)
                .await
                .map_err(in_words)?;
            if !one.json {
                show(&account, false)?;
                for one in &second {
                    let proved = if one.proved_at.is_some() {
                        ""
                    } else {
                        ", not proved"
                    };
                    print(&format!("{:<16}{}{proved}", one.kind.key(), one.value))?;
                }
                return in_lines(&guarded);
            }
            let mut all = shown(&account);
            if let (Some(all), Value::Object(more)) = (all.as_object_mut(), in_json(&guarded)) {
                all.extend(more);
                for one in &second {
                    let name = if one.kind.is_email() {
                        "secondEmail"
                    } else {
                        "secondPhone"
                    };
                    all.insert(name.to_owned(), one.value.clone().into());
                    let proved = one.proved_at.map(moment);
                    all.insert(format!("{name}ProvedAt"), json!(proved));
                }
            }
            Ok(print(&all.to_string())?)
        }),
        Command::Readiness(args) => readiness::run(args),
        Command::Suspend(one) => shift(one, State::Suspended, &[]),
        Command::Reactivate(one) => shift(one, State::Active, &[State::Suspended]),
        Command::Close(one) => shift(one, State::Closed, &[]),
        Command::Reopen(one) => shift(one, State::Active, &[State::Closed]),
    }
}

async fn create(
    house: &House,
    mut new: NewAccount,
    password: Option<Zeroizing<String>>,
    access_key: bool,
    json: bool,
) -> anyhow::Result<()> {
    let ctx = house.ctx(language());
    if access_key && !house.app.settings().root_keys {
        return Err(in_words(Code::RootKeysOff.into()));
    }
    if let Some(password) = password {
        let near = Near {
            email: new.email.clone(),
            name: Some(new.name.clone()),
            with_mfa: false,
        };
        let chosen = house.app.first_password(&ctx, &near, &password).await;
        match chosen.map_err(in_words)? {
            Ok(hash) => new.password = Some(hash),
            Err(unmet) => {
                let why = web::unmet_sentences(T::of(language()), &unmet);
                bail!(
                    "the password is not taken, and no account was made\n{}",
                    why.join("\n")
                );
            }
        }
    }
    let account = house
        .app
        .create_account(&ctx, surroundings::operator(), new)
        .await
        .map_err(in_words)?;
    let key = match access_key {
        true => {
            let by = surroundings::operator();
            let made = house.app.create_root_key(&ctx, by, &account.id).await;
            Some(made.map_err(in_words)?)
        }
        false => None,
    };
    if json {
        let key_id = key.as_ref().map(|made| made.key.id.as_str());
        let secret = key.as_ref().map(|made| made.secret.expose());
        return Ok(print(
            &json!({
                "accountId": account.id.as_str(),
                "accountName": account.name,
                "rootArn": root_arn(&account.id),
                "email": account.email,
                "accessKeyId": key_id,
                "secretAccessKey": secret,
            })
            .to_string(),
        )?);
    }
    print(&format!(
        "account {} ({}) with the root user {}",
        account.id.grouped(),
        account.name,
        account.email
    ))?;
    if let Some(made) = &key {
        print(&format!("access key {}", made.key.id))?;
        print(&format!("secret     {}", made.secret.expose()))?;
    }
    Ok(())
}

fn root_arn(account: &AccountId) -> String {
    format!("arn:aws:iam::{account}:root")
}

/// Goes through all accounts in the order of their numbers.
async fn each(
    house: &House,
    mut work: impl AsyncFnMut(Account) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let page = house.app.accounts(&after, STRIDE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.id.as_str().to_owned();
        for account in page {
            work(account).await?;
        }
    }
}

async fn list(house: &House, json: bool) -> anyhow::Result<()> {
    let mut all = Vec::new();
    each(house, async |account| {
        if json {
            all.push(shown(&account));
            return Ok(());
        }
        let (id, state) = (account.id.grouped(), account.state.key());
        let (email, name) = (&account.email, &account.name);
        Ok(print(&format!("{id}  {state:<9}  {email}  {name}"))?)
    })
    .await?;
    if json {
        print(&Value::Array(all).to_string())?;
    }
    Ok(())
}

fn show(account: &Account, json: bool) -> anyhow::Result<()> {
    let shown = shown(account);
    if json {
        return Ok(print(&shown.to_string())?);
    }
    for (name, value) in shown.as_object().into_iter().flatten() {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        print(&format!("{name:<16}{value}"))?;
    }
    Ok(())
}

fn shown(account: &Account) -> Value {
    json!({
        "accountId": account.id.as_str(),
        "accountName": account.name,
        "rootArn": root_arn(&account.id),
        "email": account.email,
        "emailProvedAt": account.email_proved_at.map(moment),
        "state": account.state.key(),
        "stateSince": moment(account.state_since),
        "createdAt": moment(account.created_at),
        "language": account.locale.tag(),
        "hasPassword": account.password.is_some(),
    })
}

fn in_json(guarded: &Guarded) -> Value {
    let disputes = guarded.disputes.iter();
    let holds = guarded.holds.iter();
    json!({
        "disputes": disputes
            .map(|dispute| json!({ "case": dispute.case.as_str(), "at": moment(dispute.at) }))
            .collect::<Vec<_>>(),
        "frozenUntil": guarded.frozen_until.map(moment),
        "holds": holds
            .map(|hold| json!({ "what": hold.what, "which": hold.which, "until": moment(hold.until) }))
            .collect::<Vec<_>>(),
    })
}

fn in_lines(guarded: &Guarded) -> anyhow::Result<()> {
    for dispute in &guarded.disputes {
        let (case, at) = (&dispute.case, moment(dispute.at));
        print(&format!("{:<16}{case} since {at}", "dispute"))?;
    }
    if let Some(until) = guarded.frozen_until {
        let until = moment(until);
        print(&format!("{:<16}e-mail with phone until {until}", "frozen"))?;
    }
    for hold in &guarded.holds {
        let which = hold.which.as_deref().map(|which| format!(" {which}"));
        let (what, until) = (hold.what, moment(hold.until));
        print(&format!(
            "{:<16}{what}{} until {until}",
            "held",
            which.unwrap_or_default()
        ))?;
    }
    Ok(())
}

/// Moves an account on. `from` names the stages the command is for, where the next stage alone does not tell.
fn shift(one: &One, next: State, from: &[State]) -> anyhow::Result<()> {
    one.installation.with(async |house| {
        let ctx = house.ctx(language());
        let account = house.app.account(&one.account).await.map_err(in_words)?;
        if !from.is_empty() && !from.contains(&account.state) {
            return Err(in_words(domain::refusal::Code::WrongAccountState.into()));
        }
        let moved = house
            .app
            .move_account(&ctx, surroundings::operator(), &one.account, next)
            .await
            .map_err(in_words)?;
        show(&moved, one.json)
    })
}

/// Reads the password: one line, shown to nobody.
fn password() -> anyhow::Result<Zeroizing<String>> {
    let stdin = std::io::stdin();
    let terminal = stdin.is_terminal();
    let before = if terminal {
        write!(std::io::stderr(), "Password: ")?;
        Some(quiet(&stdin)?)
    } else {
        None
    };
    let mut bytes = Zeroizing::new(Vec::new());
    let read = one_line(stdin.lock(), &mut bytes);
    if let Some(before) = before {
        termios::tcsetattr(&stdin, OptionalActions::Now, &before)?;
        writeln!(std::io::stderr())?;
    }
    read?;
    let text =
        std::str::from_utf8(&bytes).map_err(|_| anyhow!("the password is not text in UTF-8"))?;
    if text.is_empty() {
        bail!("no password on standard input: give it as one line");
    }
    Ok(Zeroizing::new(text.to_owned()))
}

/// Turns the echo of a terminal off and gives back how it was.
fn quiet(stdin: &std::io::Stdin) -> anyhow::Result<termios::Termios> {
    let before = termios::tcgetattr(stdin).context("the terminal does not say how it is set")?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    termios::tcsetattr(stdin, OptionalActions::Flush, &silent)?;
    Ok(before)
}

/// The first line, without its end.
fn one_line(from: impl BufRead, bytes: &mut Vec<u8>) -> anyhow::Result<()> {
    let mut from = from.take(LONGEST + 2);
    from.read_until(b'\n', bytes)?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST {
        bail!("the line on standard input is longer than {LONGEST} bytes");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_read_and_no_more() {
        let read = |text: &[u8]| {
            let mut bytes = Vec::new();
            one_line(text, &mut bytes).map(|()| bytes)
        };
        assert_eq!(read(b"secret\nmore").unwrap(), b"secret");
        assert_eq!(read(b"secret\r\n").unwrap(), b"secret");
        assert_eq!(read(b"secret").unwrap(), b"secret");
        assert_eq!(read(&[b'x'; 1_024]).unwrap().len(), 1_024);
        assert!(read(&[b'x'; 1_025]).is_err());
    }

    #[test]
    fn numbers_are_taken_as_they_are_shown() {
        assert_eq!(number("1111-2222-3333").unwrap().as_str(), "111122223333");
        assert!(number("1111").is_err());
    }
}
