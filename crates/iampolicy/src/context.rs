//! The facts of a request, by condition key.
//!
//! Key names are compared without case (IAM User Guide, `reference_policies_elements_condition`), tag keys within them
//! included; values keep theirs.

use std::borrow::Cow;

/// What a key stands for: one value, or a set of any size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

/// Condition keys and their values, sorted, so that a statement finds its key without allocating.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context<'a> {
    keys: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Context<'a> {
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key that has one value; what it had before is gone.
    pub fn set(
        &mut self,
        key: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, str>>,
    ) -> &mut Self {
        self.put(key.into(), Value::One(value.into()))
    }

    /// Sets a key that may have several values, such as `aws:TagKeys`: without `ForAllValues:` or `ForAnyValue:` no
    /// condition is met by it, however many there are.
    pub fn set_all<V: Into<Cow<'a, str>>>(
        &mut self,
        key: impl Into<Cow<'a, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        let values = values.into_iter().map(Into::into).collect();
        self.put(key.into(), Value::Many(values))
    }

    fn put(&mut self, key: Cow<'a, str>, value: Value<'a>) -> &mut Self {
        let key = if key.chars().any(char::is_uppercase) {
            Cow::Owned(key.to_lowercase())
        } else {
            key
        };
        match self.find(&key) {
            Ok(at) => {
                if let Some(slot) = self.keys.get_mut(at) {
                    slot.1 = value;
                }
            }
            Err(at) => self.keys.insert(at, (key, value)),
        }
        self
    }

    /// The value of a key, in whatever case.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.lower(&key.to_lowercase())
    }

    /// All keys in lower case, and their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.keys.iter().map(|(key, value)| (&**key, value))
    }

    /// The value of a key that is in lower case already.
    pub(crate) fn lower(&self, key: &str) -> Option<&Value<'a>> {
        let at = self.find(key).ok()?;
        self.keys.get(at).map(|(_, value)| value)
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        // Most keys differ in length, and that is compared soonest.
        let order = |known: &str| known.len().cmp(&key.len()).then_with(|| known.cmp(key));
        self.keys.binary_search_by(|(known, _)| order(known))
    }
}
