//! Reading what a browser sends: strictly, so that what the rest sees is one text per field and nothing else.
//!
//! A field that is doubled, too long or not UTF-8 makes the whole form unreadable: a form of ours never does that.

use std::collections::BTreeMap;

/// The largest body of a form, in bytes.
pub const LARGEST: usize = 32 * 1024;
/// The longest value of a field, in bytes.
pub const LONGEST_VALUE: usize = 8 * 1024;
/// The most fields in a form.
pub const MOST_FIELDS: usize = 32;

/// The fields of a form or a query.
#[derive(Clone, Default)]
pub struct Fields(BTreeMap<String, String>);

impl std::fmt::Debug for Fields {
    /// Names only: values may be passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The body is not what a form of ours sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl Fields {
    /// Reads `application/x-www-form-urlencoded` bytes.
    ///
    /// # Errors
    /// [`Malformed`] when a field is doubled, too long, not UTF-8, holds a NUL, or there are too many.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut fields = BTreeMap::new();
        for pair in bytes.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |b| *b == b'=');
            let name = decoded(halves.next().unwrap_or_default())?;
            let value = decoded(halves.next().unwrap_or_default())?;
            if name.len() > 64 || value.len() > LONGEST_VALUE || fields.len() >= MOST_FIELDS {
                return Err(Malformed);
            }
            if fields.insert(name, value).is_some() {
                return Err(Malformed);
            }
        }
        Ok(Self(fields))
    }

    /// The value of a field that must be there.
    ///
    /// # Errors
    /// [`Malformed`] when it is not.
    pub fn must(&self, name: &str) -> Result<&str, Malformed> {
        self.get(name).ok_or(Malformed)
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The value of a field, blank if it is missing.
    pub fn or_blank(&self, name: &str) -> &str {
        self.get(name).unwrap_or("")
    }

    /// Whether a box was ticked or a button of this name pressed.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

fn decoded(bytes: &[u8]) -> Result<String, Malformed> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied();
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit =
                    |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).ok_or(Malformed);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).map_err(|_| Malformed)?
            }
            other => other,
        });
    }
    let text = String::from_utf8(out).map_err(|_| Malformed)?;
    if text.contains('\0') {
        Err(Malformed)
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_they_were_typed() {
        let fields =
            Fields::parse("email=a%2Btag%40example.com&name=%E5%85%AC+%E5%8F%B8&code=".as_bytes())
                .unwrap();
        assert_eq!(fields.must("email"), Ok("a+tag@example.com"));
        assert_eq!(fields.must("name"), Ok("公 司"));
        assert_eq!(fields.must("code"), Ok(""));
        assert_eq!(fields.must("user"), Err(Malformed));
    }

    #[test]
    fn what_no_form_of_ours_sends_is_refused() {
        for bad in ["a=1&a=2", "a=%zz", "a=%ff", "a=%", "a=%00"] {
            assert!(Fields::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Fields::parse(format!("a={}", "x".repeat(LONGEST_VALUE + 1)).as_bytes()).is_err());
        let many: String = (0..=MOST_FIELDS).map(|n| format!("f{n}=&")).collect();
        assert!(Fields::parse(many.as_bytes()).is_err());
    }
}
