//! Attackers with part of the proofs, playing at random for a long time, and what pages show meanwhile.
use super::*;
use proptest::prelude::*;

/// What the one who plays can do.
#[derive(Debug, Clone, Copy)]
struct Has {
    mailbox: bool,
    phone: bool,
    saved_code: bool,
}

/// A move of the game.
#[derive(Debug, Clone, Copy)]
enum Move {
    Wait(i64),
    Password,
    SendMail,
    Code,
    Link,
    Call,
    Ringing,
    Answered,
    Keys,
    NotMe,
    Ended(Outcome),
    Stale,
    SavedCode,
    Why(Why),
    Object,
    Enter,
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        2 => (1_i64..50).prop_map(Move::Wait),
        1 => Just(Move::Password),
        3 => Just(Move::SendMail),
        3 => Just(Move::Code),
        1 => Just(Move::Link),
        3 => Just(Move::Call),
        2 => Just(Move::Ringing),
        3 => Just(Move::Answered),
        4 => Just(Move::Keys),
        1 => Just(Move::Stale),
        1 => proptest::sample::select(Outcome::ALL.to_vec()).prop_map(Move::Ended),
        1 => Just(Move::SavedCode),
        1 => proptest::sample::select(Why::ALL.to_vec()).prop_map(Move::Why),
        4 => Just(Move::Enter),
    ]
}

fn rare_moves() -> impl Strategy<Value = Move> {
    prop_oneof![30 => moves(), 1 => Just(Move::NotMe), 1 => Just(Move::Object)]
}

fn who() -> impl Strategy<Value = Has> {
    any::<(bool, bool, bool)>().prop_map(|(mailbox, phone, saved_code)| Has {
        mailbox,
        phone,
        saved_code,
    })
}

/// The game: a case, a clock, the times at which proofs were really given.
struct Game {
    case: Case,
    now: Timestamp,
    mail_at: Option<Timestamp>,
    phone_at: Option<Timestamp>,
    code_at: Option<Timestamp>,
    password_at: Timestamp,
    sessions: u32,
    stale: Option<(CallId, Digits)>,
}

impl Game {
    fn new() -> Self {
        Self {
            case: opened(),
            now: NOW,
            mail_at: None,
            phone_at: None,
            code_at: None,
            password_at: NOW,
            sessions: 0,
            stale: None,
        }
    }

    fn call(&self) -> Option<(CallId, Digits)> {
        match &self.case.phone {
            PhoneProof::Called(call) => Some((call.id.clone(), call.digits.clone())),
            _ => None,
        }
    }

    fn event(&mut self, make: impl FnOnce(Digits) -> CallEvent) -> bool {
        let Some((id, digits)) = self.call() else {
            return false;
        };
        let (case, event) = (self.case.clone(), make(digits));
        match at(self.now, |m| case.call_event(&known(&[]), &id, &event, m)) {
            Ok((step, say)) => {
                assert!(session(&step).is_none(), "no event opens a session");
                self.case = step.next;
                say == Say::Thanks
            }
            Err(_) => false,
        }
    }

    fn take(&mut self, result: Result<Step<Case>, Refusal>) -> bool {
        match result {
            Ok(step) => {
                self.sessions += u32::from(session(&step).is_some());
                let shown = step.show.is_ok();
                self.case = step.next;
                shown
            }
            Err(_) => false,
        }
    }

    fn play(&mut self, has: Has, a_move: Move) {
        let (case, now, f) = (self.case.clone(), self.now, facts());
        match a_move {
            Move::Wait(minutes) => self.now = now + Span::minutes(minutes),
            Move::Password => {
                if self.take(at(now, |m| case.password(&f, &again(true), m))) {
                    self.password_at = now;
                }
            }
            Move::SendMail => {
                self.take(at(now, |m| case.send_mail(&f, &code(), m)));
            }
            Move::Code => {
                let open = matches!(self.case.mail, MailProof::Sent { .. });
                if self.take(at(now, |m| case.mail_code(&f, has.mailbox, m))) && open {
                    self.mail_at = Some(now);
                }
            }
            Move::Link => {
                let link = match (&self.case.mail, has.mailbox) {
                    (MailProof::Sent { link, .. }, true) => link.clone(),
                    _ => LinkId::draw(&Dice::new([1; 32]), "guess"),
                };
                if self.take(at(now, |m| case.mail_link(&f, &link, m))) {
                    self.mail_at = Some(now);
                }
            }
            Move::Call => {
                self.stale = self.call().or(self.stale.take());
                self.take(at(now, |m| case.call(&known(&[]), m)));
            }
            Move::Ringing => {
                self.event(|_| CallEvent::Ringing);
            }
            Move::Answered => {
                self.event(|_| CallEvent::Answered);
            }
            Move::Keys => {
                let right = has.phone;
                if self.event(|d| CallEvent::Keyed(if right { d } else { other_digits(&d) })) {
                    self.phone_at = Some(now);
                }
            }
            Move::NotMe => {
                self.event(|_| CallEvent::NotMe);
            }
            Move::Ended(outcome) => {
                self.event(|_| CallEvent::Ended(outcome));
            }
            Move::Stale => self.stale_event(),
            Move::SavedCode => {
                let verdict = if has.saved_code {
                    SavedCodeVerdict::Right(saved_id())
                } else {
                    SavedCodeVerdict::Wrong
                };
                let before = self.case.saved_code.clone();
                if self.take(at(now, |m| case.saved_code(&f, &saved(verdict), m)))
                    && self.case.saved_code != before
                {
                    self.code_at = Some(now);
                }
            }
            Move::Why(why) => {
                self.take(at(now, |m| case.say_why(&f, why, m)));
            }
            Move::Object => {
                let known = ObjectionFacts {
                    facts: f,
                    contact: "x".into(),
                    freezes: Vec::new(),
                };
                self.take(at(now, |m| case.object(&known, m)));
            }
            Move::Enter => {
                self.take(at(now, |m| case.enter(&f, m)));
            }
        }
    }

    /// An event of an earlier call, with the digits that were right then.
    fn stale_event(&mut self) {
        let Some((id, digits)) = self.stale.clone() else {
            return;
        };
        if self.call().is_some_and(|(present, _)| present == id) {
            return;
        }
        let case = self.case.clone();
        let told = at(self.now, |m| {
            case.call_event(&known(&[]), &id, &CallEvent::Keyed(digits), m)
        });
        assert!(told.is_err(), "a call that is over decides nothing");
    }

    fn may_have_session(&self) -> bool {
        let within =
            |at: Option<Timestamp>, life: Span| at.is_some_and(|t| self.now.since(t) < life);
        let password = within(Some(self.password_at), PROOF_LIFE);
        let both = within(self.mail_at, MAIL_PROOF_LIFE) && within(self.phone_at, PROOF_LIFE);
        password && (both || within(self.code_at, PROOF_LIFE))
    }
}

/// Everything a page could print of a case.
fn printed(case: &Case, now: Timestamp) -> String {
    format!("{:?}", case.view(&facts(), &[], now))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_session_opens_only_when_a_whole_set_was_given_in_time_r_rec_22(
        has in who(),
        script in prop::collection::vec(rare_moves(), 1..60),
    ) {
        let mut game = Game::new();
        for a_move in script {
            let before = game.sessions;
            game.play(has, a_move);
            if game.sessions > before {
                prop_assert!(game.may_have_session(), "{has:?} got in");
                prop_assert!(has.saved_code || (has.mailbox && has.phone));
                prop_assert_eq!(game.sessions, 1);
            }
        }
        if !(has.saved_code || has.mailbox && has.phone) {
            prop_assert_eq!(game.sessions, 0);
        }
    }

    #[test]
    fn the_owner_with_both_gets_in_r_rec_04(waits in prop::collection::vec(0_i64..12, 4)) {
        let owner = Has { mailbox: true, phone: true, saved_code: false };
        let mut game = Game::new();
        for (wait, part) in waits.iter().zip([
            &[Move::SendMail][..], &[Move::Code], &[Move::Call, Move::Ringing, Move::Answered, Move::Keys], &[Move::Enter],
        ]) {
            game.play(owner, Move::Wait(*wait));
            part.iter().for_each(|a_move| game.play(owner, *a_move));
        }
        prop_assert_eq!(game.sessions, 1);
    }

    #[test]
    fn no_more_of_the_phone_than_four_digits_is_shown_r_rec_60(
        has in who(),
        script in prop::collection::vec(rare_moves(), 1..40),
    ) {
        let mut game = Game::new();
        for a_move in script {
            game.play(has, a_move);
            let page = printed(&game.case, game.now);
            prop_assert!(!page.contains("45678"), "five digits");
            prop_assert!(!page.contains("+886"), "its country");
            if !game.case.mail_proved(game.now) {
                prop_assert!(!page.contains("5678"), "before the e-mail is proved nothing at all");
            }
        }
    }

    #[test]
    fn foreign_and_repeated_events_change_nothing(script in prop::collection::vec(rare_moves(), 1..40), seed in any::<u8>()) {
        let owner = Has { mailbox: true, phone: true, saved_code: false };
        let mut game = Game::new();
        for a_move in script {
            game.play(owner, a_move);
            let foreign = CallId::draw(&Dice::new([seed; 32]), "foreign");
            for event in [CallEvent::Ringing, CallEvent::Answered, CallEvent::NotMe, CallEvent::Ended(Outcome::Busy)] {
                let case = game.case.clone();
                prop_assert!(at(game.now, |m| case.call_event(&known(&[]), &foreign, &event, m)).is_err());
            }
            if let Some((id, _)) = game.call() {
                let once = at(game.now, |m| game.case.clone().call_event(&known(&[]), &id, &CallEvent::Answered, m));
                if let Ok((step, _)) = once {
                    let twice = at(game.now, |m| step.next.call_event(&known(&[]), &id, &CallEvent::Answered, m));
                    prop_assert!(twice.is_err(), "told twice, heard once");
                }
            }
        }
    }
}
