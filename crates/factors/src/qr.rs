//! QR codes as pictures, for programs that show them; pages draw theirs as lines.

use crate::picture;
use qrcode::{Color, QrCode};

/// Points a module is wide, and modules of paper around the code (ISO/IEC 18004 asks for four).
const SCALE: usize = 5;
const QUIET: usize = 4;
const INK: u8 = 15;

/// A text as a PNG file; nothing for one that is too long for a code.
pub fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let modules = code.width();
    let colours = code.to_colors();
    let side = (modules + 2 * QUIET) * SCALE;
    let dark = |x: usize, y: usize| {
        let place = |at: usize| (at / SCALE).checked_sub(QUIET).filter(|at| *at < modules);
        let at = place(y).zip(place(x)).map(|(y, x)| y * modules + x);
        at.and_then(|at| colours.get(at)) == Some(&Color::Dark)
    };
    let points = (0..side * side).map(|at| match dark(at % side, at / side) {
        true => INK,
        false => 0,
    });
    Some(picture::of_shades(side, side, &points.collect::<Vec<u8>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_paper_around_it() {
        let file = png("otpauth://totp/a").unwrap();
        assert_eq!(file.get(..8), Some(&b"\x89PNG\r\n\x1a\n"[..]));
        // Version 2: 25 modules, and four on either side.
        let width = u32::from_be_bytes(file[16..20].try_into().unwrap());
        assert_eq!(usize::try_from(width).unwrap(), (25 + 2 * QUIET) * SCALE);
        assert_eq!(png(&"a".repeat(3_000)), None);
    }
}
