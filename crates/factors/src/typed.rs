//! What people's keyboards really send: full-width characters from an input method, blanks and hyphens for reading,
//! and invisible marks that come along when a number is copied out of a mail or a contact list.
//!
//! Invariant: nothing here changes which secret was meant; only forms that cannot mean anything else are folded.

/// The plain ASCII form of a full-width character (U+FF01 to U+FF5E, and the ideographic space); any other character
/// comes back as it is.
pub(crate) fn fold(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xff01 + 0x21).unwrap_or(c),
        _ => c,
    }
}

/// What was typed in plain characters: full-width forms folded, blanks and invisible marks around it dropped.
pub fn plain(typed: &str) -> String {
    let trimmed = typed.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    trimmed.chars().map(fold).collect()
}

/// Blanks, hyphens in all their shapes, and marks that have no width: what may stand between the characters of a code.
pub(crate) fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_hyphen(c) || is_invisible(c)
}

/// Hyphens and dashes, among them those of East Asian input methods (the long-vowel mark lies on the hyphen's key).
pub(crate) fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{ad}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{30fc}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
                | '\u{ff70}'
    )
}

/// Zero-width characters, direction marks and the byte-order mark: copied along unseen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Exactly `N` decimal digits out of what was typed, each 0 to 9; `None` for fewer, more, or anything else between them.
pub(crate) fn digits<const N: usize>(typed: &str) -> Option<[u8; N]> {
    let mut out = [0u8; N];
    let mut free = out.iter_mut();
    for c in typed.chars().map(fold).filter(|c| !is_separator(*c)) {
        let digit = u8::try_from(c.to_digit(10)?).ok()?;
        *free.next()? = digit;
    }
    free.next().is_none().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_forms_fold_to_ascii_and_others_stay() {
        assert_eq!(
            "＋８８６　Ａｚ～".chars().map(fold).collect::<String>(),
            "+886 Az~"
        );
        assert_eq!("é漢・".chars().map(fold).collect::<String>(), "é漢・");
    }

    #[test]
    fn digits_want_the_exact_count() {
        assert_eq!(digits::<3>("1 2-3"), Some([1, 2, 3]));
        assert_eq!(digits::<3>("１２ー３"), Some([1, 2, 3]));
        assert_eq!(digits::<3>("\u{202a}123\u{202c}"), Some([1, 2, 3]));
        assert_eq!(digits::<3>("12"), None);
        assert_eq!(digits::<3>("1234"), None);
        assert_eq!(digits::<3>("12a"), None);
        assert_eq!(digits::<3>("+123"), None);
        // Digits of other scripts are not what an authenticator shows, and no keyboard sends them by accident.
        assert_eq!(digits::<3>("١٢٣"), None);
    }
}
