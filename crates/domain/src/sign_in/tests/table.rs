//! Every input at every state of a sign-in.
use super::*;
use crate::step::table::{Answer, Input, answer, table};

fn password(flow: SignIn, now: Timestamp, change: fn(&mut PasswordFacts)) -> Answer {
    let mut known = facts(Some(account(State::Active)), true);
    change(&mut known);
    answer(with_moment(now, |m| flow.password(&known, m)))
}

fn factor(flow: SignIn, now: Timestamp, verdict: FactorVerdict) -> Answer {
    answer(with_moment(now, |m| flow.factor(&factor_facts(verdict), m)))
}

fn again(flow: SignIn, now: Timestamp) -> Result<Step<SignIn>, Refusal> {
    let fresh = facts(None, false).mail_code;
    with_moment(now, |m| {
        flow.mail_again(&account(State::Active), &fresh, None, m)
    })
}

fn mail_code(flow: SignIn, now: Timestamp, right: bool) -> Result<Step<SignIn>, Refusal> {
    with_moment(now, |m| flow.mail_code(&account(State::Active), right, m))
}

const INPUTS: &[Input<SignIn>] = &[
    ("password", |f, t| password(f, t, |_| ())),
    ("no-device", |f, t| {
        password(f, t, |known| known.has_device = false)
    }),
    ("wrong", |f, t| password(f, t, |known| known.right = false)),
    ("nobody", |f, t| {
        password(f, t, |known| (known.account, known.right) = (None, false))
    }),
    ("too-often", |f, t| {
        password(f, t, |known| {
            known.counter.failures = 8;
            known.counter.last_at = NOW.millis();
        })
    }),
    ("closed", |f, t| {
        password(f, t, |known| known.counter.failures = 50)
    }),
    ("check-due", |f, t| {
        password(f, t, |known| known.check = Some(check::risk()))
    }),
    ("work", |f, t| answer(check::work(f, t))),
    ("characters", |f, t| answer(check::characters(f, t))),
    ("wrong-check", |f, t| answer(check::wrong(f, t))),
    ("check-again", |f, t| {
        answer(with_moment(t, |m| f.check_again(m)))
    }),
    ("choose", |f, _| {
        answer(f.choose(Some(DeviceId::draw(&dice(), "d"))))
    }),
    ("code", |f, t| {
        factor(f, t, FactorVerdict::Right { step: 5 })
    }),
    ("burnt-code", |f, t| factor(f, t, FactorVerdict::Burnt)),
    ("wrong-code", |f, t| factor(f, t, FactorVerdict::Wrong)),
    ("two-codes", |f, t| {
        let known = factor_facts(FactorVerdict::Wrong);
        answer(with_moment(t, |m| f.two_codes(&known, m)))
    }),
    ("mailed-code", |f, t| answer(mail_code(f, t, true))),
    ("wrong-mail", |f, t| answer(mail_code(f, t, false))),
    ("mail-again", |f, t| answer(again(f, t))),
];

#[test]
fn every_input_at_every_state() {
    let mut without = facts(Some(account(State::Active)), true);
    without.has_device = false;
    let mailed = || {
        let begun = SignIn::begin("e".into());
        with_moment(NOW, |m| begun.password(&without, m))
            .unwrap()
            .next
    };
    let tries_over = (0..MAIL_CODE_TRIES).fold(mailed(), |flow, _| {
        mail_code(flow, NOW, false).unwrap().next
    });
    let mails_over = (1..MAIL_CODE_TRIES).fold(mailed(), |flow, _| again(flow, NOW).unwrap().next);
    let states = [
        ("at-check", check::begun(), NOW),
        ("check-late", check::begun(), NOW + crate::check::LIFE),
        ("begun", SignIn::begin("e".into()), NOW),
        ("at-factor", at_factor(), NOW),
        ("mailed", mailed(), NOW),
        ("mail-late", mailed(), NOW + MAIL_CODE_LIFE),
        ("tries-over", tries_over, NOW),
        ("mails-over", mails_over, NOW),
        ("done", SignIn::Done, NOW),
    ];
    insta::assert_snapshot!("every_input_at_every_state", table(&states, INPUTS));
}
