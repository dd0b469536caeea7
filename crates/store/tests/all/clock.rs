//! What a jump of the clock moves: every column that holds a time is decided upon, and moved on both engines alike.

use super::sample::{NOW, make_account};
use domain::clock::Shift;
use domain::time::Span;
use store::testing::engines;
use store::{Sql, StoreError, params};

/// Columns that move. Those of cases and changes lie sealed in `state` and `body`; `domain` moves them.
const MOVED: &[&str] = &[
    "account.password_hold_until",
    "account.password_set_at",
    "account.email_set_at",
    "account.state_since",
    "session.hold_until",
    "mfa_device.hold_until",
    "mfa_device.suspended_until",
    "device_suspension.until",
    "saved_code.hold_until",
    "recovery_freeze.until",
    "recovery_case.over_at",
    "link.expires_at",
    "contact.changed_at",
    "contact.former_changed_at",
    "contact.removed_at",
    "contact_change.keep_until",
    "recovery_contact.accepted_at",
    "counter.last_at",
    "phone_call.placed_at",
    "phone_call.changed_at",
    "text_message.placed_at",
    "operator.granted_at",
    "support_case.due_at",
    "contact_lock.until",
    "channel.paused_until",
];

/// Columns that do not: an early end favours nobody but the owner, or they only tell when something was.
const LEFT: &[&str] = &[
    "account.email_proved_at",
    "account.created_at",
    "session.opened_at",
    "session.seen_at",
    "session.ends_at",
    "session.password_at",
    "session.mfa_at",
    "flow.created_at",
    "flow.touched_at",
    "flow.ends_at",
    "known_browser.created_at",
    "known_browser.expires_at",
    "link.created_at",
    "link.used_at",
    "mfa_device.registered_at",
    "mfa_device.last_used_at",
    "recovery_case.opened_at",
    "recovery_freeze.at",
    "device_suspension.at",
    "recovery_dispute.at",
    "contact.proved_at",
    "contact.former_proved_at",
    "contact_change.begun_at",
    "saved_code.made_at",
    "saved_code.used_at",
    "lease.until",
    "outbox.created_at",
    "outbox.due_at",
    "outbox.lease_until",
    "outbox.done_at",
    "audit_record.at",
    "guessing_network.keep_until",
    "nudge.until",
    "operator.created_at",
    "operator.set_up_at",
    "operator.removed_at",
    "operator_session.opened_at",
    "operator_session.seen_at",
    "operator_session.ends_at",
    "operator_session.device_at",
    "operator_browser.expires_at",
    "drill.at",
    "support_case.opened_at",
    "support_case.over_at",
    "recovery_contact.named_at",
    "iam_entity.created_at",
    "iam_access_key.created_at",
    "iam_access_key.last_used_at",
    "iam_policy_version.created_at",
];

/// The columns of the schema that hold a time, `table.column`, as the migrations have them.
fn times() -> Vec<String> {
    let migrations = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/migrations");
    let mut found = Vec::new();
    for dir in std::fs::read_dir(migrations).unwrap() {
        let text = std::fs::read_to_string(dir.unwrap().path().join("common.sql")).unwrap();
        let mut table = "";
        for line in text.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("create table ") {
                table = rest.trim_end_matches(" (");
            }
            let mut words = line.split_whitespace();
            let (Some(column), Some(kind)) = (words.next(), words.next()) else {
                continue;
            };
            let time = column == "at"
                || column == "until"
                || column.ends_with("_at")
                || column.ends_with("_until")
                || column == "state_since";
            if time && kind.starts_with("bigint") {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    found
}

#[test]
fn every_time_in_the_schema_is_decided_upon() {
    let times = times();
    assert!(times.len() > 40, "the schema was not read: {times:?}");
    for time in &times {
        let decided = MOVED.contains(&time.as_str()) != LEFT.contains(&time.as_str());
        assert!(
            decided,
            "{time}: does a jump of the clock move it? See store::clock"
        );
    }
    for named in MOVED.iter().chain(LEFT) {
        assert!(
            times.iter().any(|time| time == named),
            "{named} is no column"
        );
    }
}

/// A counter, a freeze and a link, in force or over, before and after.
#[test]
fn what_is_in_force_moves_and_what_is_over_does_not() {
    const FREEZE: Sql = Sql {
        name: "FREEZE",
        text: "insert into recovery_freeze (account_id, contact, at, until) values ($1, $2, $3, $4)",
    };
    const COUNTER: Sql = Sql {
        name: "COUNTER",
        text: "insert into counter (key, failures, last_at) values ($1, 3, $2)",
    };
    const LINK: Sql = Sql {
        name: "LINK",
        text: "insert into link (id, purpose, token_hash, subject, created_at, expires_at) values ($1, $1, $2, $1, 0, $3)",
    };
    const ALL: Sql = Sql {
        name: "ALL",
        text: "select until from recovery_freeze union all select last_at from counter \
            union all select expires_at from link order by 1",
    };
    let hours = |n: i64| Span::hours(n);
    for db in engines() {
        let account = make_account(&db, 1);
        let shift = Shift {
            from: NOW,
            by: hours(1_000).as_millis(),
        };
        let moved: Result<(u64, Vec<i64>), StoreError> = db.write_blocking(move |tx| {
            for (n, until) in [("over", NOW), ("in force", NOW + hours(1))] {
                tx.run(&FREEZE, params![account.as_str(), n, NOW - hours(9), until])?;
            }
            for (n, at) in [("old", NOW - hours(24)), ("young", NOW - hours(23))] {
                tx.run(&COUNTER, params![n, at])?;
            }
            for (n, purpose) in ["contact-undo", "password-reset"].into_iter().enumerate() {
                let hash = vec![u8::try_from(n).unwrap(); 32];
                tx.run(&LINK, params![purpose, hash, NOW + hours(2)])?;
            }
            let moved = store::clock::shift(tx, &shift)?;
            Ok((moved, tx.all(&ALL, &[], |row| row.int(0))?))
        });
        let (moved, times) = moved.unwrap();
        let told: Vec<i64> = times
            .iter()
            .map(|at| (at - NOW.millis()) / hours(1).as_millis())
            .collect();
        assert_eq!(
            (moved, told),
            (3, vec![-24, 0, 2, 977, 1_001, 1_002]),
            "{:?}",
            db.engine()
        );
    }
}
