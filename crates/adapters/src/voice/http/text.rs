//! Short texts over the carriers that calls by HTTP go over: a form asks for one, and the carrier tells at an address of
//! that text what became of it.
//!
//! Invariants: the next carrier is asked when one failed by itself, never because of what it says of the number; who
//! tells of a text signs as the carrier whose name stands in the address, and says each thing once.

use super::carrier::{Known, taken};
use super::door::Door;
use super::event::{self, TextStatus};
use super::{BadCarrier, Config, signed};
use crate::voice::carriers::{Tried, lock};
use crate::voice::sip::Stage;
use app::ports::{Answer, Callback, Clock, Delivery, Future_, MailRefused, OutgoingText, Texter};
use app::sms::CALLBACK;
use domain::call::Outcome;
use domain::time::Timestamp;
use form_urlencoded::Serializer;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Signatures remembered at most: more within the window are no carrier's.
const MOST_REQUESTS: usize = 16_384;

/// Texts over carriers. Where texts are asked for stands in the place of where calls are.
pub struct Texts {
    config: Config,
    door: Door,
    used: Mutex<HashMap<signed::Signature, Timestamp>>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({:?})", self.config.carriers)
    }
}

impl Texts {
    /// Texts over those carriers that take any, in their order.
    ///
    /// # Errors
    /// [`BadCarrier`] when one cannot be used as it is described.
    pub fn new(mut config: Config, clock: Arc<dyn Clock>) -> Result<Self, BadCarrier> {
        config.carriers = config.carriers.iter().filter_map(super::texting).collect();
        let door = Door::new(&config.carriers, config.base.clone(), clock)?;
        Ok(Self {
            config,
            door,
            used: Mutex::default(),
        })
    }

    /// Whether the carriers can be reached and let us in: each stage that was tried. Nobody is written to.
    pub async fn probe(&self) -> Vec<Stage> {
        let mut stages = Vec::new();
        for carrier in &self.door.carriers {
            Box::pin(carrier.probe(&self.config, &mut stages)).await;
        }
        stages
    }

    async fn ask(&self, carrier: &Known, text: &OutgoingText) -> Result<(), Tried> {
        let config = &carrier.config;
        let address = format!(
            "{}/voice/{}/{}{CALLBACK}",
            self.door.base, config.name, text.id
        );
        let sender = match &config.sender_id {
            Some(name) => name,
            None => carrier.caller_id(&text.country),
        };
        let form = Serializer::new(String::new())
            .append_pair("To", &text.to)
            .append_pair("From", sender)
            .append_pair("Body", &text.words)
            .append_pair("StatusCallback", &address)
            .finish();
        let near = |at| (self.config.networks)(at);
        let asked = carrier.line.post(near, None, form);
        match tokio::time::timeout(self.config.patience, asked).await {
            Ok(Ok(reply)) => match taken(&reply) {
                Err(Tried::Over(Outcome::Barred)) => Err(Tried::Failed {
                    said: barred(&reply.body),
                    outcome: Outcome::Barred,
                }),
                Err(Tried::Failed { said, outcome }) => Err(Tried::Failed { said, outcome }),
                // Taken, whether or not it says which: nobody is written to twice on purpose.
                Ok(_) | Err(Tried::Over(_)) => Ok(()),
            },
            Ok(Err(said)) => Err(Tried::failed(said)),
            Err(_) => Err(Tried::failed("it says nothing")),
        }
    }

    async fn sent(&self, text: &OutgoingText) -> Result<String, MailRefused> {
        let mut last = "no carrier serves that country".to_owned();
        for carrier in &self.door.carriers {
            if !carrier.serves(&text.country) {
                continue;
            }
            let name = &carrier.config.name;
            match self.ask(carrier, text).await {
                Ok(()) => return Ok(name.clone()),
                Err(Tried::Failed {
                    said,
                    outcome: Outcome::Barred,
                }) => return Err(MailRefused::Never(format!("{name}: {said}"))),
                Err(Tried::Failed { said, .. }) => {
                    tracing::warn!(
                        text = text.id.as_str(),
                        carrier = name,
                        said,
                        "a carrier failed"
                    );
                    last = format!("{name}: {said}");
                }
                Err(Tried::Over(_)) => return Ok(name.clone()),
            }
        }
        Err(MailRefused::Later(last))
    }

    /// Takes a signature; false if it was used before, or if there were too many.
    fn take(&self, signature: signed::Signature) -> bool {
        let now = self.door.now();
        let mut used = lock(&self.used);
        // Twice the window: a moment may lie ahead of our clock by one.
        used.retain(|_, at| now.since(*at).as_millis() <= 2 * signed::WINDOW.as_millis());
        used.len() < MOST_REQUESTS && used.insert(signature, now).is_none()
    }
}

/// What a carrier says of a number that it does not write to, such as one whose owner unsubscribed: its code alone,
/// since its words may hold the number.
fn barred(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Said {
        code: u32,
    }
    let said: Option<Said> = serde_json::from_slice(body).ok();
    match said {
        Some(Said { code }) => format!("it does not write to this number (its code {code})"),
        None => "it does not write to this number".to_owned(),
    }
}

impl Texter for Texts {
    fn send<'a>(&'a self, text: &'a OutgoingText) -> Future_<'a, Result<String, MailRefused>> {
        Box::pin(self.sent(text))
    }

    fn told(&self, callback: &Callback) -> Result<Option<Delivery>, Answer> {
        let (address, signature) = self.door.proved(callback).ok_or(Answer::nothing(403))?;
        let text = match (address.token.parse(), address.rest) {
            (Ok(text), Some("text")) => text,
            _ => return Err(Answer::nothing(404)),
        };
        let carrier = address.carrier;
        if !self.take(signature) {
            tracing::warn!(
                carrier,
                "a request of a carrier came twice, or there were too many"
            );
            return Err(Answer::nothing(403));
        }
        let lost = match event::read_text(&callback.body) {
            None => {
                tracing::warn!(carrier, "a request of a carrier cannot be read");
                return Err(Answer::nothing(400));
            }
            Some(TextStatus::OnItsWay) => return Ok(None),
            Some(TextStatus::Arrived) => None,
            Some(TextStatus::Lost(None)) => Some("it did not arrive".to_owned()),
            Some(TextStatus::Lost(Some(code))) => {
                Some(format!("it did not arrive (the carrier's code {code})"))
            }
        };
        Ok(Some(Delivery {
            text,
            carrier: carrier.to_owned(),
            lost,
        }))
    }
}
