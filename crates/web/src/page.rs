//! What every template gets: the frame around the page.

use crate::text::T;

/// The frame of a page. Templates carry it as `page`; `docs/look.md` lists its fields.
#[derive(Debug, Clone)]
pub struct Page {
    /// Language of the page.
    pub lang: &'static str,
    /// `""`, `"light"` or `"dark"`.
    pub theme: &'static str,
    /// What the window is called.
    pub title: String,
    /// The texts.
    pub t: T,
    /// Address of the style sheet.
    pub css_url: &'static str,
    /// Address of the script.
    pub js_url: &'static str,
    /// The token of forms.
    pub csrf: String,
    /// The address of the page, to come back to.
    pub here: String,
    /// What a trial server says of itself: the key of the sentence.
    pub trial: Option<&'static str>,
    /// Seconds after which the page asks again, for browsers without scripts.
    pub refresh: Option<u32>,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// Which operator is signed in, on pages for operators.
    pub operator: Option<Person>,
    /// What addresses for operators begin with, on pages for operators; else empty.
    pub realm: &'static str,
    /// The languages to choose from.
    pub languages: Vec<(&'static str, &'static str, bool)>,
    /// A notice, once.
    pub flash: Option<Flash>,
    /// What was refused in the form, field by field.
    pub errors: Vec<FieldError>,
}

impl Page {
    /// What is wrong with a field: the sentences, and the permanent code to name when asking.
    pub fn wrong(&self, field: &str) -> Option<Wrong<'_>> {
        let here: Vec<&FieldError> = self.errors.iter().filter(|e| e.field == field).collect();
        let code = here.first()?.code;
        Some(Wrong {
            texts: here.iter().map(|error| error.text.as_str()).collect(),
            code,
        })
    }
}

/// What is wrong with one field.
#[derive(Debug)]
pub struct Wrong<'p> {
    /// The words, a sentence each.
    pub texts: Vec<&'p str>,
    /// The permanent code; empty where nothing was refused.
    pub code: &'static str,
}

/// Who is signed in, as the bar shows it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The account's name (R-OUT-02).
    pub name: String,
    /// Its number in groups (R-IAM-11).
    pub account_id_shown: String,
    /// The root user's address.
    pub email: String,
}

/// Which operator is signed in, as the bar shows it.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// A notice that is shown once.
#[derive(Debug, Clone)]
pub struct Flash {
    /// `ok`, `info`, `warn` or `danger`.
    pub kind: &'static str,
    /// The words.
    pub text: String,
}

/// What is wrong with a field.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// The field's name and id.
    pub field: String,
    /// The words.
    pub text: String,
    /// The permanent code of the refusal; empty where nothing was refused.
    pub code: &'static str,
}
