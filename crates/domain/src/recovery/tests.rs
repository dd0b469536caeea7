//! The recovery machine, played through: stories here, every input at every state in `table`, attackers in `property`.
use super::*;
use crate::account::{PasswordOrigin, State};
use crate::call::{CallEvent, CallOrder, Digits, Outcome, PastCall, Say};
use crate::dice::Dice;
use crate::ids::CallId;
use crate::locale::Locale;
use crate::mail::{MailKind, MailOrder};
use crate::refusal::{Code, Refusal};
use crate::sample::{EMAIL, NOW, PHONE, account, at, code, other_digits, past_call};
use crate::session::{HOLD, RECOVERED_ABSOLUTE};
use crate::step::{CounterKey, Effect, NewSession, Step};
use crate::throttle::{Standing, Throttle};

mod confirm;
mod limits;
mod paused;
mod property;
mod second;
mod stories;
mod table;
mod wait;

fn facts() -> Facts {
    Facts {
        account: account(),
        email: Contact::since_opening(EMAIL),
        phone: Some(Contact::since_opening(PHONE)),
        second: Seconds::default(),
        only_told: Vec::new(),
        people: Vec::new(),
        notify: vec![EMAIL.into(), "alerts@example.org".into()],
        frozen_until: None,
        pauses: crate::channel::Pauses::default(),
        ways: Ways::default(),
    }
}

fn known(past: &[PastCall]) -> CallFacts {
    CallFacts {
        facts: facts(),
        past: past.to_vec(),
        cost: Some(crate::sample::cost()),
    }
}

fn saved(verdict: SavedCodeVerdict) -> SavedCodeFacts {
    SavedCodeFacts {
        verdict,
        left: 9,
        counter: Throttle::default(),
        counter_key: CounterKey("saved-code".into()),
        standing: Standing::Unknown,
    }
}

fn again(right: bool) -> PasswordAgain {
    PasswordAgain {
        right,
        counter: Throttle::default(),
        counter_key: CounterKey("password".into()),
        standing: Standing::Unknown,
    }
}

fn device() -> DeviceId {
    DeviceId::draw(&Dice::new([5; 32]), "lost")
}

fn saved_id() -> SavedCodeId {
    SavedCodeId::draw(&Dice::new([6; 32]), "")
}

fn opening(why: Why) -> Opening {
    Opening {
        password_at: NOW,
        why,
        lost: vec![device()],
        saved_codes: 10,
    }
}

fn opened_for(why: Why) -> Case {
    at(NOW, |m| Case::open(&facts(), opening(why), m))
        .next
        .unwrap()
}

fn opened() -> Case {
    opened_for(Why::Lost)
}

fn mailed() -> Case {
    at(NOW, |m| opened().send_mail(&facts(), &code(), m))
        .unwrap()
        .next
}

fn mail_proved() -> Case {
    at(NOW, |m| mailed().mail_code(&facts(), true, m))
        .unwrap()
        .next
}

fn dialling() -> Case {
    at(NOW, |m| mail_proved().call(&known(&[]), m))
        .unwrap()
        .next
}

fn call_of(case: &Case) -> (CallId, Digits) {
    match &case.phone {
        PhoneProof::Called(call) => (call.id.clone(), call.digits.clone()),
        other => panic!("no call: {other:?}"),
    }
}

fn event(case: Case, event: &CallEvent) -> (Step<Case>, Say) {
    let (id, _) = call_of(&case);
    at(NOW, |m| case.call_event(&known(&[]), &id, event, m)).unwrap()
}

fn answered() -> Case {
    let ringing = event(dialling(), &CallEvent::Ringing).0.next;
    event(ringing, &CallEvent::Answered).0.next
}

fn ready() -> Case {
    let case = answered();
    let (_, digits) = call_of(&case);
    event(case, &CallEvent::Keyed(digits)).0.next
}

fn mails<S>(step: &Step<S>) -> Vec<&MailOrder> {
    step.effects
        .iter()
        .filter_map(|e| match e {
            Effect::Mail(mail) => Some(&**mail),
            _ => None,
        })
        .collect()
}

fn acts<S>(step: &Step<S>) -> Vec<&Act> {
    step.effects
        .iter()
        .filter_map(|e| match e {
            Effect::Recovery(act) => Some(&**act),
            _ => None,
        })
        .collect()
}

fn session<S>(step: &Step<S>) -> Option<&NewSession> {
    step.effects.iter().find_map(|e| match e {
        Effect::OpenSession(session) => Some(&**session),
        _ => None,
    })
}

fn order<S>(step: &Step<S>) -> Option<&CallOrder> {
    step.effects.iter().find_map(|e| match e {
        Effect::PlaceCall(order) => Some(&**order),
        _ => None,
    })
}

fn kinds<S>(step: &Step<S>) -> Vec<MailKind> {
    mails(step).iter().map(|m| m.kind).collect()
}

fn code_of<S>(result: Result<Step<S>, Refusal>) -> Option<Code> {
    match result {
        Err(refusal) => Some(refusal.code),
        Ok(step) => step.show.err().map(|r| r.code),
    }
}
