//! Pages and mails as people read them, kept as snapshots: what changes in one shows as a difference to be looked at.
//!
//! A page is drawn as an outline: what is read and what can be done, line by line, without the markup that only the
//! style sheet knows. Clock and dice of the rig are fixed; ids are left out, because any story's next throw changes them.

use app::ports::Composer;
use domain::client::Client;
use domain::locale::Locale;
use domain::mail::{Class, MailKind, MailOrder};
use domain::time::Span;
use std::fmt::Write;
use testkit::rig::{Answer, CREDENTIALS, START, on_sqlite};

/// Pages in the order in which they were looked at.
#[derive(Default)]
pub(crate) struct Album(pub(crate) String);

impl Album {
    /// Puts in the main part of a page.
    pub(crate) fn add(&mut self, title: &str, page: &Answer) {
        let main = page.body.split_once("<main").and_then(|(_, rest)| {
            let inside = rest.split_once('>')?.1;
            Some(inside.split("</main>").next().unwrap_or(inside))
        });
        let main = main.unwrap_or_else(|| panic!("no main part at {}", page.path));
        let status = page.status.as_u16();
        writeln!(self.0, "== {title} ({status})\n{}", outline(main)).unwrap();
    }
}

/// Elements that begin a line of their own, with the attributes that tell what they do.
const SHOWN: &[(&str, &[&str])] = &[
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("p", &["role"]),
    ("li", &["aria-current"]),
    ("dt", &[]),
    ("dd", &[]),
    ("th", &[]),
    ("td", &[]),
    ("label", &[]),
    ("legend", &[]),
    ("summary", &[]),
    ("form", &["action"]),
    (
        "input",
        &[
            "type",
            "name",
            "value",
            "autocomplete",
            "checked",
            "required",
        ],
    ),
    ("select", &["name"]),
    ("option", &["value", "selected"]),
    ("textarea", &["name"]),
    ("button", &["name", "value"]),
    ("a", &["href"]),
];

fn outline(html: &str) -> String {
    let (mut lines, mut hidden): (Vec<String>, Option<String>) = (vec![String::new()], None);
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        match &hidden {
            // A picture ends where its element does.
            Some(inside) if *inside == name && tag.starts_with('/') => hidden = None,
            Some(_) => continue,
            None if name == "svg" => {
                lines.push("picture".to_owned());
                hidden = Some(name);
                continue;
            }
            None => {
                let shown = SHOWN.iter().find(|(shown, _)| *shown == name);
                if let (Some((_, wanted)), false) = (shown, tag.starts_with('/')) {
                    lines.push(element(&name, tag, wanted));
                } else if shown.is_some() {
                    lines.push(String::new());
                }
            }
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(line) = lines.last_mut().filter(|_| !text.is_empty()) {
            line.push_str(if line.is_empty() { "  " } else { " " });
            line.push_str(&without_ids(&text).replace("&#39;", "'"));
        }
    }
    lines.retain(|line| !line.is_empty() && !line.contains("name=csrf"));
    lines.join("\n")
}

fn element(name: &str, tag: &str, wanted: &[&str]) -> String {
    let mut line = name.to_owned();
    for attribute in wanted {
        let value = tag
            .split_once(&format!(" {attribute}=\""))
            .map(|(_, rest)| without_ids(rest.split('"').next().unwrap_or_default()));
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            write!(line, " {attribute}={value}").unwrap();
        } else if tag.split(' ').any(|word| word == *attribute) {
            write!(line, " {attribute}").unwrap();
        }
    }
    line
}

/// The text with `…` in the place of ids, tokens and keys: long runs of the letters and digits of base32.
fn without_ids(text: &str) -> String {
    let drawn = |word: &str| {
        let base32 = |c: char| c.is_ascii_lowercase() || ('2'..='7').contains(&c);
        (word.len() >= 26 && word.chars().all(base32))
            || (word.len() >= 16 && word.chars().all(|c| base32(c.to_ascii_lowercase())))
    };
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        out.push_str(if drawn(&word) { "…" } else { &word });
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

#[test]
fn pages_of_sign_in() {
    on_sqlite(async |rig| {
        let mut album = Album::default();
        let mut browser = rig.browser();
        album.add("who signs in", &browser.open("/signin").await);
        let root = rig.account("Example Company", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let fields = [("user", "root"), ("email", "root@example.com")];
        let page = browser.submit("/signin", &fields).await;
        album.add("password", &page);
        let wrong = browser
            .submit(&page.action("/password"), &[("password", "not the one")])
            .await;
        album.add("wrong password", &wrong);
        let page = rig.give_password(&mut browser, &root).await;
        album.add("one device", &page);
        let code = phone.wrong_code(rig.now());
        let fields = [("device", phone.id.as_str()), ("code", code.as_str())];
        let page = browser.submit(&page.action("/factor"), &fields).await;
        album.add("wrong code", &page);
        rig.device(&root, "tablet").await;
        let page = rig.give_password(&mut browser, &root).await;
        album.add("several devices", &page);
        let plain = rig.account("Without", "plain@example.com").await;
        let page = rig.give_password(&mut rig.browser(), &plain).await;
        album.add("mailed code", &page);
        album.add("forgotten password", &browser.open("/signin/forgot").await);
        let sent = browser
            .submit("/signin/forgot", &[("email", "root@example.com")])
            .await;
        album.add("link sent", &sent);
        let letter = rig.mail(MailKind::PasswordReset, "root@example.com").await;
        let link = letter.and_then(|l| l.order.link).expect("a link");
        album.add("new password", &browser.open(&link).await);
        insta::assert_snapshot!("pages_of_sign_in", album.0);
    });
}

#[test]
fn pages_of_a_new_account() {
    on_sqlite(async |rig| {
        let mut album = Album::default();
        let mut browser = rig.browser();
        album.add("address", &browser.open("/open").await);
        let page = browser
            .submit("/open", &[("email", "new@example.com")])
            .await;
        album.add("code", &page);
        let letter = rig.mail(MailKind::SignUpCode, "new@example.com").await;
        let code = letter.and_then(|l| l.order.code).expect("a code");
        let page = browser
            .submit(&page.action("/code"), &[("code", &code)])
            .await;
        album.add("details", &page);
        let weak = [("password", "short"), ("password_again", "short")];
        let page = browser.submit(&page.action("/details"), &weak).await;
        album.add("what is missing", &page);
        insta::assert_snapshot!("pages_of_a_new_account", album.0);
    });
}

#[test]
fn pages_of_the_console() {
    on_sqlite(async |rig| {
        let mut album = Album::default();
        let root = rig.account("Example Company", "root@example.com").await;
        let phone = rig.device(&root, "phone").await;
        let mut browser = rig.browser();
        let page = rig.sign_in(&mut browser, &root, Some(&phone)).await;
        album.add("home", &page);
        album.add("account", &browser.open("/console/account").await);
        album.add("contact", &browser.open("/console/account/contact").await);
        album.add("credentials", &browser.open(CREDENTIALS).await);
        let new = format!("{CREDENTIALS}/devices/new");
        album.add("a device's name", &browser.open(&new).await);
        let page = browser.submit(&new, &[("name", "tablet")]).await;
        album.add("a device's key", &page);
        let renew = format!("{CREDENTIALS}/saved-codes/renew");
        album.add("new saved codes", &browser.open(&renew).await);
        rig.wait(Span::minutes(11));
        let page = browser.open("/console/account/email").await;
        album.add("fresh proof", &page);
        let page = rig.prove(&mut browser, &page, &root, Some(&phone)).await;
        album.add("another address", &page);
        album.add("no such page", &browser.open("/console/nowhere").await);
        insta::assert_snapshot!("pages_of_the_console", album.0);
    });
}

/// A mail of this kind with everything that such mails carry.
fn order(kind: MailKind, locale: Locale) -> MailOrder {
    let client = Client {
        address: "192.0.2.1".parse().unwrap(),
        device: "Firefox, Linux".to_owned(),
    };
    let later = (START + Span::hours(72)).millis().to_string();
    let mut order = MailOrder::new(kind, "root@example.com", locale);
    let to_strangers = matches!(
        kind,
        MailKind::SignUpCode
            | MailKind::SignUpTaken
            | MailKind::EmailTaken
            | MailKind::SupportCode
            | MailKind::SupportOpened
    );
    if !to_strangers {
        order = order.origin(&client, START);
    }
    if !to_strangers && kind != MailKind::EmailProof {
        order = order.account(&"111122223333".parse().unwrap());
    }
    for (name, value) in [
        ("minutes", "30"),
        ("device", "phone"),
        ("count", "10"),
        ("left", "9"),
        ("held", "yes"),
        ("last", "…5678"),
        ("contact", "email"),
        ("state", "suspended"),
        ("why", "lost"),
        ("did", "closed"),
        ("case", "sup_number"),
        ("by", "sign-in"),
        ("what", "changed"),
        ("key", "AKIAQIGDCIJTAAAAAAAA"),
        ("keys", "mail.smtp.host, mail.smtp.port"),
        ("until", &later),
        ("time", &later),
    ] {
        order = order.fact(name, value);
    }
    let with_code = matches!(
        kind,
        MailKind::SignInCode
            | MailKind::RecoveryProof
            | MailKind::SignUpCode
            | MailKind::EmailProof
            | MailKind::SupportCode
    );
    order.code = with_code.then(|| "12345678".to_owned());
    order.link = match kind {
        MailKind::Unlock => Some("/unlock/token"),
        MailKind::PasswordReset => Some("/reset/token"),
        MailKind::RecoveryProof => Some("/signin/verify/token"),
        MailKind::SignUpTaken => Some("/signin"),
        MailKind::SignInAddresses => Some("/console/home"),
        MailKind::SupportOpened => Some("/support/c/token"),
        MailKind::ChannelChanged => Some("/operator"),
        _ => None,
    }
    .map(str::to_owned);
    let of_a_case = kind.key().starts_with("recovery-")
        || matches!(kind, MailKind::Objected | MailKind::SavedCodeUsed);
    order.phrase = of_a_case.then_some(7);
    order.objection = match kind {
        MailKind::PasswordReset => Some("/reset/not-me/token"),
        MailKind::EmailChanged
        | MailKind::PhoneChanged
        | MailKind::SecondAdded
        | MailKind::SecondRemoved => Some("/contact/undo/token"),
        MailKind::SupportWaits => Some("/support/not-me/token"),
        _ => of_a_case.then_some("/signin/objection/token"),
    }
    .map(str::to_owned);
    order
}

#[test]
fn mails_in_three_languages() {
    let letters = web::Letters {
        installation: "Gatelodge".to_owned(),
        time_zone: "UTC".to_owned(),
    };
    for locale in Locale::ALL {
        let mut all = String::new();
        for kind in MailKind::ALL {
            if kind.class() == Class::Decoy {
                continue;
            }
            let order = order(*kind, locale);
            let mail = letters.compose(&order, "https://id.example.com", Some("Example Company"));
            assert!(
                !mail.text.contains("mail-") && !mail.text.contains('{'),
                "{kind:?}: a text or a fact is missing: {}",
                mail.text
            );
            let text = mail.text.trim_end();
            writeln!(all, "== {}: {}\n{text}\n", kind.key(), mail.subject).unwrap();
        }
        let tag = locale.tag();
        insta::assert_snapshot!(format!("mails_{tag}"), all);
    }
}
