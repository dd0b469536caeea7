use super::*;
use crate::{cloudtrail, iam, signin, sts};

fn services() -> [&'static Service; 4] {
    [
        &cloudtrail::SERVICE,
        &iam::SERVICE,
        &signin::SERVICE,
        &sts::SERVICE,
    ]
}

#[test]
fn every_number_points_into_the_tables() {
    for service in services() {
        for shape in service.shapes {
            let (first, count) = (usize::from(shape.first), usize::from(shape.count));
            let fits = match shape.kind {
                Kind::Structure => first + count <= service.members.len(),
                Kind::Enum => count > 0 && first + count <= service.words.len(),
                Kind::List => first < service.shapes.len(),
                Kind::Map => first < service.shapes.len() && count < service.shapes.len(),
                Kind::String => first <= service.patterns.len(),
                _ => true,
            };
            assert!(fits && shape.min <= shape.max, "{shape:?}");
        }
        let words = service
            .members
            .iter()
            .map(|member| member.name)
            .chain(service.words.iter().copied());
        for word in words.chain(service.faults.iter().map(|fault| fault.code)) {
            assert!(!service.word(word).is_empty());
        }
        assert!(
            service
                .members
                .iter()
                .all(|member| usize::from(member.shape) < service.shapes.len())
        );
        for row in service.rows {
            assert!(row.input == NONE || usize::from(row.input) < service.shapes.len());
            assert!(row.output == NONE || usize::from(row.output) < service.shapes.len());
            assert!(usize::from(row.first_error) + usize::from(row.errors) <= service.raised.len());
        }
        assert!(
            service
                .raised
                .iter()
                .all(|fault| usize::from(*fault) < service.faults.len())
        );
    }
}

#[test]
fn operations_are_found_by_name_and_by_number() {
    assert_eq!(
        services().map(|service| service.operations().count()),
        [1, 180, 13, 11]
    );
    for service in services() {
        for operation in service.operations() {
            assert_eq!(service.operation(operation.name()), Some(operation));
        }
        assert_eq!(service.operation("Nothing"), None);
    }
    for op in iam::Op::ALL {
        assert_eq!(format!("{op:?}"), op.operation().name());
        assert_eq!(iam::Op::of(op.operation()), Some(*op));
        assert_eq!(sts::Op::of(op.operation()), None);
    }
    let unsigned: Vec<&str> = sts::SERVICE
        .operations()
        .filter(|op| !op.is_signed())
        .map(Operation::name)
        .collect();
    assert_eq!(
        unsigned,
        ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"]
    );
    let errors: Vec<_> = iam::Op::EnableMFADevice.operation().errors().collect();
    assert!(
        errors.contains(&("InvalidAuthenticationCode", 403)),
        "{errors:?}"
    );
}

#[test]
fn patterns_match_what_they_say() {
    let matches = |pattern: &str, text: &str| {
        let all = services().into_iter().flat_map(|service| service.patterns);
        let found = all.into_iter().find(|known| known.text == pattern);
        found.unwrap_or_else(|| panic!("{pattern}")).matches(text)
    };
    for (pattern, good, bad) in [
        (
            r"[\w+=,.@-]+",
            &["a.b@c", "A+=,_-"][..],
            &["", "a b", "é", "a/"][..],
        ),
        (
            r"^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
            &["abc", "a-b", "a1-b-c"],
            &["ab", "a--b", "-ab", "ab-", "Abc"],
        ),
        (
            r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)",
            &["/", "/a/", "/a/b/"],
            &["", "a", "/a", "/ /", "//a"],
        ),
        (
            r"((/[A-Za-z0-9\.,\+@=_-]+)*)/",
            &["/", "/a/", "/a/b.c/"],
            &["", "/a", "//", "/a//"],
        ),
        (
            r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?",
            &["v1", "v12", "v3.a-b", "v3."],
            &["v0", "v", "v1a", "V1"],
        ),
        (
            r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*",
            &["", "櫻 花1", "Ⅷ", "a:b/c=d+e-f@g"],
            &["a!", "\t", "\u{300}", "Ⓐ", "🙂"],
        ),
        (
            r"\d{12}",
            &["123456789012"],
            &["12345678901", "1234567890123", "12345678901a"],
        ),
        (
            r"^http(s?)://[a-zA-Z0-9._/-]*(\?[a-zA-Z0-9._=&-]*)?(#[a-zA-Z0-9._/-]*)?$",
            &["https://a/b?c=d#e", "http://"],
            &["ftp://a", "https://a b", "http:/a"],
        ),
    ] {
        for text in good {
            assert!(matches(pattern, text), "{pattern} {text:?}");
        }
        for text in bad {
            assert!(!matches(pattern, text), "{pattern} {text:?}");
        }
    }
}
