//! Words for short texts: one part of a text where the language lets them fit, no link that does anything, and nothing
//! that a person typed.
//!
//! A code ends with the line by which telephones know which site it is for (`@host #code`), so that none is filled in
//! elsewhere; where that would make two parts of one, it is left out.

use crate::text::T;
use domain::sms::TextOrder;

/// Characters of one part of a text: of the alphabet that carriers count as 7 bits, and of all others.
const SEVEN_BIT: usize = 160;
const WIDE: usize = 70;

/// Whether words go out as one part. Our English is ASCII, which but for a few signs is in the short alphabet.
fn one_part(words: &str) -> bool {
    let plain =
        |c: char| c == '\n' || (c.is_ascii() && !c.is_ascii_control() && !"[]{}\\^~|`".contains(c));
    match words.chars().all(plain) {
        true => words.len() <= SEVEN_BIT,
        false => words.encode_utf16().count() <= WIDE,
    }
}

/// The host of an origin, without its port: what a code is bound to.
fn host(public_url: &str) -> &str {
    let authority = public_url.split("//").nth(1).unwrap_or(public_url);
    let authority = authority.split('/').next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// The words of a text.
pub(crate) fn words(order: &TextOrder, public_url: &str) -> String {
    let (t, host) = (T::of(order.locale), host(public_url));
    let Some(code) = &order.code else {
        let account = order.account.as_str();
        let last = account
            .get(account.len().saturating_sub(4)..)
            .unwrap_or(account);
        let key = format!("sms-{}", order.kind.key());
        return t.f(&key, &[("host", host), ("account", last)]);
    };
    let said = t.f("sms-code", &[("code", code.as_str())]);
    let bound = format!("{said}\n@{host} #{code}");
    if one_part(&bound) { bound } else { said }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::locale::Locale;
    use domain::mail::MailKind;
    use domain::sms::also_by_text;
    use domain::time::Timestamp;

    fn order(kind: MailKind, locale: Locale, code: Option<&str>) -> TextOrder {
        TextOrder {
            kind,
            to: "+886912345678".to_owned(),
            locale,
            account: "111122223333".parse().unwrap(),
            code: code.map(str::to_owned),
            block: String::new(),
            price: 5,
            until: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn a_code_is_one_part_and_ends_with_the_site_it_is_for() {
        for locale in Locale::ALL {
            let code = order(MailKind::SignInCode, locale, Some("12345678"));
            let text = words(&code, "https://id.example.com");
            assert!(one_part(&text), "{} {text}", text.chars().count());
            assert_eq!(text.lines().last(), Some("@id.example.com #12345678"));
            assert!(text.starts_with("12345678"), "{text}");
            // A long host must not make two parts of it.
            let long = format!("https://{}.example.com:8443", "sign-in.".repeat(12));
            let text = words(&code, &long);
            assert!(one_part(&text) && !text.contains('@'), "{text}");
        }
    }

    #[test]
    fn a_notice_is_one_part_in_every_language_and_holds_no_link() {
        for kind in MailKind::ALL.iter().filter(|kind| also_by_text(**kind)) {
            for locale in Locale::ALL {
                let text = words(&order(*kind, locale, None), "https://id.example.com");
                assert!(one_part(&text), "{} {text}", text.encode_utf16().count());
                assert!(
                    text.contains("id.example.com") && text.contains("3333"),
                    "{text}"
                );
                assert!(!text.contains("://") && !text.contains('/'), "{text}");
            }
        }
    }

    #[test]
    fn the_host_is_told_without_port_and_scheme() {
        for (url, wanted) in [
            ("https://id.example.com", "id.example.com"),
            ("http://localhost:8080", "localhost"),
            ("https://[2001:db8::1]:8443", "[2001:db8::1]"),
            ("https://[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(host(url), wanted);
        }
    }
}
