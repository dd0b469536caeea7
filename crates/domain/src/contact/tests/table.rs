//! Every input at every state of a change of a contact, and of the proof of a number.
use super::*;
use crate::call::Digits;
use crate::ids::CallId;
use crate::step::table::{Answer, Input, answer, table};

fn told<T>(result: Result<T, crate::refusal::Refusal>) -> Answer {
    result.map(|_| None).map_err(|refusal| refusal.code)
}

const CHANGES: &[Input<Change>] = &[
    ("right-code", |mut c, t| told(c.prove(Some(&[7; 32]), t))),
    ("wrong-code", |mut c, t| told(c.prove(Some(&[0; 32]), t))),
    ("mail-again", |mut c, t| {
        told(at(t, |m| c.mail_again(false, &code(), m)))
    }),
    ("undo", |mut c, t| told(c.undo(UndoneBy::Link, t))),
    ("email-next", |c, t| {
        told(may_change(&[c], Kind::Email, false, t))
    }),
    ("phone-next", |c, t| {
        told(may_change(&[c], Kind::Phone, false, t))
    }),
];

#[test]
fn every_input_at_every_state_of_a_change() {
    let waiting = || email(false).0;
    let changed = |mut change: Change, f: fn(&mut Change)| {
        f(&mut change);
        change
    };
    let made = || changed(waiting(), |c| c.prove(Some(&[7; 32]), NOW).unwrap());
    let tries_over = changed(waiting(), |c| {
        for _ in 0..CODE_TRIES {
            c.prove(None, NOW).unwrap_err();
        }
    });
    let mails_over = changed(waiting(), |c| {
        for _ in 1..MOST_MAILS {
            at(NOW, |m| c.mail_again(false, &code(), m)).unwrap();
        }
    });
    let states = [
        ("waiting", waiting(), NOW),
        ("taken", email(true).0, NOW),
        ("late", waiting(), NOW + CODE_LIFE),
        ("tries-over", tries_over, NOW),
        ("mails-over", mails_over, NOW),
        ("made", made(), NOW),
        ("settled", made(), NOW + HOLD),
        (
            "undone",
            changed(made(), |c| c.undo(UndoneBy::Root, NOW).unwrap()),
            NOW,
        ),
        ("first-phone", phone(None), NOW),
        ("phone", phone(Some("+886223456789")), NOW),
        (
            "dropped",
            changed(waiting(), |c| c.stage = Stage::Dropped),
            NOW,
        ),
    ];
    insta::assert_snapshot!(
        "every_input_at_every_state_of_a_change",
        table(&states, CHANGES)
    );
}

fn event(proof: PhoneProof, now: Timestamp, make: fn(&Digits) -> CallEvent) -> Answer {
    let (id, digits) = match &proof.call {
        Some(call) => (call.id.clone(), call.digits.clone()),
        None => {
            let dice = Dice::new([1; 32]);
            (CallId::draw(&dice, ""), Digits::draw(&dice, ""))
        }
    };
    let event = make(&digits);
    answer(at(now, |m| proof.call_event(&facts(), &id, &event, m)).map(|(step, _)| step))
}

const PROOFS: &[Input<PhoneProof>] = &[
    ("call", |p, t| answer(call_now(p, &facts(), t))),
    ("ringing", |p, t| event(p, t, |_| CallEvent::Ringing)),
    ("answered", |p, t| event(p, t, |_| CallEvent::Answered)),
    ("keyed", |p, t| event(p, t, |d| CallEvent::Keyed(d.clone()))),
    ("wrong-keys", |p, t| {
        event(p, t, |d| CallEvent::Keyed(other_digits(d)))
    }),
    ("not-me", |p, t| event(p, t, |_| CallEvent::NotMe)),
    ("hung-up", |p, t| {
        event(p, t, |_| CallEvent::Ended(Outcome::HungUp))
    }),
    ("said-proved", |p, t| {
        event(p, t, |_| CallEvent::Ended(Outcome::Proved))
    }),
];

#[test]
fn every_input_at_every_state_of_a_proof() {
    let after = |proof: PhoneProof, event: CallEvent| report(proof, &event).0.next;
    let answered = || after(called(), CallEvent::Answered);
    let keyed = |proof: PhoneProof, right: bool| {
        let digits = proof.call.as_ref().unwrap().digits.clone();
        let keys = if right { digits } else { other_digits(&digits) };
        after(proof, CallEvent::Keyed(keys))
    };
    let states = [
        ("begun", fresh(), NOW),
        ("dialling", called(), NOW),
        ("ringing", after(called(), CallEvent::Ringing), NOW),
        ("answered", answered(), NOW),
        ("one-wrong", keyed(answered(), false), NOW),
        (
            "busy",
            after(called(), CallEvent::Ended(Outcome::Busy)),
            NOW,
        ),
        ("silent", called(), NOW + Span::minutes(3)),
        ("proved", keyed(answered(), true), NOW),
        ("objected", after(answered(), CallEvent::NotMe), NOW),
    ];
    insta::assert_snapshot!(
        "every_input_at_every_state_of_a_proof",
        table(&states, PROOFS)
    );
}
