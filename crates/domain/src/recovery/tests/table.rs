//! Every input at every state: what is refused is a table that changes only on purpose.
use super::confirm::{answer, ask, asked, befriended, waiting};
use super::*;
use crate::step::table::{Answer, Input, answer as shown, table};

fn told(case: Case, now: Timestamp, make: fn(&Digits) -> CallEvent) -> Answer {
    let (id, digits) = match &case.phone {
        PhoneProof::Called(call) => (call.id.clone(), call.digits.clone()),
        _ => (
            CallId::draw(&Dice::new([1; 32]), ""),
            Digits::keyed("012345").unwrap(),
        ),
    };
    let event = make(&digits);
    shown(at(now, |m| case.call_event(&known(&[]), &id, &event, m)).map(|(step, _)| step))
}

const INPUTS: &[Input<Case>] = &[
    ("say-why", |c, t| {
        shown(at(t, |m| c.say_why(&facts(), Why::Broken, m)))
    }),
    ("password", |c, t| {
        shown(at(t, |m| c.password(&facts(), &again(true), m)))
    }),
    ("send-mail", |c, t| {
        shown(at(t, |m| c.send_mail(&facts(), &code(), m)))
    }),
    ("mail-code", |c, t| {
        shown(at(t, |m| c.mail_code(&facts(), true, m)))
    }),
    ("wrong-code", |c, t| {
        shown(at(t, |m| c.mail_code(&facts(), false, m)))
    }),
    ("mail-link", |c, t| {
        let link = match &c.mail {
            MailProof::Sent { link, .. } => link.clone(),
            _ => LinkId::draw(&Dice::new([1; 32]), ""),
        };
        shown(at(t, |m| c.mail_link(&facts(), &link, m)))
    }),
    ("call", |c, t| shown(at(t, |m| c.call(&known(&[]), m)))),
    ("ringing", |c, t| told(c, t, |_| CallEvent::Ringing)),
    ("answered", |c, t| told(c, t, |_| CallEvent::Answered)),
    ("keyed", |c, t| told(c, t, |d| CallEvent::Keyed(d.clone()))),
    ("wrong-keys", |c, t| {
        told(c, t, |d| CallEvent::Keyed(other_digits(d)))
    }),
    ("not-me", |c, t| told(c, t, |_| CallEvent::NotMe)),
    ("hung-up", |c, t| {
        told(c, t, |_| CallEvent::Ended(Outcome::HungUp))
    }),
    ("saved-code", |c, t| {
        let right = saved(SavedCodeVerdict::Right(saved_id()));
        shown(at(t, |m| c.saved_code(&facts(), &right, m)))
    }),
    ("ask", |c, t| shown(ask(c, t))),
    ("confirm", |c, t| shown(answer(c, 1, true, t))),
    ("deny", |c, t| shown(answer(c, 1, false, t))),
    ("enter", |c, t| shown(at(t, |m| c.enter(&befriended(), m)))),
    ("close", |c, t| shown(at(t, |m| c.close(&facts(), m)))),
    ("object", |c, t| {
        let known = ObjectionFacts {
            facts: facts(),
            contact: "root@example.com".into(),
            freezes: Vec::new(),
        };
        shown(at(t, |m| c.object(&known, m)))
    }),
];

#[test]
fn every_input_at_every_state() {
    let with_code = || {
        let right = saved(SavedCodeVerdict::Right(saved_id()));
        at(NOW, |m| opened().saved_code(&facts(), &right, m))
            .unwrap()
            .next
    };
    let states: Vec<(&str, Case, Timestamp)> = vec![
        ("opened", opened(), NOW),
        ("mailed", mailed(), NOW),
        ("mail-late", mailed(), NOW + LINK_LIFE),
        ("mail-proved", mail_proved(), NOW),
        ("dialling", dialling(), NOW),
        (
            "ringing",
            event(dialling(), &CallEvent::Ringing).0.next,
            NOW,
        ),
        ("answered", answered(), NOW),
        (
            "busy",
            event(dialling(), &CallEvent::Ended(Outcome::Busy)).0.next,
            NOW,
        ),
        ("ready", ready(), NOW),
        ("with-code", with_code(), NOW),
        ("asked", asked(), NOW),
        ("waiting", waiting(), NOW),
        ("waited", waiting(), NOW + WAIT),
        ("lapsed", ready(), NOW + PROOF_LIFE),
        (
            "completed",
            at(NOW, |m| ready().enter(&facts(), m)).unwrap().next,
            NOW,
        ),
        (
            "closed",
            at(NOW, |m| ready().close(&facts(), m)).unwrap().next,
            NOW,
        ),
        ("over", ready(), NOW + CASE_LIFE),
    ];
    insta::assert_snapshot!("every_input_at_every_state", table(&states, INPUTS));
}
