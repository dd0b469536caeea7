//! The machine of a support case, and the dishonest who try it.

use super::*;
use crate::sample::{EMAIL, NOW, PHONE, account, at, code};
use crate::sign_in::MailCode;
use proptest::prelude::*;

fn asked(lost: Lost) -> Asked {
    Asked {
        named: EMAIL.into(),
        lost,
        value: "new@example.net".into(),
        text: "The mailbox is gone.".into(),
    }
}

fn opened() -> Case {
    let found = Some((account().id, Some(EMAIL.to_owned())));
    at(NOW, |m| Case::open(asked(Lost::Email), found, true, m))
}

fn approved() -> Case {
    let mut case = opened();
    case.take_note("opr_a", "Looked at a passport.", NOW)
        .unwrap();
    case.approve("opr_b", WAIT, NOW).unwrap();
    case
}

fn code_of<T>(result: Result<T, Refusal>) -> Option<Code> {
    result.err().map(|refusal| refusal.code)
}

// G-23, R-TS-36: the whole way, and no effect one millisecond early.
#[test]
fn a_contact_is_replaced_after_two_operators_and_the_whole_wait() {
    let mut case = approved();
    let until = NOW + WAIT;
    let early = Timestamp::from_millis(until.millis() - 1);
    assert_eq!(case.due(Some(EMAIL), early), Due::Nothing);
    assert_eq!(case.due(Some(EMAIL), until), Due::Replace);
    case.done(until);
    assert_eq!(case.due(Some(EMAIL), until + WAIT), Due::Nothing);
    assert_eq!(
        code_of(case.end(EndedBy::Link, until)),
        Some(Code::SupportOver)
    );
}

// The dishonest help desk: one operator alone gets nowhere, in whatever order.
#[test]
fn one_operator_alone_approves_nothing() {
    let mut case = opened();
    assert_eq!(
        code_of(case.approve("opr_a", WAIT, NOW)),
        Some(Code::NoteNeeded)
    );
    case.take_note("opr_a", "I know them.", NOW).unwrap();
    assert_eq!(
        code_of(case.approve("opr_a", WAIT, NOW)),
        Some(Code::SecondOperator)
    );
    // Who writes another note becomes the first operator.
    case.take_note("opr_b", "So do I.", NOW).unwrap();
    assert_eq!(
        code_of(case.approve("opr_b", WAIT, NOW)),
        Some(Code::SecondOperator)
    );
    case.approve("opr_a", WAIT, NOW).unwrap();
    assert_eq!(
        code_of(case.take_note("opr_a", "Another.", NOW)),
        Some(Code::SupportOver),
        "the note that was approved stays"
    );
}

#[test]
fn no_setting_makes_the_wait_shorter_than_three_days() {
    let mut case = opened();
    case.take_note("opr_a", "Note.", NOW).unwrap();
    case.approve("opr_b", Span::ZERO, NOW).unwrap();
    assert_eq!(
        case.stage,
        Stage::Waits {
            until: NOW + SHORTEST_WAIT
        }
    );
}

#[test]
fn a_case_of_nobody_and_a_contact_that_is_another_by_now_lead_to_nothing() {
    let mut nobody = at(NOW, |m| Case::open(asked(Lost::Email), None, true, m));
    nobody.take_note("opr_a", "Note.", NOW).unwrap();
    assert_eq!(
        code_of(nobody.approve("opr_b", WAIT, NOW)),
        Some(Code::CaseWithoutAccount)
    );
    let case = approved();
    assert_eq!(case.due(Some("other@example.com"), NOW + WAIT), Due::End);
    assert_eq!(case.due(None, NOW + WAIT), Due::End);
}

#[test]
fn what_nobody_decides_or_proves_ends_by_itself() {
    let case = opened();
    assert_eq!(
        case.due(Some(EMAIL), NOW + UNHANDLED - Span::minutes(1)),
        Due::Nothing
    );
    assert_eq!(case.due(Some(EMAIL), NOW + UNHANDLED), Due::End);
    let mut case = approved();
    case.proved_at = None;
    assert_eq!(case.due_at(), Some(NOW + WAIT));
    assert_eq!(
        case.due(Some(EMAIL), NOW + WAIT - Span::minutes(1)),
        Due::Nothing
    );
    assert_eq!(case.due(Some(EMAIL), NOW + WAIT), Due::End);
}

// Calls: only after the mailbox was proved, and that lapses; nothing is asked before the approval or after the wait.
#[test]
fn of_a_lost_telephone_the_mailbox_is_asked_for_before_the_call() {
    let found = Some((account().id, Some(PHONE.to_owned())));
    let mut case = at(NOW, |m| Case::open(asked(Lost::Phone), found, false, m));
    assert_eq!(case.wants(NOW), None);
    case.take_note("opr_a", "Note.", NOW).unwrap();
    assert_eq!(case.wants(NOW), None);
    case.approve("opr_b", WAIT, NOW).unwrap();
    assert_eq!(case.wants(NOW), Some(Wants::Mailbox));
    let (draft, mail) = at(NOW, |m| {
        Draft::to_case(&case, "present@example.com", &code(), 1, m)
    });
    assert_eq!(mail.to, "present@example.com");
    assert!(mail.origin.is_some() && mail.account.is_some());
    assert!(matches!(draft, Draft::AwaitCode { case: Some(id), .. } if id == case.id));
    case.mailbox_at = Some(NOW);
    assert_eq!(case.wants(NOW), Some(Wants::Call));
    let lapsed = NOW + MAILBOX_LIFE;
    assert_eq!(case.wants(lapsed), Some(Wants::Mailbox));
    assert_eq!(case.wants(NOW + WAIT), None);
    case.proved_at = Some(NOW);
    assert_eq!(case.wants(NOW), None);
    assert_eq!(case.due(Some(PHONE), NOW + WAIT), Due::Replace);
    assert_eq!(
        approved().wants(NOW),
        None,
        "a new address is proved already"
    );
}

#[test]
fn what_the_account_does_not_have_is_not_replaced() {
    let found = Some((account().id, None));
    let mut case = at(NOW, |m| Case::open(asked(Lost::Phone), found, false, m));
    case.take_note("opr_a", "Note.", NOW).unwrap();
    let refused = case.approve("opr_b", WAIT, NOW);
    assert_eq!(code_of(refused), Some(Code::NothingToReplace));
}

#[test]
fn all_contacts_are_told_on_days_0_1_3_and_6_with_a_link_that_stops_it() {
    let case = approved();
    let told = [
        ("a@example.com".to_owned(), true),
        ("b@example.com".to_owned(), false),
    ];
    let notices = case.notices(&account(), &told, "/support/not-me/x", NOW);
    let days: Vec<i64> = notices
        .iter()
        .map(|(delay, _)| delay.as_millis() / 86_400_000)
        .collect();
    assert_eq!(days, [0, 0, 1, 1, 3, 3, 6, 6]);
    for (_, mail) in &notices {
        let stop = (mail.to == "a@example.com").then_some("/support/not-me/x");
        assert_eq!(mail.objection.as_deref(), stop);
        assert_eq!(
            mail.locale,
            Locale::Ja,
            "the owner's language, not the asker's"
        );
        assert!(
            !mail
                .facts
                .values()
                .any(|fact| fact.contains("new@example.net"))
        );
    }
    assert!(
        opened().notices(&account(), &told, "/x", NOW).is_empty(),
        "before the approval nobody is mailed"
    );
}

#[test]
fn a_jump_of_the_clock_does_not_shorten_the_wait() {
    let mut case = approved();
    case.shift(&Shift {
        from: NOW,
        by: Span::days(30).as_millis(),
    });
    assert_eq!(case.due(Some(EMAIL), NOW + Span::days(30)), Due::Nothing);
}

#[test]
fn a_new_address_is_proved_in_five_tries_and_half_an_hour_and_a_taken_one_never() {
    let mail = |taken| Draft::mailed(asked(Lost::Email), taken, &code(), 1, (NOW, Locale::En));
    let (mut free, letter) = mail(false);
    assert_eq!(letter.to, "new@example.net");
    assert!(free.clone().prove(Some(&[7; 32]), NOW).is_ok());
    assert_eq!(
        code_of(free.clone().prove(Some(&[7; 32]), NOW + CODE_LIFE)),
        Some(Code::MailCodeOver)
    );
    for left in (0..CODE_TRIES).rev() {
        let refusal = free.prove(Some(&[0; 32]), NOW).unwrap_err();
        assert_eq!(refusal.left, Some(left));
    }
    assert_eq!(
        code_of(free.prove(Some(&[7; 32]), NOW)),
        Some(Code::MailCodeOver)
    );
    let (mut taken, letter) = mail(true);
    assert_eq!(letter.kind, MailKind::EmailTaken);
    assert_eq!(letter.code, None);
    for typed in [Some(&[7; 32][..]), Some(&[][..]), None] {
        assert_eq!(code_of(taken.prove(typed, NOW)), Some(Code::WrongMailCode));
    }
    let last = Draft::mailed(
        asked(Lost::Email),
        false,
        &code() as &MailCode,
        MOST_MAILS,
        (NOW, Locale::En),
    )
    .0;
    assert_eq!(code_of(last.may_mail_again()), Some(Code::MailWait));
}

#[test]
fn a_text_is_bounded() {
    assert_eq!(text(" a\r\nb ").unwrap(), "a\nb");
    assert!(text(&"字".repeat(LONGEST_TEXT)).is_ok());
    for bad in ["", " \n ", "a\u{7}b", &"字".repeat(LONGEST_TEXT + 1)] {
        assert_eq!(code_of(text(bad)), Some(Code::SupportText));
    }
}

// Stolen: two people hold a proof each, so neither a sign-in nor two operators settle it here.
#[test]
fn nothing_comes_of_a_case_about_a_stolen_device_but_a_note_and_its_end() {
    let recovery = CaseId::draw(&crate::dice::Dice::new([5; 32]), "");
    let mut case = at(NOW, |m| Case::of_dispute(&account(), &recovery, m));
    assert_eq!(case.recovery, Some(recovery));
    for with_device in [true, false] {
        assert!(!case.ends_by_sign_in(with_device));
        assert_eq!(opened().ends_by_sign_in(with_device), with_device);
    }
    case.take_note("opr_a", "Spoke with both.", NOW).unwrap();
    assert_eq!(
        code_of(case.approve("opr_b", WAIT, NOW)),
        Some(Code::NothingToApprove)
    );
    assert_eq!(Lost::Device.kind(), None);
    assert_eq!(case.due(None, NOW + WAIT), Due::Nothing);
    assert_eq!(case.due(None, NOW + UNHANDLED), Due::End);
    let mail = case.disputed(&account());
    assert!(mail.origin.is_some() && mail.objection.is_none());
    case.end(EndedBy::Operator, NOW).unwrap();
    assert!(!case.runs());
}

// G-23, R-TS-36: fourteen days whatever was set, notices on days 0, 1, 3, 6 and 13, a week to come, and no contact replaced.
#[test]
fn where_nothing_is_left_somebody_is_let_in_after_fourteen_days_and_for_a_week() {
    let found = Some((account().id, Some(EMAIL.to_owned())));
    let mut case = at(NOW, |m| Case::open(asked(Lost::All), found, true, m));
    case.take_note("opr_a", "Note.", NOW).unwrap();
    assert_eq!(
        code_of(case.approve("opr_a", WAIT, NOW)),
        Some(Code::SecondOperator)
    );
    case.approve("opr_b", WAIT, NOW).unwrap();
    let until = NOW + LONG_WAIT;
    assert_eq!(case.stage, Stage::Waits { until });
    let told = [("a@example.com".to_owned(), true)];
    let notices = case.notices(&account(), &told, "/support/not-me/x", NOW);
    let days = notices
        .iter()
        .map(|(delay, _)| delay.as_millis() / 86_400_000);
    assert_eq!(days.collect::<Vec<_>>(), [0, 1, 3, 6, 13]);
    let early = Timestamp::from_millis(until.millis() - 1);
    assert_eq!(case.wants(early), None);
    assert_eq!(case.wants(until), Some(Wants::Nothing));
    let late = until + COME_WITHIN;
    assert_eq!(case.wants(late), None);
    for now in [early, until] {
        assert_eq!(case.due(Some(EMAIL), now), Due::Nothing);
    }
    assert_eq!(
        (case.due_at(), case.due(Some(EMAIL), late)),
        (Some(late), Due::End)
    );
    assert_eq!(Lost::All.kind(), None, "nothing is replaced");
    assert!(case.ends_by_sign_in(true) && case.ends_by_sign_in(false));
    let mut ended = case.clone();
    ended.end(EndedBy::Link, until).unwrap();
    assert_eq!(ended.wants(until), None, "also when the wait is over");
    case.done(until);
    assert_eq!(case.wants(until), None, "once");
}

#[derive(Debug, Clone)]
enum Input {
    Note(u8),
    Approve(u8),
    End(EndedBy),
    Wait(i64),
}

fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let ended = prop_oneof![
        Just(EndedBy::SignIn),
        Just(EndedBy::Link),
        Just(EndedBy::Asker),
        Just(EndedBy::Operator)
    ];
    let one = prop_oneof![
        3 => (0_u8..3).prop_map(Input::Note),
        3 => (0_u8..3).prop_map(Input::Approve),
        1 => ended.prop_map(Input::End),
        3 => (0_i64..9).prop_map(Input::Wait),
    ];
    proptest::collection::vec(one, 0..24)
}

proptest! {
    /// Whatever is done in whatever order: a contact is replaced only after a note, the approval of somebody else, and
    /// three days at least in which nobody ended it; and what was ended stays ended.
    #[test]
    fn nothing_but_two_operators_and_time_replaces_a_contact_or_lets_in(inputs in inputs(), all in any::<bool>()) {
        let mut case = opened();
        let mut wait = WAIT;
        if all {
            (case.asked.lost, wait) = (Lost::All, LONG_WAIT);
        }
        let mut now = NOW;
        let mut ended = false;
        for input in inputs {
            match input {
                Input::Note(who) => { case.take_note(&format!("opr_{who}"), "Note.", now).ok(); }
                Input::Approve(who) => { case.approve(&format!("opr_{who}"), WAIT, now).ok(); }
                Input::End(by) => ended |= case.end(by, now).is_ok(),
                Input::Wait(days) => now = now + Span::days(days),
            }
            if case.wants(now) == Some(Wants::Nothing) || case.due(Some(EMAIL), now) == Due::Replace {
                prop_assert!(!ended);
                let (noted, approved) = (case.noted.clone().unwrap(), case.approved.clone().unwrap());
                prop_assert_ne!(noted.by, approved.by);
                prop_assert!(noted.at <= approved.at && now.since(approved.at) >= wait);
                case.done(now);
            }
            prop_assert!(!ended || !case.runs());
        }
    }
}
