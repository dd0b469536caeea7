//! A second evaluator, slow and obvious, against the first: whatever policies are thrown at both, they decide alike.
//!
//! It was written from the guides, not from the first one: it keeps the JSON as it is, goes through it anew for every
//! question, replaces variables before it matches, and matches character by character with recursion.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod made;
mod slow;

use iampolicy::simulation::Case;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// How often each word came up, so that the property cannot become empty unnoticed.
static SEEN: Mutex<BTreeMap<&str, u32>> = Mutex::new(BTreeMap::new());

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6_000) })]

    fn alike(case in made::case()) {
        let line = case.to_string();
        let expected = slow::decide(&case);
        let found = Case::read(&line).map(|case| case.decide(|decision| decision.word()));
        prop_assert_eq!(found.as_ref().ok(), Some(&expected), "{} {:?}", line, found);
        *SEEN.lock().unwrap().entry(expected).or_default() += 1;
    }
}

#[test]
fn both_decide_alike_whatever_comes_of_it() {
    alike();
    let seen = SEEN.lock().unwrap();
    for word in ["Allowed", "ImplicitlyDenied", "ExplicitlyDenied"] {
        assert!(seen.get(word).is_some_and(|times| *times > 600), "{seen:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20_000) })]

    #[test]
    fn wildcards_match_alike(pattern in "[ab*?é]{0,8}", text in "[abé]{0,9}") {
        let policy = format!(r#"{{"request":{{"action":"s3:x","principal":"arn:aws:iam::111111111111:user/u",
            "resource":{{"resource":"arn:aws:s3:::{text}","accountId":"111111111111"}}}},
            "identityPolicies":[{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::{pattern}"}}}}]}}"#);
        let found = Case::read(&policy).unwrap().decide(|decision| decision.is_allowed());
        prop_assert_eq!(found, slow::glob(&slow::tokens(&pattern), &text.chars().collect::<Vec<_>>()));
    }
}
