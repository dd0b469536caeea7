//! What is asked of a carrier: to place a call, to end it, and whether it is there and lets us in.

use super::client::{Line, Reply};
use super::{CarrierConfig, Config, Shared, event};
use crate::voice::carriers::Tried;
use crate::voice::sip::{Stage, Verdict};
use crate::voice::tls::trusting;
use domain::call::Outcome;
use form_urlencoded::Serializer;
use serde::Deserialize;
use std::time::Duration;

/// How long a phone may ring, and how long a call may last, should we not be there to end it.
const RINGS_FOR: &str = "60";
const LASTS: &str = "90";
/// How long a carrier is listened to that should have answered: its call must not go on unseen.
const LATE: Duration = Duration::from_secs(60);
/// How long it is given to hear that a call is over.
const FAREWELL: Duration = Duration::from_secs(5);

/// A carrier, ready to be asked.
pub(super) struct Known {
    pub(super) config: CarrierConfig,
    pub(super) line: Line,
}

/// What a carrier says of a call it took.
#[derive(Deserialize)]
struct Created {
    sid: String,
}

impl Known {
    pub(super) fn new(config: &CarrierConfig) -> Result<Self, String> {
        let name = &config.name;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || name.len() > 32 || !name.bytes().all(plain) {
            return Err("name: lower-case letters, digits and hyphens, 32 at most".to_owned());
        }
        let login = (config.user.as_deref(), &config.password);
        let trusted = || trusting(config.ca_file.as_deref());
        Ok(Self {
            line: Line::new(&config.calls_url, login, trusted)?,
            config: config.clone(),
        })
    }

    /// The number that a call to that country shows.
    pub(super) fn caller_id(&self, country: &str) -> &str {
        let own = self.config.caller_ids.get(country);
        own.unwrap_or(&self.config.caller_id)
    }

    /// Whether it may be asked for numbers of this country.
    pub(super) fn serves(&self, country: &str) -> bool {
        let countries = &self.config.countries;
        countries.is_empty() || countries.iter().any(|c| c.eq_ignore_ascii_case(country))
    }

    /// Asks for a call, whose course is told below this address. Its name at the carrier, or what became of it.
    pub(super) async fn create(
        &self,
        shared: &Shared,
        to: (&str, &str),
        address: &str,
    ) -> Result<String, Tried> {
        let form = self.order(to, address);
        let near = |at| (shared.config.networks)(at);
        let asked = self.line.post(near, None, form);
        match tokio::time::timeout(LATE, asked).await {
            Ok(Ok(reply)) => taken(&reply),
            Ok(Err(said)) => Err(Tried::failed(said)),
            Err(_) => Err(Tried::failed("it says nothing")),
        }
    }

    fn order(&self, (number, country): (&str, &str), address: &str) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("To", number)
            .append_pair("From", self.caller_id(country))
            .append_pair("Url", address)
            .append_pair("Method", "POST")
            .append_pair("StatusCallback", &format!("{address}/status"))
            .append_pair("StatusCallbackMethod", "POST")
            .append_pair("Timeout", RINGS_FOR)
            .append_pair("TimeLimit", LASTS);
        for event in ["initiated", "ringing", "answered", "completed"] {
            form.append_pair("StatusCallbackEvent", event);
        }
        form.finish()
    }

    /// Ends a call.
    pub(super) async fn end(&self, shared: &Shared, id: &str) {
        let near = |at| (shared.config.networks)(at);
        let asked = self
            .line
            .post(near, Some(id), "Status=completed".to_owned());
        let done = tokio::time::timeout(FAREWELL, asked).await;
        // A call that is over already is not found any more.
        if !matches!(
            done,
            Ok(Ok(Reply {
                status: 200..300 | 404 | 409,
                ..
            }))
        ) {
            tracing::info!(
                carrier = self.config.name,
                "a carrier did not confirm the end of a call"
            );
        }
    }

    /// Looks it over without calling anybody.
    pub(super) async fn probe(&self, config: &Config, stages: &mut Vec<Stage>) {
        let near = |at| (config.networks)(at);
        let mut note = |what, verdict: Result<String, String>| {
            let failed = verdict.is_err();
            stages.push(Stage {
                trunk: self.config.name.clone(),
                what,
                verdict: verdict.map_or_else(Verdict::Failed, Verdict::Well),
            });
            failed
        };
        let found = self.line.addresses(near).await;
        let told = found.map(|found| {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            found.join(", ")
        });
        if note("address", told) {
            return;
        }
        if !self.line.in_clear() {
            let connected = within(config, self.line.connect(near)).await;
            let host = self.line.host();
            if note(
                "TLS",
                connected.map(|_| format!("its certificate is for {host}")),
            ) {
                return;
            }
        }
        let answer = within(config, self.line.list(near)).await;
        note(
            "answer",
            answer.and_then(|reply| match reply.status {
                401..=403 => Err(format!(
                    "it does not let us in: it answered {}",
                    reply.status
                )),
                500.. => Err(format!("it answered {}", reply.status)),
                status => Ok(format!("it answered {status}")),
            }),
        );
    }
}

async fn within<T>(
    config: &Config,
    work: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    let done = tokio::time::timeout(config.patience, work).await;
    done.unwrap_or_else(|_| Err("no answer in time".to_owned()))
}

/// What an answer to a request for a call or a text means. Only what it says of the number ends the call; all else is the
/// carrier's own, or a fault of our settings with it, and the next may do better.
pub(super) fn taken(reply: &Reply) -> Result<String, Tried> {
    match reply.status {
        200..300 => {
            let created: Option<Created> = serde_json::from_slice(&reply.body).ok();
            let id = created.map(|created| created.sid);
            id.filter(|id| event::fits_an_address(id)).ok_or_else(|| {
                // It may be dialling: nobody is rung twice.
                tracing::warn!("a carrier took a call and did not say which");
                Tried::Over(Outcome::Failed)
            })
        }
        400 | 422 => Err(Tried::Over(Outcome::Barred)),
        status => Err(Tried::failed(format!("it answered {status}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_means_a_call_the_number_or_the_carrier() {
        let taken = |status, body: &str| {
            taken(&Reply {
                status,
                body: body.into(),
            })
        };
        assert_eq!(
            taken(201, r#"{"sid":"CA1","status":"queued"}"#),
            Ok("CA1".to_owned())
        );
        for garbage in [
            "",
            "<html>",
            "{}",
            r#"{"sid":""}"#,
            r#"{"sid":"../a"}"#,
            r#"{"sid":1}"#,
        ] {
            assert_eq!(
                taken(200, garbage),
                Err(Tried::Over(Outcome::Failed)),
                "{garbage}"
            );
        }
        for number in [400, 422] {
            assert_eq!(taken(number, "{}"), Err(Tried::Over(Outcome::Barred)));
        }
        for carrier in [301, 302, 401, 402, 403, 404, 429, 500, 503] {
            assert_eq!(
                taken(carrier, ""),
                Err(Tried::failed(format!("it answered {carrier}")))
            );
        }
    }
}
