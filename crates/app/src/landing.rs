//! Where a sign-in leads: an address within the console, and nowhere else (R-URL-18, R-URL-24).

/// Where a sign-in leads if nothing was asked for (R-URL-21).
pub const CONSOLE_HOME: &str = "/console/home";

/// Where an operator's sign-in leads.
pub const OPERATOR_HOME: &str = "/operator/home";

/// The address to go on to, or nothing if it does not lie within the console of this installation.
///
/// Only plain paths pass: no scheme, no host, no `//`, no back-slash, no control character, no `..`.
pub fn checked(address: &str) -> Option<String> {
    within("/console", address)
}

/// The same among the pages for operators.
pub fn checked_operator(address: &str) -> Option<String> {
    within("/operator", address)
}

/// Whether a path is the base, or lies below it.
pub fn lies_in(base: &str, path: &str) -> bool {
    let rest = path.strip_prefix(base);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn within(base: &str, address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next().unwrap_or("");
    let within = lies_in(base, path);
    let plain = address.len() <= 512
        && address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && !address.contains("//")
        && !address.contains("..")
        && !address.to_ascii_lowercase().contains("%2e")
        && !address.to_ascii_lowercase().contains("%5c")
        && !address.to_ascii_lowercase().contains("%2f");
    (within && plain).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_console_addresses_pass_r_url_24() {
        for good in [
            "/console",
            "/console/home",
            "/console/security?device=mfa_x",
            "/console/home#top",
        ] {
            assert_eq!(checked(good).as_deref(), Some(good));
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "https://evil.example/console",
            "/console//evil.example",
            "/consoles",
            "/console/../outbox",
            "/\\evil.example",
            "/console/\\evil",
            "/console/%2e%2e/outbox",
            "/console/\r\nSet-Cookie:x",
            "/console/%2f%2fevil",
            "/outbox",
        ] {
            assert_eq!(checked(bad), None, "{bad}");
        }
        assert_eq!(checked(&format!("/console/{}", "a".repeat(600))), None);
    }
}
