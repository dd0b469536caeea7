//! Whether a request really comes from the carrier: HMAC-SHA256 over moment, address and body, and a window of time.
//!
//! Invariants: the signature is compared in constant time; what was signed is the address as we gave it, whatever a
//! proxy made of the request; a request older or younger than the window proves nothing, and within the window each
//! signature serves once (whoever uses this remembers them).

use aws_lc_rs::hmac;
use domain::time::{Span, Timestamp};

/// How far the moment of a request may be from ours.
pub const WINDOW: Span = Span::minutes(5);

/// The longest moment that is read: seconds since 1970, until long after us all.
const LONGEST_MOMENT: usize = 12;

/// A signature that was right.
pub type Signature = [u8; 32];

/// Why a request is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// Moment or signature is missing, or is written in another way.
    #[error("it is not signed")]
    Unsigned,
    /// The moment lies outside the window.
    #[error("it is too old, or one of the two clocks is wrong")]
    OutOfTime,
    /// Another key, another address or another body.
    #[error("its signature is wrong")]
    Wrong,
}

/// The key that a carrier signs with.
pub struct Key(hmac::Key);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    /// The key as it was agreed on.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Checks a request: `moment` and `signature` as its headers have them, `url` as we gave it.
    ///
    /// # Errors
    /// [`Unproved`], with what is wrong.
    pub fn verify(
        &self,
        now: Timestamp,
        moment: &str,
        signature: &str,
        url: &str,
        body: &[u8],
    ) -> Result<Signature, Unproved> {
        let seconds = Some(moment)
            .filter(|text| !text.is_empty() && text.len() <= LONGEST_MOMENT)
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|text| text.parse::<i64>().ok())
            .ok_or(Unproved::Unsigned)?;
        let signature = hexadecimal(signature).ok_or(Unproved::Unsigned)?;
        let text = signed_text(moment, url, body);
        hmac::verify(&self.0, &text, &signature).map_err(|_| Unproved::Wrong)?;
        let away = now.millis().abs_diff(seconds * 1_000);
        if away > WINDOW.as_millis().unsigned_abs() {
            return Err(Unproved::OutOfTime);
        }
        Ok(signature)
    }
}

/// What is signed: the moment, the address and the body, one below the other. The first two hold no line break.
fn signed_text(moment: &str, url: &str, body: &[u8]) -> Vec<u8> {
    [moment.as_bytes(), b"\n", url.as_bytes(), b"\n", body].concat()
}

/// 64 hexadecimal digits.
fn hexadecimal(text: &str) -> Option<Signature> {
    let mut out = [0; 32];
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    if pairs.len() != out.len() {
        return None;
    }
    for (to, [high, low]) in out.iter_mut().zip(pairs) {
        let value = |b: &u8| char::from(*b).to_digit(16);
        *to = u8::try_from(value(high)? * 16 + value(low)?).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://id.example.com/voice/first/abc";
    const BODY: &[u8] = b"CallSid=1&CallStatus=ringing";

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    /// The figures were made by another implementation (`openssl dgst -sha256 -hmac`).
    #[test]
    fn the_text_that_is_signed_is_moment_address_and_body() {
        let key = Key::new(b"0123456789abcdef0123456789abcdef");
        let signature = "3384de49aa45650492330aa76cdc130c19eb0bf6f902ac106a9511f06e21c960";
        let proved = key.verify(at(1_700_000_000), "1700000000", signature, URL, BODY);
        assert_eq!(hex(&proved.unwrap()), signature);
    }

    fn sign(key: &[u8], moment: &str, url: &str, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hex(hmac::sign(&key, &signed_text(moment, url, body)).as_ref())
    }

    #[test]
    fn another_key_address_body_or_moment_is_refused() {
        let key = Key::new(b"right");
        let good = sign(b"right", "1000", URL, BODY);
        let verify = |moment: &str, signature: &str, url: &str, body: &[u8]| {
            key.verify(at(1_000), moment, signature, url, body)
                .map(drop)
        };
        assert_eq!(verify("1000", &good, URL, BODY), Ok(()));
        assert_eq!(verify("1000", &good.to_uppercase(), URL, BODY), Ok(()));
        for (moment, signature, url, body) in [
            (
                "1000",
                sign(b"wrong", "1000", URL, BODY).as_str(),
                URL,
                BODY,
            ),
            ("1001", &good, URL, BODY),
            ("01000", &good, URL, BODY),
            (
                "1000",
                &good,
                "https://id.example.com/voice/first/abd",
                BODY,
            ),
            ("1000", &good, URL, b"CallSid=1&CallStatus=completed"),
        ] {
            assert_eq!(
                verify(moment, signature, url, body),
                Err(Unproved::Wrong),
                "{moment} {url}"
            );
        }
        for (moment, signature) in [
            ("", good.as_str()),
            ("-1000", &good),
            ("1000.0", &good),
            (" 1000", &good),
            ("9999999999999", &good),
            ("1000", ""),
            ("1000", "00"),
            ("1000", &good[1..]),
            ("1000", &format!("{good}00")),
            ("1000", &good.replace(|_: char| true, "g")),
        ] {
            assert_eq!(
                verify(moment, signature, URL, BODY),
                Err(Unproved::Unsigned),
                "{moment}"
            );
        }
    }

    #[test]
    fn five_minutes_either_way_are_the_window() {
        let key = Key::new(b"right");
        let good = sign(b"right", "1000", URL, BODY);
        let at_the = |now: i64| key.verify(at(now), "1000", &good, URL, BODY).map(drop);
        assert_eq!(at_the(1_300), Ok(()));
        assert_eq!(at_the(700), Ok(()));
        assert_eq!(at_the(1_301), Err(Unproved::OutOfTime));
        assert_eq!(at_the(699), Err(Unproved::OutOfTime));
    }
}
