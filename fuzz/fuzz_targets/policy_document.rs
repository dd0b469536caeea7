//! Policy documents: whatever is accepted for saving is also read for a simulation, looked over, and decided by without harm.
#![no_main]

use iampolicy::lint::{Severity, lint};
use iampolicy::{Attached, Caller, Context, Document, Kind, Policies, Request, evaluate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, policy)) = data.split_first() else {
        return;
    };
    let kind = Kind::ALL[usize::from(*first) % Kind::ALL.len()];
    let parsed = Document::parse_bytes(policy, kind);
    let errors = lint(policy, kind, Some("111111111111"))
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    assert_eq!(errors, parsed.is_err());
    let document = match parsed {
        Ok(document) => {
            assert!(!document.is_empty());
            assert!(Document::read(std::str::from_utf8(policy).unwrap(), kind).is_ok());
            document
        }
        Err(malformed) => {
            assert!(malformed.at.line > 0 && malformed.at.column > 0);
            assert!(!malformed.aws_message().is_empty() && !malformed.to_string().is_empty());
            match std::str::from_utf8(policy).ok().and_then(|text| Document::read(text, kind).ok()) {
                Some(document) => document,
                None => return,
            }
        }
    };
    let mut context = Context::new();
    for key in document.context_keys() {
        context.set(key.to_owned(), "2026-11-23T00:00:00Z");
    }
    let ann = Caller::user("arn:aws:iam::111111111111:user/ann", "AIDAAAAAAAAAAAAAAAAAA");
    let request = Request::new(ann, "s3:GetObject", "arn:aws:s3:::b/k", "111111111111", &context);
    let attached = [Attached { name: "fuzz", document: &document }];
    let policies = Policies { identity: &attached, resource: Some(attached[0]), session: Some(&attached), ..Policies::default() };
    let decision = evaluate(&request, &policies);
    assert_eq!(decision.tail("s3:GetObject").is_none(), decision.is_allowed());
});
