use super::*;
use crate::account::{PasswordFacts, PasswordOrigin, State};
use crate::call::Digits;
use crate::contact::{CODE_TRIES, Kind};
use crate::dice::Dice;
use crate::recovery::{self, STEADY, Ways, Which};
use crate::recovery_contact::tests::person;
use crate::sample::{EMAIL, NOW, PHONE, account, at, code, other_digits};
use proptest::prelude::*;

fn facts() -> Facts {
    Facts {
        known: recovery::Facts {
            people: vec![person(1, Some(90)), person(2, Some(90))],
            account: account(),
            email: Contact::since_opening(EMAIL),
            phone: Some(Contact::since_opening(PHONE)),
            second: recovery::Seconds::default(),
            notify: vec![EMAIL.into()],
            only_told: Vec::new(),
            frozen_until: None,
            pauses: crate::channel::Pauses::default(),
            ways: Ways::default(),
        },
        devices: 2,
        codes: Codes {
            left: 10,
            held_until: None,
        },
        may_be_called: true,
        second_may_be_called: true,
        last: Some(went_well(NOW - Span::days(1))),
    }
}

fn went_well(at: Timestamp) -> Past {
    Past {
        at,
        tried: Tried::default(),
        mail_after: Some(Span::seconds(40)),
        call: Some(Outcome::Proved),
        answered_after: Some(Span::seconds(7)),
        saved_code: Some(true),
    }
}

/// The codes of what does not work, ways and parts.
fn wrong(facts: &Facts) -> Vec<(&'static str, Code)> {
    let report = report(facts, NOW);
    let ways = report.ways.iter().map(|(way, v)| (way.key(), v));
    let parts = report.parts.iter().map(|(part, v)| (part.key(), v));
    ways.chain(parts)
        .filter_map(|(key, verdict)| Some((key, verdict.as_ref().err()?.code)))
        .collect()
}

fn changed(days: i64) -> Contact {
    Contact {
        since: Some(NOW - Span::days(days)),
        former: Some(recovery::Former {
            value: "former".into(),
            proved: true,
            since: None,
        }),
        ..Contact::since_opening("new")
    }
}

/// One change of what is on file, and what it closes.
type Row = (fn(&mut Facts), &'static [(&'static str, Code)]);

const TABLE: &[Row] = &[
    (|_| {}, &[]),
    (
        |f| f.devices = 1,
        &[
            ("device", Code::NoOtherDevice),
            ("devices", Code::NoOtherDevice),
        ],
    ),
    (
        |f| f.codes.left = 0,
        &[
            ("password-code", Code::NoSavedCode),
            ("code-mail", Code::NoSavedCode),
            ("codes", Code::NoSavedCode),
        ],
    ),
    (
        |f| {
            f.codes = Codes {
                left: 0,
                held_until: Some(NOW + Span::hours(5)),
            }
        },
        &[
            ("password-code", Code::SavedCodesHeld),
            ("code-mail", Code::SavedCodesHeld),
            ("codes", Code::SavedCodesHeld),
        ],
    ),
    (
        |f| {
            f.known.account.password = Some(PasswordFacts {
                origin: PasswordOrigin::Initial,
                set_at: NOW - Span::days(60),
                good: false,
                hold: None,
            })
        },
        &[
            ("password-code", Code::PasswordNotGood),
            ("mail-phone", Code::PasswordNotGood),
            ("mail-contacts", Code::PasswordNotGood),
            ("password", Code::PasswordNotGood),
        ],
    ),
    (
        |f| f.known.phone = None,
        &[("mail-phone", Code::NoPhone), ("phone", Code::NoPhone)],
    ),
    (
        |f| f.known.ways.calls = false,
        &[("mail-phone", Code::CallsOff), ("phone", Code::CallsOff)],
    ),
    (
        |f| f.may_be_called = false,
        &[
            ("mail-phone", Code::NumberRefused),
            ("phone", Code::NumberRefused),
        ],
    ),
    (
        |f| f.known.email.proved = false,
        &[
            ("mail-phone", Code::ContactUnproved),
            ("code-mail", Code::ContactUnproved),
            ("mail-contacts", Code::ContactUnproved),
            ("email", Code::ContactUnproved),
        ],
    ),
    // Changed ten days ago: the password carries set (b), but nothing is steady enough beside a forgotten one.
    (
        |f| f.known.email = changed(10),
        &[
            ("code-mail", Code::ContactHeld),
            ("email", Code::ContactHeld),
        ],
    ),
    (
        |f| {
            f.known.email = changed(40);
            f.last = Some(went_well(NOW - Span::days(60)));
        },
        &[("rehearsal", Code::NotRehearsed)],
    ),
    (
        |f| f.known.frozen_until = Some(NOW + Span::hours(2)),
        &[
            ("mail-phone", Code::RecoveryFrozen),
            ("freeze", Code::RecoveryFrozen),
        ],
    ),
    (
        |f| f.known.ways.saved_code = false,
        &[("password-code", Code::WayOff), ("code-mail", Code::WayOff)],
    ),
    // A set that the settings remove is closed for that reason, whatever the password is.
    (
        |f| f.known.ways.saved_code_and_mail = false,
        &[("code-mail", Code::WayOff)],
    ),
    (
        |f| f.known.ways.mail_and_phone = false,
        &[("mail-phone", Code::WayOff)],
    ),
    (
        |f| f.known.ways.mail_and_contacts = false,
        &[("mail-contacts", Code::WayOff)],
    ),
    // Nobody was named: there is no such part, and no such way.
    (
        |f| f.known.people.clear(),
        &[("mail-contacts", Code::FewRecoveryContacts)],
    ),
    (
        |f| f.known.people[1] = person(2, None),
        &[
            ("mail-contacts", Code::FewRecoveryContacts),
            ("contacts", Code::FewRecoveryContacts),
        ],
    ),
    (
        |f| f.known.people[1] = person(2, Some(29)),
        &[
            ("mail-contacts", Code::ContactHeld),
            ("contacts", Code::ContactHeld),
        ],
    ),
    (|f| f.last = None, &[("rehearsal", Code::NotRehearsed)]),
    (
        |f| f.last = Some(went_well(NOW - EVERY)),
        &[("rehearsal", Code::NotRehearsed)],
    ),
    (
        |f| {
            f.last = Some(Past {
                mail_after: None,
                ..went_well(NOW)
            })
        },
        &[
            ("mail-phone", Code::RehearsalMailMissed),
            ("code-mail", Code::RehearsalMailMissed),
            ("mail-contacts", Code::RehearsalMailMissed),
            ("email", Code::RehearsalMailMissed),
        ],
    ),
    (
        |f| {
            f.last = Some(Past {
                call: Some(Outcome::NoAnswer),
                ..went_well(NOW)
            })
        },
        &[
            ("mail-phone", Code::RehearsalCallMissed),
            ("phone", Code::RehearsalCallMissed),
        ],
    ),
    // A call that broke off on our side says nothing about the phone.
    (
        |f| {
            f.last = Some(Past {
                call: Some(Outcome::Lost),
                ..went_well(NOW)
            })
        },
        &[],
    ),
];

// R-SEC-09
#[test]
fn the_report_says_of_each_way_what_closes_it() {
    for (row, (change, closed)) in TABLE.iter().enumerate() {
        let mut facts = facts();
        change(&mut facts);
        assert_eq!(wrong(&facts), *closed, "row {row}");
    }
}

/// A second contact that serves.
fn second(value: &str) -> recovery::Second {
    recovery::Second {
        value: value.into(),
        proved: true,
        since: None,
        removed_at: None,
        lost: false,
    }
}

#[test]
fn a_second_number_keeps_a_way_open_that_the_first_lost() {
    let mut facts = facts();
    facts.last = Some(Past {
        call: Some(Outcome::NoAnswer),
        ..went_well(NOW)
    });
    facts.known.second.phone = Some(second("+886987654321"));
    assert_eq!(wrong(&facts), [("phone", Code::RehearsalCallMissed)]);
    facts.second_may_be_called = false;
    let number = ("second-phone", Code::NumberRefused);
    assert!(wrong(&facts).contains(&number), "{:?}", wrong(&facts));
    assert!(wrong(&facts).contains(&("mail-phone", Code::RehearsalCallMissed)));
}

#[test]
fn what_time_mends_says_when_and_a_closed_account_has_no_way() {
    let mut facts = facts();
    facts.known.email = changed(10);
    let report_ = report(&facts, NOW);
    let (_, verdict) = &report_.ways[3];
    let until = verdict.as_ref().unwrap_err().until;
    assert_eq!(until, Some(NOW - Span::days(10) + STEADY));
    assert!(report_.ready());
    facts.known.account.state = State::Suspended;
    let report_ = report(&facts, NOW);
    assert!(!report_.ready());
    assert!(
        report_
            .ways
            .iter()
            .all(|(_, v)| v.as_ref().is_err_and(|r| r.code == Code::AccountSuspended))
    );
}

#[test]
fn a_rehearsal_of_a_second_contact_is_said_of_that_one_alone() {
    let mut facts = facts();
    let missed = Past {
        tried: Tried {
            email: Which::Second,
            phone: Which::Second,
        },
        mail_after: None,
        call: Some(Outcome::NoAnswer),
        ..went_well(NOW)
    };
    facts.last = Some(missed);
    facts.known.second.email = Some(second("second@example.com"));
    facts.known.second.phone = Some(second("+886987654321"));
    let of_second = [
        ("second-email", Code::RehearsalMailMissed),
        ("second-phone", Code::RehearsalCallMissed),
    ];
    assert_eq!(wrong(&facts), of_second);
    // Entered anew since, or gone: nothing was rehearsed.
    let later = NOW - STEADY - Span::hours(1);
    facts.last = Some(Past {
        at: later - Span::hours(1),
        ..missed
    });
    facts.known.second.phone.as_mut().unwrap().since = Some(later);
    assert_eq!(wrong(&facts), [("rehearsal", Code::NotRehearsed)]);
    facts.known.second = recovery::Seconds::default();
    assert_eq!(wrong(&facts), [("rehearsal", Code::NotRehearsed)]);
}

#[test]
fn a_rehearsal_is_due_after_half_a_year_and_when_a_contact_changed_since() {
    let days = |days| Some(went_well(NOW - Span::days(days)));
    let mut known = facts().known;
    known.account.created_at = NOW - Span::days(400);
    assert!(due(None, &known, NOW));
    assert!(!due(days(3).as_ref(), &known, NOW));
    assert!(due(Some(&went_well(NOW - EVERY)), &known, NOW));
    // While the former number serves there is nothing new to rehearse.
    for (ago, wanted) in [(1, false), (10, true), (30, false)] {
        known.phone = Some(changed(ago));
        assert_eq!(due(days(20).as_ref(), &known, NOW), wanted, "{ago}");
    }
    known.phone = Some(Contact {
        former_lost: true,
        ..changed(1)
    });
    assert!(due(days(20).as_ref(), &known, NOW));
    known.phone = None;
    known.account.created_at = NOW - Span::days(3);
    assert!(!due(None, &known, NOW));
}

fn actor() -> Actor {
    Actor::Root {
        account: account().id,
        session: None,
    }
}

fn begun() -> (Drill, MailOrder) {
    let flow = FlowId::draw(&Dice::new([9; 32]), "");
    let to = (EMAIL.into(), Some(PHONE.into()));
    at(NOW, |at| {
        let tried = Tried {
            email: Which::Second,
            phone: Which::First,
        };
        Drill::begin(flow.clone(), account().id, to, tried, &code(), at)
    })
}

fn calls() -> ProofFacts {
    ProofFacts {
        current: Some(Kind::Phone),
        calls: true,
        cost: Some(crate::sample::cost()),
        past: Vec::new(),
        objections: Throttle::default(),
        objections_key: CounterKey("objected".into()),
    }
}

fn tried(right: bool, failures: u32) -> SavedCodeFacts {
    SavedCodeFacts {
        right,
        counter: Throttle {
            failures,
            last_at: NOW.millis(),
        },
        counter_key: CounterKey("saved-code".into()),
        standing: Standing::Known,
    }
}

/// What a rehearsal may write: records, calls with their rows, and counters that rise.
fn harmless(effect: &Effect) -> bool {
    match effect {
        Effect::Audit(_) | Effect::PlaceCall(_) | Effect::RecordCall(_) => true,
        Effect::Count(_, counter) => counter.failures > 0,
        _ => false,
    }
}

proptest! {
    /// Whatever is done in a rehearsal: nothing comes of it but records, calls and failures that count.
    #[test]
    fn a_rehearsal_proves_nothing(inputs in prop::collection::vec(0_u8..10, 0..20)) {
        let mut drill = begun().0;
        for input in inputs {
            let call = drill.phone.as_ref().and_then(|p| p.call.clone());
            let event = |event: CallEvent| {
                let call = call.clone()?;
                at(NOW, |at| drill.clone().call_event(&calls(), &call.id, &event, at)).ok().map(|(s, _)| s)
            };
            let digits = call.as_ref().map(|c| c.digits.clone());
            let keyed = |digits: Option<Digits>| event(CallEvent::Keyed(digits?));
            let step = match input {
                0 => at(NOW, |at| drill.clone().call(&calls(), &actor(), at)).ok(),
                1 => event(CallEvent::Ringing),
                2 => event(CallEvent::Answered),
                3 => keyed(digits.clone()),
                4 => keyed(digits.as_ref().map(other_digits)),
                5 => event(CallEvent::NotMe),
                6 => event(CallEvent::Ended(Outcome::HungUp)),
                7 => Some(at(NOW, |at| drill.clone().code(Some(&code().hmac), &actor(), at))),
                8 => at(NOW, |at| drill.clone().saved_code(&tried(true, 3), &actor(), at)).ok(),
                _ => at(NOW, |at| drill.clone().saved_code(&tried(false, 3), &actor(), at)).ok(),
            };
            let Some(step) = step else { continue };
            prop_assert!(step.effects.iter().all(harmless), "{:?}", step.effects);
            drill = step.next;
        }
        prop_assert!(drill.phone.is_some());
    }
}

#[test]
fn what_was_done_is_what_is_kept() {
    let (drill, mail) = begun();
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::Rehearsal, EMAIL));
    let later = NOW + Span::seconds(30);
    let drill = at(later, |at| drill.code(Some(&code().hmac), &actor(), at)).next;
    let drill = at(later, |at| drill.call(&calls(), &actor(), at))
        .unwrap()
        .next;
    let call = drill.phone.as_ref().unwrap().call.clone().unwrap();
    let answered = later + Span::seconds(9);
    let hear = |drill: Drill, event| {
        at(answered, |at| {
            drill.call_event(&calls(), &call.id, &event, at)
        })
        .unwrap()
    };
    let (step, _) = hear(drill, CallEvent::Answered);
    let (step, say) = hear(step.next, CallEvent::Keyed(call.digits.clone()));
    assert_eq!(say, Say::Thanks);
    let step = at(answered, |at| {
        step.next.saved_code(&tried(true, 0), &actor(), at)
    })
    .unwrap();
    let (past, record) = at(answered, |at| step.next.end(&actor(), at));
    let wanted = Past {
        at: answered,
        tried: Tried {
            email: Which::Second,
            phone: Which::First,
        },
        mail_after: Some(Span::seconds(30)),
        call: Some(Outcome::Proved),
        answered_after: Some(Span::seconds(9)),
        saved_code: Some(true),
    };
    assert_eq!(past, wanted);
    assert_eq!(record.detail["call"], "proved");
}

#[test]
fn wrong_codes_cost_tries_as_they_always_do() {
    let (mut drill, _) = begun();
    for left in (0..CODE_TRIES).rev() {
        let step = at(NOW, |at| drill.code(None, &actor(), at));
        assert_eq!(step.show.unwrap_err().left, Some(left));
        drill = step.next;
    }
    let step = at(NOW, |at| drill.code(Some(&code().hmac), &actor(), at));
    assert_eq!(step.show.unwrap_err().code, Code::MailCodeOver);
    let step = at(NOW, |at| {
        step.next.saved_code(&tried(false, 3), &actor(), at)
    })
    .unwrap();
    assert!(
        matches!(&step.effects[..], [Effect::Count(key, c), _] if key.0 == "saved-code" && c.failures == 4)
    );
    let waits = at(NOW, |at| {
        step.next.saved_code(&tried(true, 20), &actor(), at)
    });
    assert_eq!(waits.unwrap_err().code, Code::SavedCodeWait);
}
