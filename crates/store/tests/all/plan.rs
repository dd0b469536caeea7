//! What SQLite has to read for each statement: a request must never read a whole table.

use std::collections::BTreeSet;
use store::testing::sqlite;
use store::{Sql, StoreError, Value};

/// Statements that may read a whole table: the worker's timers, checks of the whole store, and the operator's commands.
const MAY_SCAN: &[&str] = &[
    "store::audit::verify::STRAY",
    "store::contact::FORGET_FORMER",
    "store::contact::FORGET_REMOVED",
    "store::device::FORGET_STEPS",
    "store::flow::END_DEAD",
    "store::link::CLEAN",
    "store::link::VOID",
    "store::nudge::CLEAN",
    "store::operator::END_DEAD",
    "store::operator::FORGET_OLD",
    "store::outbox::PURGE",
    "store::recovery::CLEAN",
    "store::recovery::CLEAN_FREEZES",
    "store::recovery::TO_REMOVE",
    "store::session::END_DEAD",
    "store::session::FORGET_BROWSERS",
    "store::session::FORGET_OLD",
    "store::support::UNLOCK",
];

/// After a jump of the clock everything that waits is lengthened, once.
const CLOCK: &str = "store::clock::";

/// Indexes of few rows, whatever else is in their table: what waits, what is in hand, the calls.
const SHORT: &[&str] = &[
    "outbox_waiting",
    "outbox_leased",
    "outbox_call",
    "outbox_call_waiting",
    "outbox_text",
];

/// Indexes that lead with a time, or with a state that most rows share: for those who ask what is over, and nobody else.
const BY_TIME: &[&str] = &[
    "recovery_case_over",
    "recovery_case_tell",
    "flow_ends_at",
    "counter_last_at",
    "phone_call_placed",
    "text_message_placed",
    "contact_change_keep",
    "outbox_listed",
    "support_case_due",
    "support_case_over",
];

/// Statements that ask what is over, or list what there is from the newest on.
const ASK_BY_TIME: &[&str] = &[
    "store::call::CLEAN",
    "store::call::SPENT",
    "store::contact::CLEAN",
    "store::counter::FORGET",
    "store::counter::LIKE",
    "store::outbox::LIST",
    "store::sms::CLEAN",
    "store::sms::SPENT",
    "store::recovery::CLEAR",
    "store::recovery::OVERDUE",
    "store::recovery::TO_TELL",
    "store::support::CLEAN",
    "store::support::CLEAR",
    "store::support::DUE",
];

fn parameters(text: &str) -> usize {
    let numbers = text.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// The steps by which SQLite does a statement.
fn plan(db: &store::Db, sql: &Sql) -> Vec<String> {
    let plan = Sql {
        name: sql.name,
        text: Box::leak(format!("explain query plan {}", sql.text).into_boxed_str()),
    };
    let count = parameters(sql.text);
    let steps: Result<Vec<String>, StoreError> = db.read_blocking(move |tx| {
        let none: Vec<Value<'_>> = (0..count).map(|_| Value::Null).collect();
        tx.all(&plan, &none, |row| row.text(3))
    });
    steps.unwrap()
}

/// The steps of a plan that go through all rows of a table of ours.
fn scans(db: &store::Db, sql: &Sql) -> Vec<String> {
    let steps = plan(db, sql).into_iter();
    steps
        .filter(|step| {
            step.starts_with("SCAN ") && !["SCAN CONSTANT ROW", "SCAN due"].contains(&step.as_str())
        })
        .filter(|step| !SHORT.iter().any(|index| step.ends_with(index)))
        .collect()
}

#[test]
fn only_timers_and_commands_read_a_whole_table() {
    let db = sqlite();
    let found: BTreeSet<&str> = store::registry()
        .filter(|sql| {
            sql.text.contains(" where ")
                && !sql.name.starts_with(CLOCK)
                && !scans(&db, sql).is_empty()
        })
        .map(|sql| sql.name)
        .collect();
    assert_eq!(found, MAY_SCAN.iter().copied().collect());
}

#[test]
fn only_who_asks_what_is_over_searches_by_time() {
    let db = sqlite();
    let by_time = |step: &String| {
        let index = step.split(" INDEX ").nth(1);
        index.is_some_and(|rest| BY_TIME.iter().any(|name| rest.starts_with(name)))
    };
    let found: BTreeSet<&str> = store::registry()
        .filter(|sql| !sql.name.starts_with(CLOCK) && plan(&db, sql).iter().any(by_time))
        .map(|sql| sql.name)
        .collect();
    assert_eq!(found, ASK_BY_TIME.iter().copied().collect());
}
