//! What the process finds around it: environment variables and the system user. Read here and nowhere else.

use domain::audit::Actor;
use domain::locale::Locale;

#[expect(
    clippy::disallowed_methods,
    reason = "the language of the terminal and the level of the log have no other place"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The filter of the log, by the name that every Rust program knows.
pub(crate) fn rust_log() -> Option<String> {
    variable("RUST_LOG")
}

/// The language of the terminal (POSIX.1-2017 section 8.2: the first of these that is set counts).
pub(crate) fn language() -> Locale {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let tag = set.into_iter().find_map(variable).unwrap_or_default();
    let tag = tag.split(['.', '@']).next().unwrap_or("").replace('_', "-");
    Locale::negotiate(&tag).unwrap_or(Locale::En)
}

/// The system user, as the audit log names the operator: name and number.
pub(crate) fn operator() -> Actor {
    let uid = rustix::process::getuid().as_raw();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)?.parse() == Ok(uid)).then_some(name)
    });
    let user = match name {
        Some(name) => format!("{name} ({uid})"),
        None => uid.to_string(),
    };
    Actor::Operator { user }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_is_named_by_number_at_least() {
        let uid = rustix::process::getuid().as_raw().to_string();
        let Actor::Operator { user } = operator() else {
            panic!("an operator");
        };
        assert!(user.contains(&uid), "{user}");
    }
}
