//! A channel whose settings were changed: no case uses it, and none loses what it has.

use super::*;
use crate::channel::{PAUSE, Pauses};
use crate::time::Timestamp;

const UNTIL: Timestamp = Timestamp::from_millis(NOW.millis() + PAUSE.as_millis());

fn paused(mail: bool, voice: bool) -> Facts {
    Facts {
        pauses: Pauses {
            mail: mail.then_some(UNTIL),
            voice: voice.then_some(UNTIL),
        },
        ..facts()
    }
}

fn call_facts(facts: Facts) -> CallFacts {
    CallFacts {
        facts,
        ..known(&[])
    }
}

#[test]
fn no_mail_goes_out_and_no_code_or_link_of_one_counts_while_mail_is_paused() {
    let shut = paused(true, false);
    let sent = at(NOW, |m| opened().send_mail(&shut, &code(), m));
    let refusal = sent.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.until),
        (Code::MailPaused, Some(UNTIL))
    );
    // Ordered before, and perhaps handed over after by what nobody approved.
    let typed = at(NOW, |m| mailed().mail_code(&shut, true, m));
    assert_eq!(code_of(typed), Some(Code::MailPaused));
    let MailProof::Sent { link, .. } = mailed().mail else {
        panic!("no mail");
    };
    let pressed = at(NOW, |m| mailed().mail_link(&shut, &link, m));
    assert_eq!(code_of(pressed), Some(Code::MailPaused));
    // The same code counts once the pause is over.
    let typed = at(NOW, |m| mailed().mail_code(&facts(), true, m));
    assert!(typed.unwrap().next.mail_proved(NOW));
}

#[test]
fn no_call_is_placed_and_no_key_counts_while_calls_are_paused() {
    let shut = call_facts(paused(false, true));
    let refused = at(NOW, |m| mail_proved().call(&shut, m));
    assert_eq!(code_of(refused), Some(Code::CallsPaused));
    let (id, digits) = call_of(&answered());
    let keyed = CallEvent::Keyed(digits);
    let (step, say) = at(NOW, |m| answered().call_event(&shut, &id, &keyed, m)).unwrap();
    assert_eq!(say, Say::Goodbye);
    assert!(!step.next.phone_proved(NOW) && step.next.alive(NOW));
    // "This was not me" still counts: it only protects.
    let (step, _) = at(NOW, |m| {
        answered().call_event(&shut, &id, &CallEvent::NotMe, m)
    })
    .unwrap();
    assert!(!step.next.alive(NOW));
}

#[test]
fn what_was_proved_before_the_pause_opens_the_session() {
    let shut = paused(true, true);
    assert_eq!(ready().may_enter(&shut, NOW), Ok(()));
    let half = mail_proved().may_enter(&shut, NOW).unwrap_err();
    assert_eq!(half.code, Code::CallsPaused);
    let mail_only = call_facts(paused(true, false));
    let step = at(NOW, |m| mail_proved().call(&mail_only, m)).unwrap();
    assert!(order(&step).is_some(), "a pause of mail holds up no call");
}

#[test]
fn a_saved_code_needs_no_channel_where_the_password_is_good_and_is_not_used_up_where_it_does() {
    let shut = paused(true, true);
    let right = saved(SavedCodeVerdict::Right(saved_id()));
    let step = at(NOW, |m| opened().saved_code(&shut, &right, m)).unwrap();
    assert_eq!(step.next.may_enter(&shut, NOW), Ok(()));
    let mut weak = shut;
    if let Some(password) = &mut weak.account.password {
        password.good = false;
    }
    let refused = at(NOW, |m| opened().saved_code(&weak, &right, m));
    assert_eq!(code_of(refused), Some(Code::MailPaused));
}

#[test]
fn a_case_that_could_only_use_what_is_paused_is_not_opened() {
    let open = |facts: &Facts, saved_codes| {
        let opening = Opening {
            saved_codes,
            ..opening(Why::Lost)
        };
        let step = at(NOW, |m| Case::open(facts, opening, m));
        step.show.err().map(|refusal| (refusal.code, refusal.until))
    };
    let (mail, calls) = (paused(true, false), paused(false, true));
    assert_eq!(open(&mail, 0), Some((Code::MailPaused, Some(UNTIL))));
    assert_eq!(open(&calls, 0), Some((Code::CallsPaused, Some(UNTIL))));
    assert_eq!(open(&mail, 1), None, "a saved code is left");
    assert_eq!(open(&facts(), 0), None);
    for facts in [mail, calls] {
        assert!(facts.mail_and_phone(NOW).is_err());
        assert!(facts.saved_code_way(NOW).is_ok());
    }
}
