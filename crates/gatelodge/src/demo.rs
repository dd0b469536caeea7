//! The demonstration: a temporary installation with sample identities, always on trial, gone when it stops.

use crate::compose::{For, House, operator_ctx};
use crate::config::Config;
use crate::place::Place;
use crate::serve::{self, AtHangUp, Links};
use crate::{log, print, surroundings, tell};
use adapters::entropy::SystemEntropy;
use anyhow::bail;
use app::demo::{Sample, SampleOperator, Sketch};
use app::ports::Entropy;
use domain::dice::{Dice, base32};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use web::text::T;

#[derive(clap::Args)]
#[command(
    after_help = "Example: gatelodge demo\nEverything it makes is in a temporary folder and goes when it stops."
)]
pub(crate) struct Args {
    /// Prints one JSON object with addresses and identities first, instead of the walk.
    #[arg(long)]
    json: bool,
    /// The port on the loopback address; 0 picks a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Another configuration than none, to try it with the sample identities: a trunk, for example. Mail or voice must
    /// stay on trial.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Somebody whose authenticator works.
const ROOT: Sketch<'_> = Sketch {
    name: "Example Company",
    email: "root@example.com",
    phone: "+886912345678",
    people: &[],
};
/// Somebody whose authenticator is lost.
const LOCKED_OUT: Sketch<'_> = Sketch {
    name: "Harbour Works",
    email: "owner@example.org",
    phone: "+886987654321",
    people: &[
        ("Mei-Ling", "mei-ling@example.net"),
        ("Kenji", "kenji@example.net"),
    ],
};

/// Those who serve support cases, by name and address: two, since one approves what the other opened.
const OPERATORS: [(&str, &str); 2] = [
    ("Day Desk", "day.desk@example.com"),
    ("Night Desk", "night.desk@example.com"),
];

/// A folder that goes with the demonstration, however it ends.
struct Temporary(PathBuf);

impl Temporary {
    fn make() -> anyhow::Result<(Self, Place)> {
        let dice = Dice::new(SystemEntropy.seed());
        let name = format!("gatelodge-demo-{}", base32(&dice.bytes::<10>("folder")));
        let path = std::env::temp_dir().join(name);
        let place = Place::make(&path)?;
        Ok((Self(path), place))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tell(&format!("gatelodge: {} stays: {error}", self.0.display()));
        }
    }
}

/// `gatelodge demo`
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    log::start("warn");
    let (_temporary, place) = Temporary::make()?;
    let mut config = match &args.config {
        Some(_) => Config::load(&place, args.config.as_deref())?,
        None => Config::default(),
    };
    if !config.trial() {
        bail!(
            "a demonstration is always on trial: leave mail.transport or voice.transport as it is"
        );
    }
    config.listen.set_port(args.port);
    let listener = serve::listen(config.listen)?;
    let address = listener.local_addr()?;
    serve::block_on(async {
        let (house, people) = furnish(place, config, address).await?;
        serve::serve(house, listener, AtHangUp::Stop, |links| {
            if args.json {
                Ok(print(&as_json(links, &people).to_string())?)
            } else {
                walk(links, &people);
                Ok(())
            }
        })
        .await
    })
}

/// The sample identities.
struct People {
    root: Sample,
    locked_out: Sample,
    operators: [SampleOperator; 2],
}

async fn furnish(
    place: Place,
    config: Config,
    address: SocketAddr,
) -> anyhow::Result<(House, People)> {
    let house = House::open(place, config, For::Demo(address), false).await?;
    let ctx = operator_ctx(&house.app, surroundings::language());
    let operator = |(name, email)| {
        let by = surroundings::operator();
        house.app.make_up_operator(&ctx, by, name, email)
    };
    let [day, night] = OPERATORS;
    let (root, locked_out, day, night) = tokio::try_join!(
        house.app.make_up(&ctx, ROOT),
        house.app.make_up(&ctx, LOCKED_OUT),
        operator(day),
        operator(night)
    )?;
    let people = People {
        root,
        locked_out,
        operators: [day, night],
    };
    Ok((house, people))
}

fn as_json(links: &Links, people: &People) -> Value {
    json!({
        "url": links.url,
        "endpoint": links.url,
        "dataDir": links.folder,
        "outboxUrl": links.outbox,
        "identities": {
            "root": identity(&people.root),
            "lockedOutRoot": identity(&people.locked_out),
        },
        "awsEnvironment": environment(links, &people.root),
        "operators": people.operators.each_ref().map(|sample| json!({
            "operatorId": sample.operator.id.as_str(),
            "name": sample.operator.name,
            "email": sample.operator.email,
            "password": sample.password,
            "totpSecret": sample.totp_secret,
        })),
    })
}

/// What the AWS CLI and SDKs are told, to act as this root user here.
fn environment(links: &Links, sample: &Sample) -> Value {
    json!({
        "AWS_ACCESS_KEY_ID": sample.access_key.as_str(),
        "AWS_SECRET_ACCESS_KEY": sample.secret_access_key,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": links.url,
    })
}

fn identity(sample: &Sample) -> Value {
    json!({
        "accountId": sample.account.id.as_str(),
        "accountName": sample.account.name,
        "email": sample.account.email,
        "password": sample.password,
        "phone": sample.phone,
        "totpSecret": sample.totp_secret,
        "recoveryCodes": sample.recovery_codes,
        "accessKeyId": sample.access_key.as_str(),
        "secretAccessKey": sample.secret_access_key,
    })
}

/// How to lose an authenticator and get back in, in five lines and the language of the terminal.
fn walk(links: &Links, people: &People) {
    let t = T::of(surroundings::language());
    let (lost, root) = (&people.locked_out, &people.root);
    let outbox = links.outbox.clone().unwrap_or_default();
    let facts = [
        ("url", links.url.clone()),
        ("outbox", outbox),
        ("email", lost.account.email.clone()),
        ("password", lost.password.clone()),
        (
            "code",
            lost.recovery_codes.first().cloned().unwrap_or_default(),
        ),
        ("root", root.account.email.clone()),
        ("root_password", root.password.clone()),
        ("secret", root.totp_secret.clone()),
        ("folder", links.folder.clone()),
    ];
    let [day, _] = &people.operators;
    let facts = facts.into_iter().chain([
        ("operator", day.operator.email.clone()),
        ("operator_password", day.password.clone()),
        ("operator_secret", day.totp_secret.clone()),
    ]);
    let facts: Vec<_> = facts.collect();
    let parts = ["title", "1", "2", "3", "4", "5", "more", "operator", "stop"];
    for part in parts {
        tell(&t.f(format!("demo-{part}"), &facts));
    }
}
