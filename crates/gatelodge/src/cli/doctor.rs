//! `gatelodge doctor`: looks an installation over, from the folder to the clock, and says what to mend.

mod channels;
mod voice;

use super::Installation;
use super::config::report;
use crate::compose::{For, House};
use crate::config::{CodeChannel, Config, VoiceTransport, check};
use crate::finding::{Finding, Level};
use crate::place::Place;
use app::ready::Unready;
use domain::time::Span;
use rustix::process::{Resource, getrlimit};
use std::process::ExitCode;

#[derive(clap::Args)]
#[command(
    after_help = "Example: gatelodge doctor --data-dir /var/lib/gatelodge\nEnds with 1 if something is an error."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    installation: Installation,
    /// Prints the findings as a JSON array.
    #[arg(long)]
    json: bool,
}

/// A part that is looked at by itself.
#[derive(clap::Subcommand)]
enum Part {
    /// Looks trunks and carriers over, and places a test call if a number is named.
    #[command(after_help = "Example: gatelodge doctor voice --call +886912345678")]
    Voice(voice::Args),
}

/// A mail that is due for so long should have gone out.
const OVERDUE: Span = Span::minutes(15);
/// So many disputes are looked at, and told of for so long.
const DISPUTES: u32 = 1_000;
const DISPUTES_TOLD: Span = Span::days(30);
/// A jump of the clock is told of for so long.
const JUMPS_TOLD: Span = Span::days(7);
/// Operators that it takes to decide a support case.
const TWO: usize = 2;
/// Files a server holds open beside its connections.
const OTHER_FILES: u64 = 64;

/// `gatelodge doctor`
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(Part::Voice(args)) = &args.part {
        return voice::run(args);
    }
    let mut found = Vec::new();
    if let Some((place, config)) = outside(&args.installation, &mut found) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(Box::pin(inside(place, config, &mut found)));
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    report(&found, args.json)
}

/// Folder, files and configuration. Gives them back when it makes sense to look further.
fn outside(installation: &Installation, found: &mut Vec<Finding>) -> Option<(Place, Config)> {
    let place = match Place::open(&installation.data_dir) {
        Ok(place) => place,
        Err(error) => {
            let shown = installation.data_dir.display().to_string();
            found.push(Finding::error(
                "GL-DOC-001",
                shown,
                format!("{error:#}"),
                "the folder and its files must belong to the user that serves, and to nobody else",
            ));
            return None;
        }
    };
    let config = match Config::load(&place, installation.config.as_deref()) {
        Ok(config) => config,
        Err(error) => {
            found.push(Finding::error(
                "GL-DOC-002",
                "configuration",
                format!("{error:#}"),
                "`gatelodge config example` explains every key",
            ));
            return None;
        }
    };
    found.extend(check::check(&config, &place));
    circumstances(&place, &config, found);
    let errors = found.iter().any(|finding| finding.level == Level::Error);
    let fits = check::check(&config, &place).is_empty();
    (fits || !errors).then_some((place, config))
}

fn circumstances(place: &Place, config: &Config, found: &mut Vec<Finding>) {
    if config.trial() {
        found.push(
            Finding::error(
                "GL-DOC-010",
                "trial",
                "this is a trial server: whoever has the outbox key reads what would be mailed, and takes the calls",
                "for people other than you, set mail.transport and voice.transport, then `serve --leave-trial`",
            )
            .at(Level::Note),
        );
        return;
    }
    let ring = place.path(&config.keyring.file);
    if ring
        .canonicalize()
        .unwrap_or(ring)
        .starts_with(place.folder())
    {
        found.push(Finding::error(
            "GL-DOC-011",
            "keyring.file",
            "the key ring lies in the folder of the installation: one copied folder is everything",
            "move it elsewhere, such as /etc/gatelodge/keyring.json, and keep a copy apart from the database's",
        ));
    }
    if config.password.leaked_file.is_none() {
        found.push(
            Finding::error(
                "GL-DOC-012",
                "password.leaked_file",
                "passwords are not compared with leaked ones",
                "name a sorted list of SHA-1 hashes, as sites that collect leaks publish it",
            )
            .at(Level::Warning),
        );
    }
    if config.voice.transport == VoiceTransport::Off {
        found.push(
            Finding::error(
                "GL-DOC-013",
                "voice.transport",
                "no calls are made: nobody recovers by telephone",
                "see that people keep a second device or their saved codes",
            )
            .at(Level::Note),
        );
    }
    if config.sign_in.code_channel == CodeChannel::Sms {
        found.push(
            Finding::error(
                "GL-DOC-035",
                "sign_in.code_channel",
                "one-time codes go by text: whoever takes over a number reads them",
                "see that people register an MFA device; it takes the place of the code",
            )
            .at(Level::Note),
        );
    }
    let wanted = u64::from(config.limits.connections) + OTHER_FILES;
    if getrlimit(Resource::Nofile)
        .current
        .is_some_and(|most| most < wanted)
    {
        found.push(
            Finding::error(
                "GL-DOC-014",
                "limits.connections",
                "more connections are allowed than this shell may open files",
                format!("raise the limit of open files to {wanted} (LimitNOFILE= of systemd), or lower the key"),
            )
            .at(Level::Warning),
        );
    }
}

/// Key ring, store, clock and outbox.
async fn inside(place: Place, config: Config, found: &mut Vec<Finding>) {
    let house = match House::open(place, config, For::Command, false).await {
        Ok(house) => house,
        Err(error) => {
            found.push(Finding::error(
                "GL-DOC-020",
                "store",
                format!("{error:#}"),
                "nothing can be served until this is mended",
            ));
            return;
        }
    };
    match house.app.ready().await {
        Ok(()) => {}
        Err(unready) => found.push(Finding::error(
            "GL-DOC-021",
            "readiness",
            unready.to_string(),
            match unready {
                Unready::Store => "see that the database runs and can be reached",
                Unready::Behind | Unready::OffDatabase | Unready::Jumped => {
                    "set the clock right, by NTP; a server that is not ready is sent nobody"
                }
            },
        )),
    }
    mail_server(&house, found).await;
    clock(&house, found).await;
    voice::carriers(&house.config, &house.place, found).await;
    operators(&house, found).await;
    channels::look(&house, found).await;
    if let Err(error) = outbox(&house, found).await {
        found.push(Finding::error(
            "GL-DOC-022",
            "store",
            error.to_string(),
            "run it again; if it stays, put back a backup",
        ));
    }
}

/// Whether the mail server lets us in; nothing is sent.
async fn mail_server(house: &House, found: &mut Vec<Finding>) {
    let said = match house.config.smtp(&house.place) {
        Ok(None) => return,
        Ok(Some(smtp)) => smtp.probe().await,
        Err(error) => Err(format!("{error:#}")),
    };
    if let Err(said) = said {
        found.push(Finding::error(
            "GL-DOC-025",
            "mail.smtp",
            said,
            "mails wait and are tried again for two days: mend the settings, or the server",
        ));
    }
}

/// Whether the clock jumped lately.
async fn clock(house: &House, found: &mut Vec<Finding>) {
    let Ok(Some(jump)) = house.app.last_clock_jump().await else {
        return;
    };
    if house.app.now().since(jump.at) > JUMPS_TOLD {
        return;
    }
    let by = Span::millis(jump.by.saturating_abs()).as_minutes_up();
    let way = if jump.by > 0 { "forward" } else { "back" };
    found.push(
        Finding::error(
            app::clock::ALARM,
            "clock",
            format!("the clock jumped {way} by {by} minutes in the last week; holds in force were moved by as much"),
            "see who or what set it: NTP, the host, or somebody who wanted a hold to end (`gatelodge audit export`, ClockJumped)",
        )
        .at(Level::Warning),
    );
}

/// Whether there are people to serve support cases, and enough of them: outside a trial, where it matters.
async fn operators(house: &House, found: &mut Vec<Finding>) {
    let Ok(all) = house.app.operators().await else {
        return;
    };
    if house.config.trial() {
        return;
    }
    let mut warn = |code, what: String, text, remedy: &str| {
        found.push(Finding::error(code, what, text, remedy).at(Level::Warning));
    };
    if all.is_empty() {
        return warn(
            "GL-DOC-028",
            "operators".to_owned(),
            "there is no operator: nobody looks at support cases",
            "make two with `gatelodge operator create`",
        );
    }
    for one in all.iter().filter(|one| one.set_up_at.is_none()) {
        warn(
            "GL-DOC-032",
            format!("operator {}", one.email),
            "has no password and no authenticator yet, and cannot sign in",
            "give them the link of `gatelodge operator recover`, or remove them",
        );
    }
    if all.iter().filter(|one| one.set_up_at.is_some()).count() < TWO {
        warn(
            "GL-DOC-029",
            "operators".to_owned(),
            "fewer than two operators can sign in, and a support case needs two",
            "make another with `gatelodge operator create`; neither may have made the other within 30 days",
        );
    }
}

async fn outbox(house: &House, found: &mut Vec<Finding>) -> Result<(), store::StoreError> {
    let now = house.app.now();
    let backlog = house.app.db().read(store::outbox::backlog).await?;
    let overdue = backlog.first_due.filter(|due| due.until(now) > OVERDUE);
    if overdue.is_some() {
        found.push(
            Finding::error(
                "GL-DOC-023",
                "outbox",
                format!("{} mails or calls wait, the first for more than 15 minutes", backlog.waiting),
                "see that the server runs, and what `gatelodge outbox list` says of the last attempts",
            )
            .at(Level::Warning),
        );
    }
    let disputes = house
        .app
        .db()
        .read(|tx| store::recovery::disputes(tx, DISPUTES))
        .await?;
    let late = disputes
        .iter()
        .filter(|(_, _, at)| now.since(*at) < DISPUTES_TOLD);
    for (_, account, _) in late {
        found.push(
            Finding::error(
                "GL-DOC-027",
                format!("account {}", account.grouped()),
                "the holder of a device called stolen came back: one of two people is not the owner",
                "see `gatelodge account show`, ask both who they are, and suspend the account meanwhile if in doubt",
            )
            .at(Level::Warning),
        );
    }
    let accounts = house
        .app
        .db()
        .read(|tx| store::account::page(tx, "", 1))
        .await?;
    if accounts.is_empty() {
        found.push(
            Finding::error(
                "GL-DOC-024",
                "accounts",
                "there is no account yet",
                "open the first one by the set-up link of the next start, or with `gatelodge account create`",
            )
            .at(Level::Note),
        );
    }
    Ok(())
}
