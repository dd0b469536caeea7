//! Help: a page for every topic that a refusal names, and the meaning of every code (R-TS-39).
//!
//! What a topic says is in `locales/*/help.ftl`; here stands only which sections it has, in which order, and where
//! they lead on. Figures in the texts come from the rules themselves, so that help never says what is no longer so.
//!
//! Invariant: help tells nobody anything about anybody: it reads no account and works signed out.

use crate::page::Page;
use crate::text::{Argument, T};
use crate::visit::Visit;
use app::settings::Settings;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::account::REOPENING;
use domain::mail::Sender;
use domain::refusal::Code;
use domain::time::Span;
use domain::{recovery, session};

/// A page of help.
struct Topic {
    /// Its name in the address, and in the keys of its texts.
    name: &'static str,
    sections: &'static [Section],
}

/// A part of a topic, with an address of its own: `/help/{topic}#{name}`.
struct Section {
    name: &'static str,
    ways: &'static [Way],
}

/// Where a section leads on: the address, and the key of the text of its link.
struct Way(&'static str, &'static str);

const fn plain(name: &'static str) -> Section {
    Section { name, ways: &[] }
}

const fn leading(name: &'static str, ways: &'static [Way]) -> Section {
    Section { name, ways }
}

const SIGN_IN: Way = Way("/signin", "shell-sign-in");
const FORGOT: Way = Way("/signin/forgot", "password-forgot");
const OPEN: Way = Way("/open", "sign-in-open");
const ACCOUNT: Way = Way("/console/account", "shell-nav-account");
const CREDENTIALS: Way = Way("/console/security-credentials", "shell-nav-credentials");
const TO_PASSWORD: Way = Way("/help/password", "help-password");
const TO_MFA: Way = Way("/help/mfa", "help-mfa");
const TO_NO_ACCESS: Way = Way("/help/mail#no-access", "help-mail-no-access");
const TO_SAVED_CODES: Way = Way("/help/saved-codes", "help-saved-codes");
const TO_RECOVERY: Way = Way("/help/recovery", "help-recovery");
const TO_USER_TYPES: Way = Way("/help/user-types", "help-user-types");

/// Every topic, in the order of the index.
const TOPICS: &[Topic] = &[
    Topic {
        name: "sign-in",
        sections: &[
            leading("page", &[SIGN_IN, TO_USER_TYPES]),
            plain("email"),
            leading("password", &[TO_PASSWORD]),
            plain("pause"),
            leading("device", &[TO_MFA]),
            plain("again"),
        ],
    },
    Topic {
        name: "mfa",
        sections: &[
            plain("refused"),
            plain("other"),
            leading("lost", &[SIGN_IN, TO_RECOVERY, TO_SAVED_CODES]),
            leading("new", &[CREDENTIALS]),
            leading("number", &[ACCOUNT]),
        ],
    },
    Topic {
        name: "recovery",
        sections: &[
            leading("need", &[TO_SAVED_CODES, TO_NO_ACCESS]),
            leading("steps", &[SIGN_IN]),
            plain("call"),
            plain("blocked"),
            plain("hold"),
            plain("not-me"),
            plain("cannot"),
        ],
    },
    Topic {
        name: "saved-codes",
        sections: &[
            leading("use", &[SIGN_IN]),
            plain("refused"),
            leading("renew", &[CREDENTIALS]),
        ],
    },
    Topic {
        name: "password",
        sections: &[
            leading("forgot", &[FORGOT, TO_NO_ACCESS]),
            plain("mfa"),
            plain("rules"),
            plain("closed"),
            plain("not-me"),
        ],
    },
    Topic {
        name: "mail",
        sections: &[
            plain("look"),
            plain("code"),
            plain("senders"),
            plain("link"),
            leading("no-access", &[TO_SAVED_CODES]),
        ],
    },
    Topic {
        name: "contact",
        sections: &[
            plain("number"),
            plain("call"),
            leading("change", &[ACCOUNT]),
            plain("hold"),
        ],
    },
    Topic {
        name: "account",
        sections: &[
            leading("taken", &[FORGOT]),
            plain("suspended"),
            leading("open", &[OPEN]),
            plain("number"),
        ],
    },
    Topic {
        name: "user-types",
        sections: &[
            leading("root", &[SIGN_IN]),
            plain("iam"),
            plain("workforce"),
            plain("federated"),
            plain("builder"),
        ],
    },
    Topic {
        name: "request",
        sections: &[
            plain("fresh"),
            plain("cookies"),
            plain("address"),
            plain("busy"),
        ],
    },
    Topic {
        name: "privacy",
        sections: &[plain("kept"), plain("log"), plain("cookies"), plain("ask")],
    },
    Topic {
        name: "outbox",
        sections: &[plain("open"), plain("call"), plain("real")],
    },
];

/// A section as the page shows it.
struct Shown {
    id: &'static str,
    title: String,
    /// One paragraph, or steps.
    lines: Vec<String>,
    links: Vec<(&'static str, String)>,
}

/// What a code means.
struct Meaning {
    code: &'static str,
    text: String,
    next: String,
    mender: String,
}

#[derive(Template)]
#[template(path = "help/topic.html")]
struct TopicPage {
    page: Page,
    lead: String,
    meaning: Option<Meaning>,
    sections: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "help/index.html")]
struct Index {
    page: Page,
    code: String,
    topics: Vec<(&'static str, String, String)>,
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
        (topic.name, t.s(&key), lead)
    });
    let topics = topics.collect();
    let title = t.s("help-title");
    let page = visit.page(title);
    visit.ok(&Index {
        page,
        code: asked,
        topics,
    })
}

/// `GET /help/{topic}`: a topic by its name, or the topic of a code with what that code means.
pub(crate) async fn topic(Path(name): Path<String>, mut visit: Visit) -> Response {
    let asked = code(&name);
    let wanted = |topic: &&Topic| asked.map_or(topic.name == name, |c| topic.name == c.topic());
    let Some(topic) = TOPICS.iter().find(wanted) else {
        return visit.refuse(&Code::NoSuchPage.into());
    };
    let t = visit.t();
    let facts = Facts::of(&visit);
    let key = format!("help-{}", topic.name);
    let sections = topic.sections.iter().map(|section| {
        let key = format!("{key}-{}", section.name);
        let text = facts.text(t, &format!("{key}-text"));
        let links = section.ways.iter();
        Shown {
            id: section.name,
            title: t.s(&key),
            lines: text.lines().map(str::to_owned).collect(),
            links: links.map(|Way(to, key)| (*to, t.s(*key))).collect(),
        }
    });
    let sections = sections.collect();
    let meaning = asked.map(|code| Meaning {
        code: code.as_str(),
        text: t.s(code.as_str()),
        next: t.s(format!("{}-next", code.as_str())),
        mender: t.s(code.mender().key()),
    });
    let (title, lead) = (t.s(&key), facts.text(t, &format!("{key}-lead")));
    let page = visit.page(title);
    visit.ok(&TopicPage {
        page,
        lead,
        meaning,
        sections,
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
            ("contact-hours", hours(recovery::CONTACT_HOLD)),
            ("reopen-days", figure(REOPENING.as_minutes_up() / (24 * 60))),
            ("least", length(false)),
            ("least-mfa", length(true)),
            ("most", Box::new(app::password::LONGEST)),
        ])
    }
}
