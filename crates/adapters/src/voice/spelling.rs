//! The characters of a security check, spoken one by one (R-ROOT-05): the digits of the prompts and letters of their own,
//! in the language of the page.
//!
//! Pace, loudness and rests vary, something murmurs behind it, and all of it hisses a little, so that it is not the same
//! wave each time. The same dice give the same sound again: whoever asks twice learns nothing more.

use super::prompts::{Prompts, unpacked};
use super::wav::{self, RATE};
use domain::dice::Dice;
use domain::locale::Locale;

/// A letter, its Japanese name and its English one; in Chinese people say the English names.
struct Letter {
    letter: char,
    ja: &'static [u8],
    en: &'static [u8],
}

macro_rules! letters {
    ($($letter:literal $file:literal),+ $(,)?) => {
        &[$(Letter {
            letter: $letter,
            ja: include_bytes!(concat!(env!("OUT_DIR"), "/letters/ja/", $file, ".wav")),
            en: include_bytes!(concat!(env!("OUT_DIR"), "/letters/en/", $file, ".wav")),
        }),+]
    };
}

static LETTERS: &[Letter] = letters![
    'F' "f", 'H' "h", 'K' "k", 'M' "m", 'R' "r", 'W' "w", 'X' "x", 'Y' "y",
];

/// Milliseconds of rest before the first character and after each one, at least and at most.
const REST: (u32, u32) = (450, 850);
/// Paces, in hundredths.
const PACES: [u32; 7] = [94, 96, 98, 100, 102, 104, 106];
/// The hiss, at its loudest; speech is about five times as loud.
const HISS: u32 = 1_600;

/// The sound of these characters as a WAV file; empty when one of them has no recording.
pub(super) fn wav(prompts: &Prompts, characters: &str, locale: Locale, dice: &Dice) -> Vec<u8> {
    let clips: Option<Vec<Vec<i16>>> = characters
        .chars()
        .map(|character| clip(prompts, character, locale))
        .collect();
    match clips {
        Some(clips) if !clips.is_empty() => wav::file(&mixed(&clips, dice)),
        _ => Vec::new(),
    }
}

/// The recording of a character as it was made.
pub(super) fn clip(prompts: &Prompts, character: char, locale: Locale) -> Option<Vec<i16>> {
    if character.is_ascii_digit() {
        return prompts.digit(character, locale);
    }
    let found = LETTERS.iter().find(|l| l.letter == character)?;
    let packed = match locale {
        Locale::Ja => found.ja,
        Locale::ZhTw | Locale::En => found.en,
    };
    unpacked(packed).ok()
}

fn mixed(clips: &[Vec<i16>], dice: &Dice) -> Vec<i16> {
    let mut chance = Chance::new(dice);
    let mut out: Vec<f32> = Vec::new();
    rest(&mut out, &mut chance);
    for clip in clips {
        let pace = PACES
            .get(chance.below(7) as usize)
            .map_or(1.0, |pace| *pace as f32 / 100.0);
        let loud = 0.75 + chance.below(40) as f32 / 100.0;
        out.extend(paced(clip, pace).map(|sample| sample * loud));
        rest(&mut out, &mut chance);
    }
    murmur(&mut out, clips, &mut chance);
    let hissing = out.into_iter().map(|sample| {
        let hiss = chance.below(2 * HISS) as f32 - HISS as f32;
        whole(sample + hiss)
    });
    hissing.collect()
}

fn rest(out: &mut Vec<f32>, chance: &mut Chance) {
    let millis = REST.0 + chance.below(REST.1 - REST.0);
    let samples = (millis * RATE / 1_000) as usize;
    out.resize(out.len() + samples, 0.0);
}

/// The same faster or slower, and so higher or lower.
fn paced(clip: &[i16], pace: f32) -> impl Iterator<Item = f32> {
    let at = |index: usize| clip.get(index).copied().map_or(0.0, f32::from);
    let length = index(clip.len() as f32 / pace);
    (0..length).map(move |n| {
        let place = n as f32 * pace;
        let left = index(place);
        let part = place - left as f32;
        at(left) * (1.0 - part) + at(left + 1) * part
    })
}

/// The same voice, backwards and faint: no word, but of the same colour as the words.
fn murmur(out: &mut [f32], clips: &[Vec<i16>], chance: &mut Chance) {
    let mut from = 0;
    while from < out.len() {
        let which = chance.below(clips.len().try_into().unwrap_or(u32::MAX)) as usize;
        let faint = 0.08 + chance.below(8) as f32 / 100.0;
        let Some(clip) = clips.get(which).filter(|clip| !clip.is_empty()) else {
            return;
        };
        for (to, sample) in out.iter_mut().skip(from).zip(clip.iter().rev()) {
            *to += f32::from(*sample) * faint;
        }
        from += clip.len();
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "held within what a sample can be first"
)]
fn whole(sample: f32) -> i16 {
    sample.clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place within a recording of seconds"
)]
fn index(place: f32) -> usize {
    place.max(0.0) as usize
}

/// Chance enough for every sample: xorshift, begun by the dice. Nobody sees it but as noise.
struct Chance(u64);

impl Chance {
    fn new(dice: &Dice) -> Self {
        Self(u64::from_be_bytes(dice.bytes("spelling")) | 1)
    }

    fn below(&mut self, most: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let high = u32::try_from(self.0 >> 32).unwrap_or(0);
        u32::try_from((u64::from(high) * u64::from(most)) >> 32).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::sound;

    fn dice(n: u8) -> Dice {
        Dice::new([n; 32])
    }

    fn samples(characters: &str, locale: Locale, n: u8) -> Vec<i16> {
        let prompts = Prompts::load(None).unwrap();
        let file = wav(&prompts, characters, locale, &dice(n));
        wav::samples(&file).unwrap()
    }

    #[test]
    fn every_character_is_heard_in_its_order_in_each_language_r_root_05() {
        let prompts = Prompts::load(None).unwrap();
        for (locale, characters) in [
            (Locale::ZhTw, "23FHX9"),
            (Locale::Ja, "4567KM"),
            (Locale::En, "8RWY4K"),
        ] {
            let spoken = samples(characters, locale, 1);
            let words = sound::words(&spoken);
            assert_eq!(words.len(), characters.len(), "{}", locale.tag());
            for (character, word) in characters.chars().zip(words) {
                let clip = clip(&prompts, character, locale).unwrap();
                let alike = |pace: &u32| {
                    let paced: Vec<i16> = paced(&clip, *pace as f32 / 100.0).map(whole).collect();
                    sound::alike(word, &paced)
                };
                let best = PACES.iter().map(alike).fold(0.0, f64::max);
                assert!(best > 0.8, "{character} in {}: {best}", locale.tag());
            }
        }
    }

    #[test]
    fn the_same_dice_give_the_same_sound_and_others_another() {
        let one = samples("7HK2MR", Locale::En, 1);
        assert_eq!(one, samples("7HK2MR", Locale::En, 1));
        let other = samples("7HK2MR", Locale::En, 2);
        assert_ne!(one.len(), other.len(), "rests and paces vary");
        assert_ne!(one, samples("7HK2MR", Locale::Ja, 1));
        let seconds = one.len() / RATE as usize;
        assert!((4..12).contains(&seconds), "{seconds} s");
    }

    #[test]
    fn every_character_of_the_picture_has_a_recording_in_each_language() {
        let prompts = Prompts::load(None).unwrap();
        for locale in Locale::ALL {
            for character in "23456789FHKMRWXY".chars() {
                assert!(clip(&prompts, character, locale).is_some(), "{character}");
            }
        }
    }

    #[test]
    fn what_has_no_recording_is_not_spoken() {
        let prompts = Prompts::load(None).unwrap();
        for odd in ["", "7HK2MO", "7 H", "七"] {
            assert!(
                wav(&prompts, odd, Locale::ZhTw, &dice(1)).is_empty(),
                "{odd}"
            );
        }
    }
}
