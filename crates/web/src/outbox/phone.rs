//! A telephone of the trial: it rings, is answered or not, speaks, and has keys.
//!
//! One page for each number, so that it can lie beside the page of the recovery and ring there. It follows the call by
//! itself; without scripts it asks again while it rings, and not while keys are pressed.

use super::{CALLS, Inside};
use crate::page::Page;
use crate::text::{Moment, T};
use crate::visit::Visit;
use app::Error;
use app::outbox::Item;
use app::settings::Transport;
use app::telephone::{FAILURES, PhoneCall, Touch};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::call::{Outcome, Progress};
use domain::ids::CallId;
use domain::refusal::Code;
use domain::time::Span;
use http::{StatusCode, header};

/// How often the page is asked for again without scripts, in seconds.
const REFRESH: u32 = 3;
/// How long a call that is over is still shown on the telephone.
const SHOWN_FOR: Span = Span::minutes(10);
/// Texts that are shown.
const TEXTS: usize = 5;
/// Keys that are taken at once.
const MOST_KEYS: usize = 32;

#[derive(Template)]
#[template(path = "outbox/phone.html")]
struct PhonePage {
    page: Page,
    number: String,
    path: String,
    call: Option<Shown>,
    earlier: Vec<Earlier>,
    texts: Vec<Text>,
    follows: bool,
    still: bool,
    failures: Vec<(&'static str, String)>,
}

/// The call on the screen.
struct Shown {
    id: String,
    line: String,
    tone: &'static str,
    rings: bool,
    answered: bool,
    keyed: String,
    subtitles: String,
    lang: &'static str,
    turn: u32,
}

/// A text that came.
struct Text {
    words: String,
    lang: &'static str,
    at: Moment,
}

/// A call before it.
struct Earlier {
    line: String,
    at: Moment,
}

/// `GET /outbox/phone/{number}`
pub(crate) async fn call(Path(number): Path<String>, Inside(mut visit): Inside) -> Response {
    let (mut calls, texts) = match on_phone(&visit, &number).await {
        Ok(found) => found,
        Err(error) => return visit.refuse(&error),
    };
    let texts = texts.into_iter().map(|text| Text {
        words: text.words.unwrap_or_default().text,
        lang: text.locale.tag(),
        at: visit.when(text.at),
    });
    let texts: Vec<Text> = texts.collect();
    let now = visit.ctx.now;
    let fresh = calls
        .first()
        .is_some_and(|call| call.progress.running() || now.since(call.at) < SHOWN_FOR);
    let newest = fresh.then(|| calls.remove(0));
    let answered = newest
        .as_ref()
        .is_some_and(|call| call.progress == Progress::Answered);
    let t = visit.t();
    let earlier = calls.into_iter().take(5).map(|call| Earlier {
        line: line(t, call.progress),
        at: visit.when(call.at),
    });
    let still = visit.query.has("still");
    let earlier: Vec<Earlier> = earlier.collect();
    let path = format!("/outbox/phone/{number}");
    let title = t.f("outbox-phone-title", &[("number", format!("+{number}"))]);
    let failures = FAILURES
        .into_iter()
        .filter(|outcome| *outcome != Outcome::Declined);
    let template = PhonePage {
        failures: failures
            .map(|outcome| {
                (
                    outcome.key(),
                    t.s(format!("outbox-phone-fail-{}", outcome.key())),
                )
            })
            .collect(),
        call: newest.map(|call| shown(t, call)),
        earlier,
        texts,
        number: app::contact::Reading::of(&format!("+{number}"))
            .map_or_else(|| format!("+{number}"), |reading| reading.international),
        path,
        follows: !still,
        still,
        page: visit.page(title),
    };
    let refresh = (!still && !answered).then_some(REFRESH);
    visit.render_every(StatusCode::OK, refresh, &template)
}

/// `POST /outbox/phone/{number}/{act}`
pub(crate) async fn touch(
    Path((number, act)): Path<(String, String)>,
    Inside(mut visit): Inside,
) -> Response {
    let wanted = match wanted(&visit, &act) {
        Some(wanted) => wanted,
        None => return visit.refuse(&Code::MalformedForm.into()),
    };
    let (call, touch) = wanted;
    let known = match on_phone(&visit, &number).await {
        Ok((calls, _)) => calls.iter().any(|known| known.id == call),
        Err(error) => return visit.refuse(&error),
    };
    let done = match known {
        true => visit.app().touch_phone(&call, touch).await,
        false => Err(Code::NoSuchMail.into()),
    };
    match done {
        Ok(()) => (),
        // Too late: the page shows why.
        Err(Error::Refused(refusal))
            if matches!(refusal.code, Code::CallOver | Code::CaseClosed) =>
        {
            visit.flash("info", "flash-phone-over");
        }
        Err(error) => return visit.refuse(&error),
    }
    visit.see_other(&format!("/outbox/phone/{number}"))
}

/// `GET /outbox/voice/{call}/{turn}`: what the voice says at present. The turn only makes the address a new one.
pub(crate) async fn recording(
    Path((call, turn)): Path<(String, String)>,
    Inside(visit): Inside,
) -> Response {
    let (Ok(call), Ok(_)) = (call.parse::<CallId>(), turn.parse::<u32>()) else {
        return visit.refuse(&Code::NoSuchMail.into());
    };
    match visit.app().recording(&call).await {
        Ok(wav) => ([(header::CONTENT_TYPE, "audio/wav")], wav).into_response(),
        Err(error) => visit.refuse(&error),
    }
}

fn wanted(visit: &Visit, act: &str) -> Option<(CallId, Touch)> {
    let call = visit.form.get("call")?.parse().ok()?;
    let touch = match act {
        "answer" => Touch::Answer,
        "hang-up" => Touch::HangUp,
        "press" => {
            let keys = visit.form.get("keys")?;
            let short = keys.len() <= MOST_KEYS;
            Touch::press(keys).filter(|_| short)?
        }
        "fail" => {
            let outcome = Outcome::from_key(visit.form.get("how")?)?;
            Touch::Fail(Some(outcome).filter(|outcome| FAILURES.contains(outcome))?)
        }
        _ => return None,
    };
    Some((call, touch))
}

/// The calls that ring here: none where they go out for real.
pub(super) async fn calls(visit: &Visit) -> Result<Vec<PhoneCall>, Error> {
    match visit.app().settings().voice {
        Transport::Trial => visit.app().calls(CALLS).await,
        Transport::Real | Transport::Off => Ok(Vec::new()),
    }
}

/// The calls and the texts to a number.
async fn on_phone(visit: &Visit, number: &str) -> Result<(Vec<PhoneCall>, Vec<Item>), Error> {
    let to = format!("+{number}");
    let (mut calls, mut texts) = (calls(visit).await?, visit.app().texts(CALLS).await?);
    calls.retain(|call| call.to == to);
    texts.retain(|text| text.to == to);
    texts.truncate(TEXTS);
    match calls.is_empty() && texts.is_empty() {
        true => Err(Code::NoSuchMail.into()),
        false => Ok((calls, texts)),
    }
}

fn shown(t: T, call: PhoneCall) -> Shown {
    Shown {
        line: line(t, call.progress),
        tone: tone(call.progress),
        rings: matches!(call.progress, Progress::Ringing | Progress::Dialling),
        answered: call.progress == Progress::Answered,
        lang: call.locale.tag(),
        id: call.id.to_string(),
        keyed: call.keyed,
        subtitles: call.subtitles,
        turn: call.turn,
    }
}

/// What the telephone says of a call.
pub(super) fn line(t: T, progress: Progress) -> String {
    t.s(format!("outbox-phone-{}", progress.key()))
}

/// The colour of that line.
pub(super) const fn tone(progress: Progress) -> &'static str {
    match progress {
        Progress::Dialling | Progress::Ringing => "",
        Progress::Answered | Progress::Ended(Outcome::Proved) => "live-ok",
        Progress::Ended(_) => "live-bad",
    }
}
