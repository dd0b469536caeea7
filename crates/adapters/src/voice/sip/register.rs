//! Registrations: carriers that know us by a user want to be told where we are, again and again.

use super::Shared;
use super::trunk::Trunk;
use rsipstack::dialog::registration::Registration;
use rsipstack::sip::typed::Contact;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How long after a refusal or silence the next try follows.
const AGAIN: Duration = Duration::from_secs(30);
/// A registration is renewed after this part of what was granted, so that one lost try does no harm.
const RENEWED_AT: f64 = 0.6;
/// Shorter grants are renewed as if they were this long.
const SHORTEST: Duration = Duration::from_secs(20);

/// Keeps up the registrations of all trunks that want one.
pub(super) fn keep_all(shared: &Arc<Shared>) {
    for trunk in &shared.trunks {
        if trunk.config.register.is_some() {
            tokio::spawn(keep(
                Arc::downgrade(shared),
                Arc::clone(trunk),
                shared.stop.clone(),
            ));
        }
    }
}

async fn keep(
    shared: std::sync::Weak<Shared>,
    trunk: Arc<Trunk>,
    stop: tokio_util::sync::CancellationToken,
) {
    loop {
        let Some(strong) = shared.upgrade() else {
            return;
        };
        let registered = Box::pin(once(&strong, &trunk)).await;
        drop(strong);
        let wait = match registered {
            Ok(granted) => granted.mul_f64(RENEWED_AT).max(SHORTEST),
            Err(said) => {
                tracing::warn!(trunk = trunk.config.name, said, "not registered");
                AGAIN
            }
        };
        if tokio::time::timeout(wait, stop.cancelled()).await.is_ok() {
            return;
        }
    }
}

/// Registers once. What is granted is given back, or what the registrar said.
pub(super) async fn once(shared: &Shared, trunk: &Trunk) -> Result<Duration, String> {
    let line = shared.line().await?;
    let wanted = trunk.config.register.unwrap_or(SHORTEST);
    let mut registration = Registration::new(Arc::clone(&line.endpoint), trunk.credential());
    let user = trunk.config.login.as_ref().map(|login| login.user.clone());
    registration.contact = Some(Contact {
        display_name: None,
        uri: line.contact(user, trunk.config.carriage),
        params: Vec::new(),
    });
    let seconds = u32::try_from(wanted.as_secs()).unwrap_or(u32::MAX);
    let asked = registration.register(trunk.registrar(), Some(seconds));
    let answer = tokio::time::timeout(shared.config.patience * 2, asked).await;
    let code = match &answer {
        Ok(Ok(response)) => Some(response.status_code.code()),
        _ => None,
    };
    *trunk
        .registered
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = code;
    match (answer, code) {
        (_, Some(200)) => Ok(Duration::from_secs(registration.expires().into())),
        (_, Some(code)) => Err(format!("the registrar answered {code}")),
        (Ok(Err(error)), None) => Err(error.to_string()),
        _ => Err("the registrar did not answer".to_owned()),
    }
}
