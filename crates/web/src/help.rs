//! Help: a page for every topic that a refusal names, and the meaning of every code (R-TS-39).
//!
//! What a topic says is in `locales/*/help.ftl`; `topics` lists which sections it has, in which order, and where they
//! lead on. Figures in the texts come from the rules themselves, so that help never says what is no longer so.
//!
//! Invariant: help tells nobody anything about anybody: it reads no account and works signed out.

mod reach;
mod topics;

pub use reach::host_and_port;
pub(crate) use reach::reach;

use crate::page::Page;
use crate::text::{Argument, T};
use crate::visit::Visit;
use app::settings::{Contact, Settings};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::account::REOPENING;
use domain::given::Given;
use domain::mail::Sender;
use domain::refusal::Code;
use domain::support::OTHER_LOCKED;
use domain::time::Span;
use domain::{recovery, recovery_contact, session};
use topics::{Section, TOPICS, Topic, USER_TYPES, Way, explained};

/// A section as the page shows it.
struct Shown {
    id: &'static str,
    title: String,
    /// One paragraph, or steps.
    lines: Vec<String>,
    links: Vec<(String, String)>,
}

/// What a code means.
struct Meaning {
    code: &'static str,
    text: String,
    next: String,
    mender: String,
    /// The section that explains it, and its title.
    section: Option<(&'static str, String)>,
}

/// "Which kind of user am I?": what was typed, and what it is for.
#[derive(Default)]
struct Finder {
    typed: String,
    /// What it is: a title and a text.
    answer: Option<(String, String)>,
    /// The address that a root user goes on with.
    email: Option<String>,
}

#[derive(Template)]
#[template(path = "help/topic.html")]
struct TopicPage {
    page: Page,
    lead: String,
    meaning: Option<Meaning>,
    finder: Option<Finder>,
    sections: Vec<Shown>,
    support: Option<String>,
}

#[derive(Template)]
#[template(path = "help/index.html")]
struct Index {
    page: Page,
    code: String,
    /// Path, title and lead.
    topics: Vec<(String, String, String)>,
}

/// `GET /help`: every topic, and a field for the code of a message.
pub(crate) async fn index(mut visit: Visit) -> Response {
    let asked: String = visit
        .query
        .or_blank("code")
        .trim()
        .chars()
        .take(32)
        .collect();
    if let Some(code) = code(&asked) {
        return visit.see_other(&format!("/help/{}", code.as_str()));
    }
    let t = visit.t();
    if !asked.is_empty() {
        visit.wrong_because("code", "", t.s("help-code-unknown"));
    }
    let facts = Facts::of(&visit);
    let topics = TOPICS.iter().map(|topic| {
        let key = format!("help-{}", topic.name);
        let lead = facts.text(t, &format!("{key}-lead"));
        (format!("/help/{}", topic.name), t.s(&key), lead)
    });
    let tools = [("/signin/addresses", "addresses"), ("/help/reach", "reach")];
    let tools = tools.map(|(path, key)| {
        let (title, lead) = (t.s(format!("{key}-title")), t.s(format!("{key}-lead")));
        (path.to_owned(), title, lead)
    });
    let topics = topics.chain(tools).collect();
    let title = t.s("help-title");
    let page = visit.page(title);
    visit.ok(&Index {
        page,
        code: asked,
        topics,
    })
}

/// `GET /help/{topic}`: a topic by its name, or the topic of a code with what that code means.
pub(crate) async fn topic(Path(name): Path<String>, visit: Visit) -> Response {
    let asked = code(&name);
    let wanted = |topic: &&Topic| asked.map_or(topic.name == name, |c| topic.name == c.topic());
    let Some(topic) = TOPICS.iter().find(wanted) else {
        return visit.refuse(&Code::NoSuchPage.into());
    };
    show(visit, topic, asked, None)
}

/// `GET /help/user-types`: "Which kind of user am I?"
pub(crate) async fn user_types(visit: Visit) -> Response {
    show(visit, &USER_TYPES, None, Some(Finder::default()))
}

/// `POST /help/user-types`: which kind of user is given such a thing. Nothing is looked up (P-22).
pub(crate) async fn find_kind(visit: Visit) -> Response {
    let Ok(typed) = visit.form.must("name").map(str::to_owned) else {
        return visit.refuse(&Code::MalformedForm.into());
    };
    let (t, key) = (visit.t(), Given::read(&typed).key());
    let answer = (
        t.s(format!("given-{key}-title")),
        t.s(format!("given-{key}")),
    );
    let finder = Finder {
        answer: Some(answer),
        email: Given::email(&typed),
        typed,
    };
    show(visit, &USER_TYPES, None, Some(finder))
}

fn show(mut visit: Visit, topic: &Topic, asked: Option<Code>, finder: Option<Finder>) -> Response {
    let t = visit.t();
    let facts = Facts::of(&visit);
    let contacts = visit.app().settings().contacts.clone();
    let key = format!("help-{}", topic.name);
    let sections = topic.sections.iter().filter_map(|section: &Section| {
        let key = format!("{key}-{}", section.name);
        let ways = section.ways.iter();
        let mut links: Vec<_> = ways
            .map(|Way(to, key)| ((*to).to_owned(), t.s(*key)))
            .collect();
        if let Some(contact) = section.contact {
            links.push((contacts.get(&contact)?.clone(), t.s("help-ask-there")));
        }
        let text = facts.text(t, &format!("{key}-text"));
        Some(Shown {
            id: section.name,
            title: t.s(&key),
            lines: text.lines().map(str::to_owned).collect(),
            links,
        })
    });
    let sections = sections.collect();
    let meaning = asked.map(|code| Meaning {
        code: code.as_str(),
        text: t.s(code.as_str()),
        next: t.s(format!("{}-next", code.as_str())),
        mender: t.s(code.mender().key()),
        section: explained(code).map(|section| (section, t.s(format!("{key}-{section}")))),
    });
    let (title, lead) = (t.s(&key), facts.text(t, &format!("{key}-lead")));
    let page = visit.page(title);
    visit.ok(&TopicPage {
        page,
        lead,
        meaning,
        finder,
        sections,
        support: contacts.get(&Contact::Support).cloned(),
    })
}

/// The code that somebody typed, in whatever case.
fn code(typed: &str) -> Option<Code> {
    let mut all = Code::ALL.iter().copied();
    all.find(|code| code.as_str().eq_ignore_ascii_case(typed))
}

/// What stands in the texts: addresses from the settings (R-CON-15), figures from the rules.
struct Facts(Vec<(&'static str, Box<dyn Argument>)>);

impl Facts {
    fn of(visit: &Visit) -> Self {
        Self::from(visit.app().settings())
    }

    fn text(&self, t: T, key: &str) -> String {
        let args: Vec<_> = self.0.iter().map(|(n, v)| (*n, v.as_ref())).collect();
        t.with(key, &args)
    }
}

impl From<&Settings> for Facts {
    fn from(settings: &Settings) -> Self {
        let sender =
            |sender| -> Box<dyn Argument> { Box::new(settings.senders.of(sender).to_owned()) };
        let figure = |value: i64| -> Box<dyn Argument> { Box::new(value) };
        let minutes = |span: Span| figure(span.as_minutes_up());
        let hours = |span: Span| figure(span.as_minutes_up() / 60);
        let days = |span: Span| figure(span.as_minutes_up() / (24 * 60));
        let length = |with_mfa| -> Box<dyn Argument> { Box::new(crate::password::least(with_mfa)) };
        Self(vec![
            ("url", Box::new(settings.public_url.clone())),
            ("sender", sender(Sender::SignIn)),
            ("recovery-sender", sender(Sender::Recovery)),
            ("idle", minutes(session::ROOT_IDLE)),
            ("reset-minutes", minutes(app::reset::RESET_LIFE)),
            ("devices", Box::new(domain::device::MOST)),
            ("codes", Box::new(app::saved_code::SET_SIZE)),
            ("mail-hours", hours(recovery::MAIL_PROOF_LIFE)),
            ("hold", hours(session::HOLD)),
            ("contacts", Box::new(recovery_contact::NEEDED)),
            ("contacts-most", Box::new(recovery_contact::MOST)),
            ("steady-days", days(recovery::STEADY)),
            ("wait-hours", hours(recovery::WAIT)),
            ("contact-hours", hours(recovery::CONTACT_HOLD)),
            ("reopen-days", days(REOPENING)),
            ("support-days", days(settings.support_wait)),
            ("lock-days", days(OTHER_LOCKED)),
            ("least", length(false)),
            ("least-mfa", length(true)),
            ("most", Box::new(app::password::LONGEST)),
        ])
    }
}
