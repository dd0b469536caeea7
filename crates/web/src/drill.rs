//! The pages of a rehearsal, and the readiness report it ends with.
//!
//! The report is a look at what is on file; whoever may look at *Security credentials* may look at it. Beginning a
//! rehearsal asks for fresh proof.

use crate::call;
use crate::contact::proof::{Following, calling, status_of};
use crate::page::Page;
use crate::recovery::Refused;
use crate::visit::Visit;
use app::Error;
use app::contact::Reading;
use app::drill::{DrillPage, Readiness};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::drill::{Part, Past, Tried, Verdict, Way};
use domain::ids::FlowId;
use domain::mail::Sender;
use domain::recovery::Which;
use domain::refusal::{Code, Refusal};
use http::StatusCode;

/// The report.
const READY: &str = "/console/security-credentials/readiness";
/// The list of recovery contacts.
const CONTACTS: &str = "/console/security-credentials/recovery-contacts";
/// The pages of a rehearsal.
const PATH: &str = "/console/security-credentials/drill";

#[derive(Template)]
#[template(path = "drill/report.html")]
struct ReportPage {
    page: Page,
    lead: String,
    none: bool,
    lists: [List; 2],
    /// Addresses and numbers to choose from, where there are two of a sort.
    choices: Vec<Choices>,
}

/// Two contacts of a sort, of which one is rehearsed.
struct Choices {
    name: &'static str,
    legend: String,
    /// Its word, what it is, and what it is called.
    both: [(&'static str, String, String); 2],
}

/// A list of the report.
struct List {
    title: String,
    lines: Vec<Line>,
}

/// A line of the report.
struct Line {
    title: String,
    texts: Vec<String>,
    /// Why it is not in order.
    reason: Option<Refused>,
    /// Where it is mended.
    to: &'static str,
}

#[derive(Template)]
#[template(path = "drill/page.html")]
struct Rehearsal {
    page: Page,
    path: String,
    mail_path: String,
    mail_lead: String,
    mail_state: String,
    mail_done: Option<String>,
    may_mail: bool,
    sender: String,
    refused: Option<Refused>,
    call_done: Option<String>,
    call_tone: &'static str,
    no_call: Option<String>,
    call_lead: String,
    call_act: String,
    code_right: bool,
    codes: u32,
}

/// `GET /console/security-credentials/readiness`
pub(crate) async fn ready(mut visit: Visit) -> Response {
    let ready = match visit.app().readiness(&visit.ctx).await {
        Ok(ready) => ready,
        Err(error) => return visit.refuse(&error),
    };
    let t = visit.t();
    let account = &ready.facts.known.account;
    let facts = [
        ("account", account.id.grouped()),
        ("time", visit.when(visit.ctx.now).exact),
    ];
    let (ways, parts) = (ready.report.ways.iter(), ready.report.parts.iter());
    let lists = [
        List {
            title: t.s("ready-ways"),
            lines: ways
                .map(|(of, verdict)| way(&visit, *of, verdict))
                .collect(),
        },
        List {
            title: t.s("ready-parts"),
            lines: parts
                .map(|(of, verdict)| part(&visit, &ready, *of, verdict))
                .collect(),
        },
    ];
    let title = t.s("ready-title");
    let template = ReportPage {
        lead: t.f("ready-lead", &facts),
        none: !ready.report.ready(),
        lists,
        choices: choices(&visit, &ready),
        page: visit.page(title),
    };
    visit.ok(&template)
}

/// What there is to choose: a second address or number is rehearsed once it would serve.
fn choices(visit: &Visit, ready: &Readiness) -> Vec<Choices> {
    let (t, now, known) = (visit.t(), visit.ctx.now, &ready.facts.known);
    let choice = |name: &'static str, legend, first: String, second: String| {
        let [of_first, of_second] = [format!("account-{name}"), format!("second-{name}")];
        Choices {
            name,
            legend: t.s(legend),
            both: [
                (Which::First.key(), first, t.s(of_first)),
                (Which::Second.key(), second, t.s(of_second)),
            ],
        }
    };
    let email = known.email_of(Which::Second, now).ok().map(|second| {
        let first = known.email.in_force(now).value.to_owned();
        let legend = "recovery-which-mail";
        choice("email", legend, first, second.value.to_owned())
    });
    let phone = known.phone_of(Which::Second, now).ok().and_then(|second| {
        let (first, second) = (ready.reading.as_ref()?, Reading::of(second.value)?);
        let legend = "recovery-which-phone";
        let first = first.international.clone();
        Some(choice("phone", legend, first, second.international))
    });
    email.into_iter().chain(phone).collect()
}

fn line(
    visit: &Visit,
    title: String,
    texts: Vec<String>,
    verdict: &Verdict,
    to: &'static str,
) -> Line {
    Line {
        title: visit.t().s(title),
        texts,
        reason: verdict
            .as_ref()
            .err()
            .map(|refusal| Refused::of(visit, refusal)),
        to,
    }
}

fn way(visit: &Visit, way: Way, verdict: &Verdict) -> Line {
    let works = match way.waits() {
        true => "ready-works-wait",
        false => "ready-works",
    };
    let texts = verdict.is_ok().then(|| visit.t().s(works));
    let title = format!("ready-way-{}", way.key());
    let few = |refusal: &Refusal| refusal.code == Code::FewRecoveryContacts;
    let to = match verdict {
        Err(refusal) if few(refusal) => CONTACTS,
        _ => "",
    };
    line(visit, title, texts.into_iter().collect(), verdict, to)
}

fn part(visit: &Visit, ready: &Readiness, part: Part, verdict: &Verdict) -> Line {
    let t = visit.t();
    let known = &ready.facts.known;
    let account = &known.account;
    let (texts, to) = match part {
        Part::Devices => {
            let used = |(name, at): &(String, _)| match at {
                Some(at) => t.f(
                    "ready-device",
                    &[("device", name.clone()), ("time", visit.when(*at).shown)],
                ),
                None => t.f("ready-device-never", &[("device", name)]),
            };
            let devices = ready.devices.iter().map(used).collect();
            (devices, "/console/security-credentials#devices")
        }
        Part::Codes => {
            let left = t.f("saved-left", &[("n", ready.codes.left)]);
            let made = ready.codes.made_at.map(|at| {
                let time = visit.when(at).shown;
                t.f("saved-made", &[("time", time)])
            });
            let texts = std::iter::once(left).chain(made).collect();
            (texts, "/console/security-credentials#saved-codes")
        }
        Part::Password => {
            let set = account.password.map(|password| {
                let time = visit.when(password.set_at).shown;
                t.f("device-password-set", &[("time", time)])
            });
            let mend = verdict.is_err().then(|| t.s("ready-password-mend"));
            (set.into_iter().chain(mend).collect(), "/console/password")
        }
        Part::Email => {
            let email = known.email.in_force(visit.ctx.now);
            (vec![email.value.to_owned()], "/console/account")
        }
        Part::Phone => {
            let number = ready.reading.as_ref().map(|r| r.international.clone());
            (number.into_iter().collect(), "/console/account")
        }
        Part::SecondEmail => {
            let email = known.second.email.iter().map(|second| second.value.clone());
            (email.collect(), "/console/account")
        }
        Part::SecondPhone => {
            let number = known.second.phone.iter();
            let number = number.filter_map(|second| Reading::of(&second.value));
            (
                number.map(|r| r.international).collect(),
                "/console/account",
            )
        }
        Part::Contacts => {
            let people = known.people.iter();
            let accepted = people.clone().filter(|p| p.accepted_at.is_some()).count();
            let (n, of) = (accepted.to_string(), people.len().to_string());
            (
                vec![t.f("ready-contacts", &[("n", n), ("of", of)])],
                CONTACTS,
            )
        }
        Part::Freeze => (
            verdict
                .is_ok()
                .then(|| t.s("ready-free"))
                .into_iter()
                .collect(),
            "",
        ),
        Part::Rehearsal => (last(visit, ready.facts.last.as_ref()), ""),
    };
    let to = match (part, verdict) {
        (Part::Freeze, Err(_)) => "/console/recovery",
        _ => to,
    };
    line(
        visit,
        format!("ready-part-{}", part.key()),
        texts,
        verdict,
        to,
    )
}

/// What came of the last rehearsal.
fn last(visit: &Visit, last: Option<&Past>) -> Vec<String> {
    let t = visit.t();
    let Some(last) = last else {
        return vec![t.s("ready-never")];
    };
    let after = |key: &str, span| t.f(key, &[("time", t.span(span))]);
    let mail = match last.mail_after {
        Some(span) => after("ready-last-mail", span),
        None => t.s("ready-last-mail-no"),
    };
    let answered = last
        .answered_after
        .map(|span| after("ready-last-answered", span));
    let call = last
        .call
        .map(|outcome| t.s(format!("recovery-call-{}", outcome.key())));
    let code = last.saved_code.map(|right| match right {
        true => t.s("ready-last-code"),
        false => t.s("ready-last-code-no"),
    });
    let second = |which, key: &str| (which == Which::Second).then(|| t.s(key));
    let email = second(last.tried.email, "ready-last-second-email");
    let phone = second(last.tried.phone, "ready-last-second-phone");
    let phone = phone.filter(|_| last.call.is_some());
    let when = t.f("ready-last", &[("time", visit.when(last.at).shown)]);
    let first = std::iter::once(when).chain(email);
    let first = first.chain([mail]).chain(phone);
    first.chain(answered).chain(call).chain(code).collect()
}

/// `POST /console/security-credentials/drill`
pub(crate) async fn begin(visit: Visit) -> Response {
    let which = |name| Which::from_key(visit.form.or_blank(name));
    let tried = Tried {
        email: which("email"),
        phone: which("phone"),
    };
    match visit.app().begin_drill(&visit.ctx, tried).await {
        Ok(flow) => visit.see_other(&format!("{PATH}/{flow}")),
        Err(error) => visit.refuse(&error),
    }
}

fn flow_of(id: &str) -> Result<FlowId, Error> {
    id.parse().map_err(|_| Code::FlowOver.into())
}

/// `GET /console/security-credentials/drill/{flow}`
pub(crate) async fn show(Path(id): Path<String>, visit: Visit) -> Response {
    match flow_of(&id) {
        Ok(flow) => page(visit, &flow, StatusCode::OK, None).await,
        Err(error) => visit.refuse(&error),
    }
}

/// `POST /console/security-credentials/drill/{flow}/{act}`
pub(crate) async fn act(Path((id, act)): Path<(String, String)>, mut visit: Visit) -> Response {
    let flow = match flow_of(&id) {
        Ok(flow) => flow,
        Err(error) => return visit.refuse(&error),
    };
    let (app, ctx) = (visit.app().clone(), visit.ctx.clone());
    let typed = |field| visit.form.must(field).map(str::to_owned);
    let done = match act.as_str() {
        "mail" => app.drill_mail(&ctx, &flow).await.map(|()| None),
        "code" => match typed("code") {
            Ok(code) => app.drill_code(&ctx, &flow, &code).await,
            Err(_) => Err(Code::MalformedForm.into()),
        },
        "call" => app.drill_call(&ctx, &flow).await,
        "saved-code" => match typed("saved") {
            Ok(code) => app.drill_saved_code(&ctx, &flow, &code).await,
            Err(_) => Err(Code::MalformedForm.into()),
        },
        "end" => {
            return match app.end_drill(&ctx, &flow).await {
                Ok(()) => {
                    visit.flash("ok", "flash-drill-done");
                    visit.see_other(READY)
                }
                Err(error) => visit.refuse(&error),
            };
        }
        _ => Err(Code::NoSuchPage.into()),
    };
    match done {
        Ok(None) => visit.see_other(&format!("{PATH}/{flow}")),
        Ok(Some(refusal)) => {
            let status = status_of(&refusal);
            if let Some(field) = refusal.field {
                visit.wrong(field, &refusal);
                return page(visit, &flow, status, None).await;
            }
            page(visit, &flow, status, Some(refusal)).await
        }
        Err(error) => visit.refuse(&error),
    }
}

async fn page(
    visit: Visit,
    flow: &FlowId,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Response {
    let seen = match visit.app().look_at_drill(&visit.ctx, flow).await {
        Ok(seen) => seen,
        Err(error) => return visit.refuse(&error),
    };
    let path = format!("{PATH}/{flow}");
    let number = seen.reading.as_ref().map_or("", |r| r.e164.as_str());
    if seen.calls.running {
        let following = Following {
            call: &seen.calls,
            number,
            says: ("drill-script", &seen.drill.account),
            last: String::new(),
            path,
            of_case: false,
        };
        return calling(visit, following, status, refusal);
    }
    sections(visit, &seen, path, status, refusal)
}

fn sections(
    mut visit: Visit,
    seen: &DrillPage,
    path: String,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Response {
    let t = visit.t();
    let account = &seen.drill.account;
    let part = call::Part::of(&visit, &seen.calls, "", ("drill-script", account));
    let (call_done, call_tone) = part.map_or((None, ""), |part| (Some(part.line), part.tone));
    let no_call = match &seen.reading {
        None => Some(t.s(Code::NoPhone.as_str())),
        Some(_) => call::blocked(&visit, &seen.calls.outlook).0,
    };
    let number = seen.reading.as_ref().map(|r| r.international.clone());
    let title = t.s("drill-title");
    let again = match call_done {
        Some(_) => "recovery-call-again",
        None => "recovery-call-now",
    };
    let template = Rehearsal {
        mail_path: format!("{path}/mail"),
        path,
        mail_lead: t.f("drill-mail-lead", &[("email", &seen.drill.email)]),
        mail_state: t.s(format!("recovery-mail-state-{}", seen.mail_state.key())),
        mail_done: seen.drill.mail_after.map(|span| {
            let time = t.span(span);
            t.f("drill-mail-done", &[("time", time)])
        }),
        may_mail: seen.drill.may_mail(),
        sender: visit
            .app()
            .settings()
            .senders
            .of(Sender::Recovery)
            .to_owned(),
        refused: refusal.map(|r| Refused::of(&visit, &r)),
        call_done,
        call_tone,
        no_call,
        call_lead: t.f(
            "phone-proof-lead",
            &[("number", number.unwrap_or_default())],
        ),
        call_act: t.s(again),
        code_right: seen.drill.saved_code == Some(true),
        codes: seen.codes,
        page: visit.page(title),
    };
    visit.render(status, &template)
}
