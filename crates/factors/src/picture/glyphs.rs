//! The characters as strokes, drawn for this project on a sheet of 100 by 140 with the origin at the top left.

use super::Point;

/// A stroke: through its points by straight lines, or by a curve.
pub(super) enum Stroke {
    Straight(&'static [Point]),
    Curved(&'static [Point]),
}

use Stroke::{Curved, Straight};

/// The strokes of a character; none for one that is not in the alphabet.
pub(super) fn strokes(character: char) -> &'static [Stroke] {
    match character {
        '2' => &[
            Curved(&[
                (14.0, 36.0),
                (22.0, 14.0),
                (50.0, 4.0),
                (80.0, 16.0),
                (84.0, 46.0),
                (62.0, 80.0),
                (34.0, 108.0),
                (12.0, 134.0),
            ]),
            Straight(&[(12.0, 134.0), (90.0, 134.0)]),
        ],
        '3' => &[Curved(&[
            (14.0, 22.0),
            (40.0, 5.0),
            (74.0, 12.0),
            (82.0, 38.0),
            (68.0, 60.0),
            (42.0, 66.0),
            (72.0, 72.0),
            (88.0, 100.0),
            (72.0, 128.0),
            (40.0, 136.0),
            (10.0, 118.0),
        ])],
        '4' => &[
            Straight(&[(64.0, 4.0), (8.0, 94.0), (96.0, 94.0)]),
            Straight(&[(68.0, 52.0), (68.0, 138.0)]),
        ],
        '5' => &[
            Straight(&[(86.0, 6.0), (28.0, 6.0), (20.0, 62.0)]),
            Curved(&[
                (20.0, 62.0),
                (46.0, 50.0),
                (76.0, 58.0),
                (90.0, 90.0),
                (76.0, 124.0),
                (42.0, 136.0),
                (10.0, 120.0),
            ]),
        ],
        '6' => &[Curved(&[
            (80.0, 8.0),
            (46.0, 24.0),
            (20.0, 62.0),
            (14.0, 100.0),
            (32.0, 130.0),
            (62.0, 134.0),
            (86.0, 112.0),
            (80.0, 78.0),
            (52.0, 66.0),
            (24.0, 78.0),
            (15.0, 104.0),
        ])],
        '7' => &[
            Straight(&[(10.0, 6.0), (90.0, 6.0), (38.0, 136.0)]),
            Straight(&[(34.0, 72.0), (84.0, 72.0)]),
        ],
        '8' => &[Curved(&[
            (50.0, 66.0),
            (20.0, 48.0),
            (22.0, 16.0),
            (50.0, 4.0),
            (78.0, 16.0),
            (80.0, 46.0),
            (50.0, 66.0),
            (14.0, 90.0),
            (18.0, 124.0),
            (50.0, 136.0),
            (82.0, 124.0),
            (86.0, 90.0),
            (50.0, 66.0),
        ])],
        '9' => &[Curved(&[
            (84.0, 40.0),
            (72.0, 66.0),
            (44.0, 74.0),
            (18.0, 58.0),
            (16.0, 26.0),
            (40.0, 6.0),
            (70.0, 10.0),
            (86.0, 38.0),
            (82.0, 84.0),
            (62.0, 118.0),
            (28.0, 134.0),
        ])],
        'F' => &[
            Straight(&[(90.0, 6.0), (22.0, 6.0), (22.0, 138.0)]),
            Straight(&[(22.0, 66.0), (76.0, 66.0)]),
        ],
        'H' => &[
            Straight(&[(14.0, 4.0), (14.0, 138.0)]),
            Straight(&[(86.0, 4.0), (86.0, 138.0)]),
            Straight(&[(14.0, 70.0), (86.0, 70.0)]),
        ],
        'K' => &[
            Straight(&[(16.0, 4.0), (16.0, 138.0)]),
            Straight(&[(86.0, 6.0), (16.0, 84.0)]),
            Straight(&[(42.0, 56.0), (90.0, 138.0)]),
        ],
        'M' => &[Straight(&[
            (-6.0, 138.0),
            (2.0, 6.0),
            (50.0, 92.0),
            (98.0, 6.0),
            (106.0, 138.0),
        ])],
        'R' => &[
            Straight(&[(18.0, 138.0), (18.0, 6.0)]),
            Curved(&[
                (18.0, 6.0),
                (52.0, 5.0),
                (82.0, 18.0),
                (84.0, 50.0),
                (58.0, 70.0),
                (18.0, 72.0),
            ]),
            Straight(&[(50.0, 72.0), (88.0, 138.0)]),
        ],
        'W' => &[Straight(&[
            (-10.0, 4.0),
            (20.0, 136.0),
            (50.0, 36.0),
            (80.0, 136.0),
            (110.0, 4.0),
        ])],
        'X' => &[
            Straight(&[(12.0, 4.0), (88.0, 138.0)]),
            Straight(&[(88.0, 4.0), (12.0, 138.0)]),
        ],
        'Y' => &[
            Straight(&[(8.0, 4.0), (50.0, 70.0), (50.0, 138.0)]),
            Straight(&[(92.0, 4.0), (50.0, 70.0)]),
        ],
        _ => &[],
    }
}

/// Points so close that a bent line through them is smooth.
pub(super) fn path(stroke: &Stroke) -> Vec<Point> {
    let (points, curved) = match stroke {
        Straight(points) => (*points, false),
        Curved(points) => (*points, true),
    };
    let mut out: Vec<Point> = points.first().copied().into_iter().collect();
    for (index, pair) in points.windows(2).enumerate() {
        let [from, to] = pair else { continue };
        let before = index
            .checked_sub(1)
            .and_then(|n| points.get(n))
            .unwrap_or(from);
        let after = points.get(index + 2).unwrap_or(to);
        out.extend((1..=10_u8).map(|n| {
            let t = f32::from(n) / 10.0;
            if curved {
                let at = |p0, p1, p2, p3| spline([p0, p1, p2, p3], t);
                (
                    at(before.0, from.0, to.0, after.0),
                    at(before.1, from.1, to.1, after.1),
                )
            } else {
                (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t)
            }
        }));
    }
    out
}

/// The curve of Catmull and Rom between the two middle values.
fn spline([p0, p1, p2, p3]: [f32; 4], t: f32) -> f32 {
    0.5 * (2.0 * p1
        + (p2 - p0) * t
        + (2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3) * t * t
        + (3.0 * p1 - p0 - 3.0 * p2 + p3) * t * t * t)
}
