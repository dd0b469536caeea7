//! The door that carriers come in by: the addresses they were given, and whether it is really them.

use super::carrier::Known;
use super::{BadCarrier, CarrierConfig, signed};
use app::ports::{Callback, Clock};
use std::sync::Arc;

/// The carriers there are, and what each signs with.
pub(super) struct Door {
    pub(super) carriers: Vec<Arc<Known>>,
    keys: Vec<signed::Key>,
    /// The origin that they reach us at.
    pub(super) base: String,
    clock: Arc<dyn Clock>,
}

/// The parts of an address of ours.
pub(super) struct Address<'a> {
    pub(super) carrier: &'a str,
    /// The token of a call, or the id of a text.
    pub(super) token: &'a str,
    pub(super) rest: Option<&'a str>,
}

impl<'a> Address<'a> {
    pub(super) fn read(path: &'a str) -> Option<Self> {
        let mut parts = path.strip_prefix("/voice/")?.split('/');
        let address = Self {
            carrier: parts.next()?,
            token: parts.next()?,
            rest: parts.next(),
        };
        parts.next().is_none().then_some(address)
    }
}

impl Door {
    pub(super) fn new(
        carriers: &[CarrierConfig],
        base: String,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BadCarrier> {
        let keys = carriers.iter();
        Ok(Self {
            keys: keys
                .map(|carrier| signed::Key::new(carrier.signing_key.expose().as_bytes()))
                .collect(),
            carriers: carriers
                .iter()
                .map(super::known)
                .collect::<Result<_, _>>()?,
            base,
            clock,
        })
    }

    /// The address and the signature of a request that comes from the carrier it says it comes from.
    pub(super) fn proved<'a>(
        &self,
        callback: &'a Callback,
    ) -> Option<(Address<'a>, signed::Signature)> {
        let address = Address::read(&callback.path)?;
        let mut all = self.carriers.iter().zip(&self.keys);
        let (carrier, key) = all.find(|(known, _)| known.config.name == address.carrier)?;
        let header = |name: &str| {
            let mut found = callback
                .headers
                .iter()
                .filter(|(header, _)| header.eq_ignore_ascii_case(name));
            let (_, value) = found.next()?;
            found.next().is_none().then_some(value.as_str())
        };
        let config = &carrier.config;
        let verified = key.verify(
            self.clock.now(),
            header(&config.timestamp_header).unwrap_or_default(),
            header(&config.signature_header).unwrap_or_default(),
            &format!("{}{}", self.base, callback.path),
            &callback.body,
        );
        match verified {
            Ok(signature) => Some((address, signature)),
            Err(unproved) => {
                let carrier = address.carrier;
                tracing::info!(carrier, %unproved, "a request to an address of ours was refused");
                None
            }
        }
    }

    /// The present.
    pub(super) fn now(&self) -> domain::time::Timestamp {
        self.clock.now()
    }
}
