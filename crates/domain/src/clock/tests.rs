use super::*;
use crate::sample::NOW;
use proptest::prelude::*;

/// A world with a true time; the clock shows it with an error.
struct World {
    course: Course,
    ran: i64,
    error: i64,
    added: i64,
    until: Timestamp,
}

impl World {
    fn new(hold: Span) -> Self {
        Self {
            course: Course::begin(NOW, Span::ZERO),
            ran: 0,
            error: 0,
            added: 0,
            until: NOW + hold,
        }
    }

    fn shown(&self) -> Timestamp {
        Timestamp::from_millis(NOW.millis() + self.ran + self.error)
    }

    fn now(&mut self) -> Timestamp {
        let shown = self.shown();
        self.course.read(shown, Span::millis(self.ran))
    }

    fn settle(&mut self) {
        self.now();
        if let Some(jumps) = self.course.jumps(self.shown()) {
            if let Some(shift) = Shift::of(&jumps, Span::millis(self.added)) {
                self.until = shift.end(self.until);
                self.added += shift.by;
            }
            self.course.settled(&jumps);
        }
    }
}

proptest! {
    /// However the clock jumps, and whether that was made up for already or not: a hold is never over before its time.
    #[test]
    fn no_jump_ends_a_hold_before_its_time(
        steps in prop::collection::vec((0_i64..3 * 3_600_000, -100_000_000_i64..100_000_000, any::<bool>()), 1..20),
    ) {
        let hold = Span::hours(24);
        let mut world = World::new(hold);
        for (passes, jump, settles) in steps {
            world.ran += passes;
            let now = world.now();
            prop_assert!(world.ran >= hold.as_millis() || now < world.until);
            // What moves by less than a jump is taken for the truth.
            if jump.abs() > JUMP.as_millis() {
                world.error += jump;
            }
            if settles {
                world.settle();
            }
            let now = world.now();
            prop_assert!(world.ran >= hold.as_millis() || now < world.until);
        }
    }

    /// A clock that erred and was put right leaves every wait as it was.
    #[test]
    fn a_clock_that_was_put_right_leaves_no_trace(
        error in 300_001_i64..400_000_000_000, erred_for in 0_i64..86_400_000, settled in any::<bool>(),
    ) {
        let mut world = World::new(Span::hours(48));
        let until = world.until;
        world.error = error;
        if settled {
            world.settle();
        }
        world.now();
        world.ran += erred_for;
        world.now();
        world.error = 0;
        world.settle();
        prop_assert_eq!(world.until, until);
        prop_assert_eq!(world.now(), world.shown());
    }
}

#[test]
fn a_clock_that_was_behind_what_is_written_owes_only_what_came_after() {
    // A machine without a battery starts in the past, and NTP puts it right a minute later.
    let past = NOW - Span::days(2_000);
    let written = NOW - Span::hours(3);
    let mut course = Course::begin(past, Span::ZERO);
    course.compare(Some(written));
    course.read(NOW, Span::seconds(1));
    let jumps = course.jumps(NOW).unwrap();
    let shift = Shift::of(&jumps, Span::ZERO).unwrap();
    assert_eq!(
        (shift.from, shift.by),
        (written, Span::hours(3).as_millis())
    );
    let over = NOW - Span::hours(4);
    assert_eq!(shift.end(over), over, "what was over stays over");
    course.settled(&jumps);
    // From then on every jump counts in full.
    let later = NOW + Span::days(1);
    course.compare(Some(NOW + Span::days(2)));
    course.read(later, Span::seconds(1));
    let shift = Shift::of(&course.jumps(later).unwrap(), Span::ZERO);
    assert_eq!(shift.map(|shift| shift.by), Some(Span::days(1).as_millis()));
}

#[test]
fn ends_and_beginnings_move_while_they_count() {
    let shift = Shift {
        from: NOW,
        by: Span::hours(9).as_millis(),
    };
    let later = NOW + Span::millis(1);
    assert_eq!(shift.end(NOW), NOW);
    assert_eq!(shift.end(later), later + Span::hours(9));
    let day = Span::hours(24);
    assert_eq!(shift.beginning(NOW - day, day), NOW - day);
    assert_eq!(
        shift.beginning(later - day, day),
        later - day + Span::hours(9)
    );
}

#[test]
fn what_is_less_than_a_jump_is_the_truth() {
    let mut course = Course::begin(NOW, Span::ZERO);
    let shown = NOW + JUMP;
    assert_eq!(course.read(shown, Span::ZERO), shown);
    assert_eq!(course.jumps(shown), None);
    let shown = shown + JUMP + Span::millis(1);
    assert_eq!(course.read(shown, Span::ZERO), NOW + JUMP);
    assert!(course.jumps(shown).is_some());
}
