//! Conditions: an operator, a key, and the values it is compared with.
//!
//! Several conditions must all be met; of several values of one condition one must match, and of a negated operator none
//! may. Sources: IAM User Guide, `reference_policies_elements_condition_operators` and
//! `reference_policies_condition-logic-multiple-context-keys-or-values`, `reference_policies_condition-single-vs-multi-valued-context-keys`.

pub(crate) mod date;
pub(crate) mod ip;
pub(crate) mod numeric;

use crate::arn::{ArnPattern, Target};
use crate::context::{Context, Value};
use crate::wildcard::{Mode, Pattern};
use date::Moment;
use ip::Network;
use numeric::Decimal;
use std::cmp::Ordering;

/// How many values of the key have to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    /// The key has one value.
    One,
    /// `ForAllValues:`
    All,
    /// `ForAnyValue:`
    Any,
}

/// How two values that have an order must lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Equals,
    Less,
    LessEquals,
    Greater,
    GreaterEquals,
}

impl Order {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equals => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessEquals => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterEquals => ordering.is_ge(),
        }
    }
}

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Text,
    TextIgnoringCase,
    TextLike,
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
}

/// An operator with its prefix and suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) family: Family,
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
    pub(crate) set: Set,
}

impl Operator {
    /// Understands a name such as `ForAnyValue:StringNotLikeIfExists`; case counts.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let (set, name) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Set::All, rest),
            Some(("ForAnyValue", rest)) => (Set::Any, rest),
            Some(_) => return None,
            None => (Set::One, name),
        };
        let (name, if_exists) = match name.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let (family, negated) = family(name)?;
        let null = family == Family::Null;
        (!null || (!if_exists && set == Set::One)).then_some(Self {
            family,
            negated,
            if_exists,
            set,
        })
    }
}

fn family(name: &str) -> Option<(Family, bool)> {
    Some(match name {
        "StringEquals" => (Family::Text, false),
        "StringNotEquals" => (Family::Text, true),
        "StringEqualsIgnoreCase" => (Family::TextIgnoringCase, false),
        "StringNotEqualsIgnoreCase" => (Family::TextIgnoringCase, true),
        "StringLike" => (Family::TextLike, false),
        "StringNotLike" => (Family::TextLike, true),
        "Bool" => (Family::Bool, false),
        "BinaryEquals" => (Family::Binary, false),
        "IpAddress" => (Family::Ip, false),
        "NotIpAddress" => (Family::Ip, true),
        // The two are the same, wildcards and all.
        "ArnEquals" | "ArnLike" => (Family::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Family::Arn, true),
        "Null" => (Family::Null, false),
        _ => {
            let (family, rest): (fn(Order) -> Family, &str) =
                match (name.strip_prefix("Numeric"), name.strip_prefix("Date")) {
                    (Some(rest), _) => (Family::Numeric, rest),
                    (_, Some(rest)) => (Family::Date, rest),
                    _ => return None,
                };
            match rest {
                "Equals" => (family(Order::Equals), false),
                "NotEquals" => (family(Order::Equals), true),
                "LessThan" => (family(Order::Less), false),
                "LessThanEquals" => (family(Order::LessEquals), false),
                "GreaterThan" => (family(Order::Greater), false),
                "GreaterThanEquals" => (family(Order::GreaterEquals), false),
                _ => return None,
            }
        }
    })
}

/// A value of a condition, ready to be compared.
#[derive(Debug, Clone)]
enum Wanted {
    Text(Pattern),
    Numeric(Decimal),
    Date(Moment),
    Bool(bool),
    Binary(Box<str>),
    Ip(Network),
    Arn(ArnPattern),
    /// Not of the operator's type: matches nothing, and voids a negation.
    Nonsense,
}

/// One condition of a statement.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    operator: Operator,
    key: Box<str>,
    wanted: Box<[Wanted]>,
}

/// A value that an operator cannot compare with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Incomparable(pub(crate) usize);

impl Condition {
    /// Compiles a condition; `strict` refuses values that are not of the operator's type.
    pub(crate) fn new(
        operator: Operator,
        key: &str,
        values: &[String],
        variables: bool,
        strict: bool,
    ) -> Result<Self, Incomparable> {
        let mut wanted = Vec::with_capacity(values.len());
        for (n, value) in values.iter().enumerate() {
            match want(operator.family, value, variables) {
                Some(value) => wanted.push(value),
                None if strict => return Err(Incomparable(n)),
                None => wanted.push(Wanted::Nonsense),
            }
        }
        Ok(Self {
            operator,
            key: key.to_lowercase().into(),
            wanted: wanted.into(),
        })
    }

    /// Its key, and those of the variables in its values.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let texts = self.wanted.iter().filter_map(|wanted| match wanted {
            Wanted::Text(pattern) => Some(pattern),
            _ => None,
        });
        let arns = self.wanted.iter().filter_map(|wanted| match wanted {
            Wanted::Arn(pattern) => Some(pattern),
            _ => None,
        });
        std::iter::once(&*self.key)
            .chain(texts.flat_map(Pattern::keys))
            .chain(arns.flat_map(ArnPattern::keys))
    }

    /// Whether the facts meet it.
    pub(crate) fn met(&self, context: &Context<'_>) -> bool {
        let present = match context.lower(&self.key) {
            Some(Value::Many(values)) if values.is_empty() => None,
            present => present,
        };
        let Operator {
            family,
            negated,
            if_exists,
            set,
        } = self.operator;
        if family == Family::Null {
            let absent = present.is_none();
            return self
                .wanted
                .iter()
                .any(|wanted| matches!(wanted, Wanted::Bool(null) if *null == absent));
        }
        let Some(present) = present else {
            return if_exists || set == Set::All || (set == Set::One && negated);
        };
        match (set, present) {
            (Set::One, Value::One(value)) => self.compare(value, context),
            // A key with several values asks for a set operator.
            (Set::One, Value::Many(_)) => false,
            // An empty text is an empty set.
            (set, Value::One(value)) if value.is_empty() => set == Set::All,
            (_, Value::One(value)) => self.compare(value, context),
            (Set::All, Value::Many(values)) => values.iter().all(|v| self.compare(v, context)),
            (Set::Any, Value::Many(values)) => values.iter().any(|v| self.compare(v, context)),
        }
    }

    /// Compares one value of the key with all that the policy has.
    fn compare(&self, value: &str, context: &Context<'_>) -> bool {
        let mut void = false;
        let mut matched = false;
        let facts = Facts::new(self.operator.family, value);
        for wanted in &self.wanted {
            match facts.meet(self.operator.family, wanted, context) {
                Some(met) => matched |= met,
                None => void = true,
            }
        }
        if self.operator.negated {
            !matched && !void
        } else {
            matched
        }
    }
}

/// Makes a policy's value ready; `None` if the operator has no use for it.
fn want(family: Family, value: &str, variables: bool) -> Option<Wanted> {
    let mode = |wildcards| Mode {
        wildcards,
        variables,
    };
    Some(match family {
        Family::Text | Family::TextIgnoringCase => Wanted::Text(Pattern::new(value, mode(false))),
        Family::TextLike => Wanted::Text(Pattern::new(value, mode(true))),
        Family::Arn => Wanted::Arn(ArnPattern::condition(value, variables)),
        Family::Numeric(_) => Wanted::Numeric(Decimal::new(value)?),
        Family::Date(_) => Wanted::Date(Moment::new(value)?),
        Family::Bool | Family::Null => Wanted::Bool(truth(value)?),
        Family::Binary => Wanted::Binary(base64(value)?.into()),
        Family::Ip => Wanted::Ip(Network::new(value)?),
    })
}

/// A value of the request, read as the operator's type; what cannot be read equals nothing.
enum Facts<'a> {
    Text(&'a str),
    Numeric(numeric::Parts<'a>),
    Date(Moment),
    Bool(bool),
    Ip(ip::Address),
    Arn(Target<'a>),
    Nonsense,
}

impl<'a> Facts<'a> {
    fn new(family: Family, value: &'a str) -> Self {
        let read = match family {
            Family::Text | Family::TextIgnoringCase | Family::TextLike | Family::Null => {
                Some(Self::Text(value))
            }
            Family::Numeric(_) => numeric::Parts::new(value).map(Self::Numeric),
            Family::Date(_) => Moment::new(value).map(Self::Date),
            Family::Bool => truth(value).map(Self::Bool),
            Family::Binary => base64(value).map(Self::Text),
            Family::Ip => ip::Address::new(value).map(Self::Ip),
            Family::Arn => Some(Self::Arn(Target::new(value))),
        };
        read.unwrap_or(Self::Nonsense)
    }

    /// `None` if the policy's value says nothing in this request.
    fn meet(&self, family: Family, wanted: &Wanted, context: &Context<'_>) -> Option<bool> {
        Some(match (self, wanted) {
            (_, Wanted::Nonsense) => return None,
            (Self::Text(value), Wanted::Text(pattern)) if family == Family::TextIgnoringCase => {
                pattern.same_ignoring_case(value, context).ok()?
            }
            (Self::Text(value), Wanted::Text(pattern)) => pattern.matches(value, context).ok()?,
            (Self::Arn(target), Wanted::Arn(pattern)) => pattern.matches(target, context).ok()?,
            (Self::Text(value), Wanted::Binary(wanted)) => **wanted == **value,
            (Self::Bool(value), Wanted::Bool(wanted)) => value == wanted,
            (Self::Ip(address), Wanted::Ip(network)) => network.holds(*address),
            (Self::Numeric(value), Wanted::Numeric(wanted)) => match family {
                Family::Numeric(order) => order.holds(value.cmp(&wanted.parts())),
                _ => false,
            },
            (Self::Date(value), Wanted::Date(wanted)) => match family {
                Family::Date(order) => order.holds(value.cmp(wanted)),
                _ => false,
            },
            _ => false,
        })
    }
}

fn truth(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}

/// Base 64 without its padding: two texts of the same bytes are the same then.
fn base64(text: &str) -> Option<&str> {
    let body = text.trim_end_matches('=');
    let known = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    let whole = text.len().is_multiple_of(4) && text.len() - body.len() <= 2;
    (whole && body.bytes().all(known)).then_some(body)
}

#[cfg(test)]
mod tests;
