//! Rows of operators: what a recovery and a removal leave behind, and which browsers are known.

use super::sample::NOW;
use domain::client::Client;
use domain::dice::Dice;
use domain::ids::{DeviceId, OperatorId, SessionId};
use domain::locale::Locale;
use domain::operator::{Granter, IDLE, Operator, Session};
use domain::time::Span;
use store::operator::Credentials;
use store::testing::engines;
use store::{Db, StoreError};

const EMAIL: &str = "day.desk@example.com";

fn made(db: &Db, granted_by: Granter) -> Operator {
    let operator = Operator {
        id: OperatorId::draw(&Dice::new([1; 32]), ""),
        name: "Day Desk".into(),
        email: EMAIL.into(),
        locale: Locale::Ja,
        granted_by,
        granted_at: NOW,
        created_at: NOW,
        set_up_at: None,
        removed_at: None,
    };
    let row = operator.clone();
    db.write_blocking(move |tx| store::operator::insert(tx, &row, EMAIL))
        .unwrap();
    operator
}

fn session(of: &Operator, n: u8) -> Session {
    let client = Client {
        address: "192.0.2.1".parse().unwrap(),
        device: "Firefox, Linux".into(),
    };
    let id = SessionId::draw(&Dice::new([n; 32]), "");
    Session::open(id, of.id.clone(), client, NOW)
}

fn set_up(tx: &mut store::Tx<'_>, id: &OperatorId) -> Result<(), StoreError> {
    let credentials = Credentials {
        phc: "a hash".into(),
        device: DeviceId::draw(&Dice::new([2; 32]), ""),
        seed: [7; 20],
    };
    store::operator::set_up(tx, id, &credentials, NOW)
}

#[test]
fn an_operator_is_read_as_written_and_its_seed_is_sealed() {
    let giver = OperatorId::draw(&Dice::new([8; 32]), "");
    for by in [Granter::Operator(giver), Granter::Host("root (0)".into())] {
        for db in engines() {
            let id = made(&db, by.clone()).id;
            let found: Result<_, StoreError> = db.write_blocking(move |tx| {
                let before = store::operator::find(tx, &id)?;
                set_up(tx, &id)?;
                let (phc, device) = (
                    store::operator::password_hash(tx, &id)?,
                    store::operator::device(tx, &id)?,
                );
                let after = store::operator::find_by_email(tx, EMAIL)?;
                Ok((before, phc, device, after))
            });
            let (before, phc, device, after) = found.unwrap();
            let expected = Some((by.clone(), None));
            assert_eq!(before.map(|o| (o.granted_by, o.set_up_at)), expected);
            assert_eq!(phc.as_deref(), Some("a hash"));
            assert_eq!(
                device.map(|(_, seed)| seed.expose().clone()),
                Some(vec![7; 20])
            );
            assert_eq!(after.and_then(|o| o.set_up_at), Some(NOW));
        }
    }
}

#[test]
fn a_recovery_leaves_nothing_to_sign_in_with_and_a_removal_frees_the_address() {
    for db in engines() {
        let operator = made(&db, Granter::Host("root (0)".into()));
        let (id, open) = (operator.id.clone(), session(&operator, 3));
        let left: Result<_, StoreError> = db.write_blocking(move |tx| {
            set_up(tx, &id)?;
            store::operator::open(tx, &open, &[1; 32])?;
            store::operator::know_browser(tx, None, &[2; 32], &id, NOW + Span::days(90))?;
            store::operator::strip(tx, &id)?;
            let nothing = (
                store::operator::password_hash(tx, &id)?,
                store::operator::device(tx, &id)?.is_some(),
                store::operator::find_session(tx, &[1; 32])?,
                store::operator::is_known(tx, &[2; 32], &id, NOW)?,
            );
            store::operator::remove(tx, &id, NOW)?;
            let refused = set_up(tx, &id).is_err();
            Ok((nothing, refused))
        });
        let (nothing, refused) = left.unwrap();
        assert_eq!(nothing, (None, false, None, false));
        assert!(refused, "one that was removed is set up again");
        let id = operator.id.clone();
        let found: Result<_, StoreError> = db.read_blocking(move |tx| {
            Ok((
                store::operator::find(tx, &id)?.map(|o| (o.name, o.removed_at)),
                store::operator::find_by_email(tx, EMAIL)?,
            ))
        });
        let name = ("Day Desk".to_owned(), Some(NOW));
        assert_eq!(found.unwrap(), (Some(name), None));
    }
}

#[test]
fn sessions_end_one_by_one_all_but_one_and_by_time_and_a_browser_keeps_what_it_is_known_for() {
    for db in engines() {
        let operator = made(&db, Granter::Host("root (0)".into()));
        let (one, two, three) = (
            session(&operator, 3),
            session(&operator, 4),
            session(&operator, 5),
        );
        let id = operator.id;
        let told: Result<_, StoreError> = db.write_blocking(move |tx| {
            for (n, session) in [(3, &one), (4, &two), (5, &three)] {
                store::operator::open(tx, session, &[n; 32])?;
            }
            store::operator::end(tx, &one.id)?;
            let others = store::operator::end_others(tx, &id, &two.id)?;
            let later = NOW + Span::minutes(5);
            store::operator::proven(tx, &two.id, &[6; 32], later)?;
            store::operator::seen(tx, &two.id, later)?;
            let found = store::operator::find_session(tx, &[6; 32])?;
            let by_old = store::operator::find_session(tx, &[4; 32])?;
            let kept = store::operator::clean(tx, NOW + IDLE, NOW)?;
            let idle = store::operator::clean(tx, NOW + IDLE, later)?;
            let until = NOW + Span::days(90);
            store::operator::know_browser(tx, None, &[1; 32], &id, until)?;
            store::operator::know_browser(tx, Some(&[1; 32]), &[2; 32], &id, until)?;
            let known = [
                store::operator::is_known(tx, &[1; 32], &id, NOW)?,
                store::operator::is_known(tx, &[2; 32], &id, NOW)?,
                store::operator::is_known(tx, &[2; 32], &id, until)?,
            ];
            let at = found.map(|s| (s.device_at, s.seen_at));
            Ok((others, at, by_old, kept, idle, known))
        });
        let later = NOW + Span::minutes(5);
        let known = [false, true, false];
        let expected = (1, Some((later, later)), None, 0, 1, known);
        assert_eq!(told.unwrap(), expected, "{:?}", db.engine());
    }
}
