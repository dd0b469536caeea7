//! A QR code as the `d` of one SVG path: no image file, no inline style, sharp at any size.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Light modules around the code, as ISO/IEC 18004 section 6.3.8 asks for.
const QUIET: usize = 4;

/// A QR code ready for a template.
pub(crate) struct Qr {
    /// Width and height of the view box.
    pub(crate) size: usize,
    /// The dark modules.
    pub(crate) path: String,
}

/// Draws `text`; `None` when it is longer than a code holds.
pub(crate) fn draw(text: &str) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (row, line) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in line.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (x, y) = (column + QUIET, row + QUIET);
                // Writing into a string cannot fail.
                let _ = write!(path, "M{x} {y}h{}v1h-{}z", run.len(), run.len());
            }
            column += run.len();
        }
    }
    Some(Qr {
        size: width + 2 * QUIET,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_pattern_stands_in_the_corner_behind_the_quiet_zone() {
        let qr = draw("otpauth://totp/a:b?secret=ABC").unwrap();
        assert!(qr.path.starts_with("M4 4h7v1h-7z"));
        assert!(qr.size >= 21 + 8);
        assert!(draw(&"x".repeat(5_000)).is_none());
    }
}
