//! Words that lie near a person: what stands in their address, the account's name, the product's, the host's.
//!
//! An attacker who knows whom they attack tries these first, so a password that is mainly one of them is refused even
//! when it is long (OWASP ASVS 6.2.11).

use std::fmt;

/// Where a word comes from, so that the page can say which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nearby {
    /// The person's e-mail address.
    Email,
    /// The name of the account or of the person.
    Name,
    /// The name of the product.
    Product,
    /// The host under which it is reached.
    Host,
}

/// Pieces shorter than this (in characters, ASCII only) occur in passwords by chance.
const SHORTEST_PIECE: usize = 3;
/// More words than this are not looked at: names are short, and the work must stay bounded.
const MOST_WORDS: usize = 64;
/// Characters of one word that are looked at.
const LONGEST_WORD: usize = 100;

/// The words near one person. `Debug` shows how many there are, because names and addresses do not belong in logs.
#[derive(Clone, Default)]
pub struct Context {
    words: Vec<(Nearby, String)>,
}

impl Context {
    /// No words.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an e-mail address: its local part, its domain's labels, and the pieces of both.
    #[must_use]
    pub fn email(mut self, address: &str) -> Self {
        self.add(Nearby::Email, address);
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
        self.add(Nearby::Email, local);
        self.pieces(Nearby::Email, address);
        self
    }

    /// Adds the name of an account or a person.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.add(Nearby::Name, name);
        self.pieces(Nearby::Name, name);
        self
    }

    /// Adds the product's name.
    #[must_use]
    pub fn product(mut self, name: &str) -> Self {
        self.add(Nearby::Product, name);
        self.pieces(Nearby::Product, name);
        self
    }

    /// Adds a host name, whole and by labels.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        self.add(Nearby::Host, host);
        self.pieces(Nearby::Host, host);
        self
    }

    /// All words, for the strength estimate.
    pub(super) fn words(&self) -> Vec<&str> {
        self.words.iter().map(|(_, word)| word.as_str()).collect()
    }

    /// The kinds of words that make up more than half of a password, in any case and with the usual disguises.
    pub(super) fn mainly(&self, password: &str) -> impl Iterator<Item = Nearby> {
        let text: Vec<char> = disguise_off(password).collect();
        [Nearby::Email, Nearby::Name, Nearby::Product, Nearby::Host]
            .into_iter()
            .filter(move |kind| self.covered(*kind, &text) * 2 > text.len())
    }

    /// How many characters of `text` lie inside an occurrence of a word of this kind, read forwards or backwards.
    fn covered(&self, kind: Nearby, text: &[char]) -> usize {
        let mut inside = vec![false; text.len()];
        for (_, word) in self.words.iter().filter(|(of, _)| *of == kind) {
            let forwards: Vec<char> = disguise_off(word).collect();
            let backwards: Vec<char> = forwards.iter().rev().copied().collect();
            for needle in [&forwards, &backwards] {
                for (at, window) in text.windows(needle.len()).enumerate() {
                    if window == needle.as_slice() {
                        inside
                            .iter_mut()
                            .skip(at)
                            .take(needle.len())
                            .for_each(|place| *place = true);
                    }
                }
            }
        }
        inside.into_iter().filter(|place| *place).count()
    }

    fn pieces(&mut self, kind: Nearby, text: &str) {
        for piece in text.split(|c: char| !c.is_alphanumeric()) {
            self.add(kind, piece);
        }
        let joined: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        self.add(kind, &joined);
    }

    fn add(&mut self, kind: Nearby, word: &str) {
        let word: String = word
            .trim()
            .to_lowercase()
            .chars()
            .take(LONGEST_WORD)
            .collect();
        let enough = if word.is_ascii() { SHORTEST_PIECE } else { 2 };
        let known = self.words.iter().any(|(of, w)| *of == kind && *w == word);
        if word.chars().count() >= enough && !known && self.words.len() < MOST_WORDS {
            self.words.push((kind, word));
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({} words)", self.words.len())
    }
}

/// Lower case, with the digits and signs that people put for letters turned back. Both sides of a comparison pass
/// through it, so it need not be right, only the same.
fn disguise_off(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase).map(|c| match c {
        '0' => 'o',
        '1' | '!' | '|' | 'i' => 'l',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        '9' => 'g',
        other => other,
    })
}
