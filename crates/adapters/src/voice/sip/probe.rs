//! Looking a trunk over without calling anybody: is it found, does a connection come about, does it answer, does it let
//! us register.

use super::trunk::Trunk;
use super::{Carriage, Shared, line, register, tls};
use rsipstack::sip::{Method, SipMessage};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::transaction::Transaction;
use std::sync::Arc;

/// What was tried with a trunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The trunk.
    pub trunk: String,
    /// What was tried.
    pub what: &'static str,
    /// How it went.
    pub verdict: Verdict,
}

/// How a stage went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Well, and what was seen.
    Well(String),
    /// Not well, and why.
    Failed(String),
}

/// Looks all trunks over.
pub(super) async fn all(shared: &Shared) -> Vec<Stage> {
    let mut stages = Vec::new();
    for trunk in &shared.trunks {
        let mut note = |what, verdict: Result<String, String>| {
            let failed = verdict.is_err();
            stages.push(Stage {
                trunk: trunk.config.name.clone(),
                what,
                verdict: verdict.map_or_else(Verdict::Failed, Verdict::Well),
            });
            failed
        };
        let found = line::resolve(&trunk.address().addr, shared.config.local_address).await;
        let at = found.clone().ok();
        if note("address", found.map(|at| at.to_string())) {
            continue;
        }
        if let (Carriage::Tls, Some(at)) = (trunk.config.carriage, at) {
            let connected = within(shared, tls::connect(&trunk.config.host, at)).await;
            let verified = connected.map(|_| "its certificate is for its name".to_owned());
            if note("TLS", verified) {
                continue;
            }
        }
        if note("answer", Box::pin(asked(shared, trunk)).await) {
            continue;
        }
        if trunk.config.register.is_some() {
            let registered = Box::pin(register::once(shared, trunk)).await;
            note(
                "registration",
                registered.map(|granted| format!("for {} s", granted.as_secs())),
            );
        }
    }
    stages
}

async fn within<T>(
    shared: &Shared,
    work: impl Future<Output = std::io::Result<T>>,
) -> Result<T, String> {
    match tokio::time::timeout(shared.config.patience, work).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}

/// Asks what it can do; whatever it answers, it is there.
async fn asked(shared: &Shared, trunk: &Arc<Trunk>) -> Result<String, String> {
    let line = shared.line().await?;
    let said = |error: rsipstack::Error| error.to_string();
    let mut own = trunk.address();
    own.addr = line.seen.into();
    let via = line.endpoint.get_via(Some(own), None).map_err(said)?;
    let tag = rsipstack::transaction::make_tag();
    let from = rsipstack::sip::typed::From {
        display_name: None,
        uri: trunk.caller(""),
        params: vec![rsipstack::sip::Param::Tag(tag)],
    };
    let to = rsipstack::sip::typed::To {
        display_name: None,
        uri: trunk.registrar(),
        params: Vec::new(),
    };
    let endpoint = Arc::clone(&line.endpoint);
    let request = endpoint.make_request(Method::Options, trunk.registrar(), via, from, to, 1, None);
    let key = TransactionKey::from_request(&request, TransactionRole::Client).map_err(said)?;
    let mut transaction = Transaction::new_client(key, request, endpoint, None);
    transaction.destination = Some(trunk.address());
    let answer = async {
        transaction.send().await.map_err(said)?;
        while let Some(message) = transaction.receive().await {
            if let SipMessage::Response(response) = message {
                return Ok(response.status_code.code());
            }
        }
        Err("the request was lost".to_owned())
    };
    match tokio::time::timeout(shared.config.patience, answer).await {
        Ok(Ok(code)) => Ok(format!("it answered {code}")),
        Ok(Err(error)) => Err(error),
        Err(_) => Err("it says nothing".to_owned()),
    }
}
