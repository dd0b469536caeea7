//! Without a good password: a saved code, the e-mail, a day's wait.
use super::*;
use proptest::prelude::*;

/// Somebody whose password a mail made.
fn weak() -> Facts {
    let mut facts = facts();
    let password = facts.account.password.as_mut().unwrap();
    (password.good, password.origin) = (false, PasswordOrigin::Mailed);
    facts
}

fn began() -> Case {
    let opened = at(NOW, |m| Case::open(&weak(), opening(Why::Lost), m));
    opened.next.unwrap()
}

fn give_code(case: Case, now: Timestamp) -> Step<Case> {
    let right = saved(SavedCodeVerdict::Right(saved_id()));
    at(now, |m| case.saved_code(&weak(), &right, m)).unwrap()
}

fn give_mail(case: Case, now: Timestamp) -> Step<Case> {
    let sent = at(now, |m| case.send_mail(&weak(), &code(), m)).unwrap();
    at(now, |m| sent.next.mail_code(&weak(), true, m)).unwrap()
}

fn stage(case: &Case, now: Timestamp) -> Stage {
    case.view(&weak(), &[], now).stage
}

fn enter(case: Case, now: Timestamp) -> Result<Step<Case>, Refusal> {
    at(now, |m| case.enter(&weak(), m))
}

#[test]
fn a_saved_code_and_the_mail_open_a_session_a_day_later_and_the_contacts_are_told() {
    let case = began();
    assert_eq!(stage(&case, NOW), Stage::SavedCode);
    let code = give_code(case, NOW);
    assert_eq!(kinds(&code), [MailKind::SavedCodeUsed; 2]);
    assert_eq!(stage(&code.next, NOW), Stage::Mail);
    assert_eq!(
        code_of(enter(code.next.clone(), NOW)),
        Some(Code::ProofsMissing)
    );

    let mail = give_mail(code.next, NOW);
    assert_eq!(kinds(&mail), [MailKind::RecoveryWaits; 2], "every contact");
    assert!(mails(&mail).iter().all(|m| m.objection.is_some()));
    let waiting = mail.next;
    for minutes in [0, 59, 180, 24 * 60 - 1] {
        let now = NOW + Span::minutes(minutes);
        assert_eq!(stage(&waiting, now), Stage::Ready, "{minutes}");
        assert_eq!(
            waiting.view(&weak(), &[], now).waits_until,
            Some(NOW + WAIT)
        );
        assert!(enter(waiting.clone(), now).is_err(), "{minutes}");
    }
    assert_eq!(code_of(enter(waiting.clone(), NOW)), Some(Code::CaseWaits));

    // A day later what lapsed is asked for again; the saved code is used up and stays.
    let later = NOW + WAIT;
    assert_eq!(stage(&waiting, later), Stage::Password);
    let case = at(later, |m| waiting.password(&weak(), &again(true), m))
        .unwrap()
        .next;
    assert_eq!(stage(&case, later), Stage::Mail);
    assert_eq!(code_of(enter(case.clone(), later)), Some(Code::ProofLapsed));
    let again = give_mail(case, later);
    assert_eq!(kinds(&again), [], "the wait begins once");
    assert_eq!(stage(&again.next, later), Stage::Ready);
    let step = enter(again.next, later).unwrap();
    assert_eq!(
        session(&step).and_then(|s| s.hold).unwrap().until,
        later + HOLD
    );
    assert!(session(&step).is_some_and(|s| s.mfa_at.is_none()));
    let by = |e: &Effect| matches!(e, Effect::Audit(r) if r.detail.get("proofs").is_some_and(|p| p == "saved-code-mail"));
    assert!(step.effects.iter().any(by));
}

#[test]
fn the_mail_may_come_first_and_nothing_but_both_begins_the_wait() {
    let mail = give_mail(began(), NOW);
    assert_eq!(kinds(&mail), []);
    assert_eq!(stage(&mail.next, NOW), Stage::SavedCode);
    let code = give_code(mail.next, NOW);
    assert!(kinds(&code).contains(&MailKind::RecoveryWaits));
    assert_eq!(code.next.wait_ends(), Some(NOW + WAIT));
    assert_eq!(code.next.ends_at(), NOW + WAIT + CASE_LIFE);
}

#[test]
fn an_objection_ends_the_wait_and_one_that_may_not_freeze_delays_it() {
    let waiting = give_mail(give_code(began(), NOW).next, NOW).next;
    let later = NOW + Span::hours(20);
    let object = |freezes: Vec<PastFreeze>| {
        let known = ObjectionFacts {
            facts: weak(),
            contact: EMAIL.into(),
            freezes,
        };
        at(later, |m| waiting.clone().object(&known, m))
            .unwrap()
            .next
    };
    assert!(!object(Vec::new()).alive(later));
    let delayed = object(vec![PastFreeze {
        at: later,
        contact: EMAIL.into(),
    }]);
    assert_eq!(delayed.not_before, Some(later + FREEZE));
    assert_eq!(delayed.ends_at(), later + FREEZE + CASE_LIFE);
}

#[test]
fn a_contact_changed_lately_or_a_closed_way_refuses_such_a_case() {
    let reason = |change: fn(&mut Facts)| {
        let mut f = weak();
        change(&mut f);
        at(NOW, |m| Case::open(&f, opening(Why::Lost), m))
            .show
            .unwrap_err()
            .code
    };
    assert_eq!(reason(|f| f.email.proved = false), Code::ContactUnproved);
    assert_eq!(
        reason(|f| f.ways.saved_code_and_mail = false),
        Code::PasswordNotGood
    );
    assert_eq!(reason(|f| f.ways.saved_code = false), Code::WayOff);
    let fresh = |f: &mut Facts| f.email.since = Some(NOW - Span::days(10));
    let mut both = weak();
    let password = both.account.password.as_mut().unwrap();
    password.set_at = NOW;
    fresh(&mut both);
    let refused = at(NOW, |m| Case::open(&both, opening(Why::Lost), m)).show;
    assert_eq!(
        refused.unwrap_err().code,
        Code::ContactHeld,
        "password and address are both new"
    );
    let mut without = weak();
    without.phone = None;
    let opened = at(NOW, |m| Case::open(&without, opening(Why::Lost), m));
    assert!(opened.next.is_some(), "no phone is needed");
}

#[test]
fn a_phone_proves_nothing_here() {
    let case = give_mail(began(), NOW).next;
    let mut facts = known(&[]);
    facts.facts = weak();
    assert_eq!(
        code_of(at(NOW, |m| case.call(&facts, m))),
        Some(Code::PasswordNotGood)
    );
}

#[derive(Debug, Clone, Copy)]
enum Move {
    Wait(i64),
    Password,
    Mail,
    SavedCode,
    Enter,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_session_opens_before_both_were_given_and_a_day_is_over_r_rec_22(
        (mailbox, has_code) in any::<(bool, bool)>(),
        script in prop::collection::vec(prop_oneof![
            3 => (1_i64..600).prop_map(Move::Wait),
            2 => Just(Move::Password),
            3 => Just(Move::Mail),
            2 => Just(Move::SavedCode),
            3 => Just(Move::Enter),
        ], 1..60),
    ) {
        let (mut case, mut now, f) = (began(), NOW, weak());
        let mut both: Option<Timestamp> = None;
        for a_move in script {
            let before = case.clone();
            let result = match a_move {
                Move::Wait(minutes) => {
                    now = now + Span::minutes(minutes);
                    continue;
                }
                Move::Password => at(now, |m| before.password(&f, &again(true), m)),
                Move::Mail => at(now, |m| before.send_mail(&f, &code(), m))
                    .and_then(|sent| at(now, |m| sent.next.mail_code(&f, mailbox, m))),
                Move::SavedCode => {
                    let verdict = match has_code {
                        true => SavedCodeVerdict::Right(saved_id()),
                        false => SavedCodeVerdict::Wrong,
                    };
                    at(now, |m| before.saved_code(&f, &saved(verdict), m))
                }
                Move::Enter => at(now, |m| before.enter(&f, m)),
            };
            let Ok(step) = result else { continue };
            if session(&step).is_some() {
                prop_assert!(mailbox && has_code);
                prop_assert!(both.is_some_and(|from| now.since(from) >= WAIT), "{both:?} {now:?}");
            }
            case = step.next;
            if both.is_none() && case.saved_code_proved(now) && case.mail_proved(now) {
                both = Some(now);
            }
        }
    }
}
