//! What somebody was given to sign in with, told by its shape alone (R-VOC-19, P-22): nothing is looked up, so the
//! answer is the same whether it exists or not.

use factors::email::Email;

/// What it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// An e-mail address: root users sign in with theirs.
    Email,
    /// The number of an account, or the address of its sign-in page: IAM users have these.
    Account,
    /// The id or the address of a portal: users of an organization's directory have these.
    Portal,
    /// A word: the alias of an account, or the name of a portal.
    Name,
    /// None of these.
    Unclear,
}

impl Given {
    /// Every shape.
    pub const ALL: [Self; 5] = [
        Self::Email,
        Self::Account,
        Self::Portal,
        Self::Name,
        Self::Unclear,
    ];

    /// The word in texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Account => "account",
            Self::Portal => "portal",
            Self::Name => "name",
            Self::Unclear => "unclear",
        }
    }

    /// The address that was typed, if it is one.
    pub fn email(typed: &str) -> Option<String> {
        let email = Email::parse(typed).ok()?;
        Some(email.shown().to_owned())
    }

    /// Reads what was typed, also as an East Asian keyboard types it.
    pub fn read(typed: &str) -> Self {
        if Email::parse(typed).is_ok() {
            return Self::Email;
        }
        let text = factors::typed::plain(typed).to_ascii_lowercase();
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        if digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Self::Account;
        }
        let word = |text: &str| {
            (1..=63).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        match text.strip_prefix("d-") {
            Some(id) if id.len() == 10 && word(id) => return Self::Portal,
            _ if word(&text) => return Self::Name,
            _ => {}
        }
        let address = text.contains('.') || text.contains('/');
        let has = |parts: &[&str]| address && parts.iter().any(|part| text.contains(part));
        if has(&["/start", "/platform/login"]) {
            Self::Portal
        } else if has(&["/console", ".signin.", "account="]) {
            Self::Account
        } else {
            Self::Unclear
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_are_given_is_told_by_its_shape_r_voc_19() {
        let cases = [
            ("root@example.com", Given::Email),
            (" 1111 2222-3333 ", Given::Account),
            ("１１１１２２２２３３３３", Given::Account),
            ("https://id.example.com/signin/acme/console", Given::Account),
            ("acme.signin.example.com", Given::Account),
            ("https://id.example.com/signin?account=acme", Given::Account),
            ("d-9067f2e3a1", Given::Portal),
            ("https://id.example.com/start/acme", Given::Portal),
            ("https://acme.apps.example.com/start/#/", Given::Portal),
            ("id.example.com/platform/login", Given::Portal),
            ("acme-dev", Given::Name),
            ("d-short", Given::Name),
            ("111122223333444", Given::Name),
            ("my account", Given::Unclear),
            ("https://www.example.com/", Given::Unclear),
            ("", Given::Unclear),
            ("@", Given::Unclear),
            ("<script>", Given::Unclear),
        ];
        for (typed, given) in cases {
            assert_eq!(Given::read(typed), given, "{typed}");
        }
    }
}
