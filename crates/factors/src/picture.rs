//! Characters as a picture that people read and machines read less well: strokes of our own, bent, turned and crossed by
//! lines, so that they are neither a font nor text.
//!
//! The same characters and the same chance give the same picture: whoever asks for it twice learns nothing more.
//!
//! Invariant: only characters that look unlike each other, in print and in handwriting, and sound unlike each other.

mod glyphs;
mod png;

use aws_lc_rs::digest;

/// The characters that are drawn: no 0 and O, 1, I and L, 5 and S, 8 and B, 2 and Z together; sixteen, so that each is worth
/// four bits.
pub const ALPHABET: &[u8; 16] = b"23456789FHKMRWXY";
/// Width of the picture in points.
pub const WIDTH: usize = 420;
/// Height of the picture in points.
pub const HEIGHT: usize = 132;
/// Shades from paper to ink.
const SHADES: u8 = 15;

/// `N` characters of the alphabet out of as many bytes.
pub fn drawn<const N: usize>(bytes: [u8; N]) -> String {
    let letter = |byte: u8| ALPHABET.get(usize::from(byte & 15)).copied();
    bytes
        .into_iter()
        .filter_map(letter)
        .map(char::from)
        .collect()
}

/// What was typed, as it is compared: capital letters and digits, without what stands between them.
pub fn typed(text: &str) -> String {
    text.chars()
        .map(crate::typed::fold)
        .filter(|c| !crate::typed::is_separator(*c))
        .map(|c| c.to_ascii_uppercase())
        .take(32)
        .collect()
}

/// A file of these shades, 0 (paper) to 15 (ink), row by row: for other pictures than characters, such as QR codes.
pub fn of_shades(width: usize, height: usize, shades: &[u8]) -> Vec<u8> {
    png::file(width, height, shades)
}

/// The picture of these characters as a PNG file.
pub fn png(characters: &str, seed: &[u8; 16]) -> Vec<u8> {
    let mut chance = Chance::new(seed);
    let mut canvas = Canvas::new();
    let wave = Wave::draw(&mut chance);
    let count = characters.chars().count().max(1) as f32;
    let pitch = (WIDTH as f32 - 40.0) / count;
    for (index, character) in characters.chars().enumerate() {
        let middle = 20.0 + pitch * (index as f32 + 0.5) + chance.between(-3.0, 3.0);
        glyph(&mut canvas, character, middle, &wave, &mut chance);
    }
    crossed(&mut canvas, &wave, &mut chance);
    png::file(WIDTH, HEIGHT, &canvas.shades)
}

/// Draws one character, turned, leaning and stretched.
fn glyph(canvas: &mut Canvas, character: char, middle: f32, wave: &Wave, chance: &mut Chance) {
    let turn = chance.between(-0.24, 0.24);
    let (sin, cos) = turn.sin_cos();
    let lean = chance.between(-0.20, 0.20);
    let (wide, high) = (chance.between(0.46, 0.56), chance.between(0.54, 0.66));
    let base = HEIGHT as f32 / 2.0 + chance.between(-11.0, 11.0);
    let pen = chance.between(2.9, 3.9);
    let placed = |(x, y): Point| {
        let (x, y) = ((x - 50.0) * wide, (y - 70.0) * high);
        let x = x + lean * -y;
        wave.bend((middle + x * cos - y * sin, base + x * sin + y * cos))
    };
    for stroke in glyphs::strokes(character) {
        let points: Vec<Point> = glyphs::path(stroke).into_iter().map(placed).collect();
        canvas.line(&points, pen, SHADES);
    }
}

/// Lines across all characters, some of ink and some of paper, and specks.
fn crossed(canvas: &mut Canvas, wave: &Wave, chance: &mut Chance) {
    for (shade, pen, times) in [(0, 0.8, 2), (SHADES, 0.8, 2)] {
        for _ in 0..times {
            let edge = |chance: &mut Chance| chance.between(18.0, HEIGHT as f32 - 18.0);
            let ends = [edge(chance), edge(chance), edge(chance), edge(chance)];
            let [from, over, under, to] = ends;
            let across = (0..=60_u8).map(|n| {
                let t = f32::from(n) / 60.0;
                let u = 1.0 - t;
                let y = u * u * u * from
                    + 3.0 * u * u * t * over
                    + 3.0 * u * t * t * under
                    + t * t * t * to;
                wave.bend((t * WIDTH as f32, y))
            });
            canvas.line(&across.collect::<Vec<_>>(), pen, shade);
        }
    }
    for _ in 0..90 {
        let at = (
            chance.between(0.0, WIDTH as f32),
            chance.between(0.0, HEIGHT as f32),
        );
        let shade = if chance.between(0.0, 1.0) < 0.6 { 9 } else { 0 };
        canvas.line(&[at, at], chance.between(0.6, 1.5), shade);
    }
}

type Point = (f32, f32);

/// Bends the whole picture: two waves, one along and one across.
struct Wave {
    along: (f32, f32, f32),
    across: (f32, f32, f32),
}

impl Wave {
    fn draw(chance: &mut Chance) -> Self {
        let mut wave = |height: f32, length: f32| {
            (
                chance.between(height * 0.6, height),
                std::f32::consts::TAU / chance.between(length * 0.7, length * 1.3),
                chance.between(0.0, std::f32::consts::TAU),
            )
        };
        Self {
            along: wave(7.0, 150.0),
            across: wave(4.0, 80.0),
        }
    }

    fn bend(&self, (x, y): Point) -> Point {
        let of =
            |(height, speed, phase): (f32, f32, f32), at: f32| height * (at * speed + phase).sin();
        (x + of(self.across, y), y + of(self.along, x))
    }
}

/// Points of a shade each, row by row.
struct Canvas {
    shades: Vec<u8>,
}

impl Canvas {
    fn new() -> Self {
        Self {
            shades: vec![0; WIDTH * HEIGHT],
        }
    }

    /// A line through these points with a round pen.
    fn line(&mut self, points: &[Point], pen: f32, shade: u8) {
        for pair in points.windows(2) {
            if let [from, to] = pair {
                self.stretch(*from, *to, pen, shade);
            }
        }
    }

    fn stretch(&mut self, from: Point, to: Point, pen: f32, shade: u8) {
        let reach = pen + 1.0;
        let rows = range(from.1.min(to.1) - reach, from.1.max(to.1) + reach, HEIGHT);
        let columns = range(from.0.min(to.0) - reach, from.0.max(to.0) + reach, WIDTH);
        for row in rows {
            for column in columns.clone() {
                let at = (column as f32 + 0.5, row as f32 + 0.5);
                let covered = (pen + 0.5 - distance(at, from, to)).clamp(0.0, 1.0);
                if let Some(point) = self.shades.get_mut(row * WIDTH + column) {
                    let (old, new) = (f32::from(*point), f32::from(shade));
                    let mixed = if shade == 0 {
                        old.min(old + (new - old) * covered)
                    } else {
                        old.max(new * covered)
                    };
                    *point = whole(mixed);
                }
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shades are between 0 and 15"
)]
fn whole(shade: f32) -> u8 {
    shade.round().clamp(0.0, f32::from(SHADES)) as u8
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held within the picture first"
)]
fn range(from: f32, to: f32, most: usize) -> std::ops::Range<usize> {
    let held = |at: f32| at.clamp(0.0, most as f32) as usize;
    held(from.floor())..held(to.ceil())
}

/// How far a point is from a stretch of a line.
fn distance(at: Point, from: Point, to: Point) -> f32 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 {
        (((at.0 - from.0) * dx + (at.1 - from.1) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (from.0 + t * dx - at.0).hypot(from.1 + t * dy - at.1)
}

/// Chance out of a seed: SHA-256 of the seed and a number, four bytes at a time.
struct Chance {
    seed: [u8; 16],
    block: u32,
    left: Vec<u8>,
}

impl Chance {
    fn new(seed: &[u8; 16]) -> Self {
        Self {
            seed: *seed,
            block: 0,
            left: Vec::new(),
        }
    }

    fn between(&mut self, from: f32, to: f32) -> f32 {
        if self.left.len() < 2 {
            let mut context = digest::Context::new(&digest::SHA256);
            context.update(&self.seed);
            context.update(&self.block.to_be_bytes());
            self.block += 1;
            self.left = context.finish().as_ref().to_vec();
        }
        let (high, low) = (self.left.pop(), self.left.pop());
        let number = u16::from_be_bytes([high.unwrap_or(0), low.unwrap_or(0)]);
        from + (to - from) * f32::from(number) / f32::from(u16::MAX)
    }
}

#[cfg(test)]
mod tests;
