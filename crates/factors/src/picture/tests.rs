//! The picture, looked at by numbers: that there is one, that it differs, and that what is typed is forgiven.
use super::*;

const SEED: [u8; 16] = [3; 16];

#[test]
fn every_byte_gives_a_character_and_all_are_equally_likely_r_root_04() {
    let mut times = [0; 16];
    for byte in 0..=255_u8 {
        let text = drawn([byte]);
        let place = ALPHABET.iter().position(|c| text.as_bytes() == [*c]);
        times[place.unwrap()] += 1;
    }
    assert_eq!(times, [16; 16]);
    assert_eq!(drawn([7; 6]).len(), 6);
    assert!(ALPHABET.iter().any(u8::is_ascii_digit) && ALPHABET.iter().any(u8::is_ascii_uppercase));
    for unclear in b"01OIL5SB8Z".iter().filter(|c| !b"58".contains(c)) {
        assert!(!ALPHABET.contains(unclear), "{}", char::from(*unclear));
    }
}

#[test]
fn what_is_typed_is_forgiven_and_nothing_else_r_root_04() {
    for text in [
        "7hk2mr",
        "7HK2MR",
        " 7 H K 2 M R ",
        "７ＨＫ２ｍｒ",
        "7hk-2mr\u{200b}",
    ] {
        assert_eq!(typed(text), "7HK2MR", "{text}");
    }
    assert_ne!(typed("7hk2m"), "7HK2MR");
    assert_eq!(typed(&"7".repeat(100)).len(), 32);
}

#[test]
fn the_same_characters_and_chance_give_the_same_picture_and_others_another() {
    let one = png("7HK2MR", &SEED);
    assert_eq!(one, png("7HK2MR", &SEED));
    assert_ne!(one, png("7HK2MR", &[4; 16]), "bent otherwise");
    assert_ne!(one, png("7HK2MX", &SEED));
    assert!(one.len() < 30_000, "{} bytes", one.len());
}

#[test]
fn every_character_is_drawn_within_the_picture() {
    for character in ALPHABET {
        let strokes = glyphs::strokes(char::from(*character));
        assert!(!strokes.is_empty(), "{}", char::from(*character));
        for stroke in strokes {
            for (x, y) in glyphs::path(stroke) {
                assert!((-12.0..=112.0).contains(&x) && (-4.0..=144.0).contains(&y));
            }
        }
    }
    assert!(glyphs::strokes('0').is_empty());
}

/// The file is read as a reader of PNG would: chunks, their sums, the stored rows.
#[test]
fn it_is_a_png_file() {
    let file = png("23456789FHKMRWXY", &SEED);
    let (mark, mut rest) = file.split_at(8);
    assert_eq!(mark, b"\x89PNG\r\n\x1a\n");
    let (mut kinds, mut rows) = (Vec::new(), Vec::new());
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        kinds.push(String::from_utf8(rest[4..8].to_vec()).unwrap());
        if kinds.last().unwrap() == "IDAT" {
            // Two bytes of head, five of one stored block, four of the sum at the end.
            rows = rest[8 + 7..8 + length - 4].to_vec();
        }
        rest = &rest[length + 12..];
    }
    assert_eq!(kinds, ["IHDR", "PLTE", "IDAT", "IEND"]);
    assert_eq!(rows.len(), HEIGHT * (WIDTH / 2 + 1));
    let inked = rows.iter().filter(|pair| **pair == 0xff).count();
    assert!((500..8_000).contains(&inked), "{inked}");
}
