//! The smallest PNG that will do: sixteen shades, four bits a point, not compressed (PNG third edition; RFC 1950, RFC 1951).

/// Warm paper, and ink with a green-blue cast: the colours of the pages by day.
const PAPER: [u8; 3] = [0xfb, 0xf8, 0xf1];
const INK: [u8; 3] = [0x1b, 0x2b, 0x2e];
/// The most that a stored block of deflate holds.
const BLOCK: usize = 65_535;

/// A file of these shades, 0 (paper) to 15 (ink), row by row.
pub(super) fn file(width: usize, height: usize, shades: &[u8]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    for side in [width, height] {
        head.extend(u32::try_from(side).unwrap_or(0).to_be_bytes());
    }
    // Four bits a point, colours from the palette, the only methods there are, not interlaced.
    head.extend([4, 3, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &head);
    let palette: Vec<u8> = (0..=15_u8).flat_map(shade).collect();
    chunk(&mut out, b"PLTE", &palette);
    let mut rows = Vec::with_capacity(height * (width / 2 + 2));
    for row in shades.chunks(width.max(1)) {
        rows.push(0);
        let pairs = row.chunks(2).map(|pair| match pair {
            [left, right] => left << 4 | right,
            [left, ..] => left << 4,
            [] => 0,
        });
        rows.extend(pairs);
    }
    chunk(&mut out, b"IDAT", &stored(&rows));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn shade(step: u8) -> [u8; 3] {
    let mut colour = PAPER;
    for (channel, ink) in colour.iter_mut().zip(INK) {
        let (paper, ink, step) = (u16::from(*channel), u16::from(ink), u16::from(step));
        *channel = u8::try_from((paper * (15 - step) + ink * step) / 15).unwrap_or(0);
    }
    colour
}

/// A zlib stream that holds the bytes as they are.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], body: &[u8]) {
    out.extend(u32::try_from(body.len()).unwrap_or(0).to_be_bytes());
    out.extend(kind);
    out.extend(body);
    let mut sum = u32::MAX;
    for byte in kind.iter().chain(body) {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            };
        }
    }
    out.extend((!sum).to_be_bytes());
}
