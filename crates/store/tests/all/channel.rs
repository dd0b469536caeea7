//! Rows of the guard of the channels: kept sealed, found while something pauses, moved by a jump of the clock.

use super::sample::NOW;
use domain::channel::{Guarded, Look, PAUSE, Part, Seen};
use domain::clock::Shift;
use domain::time::Timestamp;
use store::StoreError;
use store::testing::engines;

fn seen(host: &str) -> Seen {
    let keys = [("mail.smtp.host".to_owned(), host.to_owned())];
    Seen {
        keys: keys.into(),
        holds: None,
    }
}

#[test]
fn a_change_is_found_while_it_pauses_and_lasts_as_long_after_a_jump_of_the_clock() {
    for db in engines() {
        let paused = || db.read_blocking(store::channel::paused).unwrap();
        let until = || -> Option<Timestamp> { Some(paused().first()?.change.as_ref()?.until) };
        let mut guarded = Guarded::first(Part::Mail, &seen("ours"));
        let row = guarded.clone();
        db.write_blocking(move |tx| store::channel::put(tx, &row))
            .unwrap();
        assert_eq!(paused(), []);
        let look = Look {
            pause: PAUSE,
            alone: true,
            now: NOW,
        };
        guarded.look(&seen("theirs"), &[], &look);
        let row = guarded.clone();
        db.write_blocking(move |tx| store::channel::put(tx, &row))
            .unwrap();
        assert_eq!(paused(), [guarded.clone()]);
        let shift = Shift {
            from: NOW,
            by: PAUSE.as_millis(),
        };
        let moved = db
            .write_blocking(move |tx| store::clock::shift(tx, &shift))
            .unwrap();
        assert_eq!((moved, until()), (1, Some(NOW + PAUSE + PAUSE)));
        guarded.look(&seen("ours"), &[], &look);
        let row = guarded.clone();
        let found = db.write_blocking(move |tx| {
            store::channel::put(tx, &row)?;
            let other = store::channel::lock(tx, Part::Voice)?;
            Ok::<_, StoreError>((store::channel::lock(tx, Part::Mail)?, other))
        });
        assert_eq!(found.unwrap(), (Some(guarded), None));
        assert_eq!(paused(), []);
    }
}
