//! The three languages of the pages, mails and calls.

use serde::{Deserialize, Serialize};

/// A language that every text of Gatelodge exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Locale {
    /// Traditional Chinese as written in Taiwan.
    #[serde(rename = "zh-TW")]
    ZhTw,
    /// Japanese.
    #[serde(rename = "ja")]
    Ja,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Locale {
    /// All of them, in the order in which a page offers them.
    pub const ALL: [Self; 3] = [Self::ZhTw, Self::Ja, Self::En];

    /// The tag of BCP 47, as in `lang` attributes, folders and rows.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhTw => "zh-TW",
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language's own name for itself.
    pub const fn endonym(self) -> &'static str {
        match self {
            Self::ZhTw => "繁體中文",
            Self::Ja => "日本語",
            Self::En => "English",
        }
    }

    /// The language with this tag, however it is cased.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|l| l.tag().eq_ignore_ascii_case(tag))
    }

    /// The best language for an `Accept-Language` header (RFC 9110 section 12.5.4), or nothing if none fits.
    /// Any Chinese is answered in Traditional Chinese: it is nearer to the reader than English.
    pub fn negotiate(header: &str) -> Option<Self> {
        let mut wanted: Vec<(u16, &str)> = header
            .split(',')
            .take(32)
            .filter_map(|part| {
                let mut pieces = part.trim().split(';');
                let tag = pieces.next()?.trim();
                let q = pieces
                    .find_map(|p| p.trim().strip_prefix("q="))
                    .map_or(Some(1000), quality)?;
                (q > 0).then_some((q, tag))
            })
            .collect();
        wanted.sort_by_key(|(q, _)| std::cmp::Reverse(*q));
        wanted.into_iter().find_map(|(_, tag)| {
            let primary = tag.split('-').next().unwrap_or("").to_ascii_lowercase();
            match primary.as_str() {
                "zh" => Some(Self::ZhTw),
                "ja" => Some(Self::Ja),
                "en" => Some(Self::En),
                _ => None,
            }
        })
    }
}

/// The two-word phrase of a number, which the mailed page and the waiting page both show.
pub fn phrase(number: u16, locale: Locale) -> String {
    let language = match locale {
        Locale::ZhTw => factors::phrase::Language::ZhTw,
        Locale::Ja => factors::phrase::Language::Ja,
        Locale::En => factors::phrase::Language::En,
    };
    factors::phrase::Phrase::from_number(number).text(language)
}

/// A weight such as `0.8` in thousandths; nothing when it is not one.
fn quality(text: &str) -> Option<u16> {
    let value: f32 = text.trim().parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was just checked"
    )]
    (0.0..=1.0)
        .contains(&value)
        .then_some((value * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_gets_the_language_asked_for_most() {
        assert_eq!(
            Locale::negotiate("fr, ja;q=0.5, en;q=0.8"),
            Some(Locale::En)
        );
        assert_eq!(
            Locale::negotiate("zh-Hant-TW,zh;q=0.9,en;q=0.1"),
            Some(Locale::ZhTw)
        );
        assert_eq!(Locale::negotiate("ja-JP"), Some(Locale::Ja));
        assert_eq!(Locale::negotiate("ja;q=0, fr"), None);
        assert_eq!(Locale::negotiate(";;;,,q=9"), None);
        assert_eq!(Locale::from_tag("ZH-tw"), Some(Locale::ZhTw));
    }
}
