//! WAV files as a telephone carries them: 8 kHz, one channel, 16 bit PCM or the µ-law of G.711.
//!
//! Invariant: what [`samples`] accepts is one such recording and nothing else, so that no sound of another rate is
//! ever played too fast, too slow or as noise.

use super::rtp::g711::Law;

/// Samples in a second.
pub const RATE: u32 = 8_000;
/// The longest recording that is taken: 30 s.
pub const LONGEST: usize = 30 * RATE as usize;

/// Encodings, as WAVE numbers them (RFC 2361 appendix A).
const PCM: u16 = 1;
const MU_LAW: u16 = 7;
const HEADER: usize = 44;

/// Why a file is no recording for the telephone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not begin as a WAV file does.
    #[error("is not a WAV file")]
    NotWav,
    /// It ends before its own lengths say, or its parts are in disorder.
    #[error("is damaged or cut off")]
    Damaged,
    /// The sound is of another kind.
    #[error(
        "has {channels} channel(s), {rate} Hz, {bits} bit, encoding {encoding}; needed are 1 channel, 8000 Hz, and \
         16 bit of encoding 1 (PCM) or 8 bit of encoding 7 (µ-law)"
    )]
    Kind {
        /// Channels.
        channels: u16,
        /// Samples in a second.
        rate: u32,
        /// Bits in a sample.
        bits: u16,
        /// The number of the encoding; PCM is 1, µ-law 7.
        encoding: u16,
    },
    /// There is nothing to hear in it.
    #[error("is silent")]
    Silent,
    /// Longer than [`LONGEST`].
    #[error("is longer than 30 seconds")]
    TooLong,
}

/// The samples of a recording.
///
/// # Errors
/// [`Fault`], with what is wrong in words for the operator.
pub fn samples(file: &[u8]) -> Result<Vec<i16>, Fault> {
    if file.get(..4) != Some(b"RIFF") || file.get(8..12) != Some(b"WAVE") {
        return Err(Fault::NotWav);
    }
    let mut rest = file.get(12..).unwrap_or_default();
    let mut coding = None;
    while let Some((name, length, after)) = chunk(rest) {
        let content = after.get(..length).ok_or(Fault::Damaged)?;
        match name {
            b"fmt " => coding = Some(coding_of(content)?),
            b"data" => return decode(content, coding.ok_or(Fault::Damaged)?),
            _ => {}
        }
        // Chunks begin at even places; the last one may lack its filler.
        rest = after.get(length + length % 2..).unwrap_or_default();
    }
    Err(Fault::Damaged)
}

/// A recording of these samples.
pub fn file(samples: &[i16]) -> Vec<u8> {
    let data = samples.iter().flat_map(|s| s.to_le_bytes());
    written(PCM, 2, &data.collect::<Vec<u8>>())
}

/// The same as carriers play it without changing it: µ-law, half as long.
pub fn mu_law_file(samples: &[i16]) -> Vec<u8> {
    let data = samples.iter().map(|sample| Law::Mu.encode(*sample));
    written(MU_LAW, 1, &data.collect::<Vec<u8>>())
}

fn written(encoding: u16, bytes: u16, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX - 36);
    let mut out = Vec::with_capacity(HEADER + data.len());
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(length + length % 2 + 36).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16_u32.to_le_bytes());
    out.extend_from_slice(&encoding.to_le_bytes());
    out.extend_from_slice(&1_u16.to_le_bytes());
    out.extend_from_slice(&RATE.to_le_bytes());
    out.extend_from_slice(&(RATE * u32::from(bytes)).to_le_bytes());
    out.extend_from_slice(&bytes.to_le_bytes());
    out.extend_from_slice(&(bytes * 8).to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(data);
    if data.len() % 2 == 1 {
        // Chunks begin at even places.
        out.push(0);
    }
    out
}

/// Name and length of the first chunk, and everything after these.
fn chunk(bytes: &[u8]) -> Option<(&[u8; 4], usize, &[u8])> {
    let (name, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    Some((
        name,
        usize::try_from(u32::from_le_bytes(*length)).ok()?,
        rest,
    ))
}

/// How a sample is written.
#[derive(Clone, Copy)]
enum Coding {
    Pcm,
    MuLaw,
}

fn coding_of(content: &[u8]) -> Result<Coding, Fault> {
    let word = |at: usize| -> Option<u16> {
        let bytes = content.get(at..at + 2)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    };
    let read = || -> Option<(u16, u16, u32, u16)> {
        let rate = u32::from(word(4)?) | u32::from(word(6)?) << 16;
        Some((word(0)?, word(2)?, rate, word(14)?))
    };
    let (encoding, channels, rate, bits) = read().ok_or(Fault::Damaged)?;
    match (encoding, channels, rate, bits) {
        (PCM, 1, RATE, 16) => Ok(Coding::Pcm),
        (MU_LAW, 1, RATE, 8) => Ok(Coding::MuLaw),
        _ => Err(Fault::Kind {
            channels,
            rate,
            bits,
            encoding,
        }),
    }
}

fn decode(content: &[u8], coding: Coding) -> Result<Vec<i16>, Fault> {
    let (pairs, odd) = content.as_chunks::<2>();
    let length = match coding {
        Coding::Pcm if !odd.is_empty() => return Err(Fault::Damaged),
        Coding::Pcm => pairs.len(),
        Coding::MuLaw => content.len(),
    };
    if length > LONGEST {
        return Err(Fault::TooLong);
    }
    let samples: Vec<i16> = match coding {
        Coding::Pcm => pairs.iter().map(|pair| i16::from_le_bytes(*pair)).collect(),
        Coding::MuLaw => content.iter().map(|byte| Law::Mu.decode(*byte)).collect(),
    };
    // Below one part in a hundred of full scale there is only noise.
    if samples.iter().all(|s| s.unsigned_abs() < 328) {
        return Err(Fault::Silent);
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let sound = [0, 1000, -1000, i16::MAX, i16::MIN, 7];
        let written = file(&sound);
        assert_eq!(written.len(), 44 + 12);
        assert_eq!(
            u32::from_le_bytes(written[4..8].try_into().unwrap()),
            12 + 36
        );
        assert_eq!(samples(&written).unwrap(), sound);
    }

    #[test]
    fn other_chunks_before_and_after_the_sound_are_passed_over() {
        let plain = file(&[1000, 2000]);
        let mut odd = plain[..12].to_vec();
        odd.extend_from_slice(b"LIST\x03\x00\x00\x00abc\x00");
        odd.extend_from_slice(&plain[12..]);
        odd.extend_from_slice(b"id3 \x02\x00\x00\x00zz");
        assert_eq!(samples(&odd).unwrap(), [1000, 2000]);
    }

    #[test]
    fn no_prefix_of_a_recording_is_one() {
        let whole = file(&[1000, -2000, 3000]);
        for length in 0..whole.len() {
            assert!(samples(&whole[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn another_kind_of_sound_is_named() {
        let mut stereo = file(&[1000, 2000]);
        stereo[22] = 2;
        stereo[24..28].copy_from_slice(&44_100_u32.to_le_bytes());
        let fault = samples(&stereo).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "has 2 channel(s), 44100 Hz, 16 bit, encoding 1; needed are 1 channel, 8000 Hz, and \
             16 bit of encoding 1 (PCM) or 8 bit of encoding 7 (µ-law)"
        );
        let mut alaw = file(&[1000]);
        alaw[20] = 6;
        assert!(matches!(
            samples(&alaw),
            Err(Fault::Kind { encoding: 6, .. })
        ));
    }

    #[test]
    fn a_recording_in_mu_law_is_decoded() {
        let sound = [1000, -1000, 32_000, 0];
        let bytes = sound.map(|sample| Law::Mu.encode(sample));
        let mut coded = file(&[]);
        coded[20] = 7;
        coded[34] = 8;
        coded[40] = 4;
        coded.extend_from_slice(&bytes);
        assert_eq!(
            samples(&coded).unwrap(),
            bytes.map(|byte| Law::Mu.decode(byte))
        );
        coded[34] = 16;
        assert!(matches!(samples(&coded), Err(Fault::Kind { bits: 16, .. })));
    }

    #[test]
    fn silence_and_endless_sound_are_refused() {
        assert_eq!(samples(&file(&[0; 100])), Err(Fault::Silent));
        assert_eq!(samples(&file(&[])), Err(Fault::Silent));
        assert_eq!(
            samples(&file(&vec![1000; LONGEST + 1])),
            Err(Fault::TooLong)
        );
        assert_eq!(samples(b"ID3 something else"), Err(Fault::NotWav));
    }
}
