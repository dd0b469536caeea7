//! Amazon Resource Names: six fields between colons, matched field by field.
//!
//! A wildcard of a field does not reach into the next one; only the last field holds colons. Source: IAM User Guide,
//! `reference_identifiers` (ARNs), `reference_policies_elements_condition_operators` (ARN operators).

use crate::context::Context;
use crate::wildcard::{Mode, Pattern, Unresolved, split};

/// The fields of an ARN, if a text is one: `arn`, partition, service, region, account, resource.
pub fn fields(text: &str) -> Option<[&str; 6]> {
    let mut parts = text.splitn(6, ':');
    let fields = [
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next()?,
    ];
    (fields.first() == Some(&"arn")).then_some(fields)
}

/// The account that an ARN names, if it names one.
pub fn account(text: &str) -> Option<&str> {
    let [_, _, _, _, account, _] = fields(text)?;
    (!account.is_empty()).then_some(account)
}

/// What a request is about: an ARN, `*` for actions that know no resource, or a text of the service's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) text: &'a str,
    fields: Option<[&'a str; 6]>,
}

impl<'a> Target<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            fields: fields(text),
        }
    }
}

/// An element of `Resource`, or a value of an ARN operator.
#[derive(Debug, Clone)]
pub(crate) enum ArnPattern {
    /// `*`
    Everything,
    Fields(Box<[Pattern; 6]>),
    /// Five plain fields, and a last one that is plain, or plain up to a `*` at its end: the fields cannot shift, so the
    /// whole is compared at once.
    Exact(Box<str>),
    Prefix(Box<str>),
    /// No ARN: compared whole.
    Whole(Pattern),
}

impl ArnPattern {
    /// An element of `Resource`. Variables count after the fifth colon only; fields that are missing at the end are `*`.
    pub(crate) fn resource(text: &str, variables: bool) -> Self {
        Self::new(text, variables, false, true)
    }

    /// A value of an ARN operator: variables anywhere, and nothing is made up for missing fields.
    pub(crate) fn condition(text: &str, variables: bool) -> Self {
        Self::new(text, variables, variables, false)
    }

    fn new(text: &str, variables: bool, everywhere: bool, complete: bool) -> Self {
        if text == "*" {
            return Self::Everything;
        }
        let parts = split(text, 6, variables);
        let part = |n: usize| {
            let mode = Mode {
                wildcards: true,
                variables: variables && (everywhere || n == 5),
            };
            let given = parts.get(n).copied();
            given
                .or((complete).then_some("*"))
                .map(|text| Pattern::new(text, mode))
        };
        let arn = parts.first().is_some_and(|p| p.starts_with("arn"));
        match (arn, part(0), part(1), part(2), part(3), part(4), part(5)) {
            (true, Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)) => {
                Self::of([a, b, c, d, e, f])
            }
            _ => Self::Whole(Pattern::new(
                text,
                Mode {
                    // A variable may be a whole ARN; anything else is matched as it stands.
                    wildcards: complete,
                    variables,
                },
            )),
        }
    }

    fn of(fields: [Pattern; 6]) -> Self {
        let [a, b, c, d, e, last] = &fields;
        let plain: Option<Vec<&str>> = [a, b, c, d, e].iter().map(|field| field.plain()).collect();
        match (plain, last.plain(), last.prefix()) {
            (Some(plain), Some(last), _) => {
                Self::Exact(format!("{}:{last}", plain.join(":")).into())
            }
            (Some(plain), _, Some(last)) => {
                Self::Prefix(format!("{}:{last}", plain.join(":")).into())
            }
            _ => Self::Fields(Box::new(fields)),
        }
    }

    /// The keys of its variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let patterns = match self {
            Self::Everything | Self::Exact(_) | Self::Prefix(_) => &[][..],
            Self::Whole(pattern) => std::slice::from_ref(pattern),
            Self::Fields(patterns) => &patterns[..],
        };
        patterns.iter().flat_map(Pattern::keys)
    }

    /// Whether the target matches.
    pub(crate) fn matches(
        &self,
        target: &Target<'_>,
        context: &Context<'_>,
    ) -> Result<bool, Unresolved> {
        let patterns = match self {
            Self::Everything => return Ok(true),
            Self::Exact(arn) => return Ok(**arn == *target.text),
            Self::Prefix(arn) => return Ok(target.text.starts_with(&**arn)),
            Self::Whole(pattern) => return pattern.matches(target.text, context),
            Self::Fields(patterns) => patterns,
        };
        let Some(fields) = &target.fields else {
            return Ok(false);
        };
        // An unresolved variable counts even where another field does not match: it voids a negation.
        let mut all = true;
        for (pattern, field) in patterns.iter().zip(fields) {
            all &= pattern.matches(field, context)?;
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(pattern: &str, text: &str) -> Result<bool, Unresolved> {
        let mut context = Context::new();
        context
            .set("aws:username", "ann")
            .set("aws:SourceArn", "arn:aws:sns:r:1:t");
        ArnPattern::resource(pattern, true).matches(&Target::new(text), &context)
    }

    #[test]
    fn fields_are_matched_apart() {
        let bucket = "arn:aws:s3:::b/k:1";
        for pattern in [
            "*",
            "arn:aws:s3:::b/*",
            "arn:aws:s3:::*",
            "arn:*:s3:*:*:b/*",
            "arn:aws:s3",
            "arn:aws:s3:*",
            "arn:aws:s?:::b/k:?",
        ] {
            assert_eq!(resource(pattern, bucket), Ok(true), "{pattern}");
        }
        for pattern in [
            "arn:aws:*:b/*",
            "arn:aws:iam:::b/*",
            "arn:aws:s3:::B/*",
            "b/*",
            "arn:aws:s3:::b",
        ] {
            assert_eq!(resource(pattern, bucket), Ok(false), "{pattern}");
        }
        assert_eq!(resource("arn:aws:s3:::*", "*"), Ok(false));
        assert_eq!(resource("*", "*"), Ok(true));
    }

    #[test]
    fn variables_count_after_the_fifth_colon() {
        assert_eq!(
            resource(
                "arn:aws:iam::1:user/${aws:username}",
                "arn:aws:iam::1:user/ann"
            ),
            Ok(true)
        );
        assert_eq!(
            resource("arn:aws:iam::${aws:username}:x", "arn:aws:iam::ann:x"),
            Ok(false)
        );
        assert_eq!(
            resource("arn:aws:iam::1:user/${aws:none}", "arn:aws:iam::1:user/"),
            Err(Unresolved)
        );
    }

    #[test]
    fn a_condition_makes_nothing_up() {
        let mut context = Context::new();
        context
            .set("aws:SourceArn", "arn:aws:sns:r:1:t")
            .set("aws:PrincipalAccount", "1");
        let matched = |pattern: &str, text: &str| {
            ArnPattern::condition(pattern, true).matches(&Target::new(text), &context)
        };
        assert_eq!(matched("arn:aws:sns:*", "arn:aws:sns:r:1:t"), Ok(false));
        assert_eq!(matched("${aws:SourceArn}", "arn:aws:sns:r:1:t"), Ok(true));
        assert_eq!(
            matched(
                "arn:aws:sns:r:${aws:PrincipalAccount}:t",
                "arn:aws:sns:r:1:t"
            ),
            Ok(true)
        );
        assert_eq!(matched("abc*", "abcd"), Ok(false));
    }
}
