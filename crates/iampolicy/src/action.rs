//! Actions: `service:Name`, compared without case, with wildcards.
//!
//! Source: IAM User Guide, `reference_policies_elements_action`.

use crate::context::Context;
use crate::malformed::Code;
use crate::wildcard::{Mode, Pattern};

const WILDCARDS: Mode = Mode {
    wildcards: true,
    variables: false,
};

/// An element of `Action`, in lower case.
#[derive(Debug, Clone)]
pub(crate) struct ActionPattern(Pattern);

impl ActionPattern {
    pub(crate) fn new(text: &str) -> Self {
        Self(Pattern::new(&text.to_ascii_lowercase(), WILDCARDS))
    }

    /// Whether an action, in lower case, is meant.
    pub(crate) fn matches(&self, action: &str, context: &Context<'_>) -> bool {
        // There are no variables in it that could lack a value.
        self.0.matches(action, context).unwrap_or(false)
    }
}

/// Whether AWS takes this text as an action.
pub(crate) fn check(text: &str) -> Result<(), Code> {
    if text == "*" {
        return Ok(());
    }
    let Some((vendor, name)) = text.split_once(':') else {
        return Err(Code::NoVendor(text.to_owned()));
    };
    if name.contains(':') {
        return Err(Code::Colons(text.to_owned()));
    }
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '*' | '?');
    if vendor.is_empty() || !vendor.chars().all(known) {
        return Err(Code::Vendor(vendor.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_wildcards_do() {
        let matched = |pattern: &str, action: &str| {
            ActionPattern::new(pattern).matches(action, &Context::new())
        };
        assert!(matched("S3:Get*", "s3:getobject"));
        assert!(matched("*", "s3:getobject"));
        assert!(matched("s3:*Object", "s3:getobject"));
        assert!(matched("*:*", "s3:getobject"));
        assert!(!matched("s3:GetObject ", "s3:getobject"));
        assert!(!matched("s3", "s3:getobject"));
    }

    #[test]
    fn what_is_no_action_is_told_as_aws_tells_it() {
        assert_eq!(check("s3:GetObject"), Ok(()));
        assert_eq!(check("*:*"), Ok(()));
        assert_eq!(check("GetObject"), Err(Code::NoVendor("GetObject".into())));
        assert_eq!(check("s3:a:b"), Err(Code::Colons("s3:a:b".into())));
        assert_eq!(check("s 3:a"), Err(Code::Vendor("s 3".into())));
        assert_eq!(check(":a"), Err(Code::Vendor(String::new())));
    }
}
