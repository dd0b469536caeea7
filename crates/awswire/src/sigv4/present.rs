//! What a request says of its own signature, in its headers or in its address.

use std::borrow::Cow;

use data_encoding::HEXLOWER;
use http::HeaderMap;
use http::header::{AUTHORIZATION, DATE};
use percent_encoding::percent_decode_str;

use super::{ALGORITHM, Refused, shown};
use crate::time;
use crate::value::Timestamp;

/// A week: the longest that a signed address may be good for, in seconds.
const LONGEST: i64 = 7 * 86_400;

/// A request as it was received: nothing decoded, nothing put right.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `POST`.
    pub method: &'a str,
    /// From the first slash up to the question mark.
    pub path: &'a str,
    /// Behind the question mark.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// `:authority` of HTTP/2, which stands for a `host` header that is not there.
    pub authority: Option<&'a str>,
}

/// Where the signature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In the `Authorization` header.
    Header,
    /// In the query of the address, good for so many seconds.
    Query(i64),
}

/// What a request says of its own signature. Nothing of it is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented<'a> {
    /// `KEY/DATE/REGION/SERVICE/aws4_request`.
    credential: Cow<'a, str>,
    /// Where the four parts of the scope begin.
    parts: [usize; 4],
    pub(super) signed_headers: Cow<'a, str>,
    pub(super) signature: [u8; 32],
    pub(super) signed_at: Timestamp,
    pub(super) form: Form,
    session_token: Option<Cow<'a, str>>,
}

impl<'a> Presented<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// There is no signature, or no whole one, or one of another algorithm.
    pub fn read(request: &Request<'a>) -> Result<Self, Refused> {
        let in_query = parameter(request.query, "X-Amz-Algorithm")?;
        let mut headers = request.headers.get_all(AUTHORIZATION).iter();
        match (headers.next(), in_query) {
            (None, None) => Err(Refused::Missing),
            (None, Some(algorithm)) => Self::from_query(request, &algorithm),
            (Some(_), Some(_)) => Err(Refused::Incomplete(
                "Only one authentication mechanism is allowed.".to_owned(),
            )),
            (Some(header), None) => {
                let text = header.to_str().ok().filter(|_| headers.next().is_none());
                let text = text.ok_or_else(|| {
                    Refused::Incomplete("The Authorization header cannot be read.".to_owned())
                })?;
                Self::from_header(request, text)
            }
        }
    }

    fn from_header(request: &Request<'a>, text: &'a str) -> Result<Self, Refused> {
        let (algorithm, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        if algorithm != ALGORITHM {
            // Tokens of other schemes are no signatures.
            let signed = algorithm.starts_with("AWS4-");
            return Err(if signed {
                Refused::Algorithm(shown(algorithm))
            } else {
                Refused::Missing
            });
        }
        let [mut credential, mut signature, mut signed_headers] = [None; 3];
        for part in rest
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let Some((name, value)) = part.split_once('=') else {
                // The value is not repeated: it may be a secret in the wrong place.
                let message = "The Authorization header has a part that is not a valid key=value pair (missing equal-sign).";
                return Err(Refused::Incomplete(message.to_owned()));
            };
            let place = match name {
                "Credential" => &mut credential,
                "Signature" => &mut signature,
                "SignedHeaders" => &mut signed_headers,
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(Refused::Incomplete(format!(
                    "Authorization header has more than one '{name}' parameter."
                )));
            }
        }
        let date = date_of(request.headers)?;
        let mut lacking = String::new();
        for (name, value) in [
            ("Credential", credential),
            ("Signature", signature),
            ("SignedHeaders", signed_headers),
        ] {
            if value.is_none_or(str::is_empty) {
                lacking.push_str(&format!(
                    "Authorization header requires '{name}' parameter. "
                ));
            }
        }
        if date.is_none() {
            lacking.push_str("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
        }
        let (Some(credential), Some(signature), Some(signed_headers), Some(signed_at), true) = (
            credential,
            signature,
            signed_headers,
            date,
            lacking.is_empty(),
        ) else {
            return Err(Refused::Incomplete(lacking + "Authorization=" + ALGORITHM));
        };
        let token = single(request.headers, "x-amz-security-token")?;
        Self::whole(
            credential.into(),
            signed_headers.into(),
            signature,
            signed_at,
            Form::Header,
            token.map(Cow::Borrowed),
        )
    }

    fn from_query(request: &Request<'a>, algorithm: &str) -> Result<Self, Refused> {
        if algorithm != ALGORITHM {
            return Err(Refused::Algorithm(shown(algorithm)));
        }
        let needed = |name: &str| {
            let value = parameter(request.query, name)?.filter(|value| !value.is_empty());
            value.ok_or_else(|| {
                let message = format!("AWS query-string parameters must include '{name}'. Re-examine the query-string parameters.");
                Refused::Incomplete(message)
            })
        };
        let date = needed("X-Amz-Date")?;
        let signed_at = time::from_basic(&date).ok_or_else(|| wrong_date(&date))?;
        let expires = needed("X-Amz-Expires")?;
        let seconds = expires
            .parse()
            .ok()
            .filter(|_| expires.bytes().all(|byte| byte.is_ascii_digit()));
        let seconds: i64 = seconds
            .ok_or_else(|| Refused::Incomplete("X-Amz-Expires should be a number".to_owned()))?;
        if seconds > LONGEST {
            let message = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds";
            return Err(Refused::Incomplete(message.to_owned()));
        }
        Self::whole(
            needed("X-Amz-Credential")?,
            needed("X-Amz-SignedHeaders")?,
            &needed("X-Amz-Signature")?,
            signed_at,
            Form::Query(seconds),
            parameter(request.query, "X-Amz-Security-Token")?,
        )
    }

    fn whole(
        credential: Cow<'a, str>,
        signed_headers: Cow<'a, str>,
        signature: &str,
        signed_at: Timestamp,
        form: Form,
        session_token: Option<Cow<'a, str>>,
    ) -> Result<Self, Refused> {
        // Access keys have no slash, and neither has anything behind them.
        let mut parts = [0; 4];
        let mut slashes = credential
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'/');
        for part in &mut parts {
            let (at, _) = slashes.next().ok_or_else(malformed)?;
            *part = at + 1;
        }
        if slashes.next().is_some() {
            return Err(malformed());
        }
        // One spelling only: what is signed has no second form.
        let mut bytes = [0; 32];
        let decoded = HEXLOWER
            .decode(signature.as_bytes())
            .ok()
            .filter(|decoded| decoded.len() == bytes.len());
        bytes.copy_from_slice(&decoded.ok_or(Refused::Mismatch)?);
        Ok(Self {
            credential,
            parts,
            signed_headers,
            signature: bytes,
            signed_at,
            form,
            session_token,
        })
    }

    fn part(&self, index: usize) -> &str {
        let from = self.parts.get(index).copied().unwrap_or_default();
        let to = self
            .parts
            .get(index + 1)
            .map_or(self.credential.len(), |next| next - 1);
        self.credential.get(from..to).unwrap_or_default()
    }

    /// The access key it names.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        let to = self.parts.first().map_or(0, |first| first - 1);
        self.credential.get(..to).unwrap_or_default()
    }

    /// The date of its scope, `20260102`.
    #[must_use]
    pub fn date(&self) -> &str {
        self.part(0)
    }

    /// The region of its scope.
    #[must_use]
    pub fn region(&self) -> &str {
        self.part(1)
    }

    /// The service of its scope.
    #[must_use]
    pub fn service(&self) -> &str {
        self.part(2)
    }

    /// What the scope ends with.
    pub(super) fn terminator(&self) -> &str {
        self.part(3)
    }

    /// The scope, `DATE/REGION/SERVICE/aws4_request`.
    #[must_use]
    pub fn scope(&self) -> &str {
        let from = self.parts.first().copied().unwrap_or_default();
        self.credential.get(from..).unwrap_or_default()
    }

    /// The token of temporary credentials.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// When it says that it was signed.
    #[must_use]
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// Where it stands.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// The headers it says are signed, with semicolons between.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        &self.signed_headers
    }
}

fn malformed() -> Refused {
    let message = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term";
    Refused::Incomplete(message.to_owned())
}

fn wrong_date(given: &str) -> Refused {
    let shown = shown(given);
    Refused::Incomplete(format!(
        "Date must be in ISO-8601 'basic format'. Got '{shown}'. See http://en.wikipedia.org/wiki/ISO_8601"
    ))
}

/// The only value of a header, or none.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refused> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    text.map(Some)
        .ok_or_else(|| Refused::Incomplete(format!("The header '{name}' cannot be read.")))
}

/// When a request with a header says it was signed.
fn date_of(headers: &HeaderMap) -> Result<Option<Timestamp>, Refused> {
    if let Some(date) = single(headers, "x-amz-date")? {
        return time::from_basic(date)
            .map(Some)
            .ok_or_else(|| wrong_date(date));
    }
    let Some(date) = single(headers, DATE.as_str())? else {
        return Ok(None);
    };
    let time = time::from_basic(date).or_else(|| time::from_http(date));
    time.map(Some).ok_or_else(|| wrong_date(date))
}

/// The only value of a parameter in the query, decoded.
fn parameter<'a>(query: &'a str, name: &str) -> Result<Option<Cow<'a, str>>, Refused> {
    let mut found = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if key != name {
            continue;
        }
        let value = percent_decode_str(value).decode_utf8();
        let value = value
            .map_err(|_| Refused::Incomplete(format!("The parameter '{name}' cannot be read.")))?;
        if found.replace(value).is_some() {
            return Err(Refused::Incomplete(format!(
                "The parameter '{name}' is given twice."
            )));
        }
    }
    Ok(found)
}
