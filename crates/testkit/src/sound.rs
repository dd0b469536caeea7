//! How alike two sounds are, wherever one lies in the other.

/// Sums over so many samples stand for the loudness around a moment: 10 ms.
const STEP: usize = 80;

/// The best correlation of `part`, sample for sample, with any stretch of `whole` of its length: 1 for the same sound at
/// any loudness, about 0 for others. The place is first looked for by loudness, then around it sample by sample.
pub fn alike(whole: &[i16], part: &[i16]) -> f64 {
    let room = match whole.len().checked_sub(part.len()) {
        Some(room) => room,
        // A recording that was cut short is padded: what is missing then counts against it.
        None => return alike(&[whole, &vec![0; part.len() - whole.len()]].concat(), part),
    };
    let (outer, inner) = (loudness(whole), loudness(part));
    let places = outer.windows(inner.len().max(1)).enumerate();
    let mut rough: Vec<(f64, usize)> = places
        .map(|(place, window)| (correlation(window, &inner), place * STEP))
        .collect();
    rough.sort_by(|a, b| b.0.total_cmp(&a.0));
    let part: Vec<f64> = part.iter().map(|sample| f64::from(*sample)).collect();
    let whole: Vec<f64> = whole.iter().map(|sample| f64::from(*sample)).collect();
    let at = |start: usize, length: usize| whole.get(start..start + length).unwrap_or_default();
    // A second of it says where it lies to the sample; all of it says how alike it is.
    let second = part.get(..part.len().min(8_000)).unwrap_or_default();
    let mut best = 0.0_f64;
    for (_, place) in rough.into_iter().take(3) {
        let near = place.saturating_sub(STEP)..=(place + STEP).min(room);
        let exact = near
            .map(|start| (correlation(at(start, second.len()), second), start))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, start)) = exact {
            best = best.max(correlation(at(start, part.len()), &part));
        }
    }
    best
}

/// The stretches that are spoken, one after the other: what lies between rests of a third of a second, with a little of
/// the rest around it.
pub fn words(whole: &[i16]) -> Vec<&[i16]> {
    const AROUND: usize = 32;
    const REST: usize = 33;
    let frames = loudness(whole);
    let loudest = frames.iter().copied().fold(0.0, f64::max);
    let loud = frames
        .iter()
        .enumerate()
        .filter(|(_, f)| **f > loudest / 3.0);
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for (frame, _) in loud {
        match stretches.last_mut() {
            Some((_, end)) if frame - *end < REST => *end = frame,
            _ => stretches.push((frame, frame)),
        }
    }
    let within = |(start, end): (usize, usize)| {
        let (start, end) = (start.saturating_sub(AROUND), end + 1 + AROUND);
        whole.get(start * STEP..(end * STEP).min(whole.len()))
    };
    stretches.into_iter().filter_map(within).collect()
}

fn loudness(sound: &[i16]) -> Vec<f64> {
    let chunks = sound.chunks(STEP);
    chunks
        .map(|chunk| chunk.iter().map(|s| f64::from(s.unsigned_abs())).sum())
        .collect()
}

/// Pearson's correlation.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let count = a.len().min(b.len()).max(1) as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / count, b.iter().sum::<f64>() / count);
    let (mut both, mut only_a, mut only_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        both += a * b;
        only_a += a * a;
        only_b += b * b;
    }
    if only_a == 0.0 || only_b == 0.0 {
        return 0.0;
    }
    both / (only_a * only_b).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_found_wherever_it_lies_and_another_is_not() {
        let wave = |factor: f64| -> Vec<i16> {
            (0..4_000_i32)
                .map(|n| ((f64::from(n * n) / factor).sin() * 8_000.0) as i16)
                .collect()
        };
        let (sound, other) = (wave(9_000.0), wave(7_000.0));
        let quieter: Vec<i16> = sound.iter().map(|sample| sample / 2).collect();
        let whole = [vec![0; 777], quieter, vec![0; 333]].concat();
        assert!(alike(&whole, &sound) > 0.99);
        assert!(alike(&whole, &other) < 0.5);
        assert!(alike(&whole[..2_000], &sound) < 0.9);
        assert!(alike(&[], &sound) < 0.1);
    }
}
