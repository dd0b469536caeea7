//! Words for mails, in plain text and in simple HTML that look alike; no remote picture, no tracking.
//!
//! Every mail says what was asked, by whom, what to do, and where to object. Links come from the configured address
//! only. To an address that is not proved no text goes that a person typed.

use crate::text::{Argument, Clockface, T};
use app::ports::{Composed, Composer};
use askama::Template;
use domain::mail::{MailKind, MailOrder};
use domain::sms::TextOrder;
use domain::time::Timestamp;

/// Composes mails.
#[derive(Debug, Clone)]
pub struct Letters {
    /// The name of the installation.
    pub installation: String,
    /// The zone of times in mails (IANA name).
    pub time_zone: String,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    lang: &'a str,
    subject: &'a str,
    text: &'a str,
    code: Option<&'a str>,
    code_label: String,
    phrase: Option<String>,
    link: Option<&'a str>,
    link_other: String,
    action: String,
    account: Option<String>,
    origin: Option<String>,
    never_ask: String,
    objection: Option<&'a str>,
    objection_text: String,
    objection_action: String,
    foot: String,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none")]
struct Plain<'a> {
    text: &'a str,
    code: Option<&'a str>,
    code_label: String,
    phrase: Option<String>,
    link: Option<&'a str>,
    action: String,
    account: Option<String>,
    origin: Option<String>,
    never_ask: String,
    objection: Option<&'a str>,
    objection_text: String,
    foot: String,
}

/// Facts that are moments, in milliseconds of UTC: shown in the installation's zone.
const MOMENTS: &[&str] = &["time", "until"];

/// Facts that are counted, so that they may decide the form of a text. All others are words, even where they consist
/// of digits: a device may well be called `007`.
const COUNTS: &[&str] = &["minutes", "count", "left"];

impl Composer for Letters {
    fn text(&self, order: &TextOrder, public_url: &str) -> String {
        crate::sms::words(order, public_url)
    }

    fn compose(&self, order: &MailOrder, public_url: &str, account_name: Option<&str>) -> Composed {
        let t = T::of(order.locale);
        let clock = Clockface::new(&self.time_zone, order.locale);
        let key = order.kind.key();
        let facts: Vec<(String, Box<dyn Argument>)> = order
            .facts
            .iter()
            .map(|(n, v)| (n.clone(), fact(&clock, n, v)))
            .collect();
        let args: Vec<(&str, &dyn Argument)> = facts
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_ref()))
            .collect();
        let subject = one_line(&t.with(&format!("mail-{key}-subject"), &args));
        let text = t.with(&format!("mail-{key}-text"), &args);
        let absolute = |path: &Option<String>| path.as_ref().map(|p| format!("{public_url}{p}"));
        let (link, objection) = (absolute(&order.link), absolute(&order.objection));
        let account =
            order
                .account
                .as_ref()
                .map(|id| match account_name.filter(|_| proved(order.kind)) {
                    Some(name) => t.f(
                        "mail-account",
                        &[("name", name.to_owned()), ("id", id.grouped())],
                    ),
                    None => t.f("mail-account-id", &[("id", id.grouped())]),
                });
        let origin = order.origin.as_ref().map(|o| {
            let time = clock.show(o.at).exact;
            t.f(
                "mail-origin",
                &[
                    ("device", o.client.device.clone()),
                    ("address", o.client.address.to_string()),
                    ("time", time),
                ],
            )
        });
        let phrase = order.phrase.map(|n| {
            // A recovery contact has no page that waits: the owner has it.
            let asked = order.kind == MailKind::RecoveryContactAsked;
            t.f(
                if asked {
                    "mail-phrase-asked"
                } else {
                    "mail-phrase"
                },
                &[("phrase", domain::locale::phrase(n, order.locale))],
            )
        });
        let action = if link.is_some() {
            t.s(format!("mail-{key}-action"))
        } else {
            String::new()
        };
        let foot = t.f(
            "mail-foot",
            &[
                ("installation", self.installation.as_str()),
                ("url", public_url),
            ],
        );
        let plain = Plain {
            text: &text,
            code: order.code.as_deref(),
            code_label: t.s("mail-code"),
            phrase: phrase.clone(),
            link: link.as_deref(),
            action: action.clone(),
            account: account.clone(),
            origin: origin.clone(),
            never_ask: t.s("mail-never-ask"),
            objection: objection.as_deref(),
            objection_text: t.s("mail-objection"),
            foot: foot.clone(),
        };
        let html = Html {
            lang: order.locale.tag(),
            subject: &subject,
            text: &text,
            code: order.code.as_deref(),
            code_label: t.s("mail-code"),
            phrase,
            link: link.as_deref(),
            link_other: t.s("mail-link-other"),
            action,
            account,
            origin,
            never_ask: t.s("mail-never-ask"),
            objection: objection.as_deref(),
            objection_text: t.s("mail-objection"),
            objection_action: t.s("mail-objection-action"),
            foot,
        };
        let rendered = |result: askama::Result<String>| {
            result.unwrap_or_else(|error| {
                tracing::error!(%error, kind = key, "a mail template failed");
                text.clone()
            })
        };
        let (plain, html) = (rendered(plain.render()), rendered(html.render()));
        Composed {
            subject,
            text: plain,
            html,
            links: link.into_iter().chain(objection).collect(),
        }
    }
}

/// Whether mails of this kind go to proved addresses only, so that the account's name may stand in them.
const fn proved(kind: MailKind) -> bool {
    !matches!(
        kind,
        MailKind::SignUpCode
            | MailKind::SignUpTaken
            | MailKind::EmailProof
            | MailKind::SignInCode
            | MailKind::SignInAddresses
            | MailKind::SupportCode
            | MailKind::SupportOpened
            | MailKind::RecoveryContactInvited
    )
}

fn fact(clock: &Clockface, name: &str, value: &str) -> Box<dyn Argument> {
    match value.parse::<i64>() {
        Ok(number) if MOMENTS.contains(&name) => {
            Box::new(clock.show(Timestamp::from_millis(number)).shown)
        }
        Ok(number) if COUNTS.contains(&name) => Box::new(number),
        _ => Box::new(value.to_owned()),
    }
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::locale::Locale;

    #[test]
    fn an_invitation_names_no_account_and_a_question_does() {
        let letters = Letters {
            installation: "Gatelodge".to_owned(),
            time_zone: "UTC".to_owned(),
        };
        let account = "111122223333".parse().unwrap();
        for (kind, named) in [
            (MailKind::RecoveryContactInvited, false),
            (MailKind::RecoveryContactAsked, true),
        ] {
            let order = MailOrder::new(kind, "a@example.com", Locale::En).account(&account);
            let mail = letters.compose(&order, "http://localhost", Some("Win a prize"));
            for text in [&mail.text, &mail.html] {
                assert!(text.contains("1111-2222-3333"), "{text}");
                assert_eq!(text.contains("Win a prize"), named, "{text}");
            }
        }
    }

    #[test]
    fn a_name_of_digits_stays_as_it_was_given_and_a_count_is_counted() {
        let letters = Letters {
            installation: "Gatelodge".to_owned(),
            time_zone: "UTC".to_owned(),
        };
        for locale in Locale::ALL {
            for name in ["007", "1e3", "+5", "0.10"] {
                let order = MailOrder::new(MailKind::DeviceAdded, "a@example.com", locale)
                    .fact("device", name);
                let mail = letters.compose(&order, "http://localhost", None);
                for text in [&mail.text, &mail.html] {
                    let quoted = ["“", "「"].map(|open| format!("{open}{name}"));
                    assert!(quoted.iter().any(|q| text.contains(q)), "{name}: {text}");
                }
            }
        }
        let order =
            MailOrder::new(MailKind::SignInCode, "a@example.com", Locale::En).fact("minutes", "1");
        let mail = letters.compose(&order, "http://localhost", None);
        assert!(mail.text.contains("works for 1 minute."), "{}", mail.text);
    }
}
