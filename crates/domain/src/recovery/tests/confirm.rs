//! Recovery contacts: two who confirm, one who does not know of it, and everybody who would like to be two.
use super::*;
use crate::recovery_contact::tests::person;
use proptest::prelude::*;

/// Somebody with three recovery contacts, of whom the third accepted only lately.
pub(super) fn befriended() -> Facts {
    let mut facts = facts();
    facts.people = vec![
        person(1, Some(90)),
        person(2, Some(31)),
        person(3, Some(29)),
    ];
    facts
}

/// The same, with four of whom all count.
fn surrounded() -> Facts {
    let mut facts = facts();
    facts.people = (1..5).map(|n| person(n, Some(90))).collect();
    facts
}

fn ids(facts: &Facts) -> Vec<crate::ids::RecoveryContactId> {
    facts.people.iter().map(|p| p.id.clone()).collect()
}

pub(super) fn ask(case: Case, now: Timestamp) -> Result<Step<Case>, Refusal> {
    let facts = befriended();
    at(now, |m| case.ask(&facts, &ids(&facts), m))
}

fn answer_with(
    case: Case,
    facts: &Facts,
    number: u8,
    really: bool,
    now: Timestamp,
) -> Result<Step<Case>, Refusal> {
    let who = person(number, None).id;
    let link = case.asked.iter().find(|asked| asked.person == who);
    let link = link.map_or_else(
        || LinkId::draw(&Dice::new([1; 32]), "guess"),
        |asked| asked.link.clone(),
    );
    at(now, |m| case.answered(facts, (&who, &link), really, m))
}

pub(super) fn answer(
    case: Case,
    number: u8,
    really: bool,
    now: Timestamp,
) -> Result<Step<Case>, Refusal> {
    answer_with(case, &befriended(), number, really, now)
}

pub(super) fn asked() -> Case {
    ask(mail_proved(), NOW).unwrap().next
}

pub(super) fn waiting() -> Case {
    let first = answer(asked(), 1, true, NOW).unwrap().next;
    answer(first, 2, true, NOW).unwrap().next
}

fn view(case: &Case, now: Timestamp) -> View {
    case.view(&befriended(), &[], now)
}

/// Password and e-mail given again, as a day's wait makes it necessary.
fn again_proved(case: Case, now: Timestamp) -> Case {
    let facts = befriended();
    let case = at(now, |m| case.password(&facts, &again(true), m));
    let case = at(now, |m| case.unwrap().next.send_mail(&facts, &code(), m));
    at(now, |m| case.unwrap().next.mail_code(&facts, true, m))
        .unwrap()
        .next
}

#[test]
fn two_of_them_and_a_day_open_a_held_session_and_the_contacts_are_told_twice() {
    let step = ask(mail_proved(), NOW).unwrap();
    let to: Vec<_> = mails(&step).iter().map(|m| m.to.as_str()).collect();
    assert_eq!(to, ["person1@example.net", "person2@example.net"]);
    for mail in mails(&step) {
        assert_eq!(mail.phrase, Some(step.next.phrase));
        assert!(mail.link.is_some() && mail.code.is_none() && mail.objection.is_none());
        let origin = mail.origin.as_ref().unwrap();
        assert_eq!((&origin.client, origin.at), (&step.next.client, NOW));
    }
    let case = step.next;
    assert_eq!(view(&case, NOW).stage, Stage::Contacts);
    assert_eq!(view(&case, NOW).stage_by_phone, Stage::Phone);
    let first = answer(case, 1, true, NOW + Span::hours(3)).unwrap();
    assert_eq!(kinds(&first), [], "nothing is told yet");
    assert_eq!(first.next.waits_from, None);
    assert_eq!(
        view(&first.next, NOW + Span::hours(3)).stage,
        Stage::Contacts
    );

    // The second one comes long after password and mail have lapsed: they are asked for when they count.
    let now = NOW + Span::hours(20);
    let second = answer(first.next, 2, true, now).unwrap();
    assert_eq!(kinds(&second), [MailKind::RecoveryWaits; 2]);
    let case = second.next;
    assert_eq!(
        (case.waits_from, case.waits_for),
        (Some(now), WaitsFor::Contacts)
    );
    assert_eq!(view(&case, now).stage, Stage::Ready);
    assert_eq!(view(&case, now).waits_until, Some(now + WAIT));

    let early = at(now + Span::hours(11), |m| {
        case.clone().tell_again(&befriended(), m)
    });
    assert_eq!(kinds(&early), []);
    let half = now + TOLD_AGAIN;
    let told = at(half, |m| case.tell_again(&befriended(), m));
    assert_eq!(kinds(&told), [MailKind::RecoveryWaits; 2]);
    assert!(mails(&told).iter().all(|m| m.objection.is_some()));
    let twice = at(half, |m| told.next.clone().tell_again(&befriended(), m));
    assert_eq!(kinds(&twice), [], "once");

    let case = again_proved(twice.next, now + WAIT - Span::minutes(1));
    let enter = |case: Case, now| at(now, |m| case.enter(&befriended(), m));
    assert_eq!(
        code_of(enter(case.clone(), now + WAIT - Span::minutes(1))),
        Some(Code::CaseWaits)
    );
    assert_eq!(view(&case, now + WAIT).stage, Stage::Ready);
    let step = enter(case, now + WAIT).unwrap();
    let opened = session(&step).unwrap();
    assert_eq!(opened.hold.unwrap().until, now + WAIT + HOLD);
    assert_eq!(
        (opened.mfa_at, opened.ends_at),
        (None, now + WAIT + RECOVERED_ABSOLUTE)
    );
    let by = |e: &Effect| matches!(e, Effect::Audit(r) if r.detail.get("proofs").is_some_and(|p| p == "mail-contacts"));
    assert!(step.effects.iter().any(by));
}

#[test]
fn what_lapsed_meanwhile_is_asked_for_after_the_day() {
    let later = NOW + WAIT;
    assert_eq!(view(&waiting(), later).stage, Stage::Password);
    let facts = befriended();
    let case = at(later, |m| waiting().password(&facts, &again(true), m));
    let case = case.unwrap().next;
    assert_eq!(view(&case, later).stage, Stage::Mail);
    let refused = at(later, |m| case.enter(&facts, m));
    assert_eq!(code_of(refused), Some(Code::ProofLapsed));
}

#[test]
fn one_who_does_not_know_of_it_is_out_of_the_case_and_ends_the_wait() {
    let step = answer(asked(), 1, false, NOW).unwrap();
    assert_eq!(kinds(&step), [MailKind::RecoveryContactDenied; 2]);
    assert!(step.next.alive(NOW), "one alone closes nothing");
    let after = answer(step.next, 1, true, NOW).unwrap();
    assert_eq!(view(&after.next, NOW).people[0].answer.key(), "unknown");
    assert!(kinds(&after).is_empty());

    let second_thoughts = answer(waiting(), 2, false, NOW + Span::hours(1)).unwrap();
    assert_eq!(second_thoughts.next.waits_from, None);
    let later = NOW + Span::hours(23);
    let case = again_proved(second_thoughts.next, later);
    let refused = at(later, |m| case.enter(&befriended(), m));
    assert_eq!(code_of(refused), Some(Code::ProofsMissing));
}

#[test]
fn one_who_was_removed_counts_no_more_and_another_begins_the_day_anew() {
    let facts = surrounded();
    let case = at(NOW, |m| mail_proved().ask(&facts, &ids(&facts), m))
        .unwrap()
        .next;
    let case = answer_with(case, &facts, 1, true, NOW).unwrap().next;
    let case = answer_with(case, &facts, 2, true, NOW).unwrap().next;
    let mut without = facts;
    without.people.remove(1);
    let now = NOW + Span::hours(23);
    let seen = case.view(&without, &[], now);
    assert_eq!((seen.stage, seen.waits_until), (Stage::Contacts, None));
    let step = answer_with(case, &without, 3, true, now).unwrap();
    assert_eq!(kinds(&step), [MailKind::RecoveryWaits; 2]);
    assert_eq!(step.next.waits_from, Some(now));
    let gone = answer_with(step.next, &without, 2, true, now);
    assert_eq!(code_of(gone), Some(Code::LinkOver));
}

#[test]
fn each_is_mailed_once_and_twice_again_an_hour_apart_and_an_old_link_is_worthless() {
    let case = asked();
    let old = case.asked[0].link.clone();
    assert_eq!(code_of(ask(case.clone(), NOW)), Some(Code::MailWait));
    assert_eq!(view(&case, NOW).may_ask, Err(Some(NOW + AGAIN_AFTER)));
    let mut now = NOW + AGAIN_AFTER;
    let mut case = answer(case, 2, true, NOW).unwrap().next;
    for _ in 1..MAILS_EACH {
        case = again_proved(case, now);
        let step = ask(case, now).unwrap();
        assert_eq!(
            kinds(&step),
            [MailKind::RecoveryContactAsked],
            "who answered is left alone"
        );
        case = step.next;
        now = now + AGAIN_AFTER;
    }
    let case = again_proved(case, now);
    assert_eq!(code_of(ask(case.clone(), now)), Some(Code::MailWait));
    assert_eq!(view(&case, now).may_ask, Err(None));
    let who = person(1, None).id;
    let stale = at(now, |m| {
        case.clone().answered(&befriended(), (&who, &old), true, m)
    });
    assert_eq!(code_of(stale), Some(Code::LinkOver));
    assert!(
        answer(case, 1, true, now)
            .unwrap()
            .next
            .waits_from
            .is_some()
    );
}

#[test]
fn the_way_is_open_with_two_who_count_a_good_password_and_a_steady_mailbox() {
    let reason = |change: fn(&mut Facts)| {
        let mut facts = befriended();
        change(&mut facts);
        facts.mail_and_contacts(NOW).err().map(|r| r.code)
    };
    assert_eq!(reason(|_| {}), None);
    assert_eq!(
        reason(|f| f.ways.mail_and_contacts = false),
        Some(Code::WayOff)
    );
    assert_eq!(
        reason(|f| f.people.truncate(1)),
        Some(Code::FewRecoveryContacts)
    );
    assert_eq!(
        reason(|f| drop(f.people.remove(0))),
        Some(Code::ContactHeld)
    );
    assert_eq!(
        reason(|f| f.email.proved = false),
        Some(Code::ContactUnproved)
    );
    assert_eq!(
        reason(|f| f.account.password.as_mut().unwrap().good = false),
        Some(Code::PasswordNotGood)
    );
    assert_eq!(
        reason(|f| {
            f.email.since = Some(NOW - Span::days(10));
            f.phone.as_mut().unwrap().since = Some(NOW - Span::days(10));
        }),
        Some(Code::ContactHeld)
    );
    // Without a telephone it is the way that a good password has.
    let mut facts = befriended();
    facts.phone = None;
    let case = at(NOW, |m| Case::open(&facts, opening(Why::Lost), m))
        .next
        .unwrap();
    let case = at(NOW, |m| case.send_mail(&facts, &code(), m))
        .unwrap()
        .next;
    let case = at(NOW, |m| case.mail_code(&facts, true, m)).unwrap().next;
    assert_eq!(case.view(&facts, &[], NOW).stage, Stage::Contacts);
    assert_eq!(case.view(&facts, &[], NOW).people.len(), 2);
    assert!(
        opened().view(&facts, &[], NOW).people.is_empty(),
        "not before the mail"
    );
}

#[test]
fn nobody_is_asked_before_password_and_mail_and_a_call_still_opens_at_once() {
    assert_eq!(code_of(ask(opened(), NOW)), Some(Code::MailProofNeeded));
    let lapsed = ask(mail_proved(), NOW + PROOF_LIFE);
    assert_eq!(code_of(lapsed), Some(Code::ProofLapsed));
    let none = at(NOW, |m| mail_proved().ask(&befriended(), &[], m));
    assert_eq!(
        code_of(none),
        Some(Code::MailWait),
        "the budget of their mailboxes"
    );

    let facts = CallFacts {
        facts: befriended(),
        ..known(&[])
    };
    let case = at(NOW, |m| asked().call(&facts, m)).unwrap().next;
    let (id, digits) = call_of(&case);
    let told = |case: Case, event| {
        at(NOW, |m| case.call_event(&facts, &id, &event, m))
            .unwrap()
            .0
            .next
    };
    let case = told(told(case, CallEvent::Answered), CallEvent::Keyed(digits));
    assert_eq!(view(&case, NOW).stage, Stage::Ready);
    assert!(session(&at(NOW, |m| case.enter(&befriended(), m)).unwrap()).is_some());
}

#[test]
fn a_sign_in_with_a_device_ends_a_wait_and_nothing_else() {
    let used = |case: Case| at(NOW, |m| case.device_used(&befriended(), m));
    let step = used(waiting());
    assert_eq!(kinds(&step), [MailKind::RecoveryClosed; 2]);
    assert!(!step.next.alive(NOW));
    assert!(used(asked()).next.alive(NOW));
}

#[derive(Debug, Clone, Copy)]
enum Move {
    Wait(i64),
    Password,
    Mail,
    Phone,
    SavedCode,
    Ask,
    Answer(u8, bool),
    Enter,
}

/// What the one who plays holds besides the password.
#[derive(Debug, Clone, Copy)]
struct Has {
    good: bool,
    mailbox: bool,
    phone: bool,
    saved_code: bool,
    /// Recovery contacts who press whatever is wanted of them.
    friends: u8,
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        3 => (1_i64..900).prop_map(Move::Wait),
        3 => Just(Move::Password),
        4 => Just(Move::Mail),
        2 => Just(Move::Phone),
        1 => Just(Move::SavedCode),
        3 => Just(Move::Ask),
        6 => (1_u8..5, prop::bool::weighted(0.9)).prop_map(|(n, really)| Move::Answer(n, really)),
        4 => Just(Move::Enter),
    ]
}

fn who() -> impl Strategy<Value = Has> {
    (any::<[bool; 4]>(), 0_u8..4).prop_map(|([good, mailbox, phone, saved_code], friends)| Has {
        good,
        mailbox,
        phone,
        saved_code,
        friends,
    })
}

fn play(
    has: Has,
    case: Case,
    facts: &Facts,
    a_move: Move,
    now: Timestamp,
) -> Result<Step<Case>, Refusal> {
    match a_move {
        Move::Wait(_) => Ok(Step::to(case)),
        Move::Password => at(now, |m| case.password(facts, &again(true), m)),
        Move::Mail => at(now, |m| case.send_mail(facts, &code(), m))
            .and_then(|sent| at(now, |m| sent.next.mail_code(facts, has.mailbox, m))),
        Move::Phone => {
            let known = CallFacts {
                facts: facts.clone(),
                ..known(&[])
            };
            let placed = at(now, |m| case.call(&known, m))?;
            let PhoneProof::Called(call) = &placed.next.phone else {
                return Ok(placed);
            };
            let (id, digits) = (call.id.clone(), call.digits.clone());
            let keys = if has.phone {
                digits
            } else {
                other_digits(&digits)
            };
            let tell = |case: Case, event| {
                at(now, |m| case.call_event(&known, &id, &event, m)).map(|(s, _)| s)
            };
            let answered = tell(placed.next, CallEvent::Answered)?;
            tell(answered.next, CallEvent::Keyed(keys))
        }
        Move::SavedCode => {
            let verdict = match has.saved_code {
                true => SavedCodeVerdict::Right(saved_id()),
                false => SavedCodeVerdict::Wrong,
            };
            at(now, |m| case.saved_code(facts, &saved(verdict), m))
        }
        Move::Ask => at(now, |m| case.ask(facts, &ids(facts), m)),
        Move::Answer(number, really) if number <= has.friends => {
            answer_with(case, facts, number, really, now)
        }
        // An owner's friend who knows better.
        Move::Answer(number, _) => answer_with(case, facts, number, false, now),
        Move::Enter => at(now, |m| case.enter(facts, m)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    // R-REC-22: whatever is combined, only the sets (a) to (d) open a session.
    #[test]
    fn no_combination_of_proofs_but_the_four_sets_opens_a_session_r_rec_22(
        has in who(),
        script in prop::collection::vec(moves(), 1..80),
    ) {
        let (mut now, mut facts) = (NOW, surrounded());
        if !has.good {
            let password = facts.account.password.as_mut().unwrap();
            (password.good, password.origin) = (false, PasswordOrigin::Mailed);
        }
        let Some(mut case) = at(now, |m| Case::open(&facts, opening(Why::Lost), m)).next else {
            return Ok(());
        };
        let mut two_since: Option<Timestamp> = None;
        let mut code_and_mail: Option<Timestamp> = None;
        for a_move in script {
            if let Move::Wait(minutes) = a_move {
                now = now + Span::minutes(minutes);
            }
            let proved = (case.mail_proved(now), case.phone_proved(now));
            let by_code = case.saved_code.as_ref().is_some_and(|(_, at)| now.since(*at) < PROOF_LIFE);
            let Ok(step) = play(has, case.clone(), &facts, a_move, now) else { continue };
            if session(&step).is_some() {
                let waited = |since: Option<Timestamp>| since.is_some_and(|at| now.since(at) >= WAIT);
                let a = has.good && has.saved_code && by_code;
                let b = has.good && has.mailbox && has.phone && proved == (true, true);
                let c = !has.good && has.saved_code && has.mailbox && proved.0 && waited(code_and_mail);
                let d = has.good && has.mailbox && has.friends >= 2 && proved.0 && waited(two_since);
                prop_assert!(a || b || c || d, "{has:?} got in by {case:?}");
                prop_assert!(now.since(case.password_at) < PROOF_LIFE);
            }
            case = step.next;
            let confirmed = case.asked.iter().filter(|a| matches!(a.answer, Answer::Confirmed { .. }));
            two_since = match confirmed.count() {
                0 | 1 => None,
                _ => two_since.or(Some(now)),
            };
            if case.saved_code.is_some() && case.mail_proved(now) {
                code_and_mail = code_and_mail.or(Some(now));
            }
        }
    }
}
