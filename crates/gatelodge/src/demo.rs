//! The demonstration: a temporary installation with sample identities, always on trial.

use crate::{compose, print, serve, tell};
use anyhow::anyhow;
use app::account::{NewAccount, Set};
use app::{App, Ctx};
use domain::account::Account;
use domain::audit::Actor;
use domain::client::Client;
use domain::locale::Locale;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Prints one JSON object with addresses and identities first.
    #[arg(long)]
    json: bool,
    /// The port on the loopback address; 0 picks a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

struct Identity {
    account: Account,
    password: String,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let listener = serve::listen(args.port)?;
    let port = listener.local_addr()?.port();
    let folder = std::env::temp_dir().join(format!("gatelodge-demo-{}", std::process::id()));
    compose::folder(&folder)?;
    let app = compose::app(&folder, serve::trial_settings(port))?;
    serve::block_on(async {
        let root = identity(&app, "Example Company", "root@example.com").await?;
        let locked_out = identity(&app, "Harbour Works", "owner@example.org").await?;
        let url = format!("http://localhost:{port}");
        if args.json {
            print(
                &json!({
                    "url": url, "dataDir": folder, "outboxUrl": format!("{url}/outbox"),
                    "identities": { "root": shown(&root), "lockedOutRoot": shown(&locked_out) },
                })
                .to_string(),
            )?;
        } else {
            tell(&format!(
                "Gatelodge demonstration on {url}\nroot {} {}",
                root.account.email, root.password
            ));
        }
        serve::serve(listener, app, serve::trial_serving(port)).await
    })
}

async fn identity(app: &App, name: &str, email: &str) -> anyhow::Result<Identity> {
    let client = Client {
        address: "127.0.0.1".parse()?,
        device: "demo".to_owned(),
    };
    let ctx = Ctx::new(app, client, Locale::En);
    let new = NewAccount {
        name: name.to_owned(),
        email: email.to_owned(),
        email_proved: true,
        locale: Locale::En,
        password: None,
    };
    let account = app.create_account(&ctx, Actor::System, new).await?;
    let password = domain::dice::base32(&ctx.dice.bytes::<12>("demo password"));
    match app
        .set_initial_password(&ctx, &account.id, &password)
        .await?
    {
        Set::Done => Ok(Identity { account, password }),
        Set::Unmet(unmet) => Err(anyhow!("the password drawn breaks the rules: {unmet:?}")),
    }
}

fn shown(identity: &Identity) -> Value {
    json!({
        "accountId": identity.account.id.as_str(),
        "accountName": identity.account.name,
        "email": identity.account.email,
        "password": identity.password,
    })
}
