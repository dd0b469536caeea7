//! Whether a signature is the one that the secret makes of this very request.

use aws_lc_rs::digest::{self, SHA256};
use data_encoding::HEXLOWER;

use super::canonical::{Paths, canonical};
use super::present::{Form, Presented, Request};
use super::{ALGORITHM, Refused, SKEW_MILLIS, SigningKey, shown};
use crate::time;
use crate::value::Timestamp;

/// The body that a signature covers.
#[derive(Debug, Clone, Copy)]
pub enum Payload<'a> {
    /// It is here.
    Body(&'a [u8]),
    /// Somebody else has it, and answers for its hash being what the header says.
    Declared,
}

/// What is asked of a signature.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The service that it must be made for.
    pub service: &'a str,
    /// How its paths are spelt.
    pub paths: Paths,
    /// May the body be left out of the signature, or come in signed pieces (`UNSIGNED-PAYLOAD`, `STREAMING-…`)? Never on our
    /// own interfaces.
    pub open_payload: bool,
    /// May the signature stand in the address?
    pub query_form: bool,
}

/// A request whose signature was made with the secret of its access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    access_key_id: String,
    region: String,
    signed_at: Timestamp,
    form: Form,
}

impl Verified {
    /// The access key that signed.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The region that it signed for.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// When it signed.
    #[must_use]
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// Where the signature stood.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }
}

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const STREAMING: &str = "STREAMING-";

impl Presented<'_> {
    /// Checks what needs no secret: when it was signed and for what. Done by [`Presented::verify`] too; doing it before a key
    /// is looked up saves the look-up.
    ///
    /// # Errors
    /// It is too old, from the future, or made for something else.
    pub fn check(&self, rules: &Rules<'_>, now: Timestamp) -> Result<(), Refused> {
        let (signed, age) = (self.signed_at, now.as_millis() - self.signed_at.as_millis());
        if age < -SKEW_MILLIS {
            return Err(Refused::Early { signed, now });
        }
        let millis = match self.form {
            Form::Header => SKEW_MILLIS,
            Form::Query(_) if !rules.query_form => {
                return Err(Refused::Scope(
                    "A signature in the address is not accepted here.".to_owned(),
                ));
            }
            Form::Query(seconds) => seconds * 1_000,
        };
        if age > millis {
            return Err(Refused::Expired {
                signed,
                now,
                millis,
            });
        }
        let date = time::basic(signed);
        let day = date.get(..8).unwrap_or_default();
        if self.date() != day {
            let scope = shown(self.date());
            return Err(Refused::Scope(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope}' != '{day}', from '{date}'."
            )));
        }
        if self.terminator() != "aws4_request" {
            let end = shown(self.terminator());
            return Err(Refused::Scope(format!(
                "Credential should be scoped with a valid terminator: 'aws4_request', not '{end}'."
            )));
        }
        if self.region().is_empty() {
            return Err(Refused::Scope(
                "Credential should be scoped to a valid region. ".to_owned(),
            ));
        }
        if self.service() != rules.service {
            return Err(Refused::Service(rules.service.to_owned()));
        }
        Ok(())
    }

    /// Is it the signature that this key makes of this request?
    ///
    /// # Errors
    /// The rules are not met, or it is another signature. What was computed is never told.
    pub fn verify(
        &self,
        request: &Request<'_>,
        payload: Payload<'_>,
        key: &SigningKey,
        rules: &Rules<'_>,
        now: Timestamp,
    ) -> Result<Verified, Refused> {
        self.check(rules, now)?;
        let text = self.string_to_sign(request, payload, rules)?;
        if !key.signs(&text, &self.signature) {
            return Err(Refused::Mismatch);
        }
        Ok(Verified {
            access_key_id: self.access_key_id().to_owned(),
            region: self.region().to_owned(),
            signed_at: self.signed_at,
            form: self.form,
        })
    }

    pub(super) fn string_to_sign(
        &self,
        request: &Request<'_>,
        payload: Payload<'_>,
        rules: &Rules<'_>,
    ) -> Result<Vec<u8>, Refused> {
        let mut hash = [0; 64];
        let hash = payload_hash(request, payload, rules, self.form, &mut hash)?;
        let canonical = canonical(request, self, rules.paths, hash)?;
        let mut text = Vec::with_capacity(192);
        text.extend_from_slice(ALGORITHM.as_bytes());
        text.push(b'\n');
        text.extend_from_slice(time::basic(self.signed_at).as_bytes());
        text.push(b'\n');
        text.extend_from_slice(self.scope().as_bytes());
        text.push(b'\n');
        let mut hex = [0; 64];
        HEXLOWER.encode_mut(digest::digest(&SHA256, &canonical).as_ref(), &mut hex);
        text.extend_from_slice(&hex);
        Ok(text)
    }
}

/// The last line of the canonical request.
fn payload_hash<'h>(
    request: &Request<'h>,
    payload: Payload<'_>,
    rules: &Rules<'_>,
    form: Form,
    buffer: &'h mut [u8; 64],
) -> Result<&'h str, Refused> {
    let mut declared = request.headers.get_all("x-amz-content-sha256").iter();
    let header = match (declared.next(), declared.next()) {
        (Some(value), None) => Some(value.to_str().map_err(|_| Refused::Mismatch)?),
        (Some(_), Some(_)) => return Err(Refused::Mismatch),
        (None, _) => None,
    };
    if let Some(value) = header
        && (value == UNSIGNED || value.starts_with(STREAMING))
    {
        // Ours: no service is known to say it.
        return if rules.open_payload {
            Ok(value)
        } else {
            Err(Refused::Payload(
                "The payload must be signed as a whole: x-amz-content-sha256 must be its hash.",
            ))
        };
    }
    let Payload::Body(body) = payload else {
        // An address that is signed for S3 leaves the body open.
        return match (header, form) {
            (Some(value), _) => Ok(value),
            (None, Form::Query(_)) if rules.open_payload => Ok(UNSIGNED),
            (None, _) => Err(Refused::Payload(
                "The x-amz-content-sha256 header is missing.",
            )),
        };
    };
    HEXLOWER.encode_mut(digest::digest(&SHA256, body).as_ref(), buffer);
    let computed = std::str::from_utf8(buffer).unwrap_or_default();
    match header {
        Some(value) if value != computed => Err(Refused::Payload(
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )),
        _ => Ok(computed),
    }
}
