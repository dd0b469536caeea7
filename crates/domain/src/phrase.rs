//! The two-word phrase that a mail and the waiting page show alike, so that nobody confirms another's attempt
//! unknowingly.
//!
//! Here it is a number; the words are in the texts of each language (`phrase-first-‹n›`, `phrase-second-‹n›`), so that
//! one case has the same phrase in every language a person may read it in. It is no secret and proves nothing.

use crate::dice::Dice;

/// Words in each of the two lists.
pub const WORDS: u32 = 32;

/// Draws the number of a phrase: 1 024 are equally likely.
pub fn draw(dice: &Dice) -> u32 {
    u32::from_be_bytes(dice.bytes("phrase")) % (WORDS * WORDS)
}

/// The numbers of the first and the second word, both below [`WORDS`].
pub const fn words(phrase: u32) -> (u32, u32) {
    ((phrase / WORDS) % WORDS, phrase % WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_has_two_words_of_the_lists() {
        for seed in 0..=255_u8 {
            let phrase = draw(&Dice::new([seed; 32]));
            let (first, second) = words(phrase);
            assert!(first < WORDS && second < WORDS);
            assert_eq!(first * WORDS + second, phrase);
        }
        assert_eq!(words(u32::MAX), (31, 31));
    }
}
