//! Our cookies, and how they are written.
//!
//! | name | value | life |
//! |---|---|---|
//! | `gl_browser` | names the browser: flows and form tokens hang on it | until the browser closes |
//! | `gl_session` | the session | until the browser closes |
//! | `gl_known` | the browser completed a sign-in before | 90 days |
//! | `gl_operator`, `gl_operator_known` | the same two of an operator; read on pages for operators only | as those |
//! | `gl_link` | the token of a mailed link, after its address was made clean | until the browser closes |
//! | `gl_flash` | which notice the next page shows | one page |
//! | `gl_lang`, `gl_zone` | language and time zone chosen | a year |
//! | `gl_outbox` | the key of a trial server's outbox, SameSite=Strict | until the browser closes |
//!
//! Over TLS those that carry a token are `__Host-` and Secure (RFC 6265bis section 4.1.3.2); all are HttpOnly and SameSite=Lax,
//! except `gl_zone`, which the page's script writes.

use http::HeaderMap;
use http::header::COOKIE;

/// Names the browser.
pub const BROWSER: &str = "gl_browser";
/// The session.
pub const SESSION: &str = "gl_session";
/// The browser completed a sign-in before.
pub const KNOWN: &str = "gl_known";
/// The session of an operator.
pub const OPERATOR: &str = "gl_operator";
/// An operator signed in with this browser before.
pub const OPERATOR_KNOWN: &str = "gl_operator_known";
/// The language chosen.
pub const LANGUAGE: &str = "gl_lang";
/// The time zone of the person, as their browser names it.
pub const ZONE: &str = "gl_zone";
/// The token of a mailed link, between the link and the page that it leads to.
pub const LINK: &str = "gl_link";
/// The key of the outbox, on trial only.
pub const OUTBOX: &str = "gl_outbox";
/// A notice to be shown on the next page, once.
pub const FLASH: &str = "gl_flash";

const LONG: i64 = 90 * 24 * 3_600;

/// The value of a cookie of ours.
pub fn read<'h>(headers: &'h HeaderMap, name: &str, secure: bool) -> Option<&'h str> {
    let full = full_name(name, secure);
    let lines = headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|v| v.to_str().ok());
    let mut found = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == full).then_some(value)
    });
    // Two of one name: somebody planted one, and there is no telling which.
    match (found.next(), found.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

/// A token of ours out of a cookie; anything of another shape is as good as none.
pub fn token<'h>(headers: &'h HeaderMap, name: &str, secure: bool) -> Option<&'h str> {
    read(headers, name, secure).filter(|value| app::token::shaped(value))
}

/// The `Set-Cookie` value that sets a cookie until the browser closes, or for 90 days: a recovery that waits for a day
/// belongs to the browser, also to one that was closed meanwhile.
pub fn set(name: &str, value: &str, secure: bool) -> String {
    // No other site can make a browser send the key of the outbox along, not even by a link.
    let from = if name == OUTBOX { "Strict" } else { "Lax" };
    let mut line = format!(
        "{}={value}; Path=/; HttpOnly; SameSite={from}",
        full_name(name, secure)
    );
    if secure {
        line.push_str("; Secure");
    }
    if matches!(name, BROWSER | KNOWN | OPERATOR_KNOWN | LANGUAGE) {
        line.push_str(&format!("; Max-Age={LONG}"));
    }
    line
}

/// The `Set-Cookie` value that removes a cookie.
pub fn clear(name: &str, secure: bool) -> String {
    let flags = if secure { "; Secure" } else { "" };
    format!(
        "{}=; Path=/; HttpOnly; SameSite=Lax{flags}; Max-Age=0",
        full_name(name, secure)
    )
}

fn full_name(name: &str, secure: bool) -> String {
    let host_bound = secure
        && matches!(
            name,
            BROWSER | SESSION | KNOWN | OPERATOR | OPERATOR_KNOWN | LINK | FLASH
        );
    if host_bound {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_cookies_are_bound_to_the_host() {
        assert_eq!(
            set(SESSION, "x", true),
            "__Host-gl_session=x; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            set(KNOWN, "x", false),
            "gl_known=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000"
        );
    }

    #[test]
    fn a_cookie_that_comes_twice_or_cut_is_none() {
        let mut headers = HeaderMap::new();
        let value = "a".repeat(32);
        headers.insert(COOKIE, format!("gl_session={value}").parse().unwrap());
        assert_eq!(token(&headers, SESSION, false), Some(value.as_str()));
        headers.append(COOKIE, "gl_session=planted".parse().unwrap());
        assert_eq!(token(&headers, SESSION, false), None);
        headers.insert(COOKIE, "gl_session=short".parse().unwrap());
        assert_eq!(token(&headers, SESSION, false), None);
        assert_eq!(token(&headers, SESSION, true), None);
    }
}
