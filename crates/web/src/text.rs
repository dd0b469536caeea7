//! Texts in three languages, and times and numbers as people of each language write them.
//!
//! One Fluent file per room and language. `cargo xtask tidy` checks that keys, placeholders and figures are the same
//! in all three.

use domain::locale::Locale;
use domain::time::{Span, Timestamp};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::tz::TimeZone;
use miniz_oxide::inflate::decompress_to_vec;
use std::fmt::Display;
use std::sync::LazyLock;

type Bundle = FluentBundle<FluentResource>;

/// The texts of a language as the build script packed them.
fn packed(locale: Locale) -> &'static [u8] {
    match locale {
        Locale::ZhTw => include_bytes!(concat!(env!("OUT_DIR"), "/zh-TW.texts")),
        Locale::Ja => include_bytes!(concat!(env!("OUT_DIR"), "/ja.texts")),
        Locale::En => include_bytes!(concat!(env!("OUT_DIR"), "/en.texts")),
    }
}

static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| Locale::ALL.map(bundle));

fn bundle(locale: Locale) -> Bundle {
    let mut bundle = Bundle::new_concurrent(locale.tag().parse().into_iter().collect());
    // Isolation marks would end up in copied codes and in tests; nothing here mixes directions.
    bundle.set_use_isolating(false);
    // What the build packed unpacks; a test reads every text.
    let source = decompress_to_vec(packed(locale))
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, errors)| {
        tracing::error!(locale = locale.tag(), ?errors, "the texts have mistakes");
        resource
    });
    if let Err(errors) = bundle.add_resource(resource) {
        tracing::error!(locale = locale.tag(), ?errors, "a text stands twice");
    }
    bundle
}

/// A value that stands in a text: a number (which may decide its form) or words.
pub trait Argument {
    /// The value as Fluent takes it.
    fn value(&self) -> FluentValue<'static>;
}

macro_rules! numbers {
    ($($t:ty)*) => {$(
        impl Argument for $t {
            fn value(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )*};
}
numbers! { u32 i64 usize u64 i32 }

impl Argument for String {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}
impl Argument for str {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}
impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

/// The texts of one language.
#[derive(Clone, Copy)]
pub struct T(Locale);

impl std::fmt::Debug for T {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "T({})", self.0.tag())
    }
}

impl T {
    /// The texts of a language.
    pub const fn of(locale: Locale) -> Self {
        Self(locale)
    }

    /// The language.
    pub const fn locale(&self) -> Locale {
        self.0
    }

    /// The text with this key. A key that is missing shows itself, and a test finds it.
    pub fn s(&self, key: impl AsRef<str>) -> String {
        self.format(key.as_ref(), None)
    }

    /// The text with this key and values for its placeholders.
    pub fn f<A: Argument>(&self, key: impl AsRef<str>, args: &[(&str, A)]) -> String {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set((*name).to_owned(), value.value());
        }
        self.format(key.as_ref(), Some(&values))
    }

    /// The text with this key and values of mixed kinds.
    pub fn with(&self, key: &str, args: &[(&str, &dyn Argument)]) -> String {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set((*name).to_owned(), value.value());
        }
        self.format(key, Some(&values))
    }

    /// Whether there is a text with this key.
    pub fn has(&self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    fn bundle(&self) -> &'static Bundle {
        let [zh, ja, en] = &*BUNDLES;
        match self.0 {
            Locale::ZhTw => zh,
            Locale::Ja => ja,
            Locale::En => en,
        }
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            tracing::error!(key, locale = self.0.tag(), "a text is missing");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let text = bundle
            .format_pattern(pattern, args, &mut errors)
            .into_owned();
        if !errors.is_empty() {
            tracing::error!(
                key,
                locale = self.0.tag(),
                ?errors,
                "a text has no value for a placeholder"
            );
        }
        text
    }

    /// A length of time in words: seconds below two minutes, then minutes, hours, days; rounded up.
    pub fn span(&self, span: Span) -> String {
        let seconds = span.as_seconds_up();
        let (key, count) = match seconds {
            ..120 => ("shell-seconds", seconds),
            120..7_200 => ("shell-minutes", (seconds + 59) / 60),
            7_200..172_800 => ("shell-hours", (seconds + 3_599) / 3_600),
            _ => ("shell-days", (seconds + 86_399) / 86_400),
        };
        self.f(key, &[("n", count)])
    }
}

/// A moment as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// For machines: RFC 3339 in UTC.
    pub machine: String,
    /// For people, in their zone.
    pub shown: String,
    /// With seconds and zone.
    pub exact: String,
}

impl Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Shows moments in a zone.
#[derive(Debug, Clone)]
pub struct Clockface {
    zone: TimeZone,
    locale: Locale,
}

impl Clockface {
    /// The clock of a zone by its IANA name; UTC when the name is not one.
    pub fn new(zone: &str, locale: Locale) -> Self {
        Self {
            zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
            locale,
        }
    }

    /// The moment as people of this language and zone write it.
    pub fn show(&self, at: Timestamp) -> Moment {
        let Ok(instant) = jiff::Timestamp::from_millisecond(at.millis()) else {
            return Moment {
                machine: String::new(),
                shown: String::new(),
                exact: String::new(),
            };
        };
        let zoned = instant.to_zoned(self.zone.clone());
        let (short, exact) = match self.locale {
            Locale::En => ("%-d %b %Y, %H:%M", "%-d %b %Y, %H:%M:%S %:z"),
            Locale::ZhTw | Locale::Ja => ("%Y年%-m月%-d日 %H:%M", "%Y年%-m月%-d日 %H:%M:%S %:z"),
        };
        Moment {
            machine: instant.to_string(),
            shown: zoned.strftime(short).to_string(),
            exact: zoned.strftime(exact).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_words_in_every_language() {
        for locale in Locale::ALL {
            let t = T::of(locale);
            for code in domain::refusal::Code::ALL {
                for key in [code.as_str().to_owned(), format!("{}-next", code.as_str())] {
                    assert!(t.has(&key), "{key} in {}", locale.tag());
                }
            }
        }
    }

    #[test]
    fn moments_are_shown_in_the_readers_zone_and_way() {
        let at = Timestamp::from_millis(1_800_000_000_000);
        assert_eq!(
            Clockface::new("UTC", Locale::En).show(at).shown,
            "15 Jan 2027, 08:00"
        );
        assert_eq!(
            Clockface::new("Asia/Taipei", Locale::ZhTw).show(at).shown,
            "2027年1月15日 16:00"
        );
        assert_eq!(
            Clockface::new("Nowhere/Land", Locale::Ja).show(at).exact,
            "2027年1月15日 08:00:00 +00:00"
        );
    }

    #[test]
    fn lengths_are_told_in_the_unit_that_helps() {
        let t = T::of(Locale::En);
        assert_eq!(t.span(Span::seconds(30)), "30 seconds");
        assert_eq!(t.span(Span::minutes(15)), "15 minutes");
        assert_eq!(t.span(Span::hours(24)), "24 hours");
        assert_eq!(t.span(Span::days(7)), "7 days");
    }
}
