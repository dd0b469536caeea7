//! The outbox of a trial server: a mailbox with everybody's mails, and the telephones that were called or written to.
//!
//! Whoever sees it can read every code. So it opens with a key that the server printed at its start, kept in a cookie
//! that no other site can make a browser send; and mails are shown as text, where only our own links can be followed.

mod phone;

pub(crate) use phone::{call, recording, touch};

use crate::cookie;
use crate::front::Front;
use crate::page::Page;
use crate::text::{Moment, T};
use crate::visit::Visit;
use app::Error;
use app::outbox::{CALL, Item, MailState};
use app::settings::Transport;
use app::telephone::PhoneCall;
use askama::Template;
use axum::extract::{FromRequest, Path, Request};
use axum::response::Response;
use domain::ids::OutboxId;
use domain::mail::MailKind;
use domain::refusal::Code;
use domain::time::Timestamp;
use http::StatusCode;

/// Mails on a page.
const SIZE: usize = 30;
/// Calls looked through for telephones.
pub(crate) const CALLS: u32 = 60;
/// How often the list is asked for again without scripts, in seconds.
const REFRESH: u32 = 5;

/// A visit with the key.
pub(crate) struct Inside(pub(crate) Visit);

impl FromRequest<Front> for Inside {
    type Rejection = Response;

    async fn from_request(request: Request, front: &Front) -> Result<Self, Response> {
        let secure = front.serving().secure;
        let shown = cookie::token(request.headers(), cookie::OUTBOX, secure).map(str::to_owned);
        let mut visit = Visit::from_request(request, front).await?;
        let Some(wanted) = front.serving().outbox_key.filter(|_| front.serving().trial) else {
            return Err(visit.refuse(&Code::NoSuchPage.into()));
        };
        let opens = |key: &str| domain::secret::equal(&app::token::hash(key), &wanted);
        if let Some(key) = visit.query.get("key").map(str::to_owned)
            && app::token::shaped(&key)
            && opens(&key)
        {
            visit.set_cookie(cookie::OUTBOX, &key);
            return Err(visit.see_other("/outbox"));
        }
        match shown.is_some_and(|key| opens(&key)) {
            true => Ok(Self(visit)),
            false => Err(visit.refuse(&Code::OutboxKey.into())),
        }
    }
}

/// A mail in the list.
struct Row {
    href: String,
    subject: String,
    to: String,
    lang: &'static str,
    at: Moment,
    state: String,
    here: bool,
}

/// A telephone in the list.
struct Phone {
    href: String,
    number: String,
    line: String,
    ringing: bool,
    at: Moment,
}

/// The mails beside which something is shown.
struct Mailbox {
    rows: Vec<Row>,
    only: Option<String>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "outbox/list.html")]
struct ListPage {
    page: Page,
    mailbox: Option<Mailbox>,
    phones: Option<Vec<Phone>>,
    first: bool,
    still: bool,
}

#[derive(Template)]
#[template(path = "outbox/mail.html")]
struct MailPage {
    page: Page,
    mailbox: Mailbox,
    mail: Mail,
}

/// A mail as it is read.
struct Mail {
    subject: String,
    from: String,
    to: String,
    to_query: String,
    at: Moment,
    lang: &'static str,
    language: &'static str,
    state: String,
    pieces: Vec<Piece>,
}

/// A piece of a mail's text: words, or a link of ours.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    href: String,
}

/// `GET /outbox`
pub(crate) async fn list(Inside(mut visit): Inside) -> Response {
    let mailbox = match mailbox(&visit, None).await {
        Ok(mailbox) => mailbox,
        Err(error) => return visit.refuse(&error),
    };
    let phones = match phones(&visit).await {
        Ok(phones) => phones,
        Err(error) => return visit.refuse(&error),
    };
    let first = !visit.query.has("after");
    let still = visit.query.has("still") || !first;
    let title = visit.t().s("outbox-title");
    let template = ListPage {
        page: visit.page(title),
        mailbox,
        phones,
        first,
        still,
    };
    visit.render_every(StatusCode::OK, (!still).then_some(REFRESH), &template)
}

/// `GET /outbox/mail/{id}`
pub(crate) async fn mail(Path(id): Path<String>, Inside(mut visit): Inside) -> Response {
    let Ok(id) = id.parse::<OutboxId>() else {
        return visit.refuse(&Code::NoSuchMail.into());
    };
    let found = match visit.app().outbox_item(&id).await {
        Ok(item) if item.kind != CALL && item.from.is_some() => item,
        Ok(_) => return visit.refuse(&Code::NoSuchMail.into()),
        Err(error) => return visit.refuse(&error),
    };
    let mailbox = match mailbox(&visit, Some(&id)).await {
        Ok(Some(mailbox)) => mailbox,
        Ok(None) => return visit.refuse(&Code::NotOnTrial.into()),
        Err(error) => return visit.refuse(&error),
    };
    let mail = read(&visit, found);
    let template = MailPage {
        page: visit.page(mail.subject.clone()),
        mailbox,
        mail,
    };
    visit.ok(&template)
}

/// What a page that waits for a `mail` or a `text` says of it, behind the right password only (P-08).
pub(crate) async fn sent_line(
    visit: &Visit,
    (reference, kind): (&str, MailKind),
    what: &str,
) -> String {
    match visit.app().mail_state(reference, kind).await {
        Ok(Some(state)) => visit.t().s(format!("{what}-state-{}", state.key())),
        Ok(None) => String::new(),
        Err(error) => {
            tracing::warn!(%error, "the state of a mail is not known");
            String::new()
        }
    }
}

fn state_words(t: T, state: MailState) -> String {
    t.s(format!("mail-state-{}", state.key()))
}

/// The mails of the page asked for; nothing where mails go out for real.
async fn mailbox(visit: &Visit, here: Option<&OutboxId>) -> Result<Option<Mailbox>, Error> {
    if visit.app().settings().mail != Transport::Trial {
        return Ok(None);
    }
    let only = visit.query.get("to").filter(|to| !to.is_empty());
    let after = visit.query.get("after").and_then(cursor);
    let found = visit.app().mails(only, after, SIZE).await?;
    let older = found.items.last().filter(|_| found.more).map(|last| {
        let to = only
            .map(|to| format!("&to={}", encoded(to)))
            .unwrap_or_default();
        format!("/outbox?after={}.{}{to}", last.at.millis(), last.id)
    });
    let rows = found
        .items
        .into_iter()
        .map(|item| row(visit, item, here, only));
    Ok(Some(Mailbox {
        rows: rows.collect(),
        only: only.map(str::to_owned),
        older,
    }))
}

fn row(visit: &Visit, item: Item, here: Option<&OutboxId>, only: Option<&str>) -> Row {
    let query = only
        .map(|to| format!("?to={}", encoded(to)))
        .unwrap_or_default();
    let state = match item.mail_state() {
        MailState::Sent => String::new(),
        state => state_words(visit.t(), state),
    };
    Row {
        href: format!("/outbox/mail/{}{query}", item.id),
        subject: item.words.map(|words| words.subject).unwrap_or_default(),
        to: item.to,
        lang: item.locale.tag(),
        at: visit.when(item.at),
        state,
        here: here == Some(&item.id),
    }
}

fn read(visit: &Visit, item: Item) -> Mail {
    let state = state_words(visit.t(), item.mail_state());
    let words = item.words.unwrap_or_default();
    Mail {
        pieces: pieces(&words.text, &words.links),
        subject: words.subject,
        from: item.from.unwrap_or_default(),
        to_query: encoded(&item.to),
        to: item.to,
        at: visit.when(item.at),
        lang: item.locale.tag(),
        language: item.locale.endonym(),
        state,
    }
}

/// Cuts a text at the links that the mail was composed with. They are followed at this very host: which of its names a
/// browser uses on trial is its own matter.
fn pieces(text: &str, links: &[String]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let next = |rest: &str| {
        let found = links
            .iter()
            .filter_map(|link| Some((rest.find(link.as_str())?, link)));
        found.min_by_key(|(at, link)| (*at, std::cmp::Reverse(link.len())))
    };
    while let Some((at, link)) = next(rest) {
        let (before, from) = rest.split_at(at);
        pieces.push(Piece {
            text: before.to_owned(),
            href: String::new(),
        });
        let path = link.splitn(4, '/').nth(3).unwrap_or_default();
        pieces.push(Piece {
            text: link.clone(),
            href: format!("/{path}"),
        });
        rest = from.get(link.len()..).unwrap_or_default();
    }
    pieces.push(Piece {
        text: rest.to_owned(),
        href: String::new(),
    });
    pieces
}

/// The telephones, the one called last first; nothing where calls go out for real.
async fn phones(visit: &Visit) -> Result<Option<Vec<Phone>>, Error> {
    let settings = visit.app().settings();
    if settings.voice != Transport::Trial && settings.texts.transport != Transport::Trial {
        return Ok(None);
    }
    let calls = phone::calls(visit).await?.into_iter();
    let calls = calls.map(|call| (call.at, phone_row(visit, call)));
    let texts = visit.app().texts(CALLS).await?.into_iter();
    let texts = texts.map(|text| (text.at, text_row(visit, text)));
    let mut rows: Vec<_> = calls.chain(texts).collect();
    rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut phones: Vec<Phone> = Vec::new();
    for (_, row) in rows {
        if phones.iter().all(|phone| phone.number != row.number) {
            phones.push(row);
        }
    }
    Ok(Some(phones))
}

fn text_row(visit: &Visit, text: Item) -> Phone {
    Phone {
        href: format!("/outbox/phone/{}", text.to.trim_start_matches('+')),
        line: visit.t().s("outbox-phone-text"),
        ringing: false,
        at: visit.when(text.at),
        number: text.to,
    }
}

fn phone_row(visit: &Visit, call: PhoneCall) -> Phone {
    Phone {
        href: format!("/outbox/phone/{}", call.to.trim_start_matches('+')),
        line: phone::line(visit.t(), call.progress),
        ringing: call.progress == domain::call::Progress::Ringing,
        at: visit.when(call.at),
        number: call.to,
    }
}

fn cursor(text: &str) -> Option<(Timestamp, OutboxId)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(at.parse().ok()?), id.parse().ok()?))
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_links_of_the_mail_can_be_followed() {
        let own = "http://localhost:8080/reset/abc".to_owned();
        let text = format!("Go to {own}\nnot to http://evil.example/x or <a href=x>\n{own}.");
        let cut = pieces(&text, std::slice::from_ref(&own));
        let links: Vec<&str> = cut
            .iter()
            .map(|p| p.href.as_str())
            .filter(|h| !h.is_empty())
            .collect();
        assert_eq!(links, ["/reset/abc", "/reset/abc"]);
        let whole: String = cut.into_iter().map(|p| p.text).collect();
        assert_eq!(whole, text);
        assert_eq!(pieces("nothing", &[]).len(), 1);
    }

    #[test]
    fn a_link_that_begins_like_another_is_taken_whole() {
        let links = ["http://h/a".to_owned(), "http://h/a/b".to_owned()];
        let cut = pieces("see http://h/a/b", &links);
        assert_eq!(cut[1].href, "/a/b");
    }

    #[test]
    fn a_page_of_the_list_is_named_by_its_last_row() {
        let id = OutboxId::draw(&domain::dice::Dice::new([1; 32]), "");
        let text = format!("1800000000000.{id}");
        assert_eq!(
            cursor(&text),
            Some((Timestamp::from_millis(1_800_000_000_000), id))
        );
        for bad in ["", "x", "1.2", "1800000000000"] {
            assert_eq!(cursor(bad), None, "{bad}");
        }
    }
}
