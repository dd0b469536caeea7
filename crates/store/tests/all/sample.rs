//! What several tests of the store write and count: leases, whose row is a text key, a text and a number; and accounts.
use domain::account::{Account, State};
use domain::dice::Dice;
use domain::ids::AccountId;
use domain::locale::Locale;
use domain::time::Timestamp;
use store::{Db, Sql, StoreError, params};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

pub(crate) const INSERT: Sql = Sql {
    name: "INSERT",
    text: "insert into lease (name, holder, until) values ($1, $2, $3)",
};
const COUNT: Sql = Sql {
    name: "COUNT",
    text: "select cast(count(*) as bigint) from lease",
};

pub(crate) fn insert(db: &Db, name: &'static str, until: i64) -> Result<(), StoreError> {
    db.write_blocking(move |tx| tx.run(&INSERT, params![name, "me", until]).map(drop))
}

pub(crate) fn count(db: &Db) -> Result<i64, StoreError> {
    db.read_blocking(|tx| tx.one(&COUNT, &[], |row| row.int(0)))
}

pub(crate) fn account_id(n: u8) -> AccountId {
    AccountId::draw(&Dice::new([n; 32]), "")
}

/// An open account with a proved address and no password.
pub(crate) fn make_account(db: &Db, n: u8) -> AccountId {
    let id = account_id(n);
    let email = format!("root{n}@example.com");
    let account = Account {
        id: id.clone(),
        name: "Example".into(),
        email: email.clone(),
        email_proved_at: Some(NOW),
        email_set_at: NOW,
        locale: Locale::En,
        state: State::Active,
        state_since: NOW,
        created_at: NOW,
        password: None,
    };
    db.write_blocking(move |tx| store::account::insert(tx, &account, &email))
        .unwrap();
    id
}
