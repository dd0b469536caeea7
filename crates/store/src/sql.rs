//! Statements by name, and the registry of all of them, which the tests prepare on both engines.
//!
//! # Rules of portable SQL
//!
//! One text serves both engines, so it keeps to what both mean alike:
//!
//! 1. Column types are `TEXT`, `BIGINT`, `INTEGER`, `SMALLINT`, `DOUBLE PRECISION` and `BYTEA`. Flags are `SMALLINT`
//!    0 or 1 with a `CHECK`, times `BIGINT` milliseconds of UTC, ids `TEXT`, JSON `TEXT`.
//! 2. Parameters are `$1` to `$n`, numbered from 1 without a gap; one number may stand more than once. A parameter
//!    that stands alone (`$1 IS NULL`) needs a `CAST`, or PostgreSQL cannot tell its type.
//! 3. Every computed column is wrapped in `CAST(… AS BIGINT)` or `CAST(… AS TEXT)`: `EXISTS` and comparisons are
//!    no booleans on SQLite, sums are no integers on PostgreSQL.
//! 4. Keys that ignore case are folded in Rust into a column `…_key`; no `ILIKE`, no collation.
//! 5. Columns are listed, never `*`. Upserts are `ON CONFLICT … DO`. Keyset pages compare row values,
//!    `(at, id) > ($1, $2)`, and end in `LIMIT $n` (see [`Tx::page`](crate::Tx::page)).
//! 6. Rows that are read to be changed are locked on PostgreSQL: the text ends in `/*for update*/`, or a
//!    sub-select that hands out work in `/*for update skip locked*/`. SQLite has one writer and skips the comment.
//! 7. After a statement failed, its unit of work is spent (PostgreSQL aborts the transaction, and on SQLite we do as
//!    well): use `ON CONFLICT DO NOTHING` where a second row is no fault.
//!
//! Invariant: a statement is a constant. No text is ever put together from values.

/// A statement: a name for spans and errors, and its portable text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql {
    /// `store::room::NAME`.
    pub name: &'static str,
    /// Portable SQL.
    pub text: &'static str,
}

/// Names the statements of a room and lists them for the registry.
///
/// ```ignore
/// statements! {
///     FIND = "select name from account where id = $1";
///     TOUCH = "update account set seen_at = $2 where id = $1";
/// }
/// ```
/// makes `FIND: Sql`, `TOUCH: Sql` and `STATEMENTS: &[&Sql]`; add the last to [`REGISTRY`].
macro_rules! statements {
    ($($name:ident = $text:expr;)*) => {
        $(pub(crate) const $name: $crate::sql::Sql =
            $crate::sql::Sql { name: concat!(module_path!(), "::", stringify!($name)), text: $text };)*
        pub(crate) const STATEMENTS: &[&$crate::sql::Sql] = &[$(&$name),*];
    };
}
pub(crate) use statements;

/// All statements of the product, room by room.
pub(crate) const REGISTRY: &[&[&Sql]] = &[
    crate::account::STATEMENTS,
    crate::audit::STATEMENTS,
    crate::audit::VERIFY_STATEMENTS,
    crate::call::STATEMENTS,
    crate::channel::STATEMENTS,
    crate::clock::STATEMENTS,
    crate::contact::STATEMENTS,
    crate::counter::STATEMENTS,
    crate::device::STATEMENTS,
    crate::flow::STATEMENTS,
    crate::guessing::STATEMENTS,
    crate::iam::access_key::STATEMENTS,
    crate::iam::entity::STATEMENTS,
    crate::iam::policy::STATEMENTS,
    crate::iam::standing::STATEMENTS,
    crate::lease::STATEMENTS,
    crate::link::STATEMENTS,
    crate::meta::STATEMENTS,
    crate::migrate::STATEMENTS,
    crate::drill::STATEMENTS,
    crate::nudge::STATEMENTS,
    crate::operator::STATEMENTS,
    crate::outbox::STATEMENTS,
    crate::outbox::call::STATEMENTS,
    crate::outbox::text::STATEMENTS,
    crate::recovery::STATEMENTS,
    crate::recovery_contact::STATEMENTS,
    crate::saved_code::STATEMENTS,
    crate::session::STATEMENTS,
    crate::sms::STATEMENTS,
    crate::support::STATEMENTS,
];

/// All statements of the product. The tests prepare every one of them on both engines.
pub fn registry() -> impl Iterator<Item = &'static Sql> {
    REGISTRY.iter().flat_map(|room| room.iter().copied())
}

/// The text as PostgreSQL takes it: the locking comments become clauses, outside of quoted text.
pub(crate) fn for_postgres(text: &str) -> String {
    const MARKS: [(&str, &str); 2] = [
        ("/*for update skip locked*/", "for update skip locked"),
        ("/*for update*/", "for update"),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut quote: Option<char> = None;
    while let Some(next) = rest.chars().next() {
        let mark = MARKS
            .iter()
            .find(|(mark, _)| quote.is_none() && rest.starts_with(mark));
        if let Some((mark, clause)) = mark {
            out.push_str(clause);
            rest = rest.get(mark.len()..).unwrap_or("");
            continue;
        }
        match quote {
            Some(open) if open == next => quote = None,
            None if next == '\'' || next == '"' => quote = Some(next),
            _ => {}
        }
        out.push(next);
        rest = rest.get(next.len_utf8()..).unwrap_or("");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locking_comments_become_clauses_outside_of_quotes() {
        assert_eq!(
            for_postgres("select a from t where id = $1 /*for update*/"),
            "select a from t where id = $1 for update"
        );
        assert_eq!(
            for_postgres("(select 1 /*for update skip locked*/)"),
            "(select 1 for update skip locked)"
        );
        let quoted = "select '/*for update*/ it''s', \"/*for update*/\" from t";
        assert_eq!(for_postgres(quoted), quoted);
        assert_eq!(
            for_postgres("select 'é' /*for update*/"),
            "select 'é' for update"
        );
    }

    #[test]
    fn names_are_unique_and_texts_list_their_columns() {
        let mut seen = std::collections::BTreeSet::new();
        for sql in registry() {
            assert!(seen.insert(sql.name), "{} stands twice", sql.name);
            let text = sql.text.to_ascii_lowercase();
            assert!(
                !text.contains("select *") && !text.contains("returning *"),
                "{} takes all columns",
                sql.name
            );
            assert!(
                !text.contains('?'),
                "{} has a question mark for a parameter",
                sql.name
            );
        }
    }

    #[test]
    fn every_room_with_statements_is_registered() {
        let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let rooms = rooms_with_statements(&src);
        assert_eq!(
            rooms,
            REGISTRY.len(),
            "a file with statements! is missing in sql::REGISTRY, or one too many stands there"
        );
    }

    fn rooms_with_statements(dir: &std::path::Path) -> usize {
        let mut count = 0;
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                count += rooms_with_statements(&path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                count += text
                    .lines()
                    .filter(|line| line.starts_with("statements! {"))
                    .count();
            }
        }
        count
    }
}
