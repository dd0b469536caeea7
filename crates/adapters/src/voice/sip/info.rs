//! Keys in SIP INFO requests, as some carriers send them: `application/dtmf-relay` and `application/dtmf`.

/// The longest body that is read.
const LONGEST: usize = 512;

/// The key of an INFO request by its event number (0 to 9, 10 for `*`, 11 for `#`); `None` for everything else.
pub fn key(content_type: &str, body: &[u8]) -> Option<u8> {
    let body = std::str::from_utf8(body).ok()?;
    if body.len() > LONGEST {
        return None;
    }
    let kind = content_type.split(';').next()?.trim();
    if kind.eq_ignore_ascii_case("application/dtmf-relay") {
        return relay(body);
    }
    if kind.eq_ignore_ascii_case("application/dtmf") {
        // Some send the form of the other type under this name.
        return relay(body).or_else(|| event(body.trim()));
    }
    None
}

/// `Signal=5`, `Duration=160`.
fn relay(body: &str) -> Option<u8> {
    let lines = body.lines().filter_map(|line| line.split_once('='));
    let signal = lines
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("signal"))
        .map(|(_, value)| value)
        .next()?;
    event(signal.trim())
}

/// A key as a character, or `*` and `#` as the numbers of their events.
fn event(text: &str) -> Option<u8> {
    match text {
        "*" | "10" => Some(10),
        "#" | "11" => Some(11),
        _ => match *text.as_bytes() {
            [digit @ b'0'..=b'9'] => Some(digit - b'0'),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_forms_are_read() {
        let relay = "application/dtmf-relay";
        assert_eq!(key(relay, b"Signal=5\r\nDuration=160\r\n"), Some(5));
        assert_eq!(key(relay, b"Duration= 250\nsignal = * \n"), Some(10));
        assert_eq!(key("Application/DTMF-Relay; x=y", b"Signal=11"), Some(11));
        assert_eq!(key("application/dtmf", b"9"), Some(9));
        assert_eq!(key("application/dtmf", b"#\r\n"), Some(11));
        assert_eq!(key("application/dtmf", b"Signal=0\r\n"), Some(0));
    }

    #[test]
    fn anything_else_is_no_key() {
        let relay = "application/dtmf-relay";
        for body in [
            "",
            "5",
            "Signal=",
            "Signal=55",
            "Signal=A",
            "Signal=12",
            "Signal=-1",
            "=5",
        ] {
            assert_eq!(key(relay, body.as_bytes()), None, "{body}");
        }
        assert_eq!(key("application/sdp", b"Signal=5"), None);
        assert_eq!(key("application/dtmf", b"55"), None);
        assert_eq!(key(relay, &[0xFF, 0xFE]), None);
        let long = format!("Signal=5\r\n{}", "x".repeat(LONGEST));
        assert_eq!(key(relay, long.as_bytes()), None);
    }

    proptest! {
        #[test]
        fn any_body_is_a_key_of_a_telephone_or_none(kind in "application/dtmf(-relay)?", body: Vec<u8>) {
            prop_assert!(key(&kind, &body).is_none_or(|number| number <= 11));
        }
    }
}
