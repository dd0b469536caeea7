//! The two-word phrase that a mailed page and a waiting page show alike, so that nobody confirms another's attempt
//! unknowingly: a person compares two everyday words more readily than digits.
//!
//! A phrase is a number of 16 bits: one of 256 living things or foods, and one of 256 places or objects. The same number
//! has words in every language, so the two pages need not be in one language. It is no secret and no proof; it only has
//! to differ from one attempt to the next.
//!
//! Invariant: within a language no word occurs twice in the two lists, and English words differ by two letters or more.

use std::fmt;

mod living;
mod things;

/// One thing in the three languages, in the order of [`Language`].
type Row = [&'static str; 3];

/// The languages in which a phrase can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    En,
    /// Traditional Chinese as used in Taiwan.
    ZhTw,
    /// Japanese.
    Ja,
}

/// A phrase, independent of language.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Phrase(u16);

impl Phrase {
    /// The phrase of 16 bits that the caller drew; each is equally likely.
    pub fn from_bytes(bytes: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(bytes))
    }

    /// A phrase as the store keeps it.
    pub fn from_number(number: u16) -> Self {
        Self(number)
    }

    /// The number to keep in the store.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The two words in a language.
    pub fn words(self, language: Language) -> [&'static str; 2] {
        let [first, second] = self.0.to_be_bytes();
        [
            word(&living::LIVING, first, language),
            word(&things::THINGS, second, language),
        ]
    }

    /// The phrase as one text: words apart by a blank, or by a middle dot where blanks are not usual.
    pub fn text(self, language: Language) -> String {
        let between = match language {
            Language::En => " ",
            Language::ZhTw | Language::Ja => "・",
        };
        self.words(language).join(between)
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phrase({})", self.text(Language::En))
    }
}

fn word(rows: &[Row; 256], number: u8, language: Language) -> &'static str {
    #[expect(
        clippy::indexing_slicing,
        reason = "a byte cannot point past the end of 256 rows"
    )]
    let [en, zh_tw, ja] = rows[usize::from(number)];
    match language {
        Language::En => en,
        Language::ZhTw => zh_tw,
        Language::Ja => ja,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const LANGUAGES: [Language; 3] = [Language::En, Language::ZhTw, Language::Ja];

    fn all_words(language: Language) -> Vec<&'static str> {
        [&living::LIVING, &things::THINGS]
            .into_iter()
            .flat_map(|rows| (0..=255).map(move |n| word(rows, n, language)))
            .collect()
    }

    /// Letters to change, add or remove to make one word of another.
    fn distance(a: &str, b: &str) -> usize {
        let b: Vec<char> = b.chars().collect();
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.chars().enumerate() {
            let mut diagonal = row[0];
            row[0] = i + 1;
            for (j, y) in b.iter().enumerate() {
                let change = diagonal + usize::from(x != *y);
                diagonal = row[j + 1];
                row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
            }
        }
        row[b.len()]
    }

    #[test]
    fn no_word_occurs_twice_in_a_language() {
        for language in LANGUAGES {
            let words = all_words(language);
            assert_eq!(words.len(), 512);
            let distinct: HashSet<_> = words.iter().collect();
            assert_eq!(distinct.len(), 512, "{language:?}");
        }
    }

    #[test]
    fn words_are_written_in_the_script_of_their_language() {
        assert!(
            all_words(Language::En)
                .iter()
                .all(|w| (3..=12).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_lowercase()))
        );
        assert!(
            all_words(Language::ZhTw)
                .iter()
                .all(|w| (1..=5).contains(&w.chars().count())
                    && w.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
        );
        assert!(
            all_words(Language::Ja)
                .iter()
                .all(|w| (1..=11).contains(&w.chars().count())
                    && w.chars().all(|c| ('\u{3041}'..='\u{30ff}').contains(&c)
                        || ('\u{4e00}'..='\u{9fff}').contains(&c)))
        );
    }

    #[test]
    fn english_words_are_clearly_distinct() {
        let words = all_words(Language::En);
        for (i, a) in words.iter().enumerate() {
            for b in &words[..i] {
                assert!(distance(a, b) >= 2, "{a} and {b} are too alike");
            }
        }
    }

    #[test]
    fn every_number_has_its_own_phrase_in_each_language() {
        for language in LANGUAGES {
            let phrases: HashSet<String> = (0..=u16::MAX)
                .map(|n| Phrase::from_number(n).text(language))
                .collect();
            assert_eq!(phrases.len(), 65_536, "{language:?}");
        }
    }

    #[test]
    fn one_phrase_in_three_languages() {
        let phrase = Phrase::from_bytes([0, 0]);
        assert_eq!(phrase.text(Language::En), "otter mountain");
        assert_eq!(phrase.text(Language::ZhTw), "水獺・山");
        assert_eq!(phrase.text(Language::Ja), "カワウソ・山");
        let last = Phrase::from_bytes([0xff, 0xff]);
        assert_eq!(last, Phrase::from_number(last.number()));
        assert_eq!(last.words(Language::En).len(), 2);
        assert_eq!(format!("{phrase:?}"), "Phrase(otter mountain)");
    }
}
