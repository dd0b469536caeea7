//! Randomness from the operating system: the only place that draws it.

use app::ports::Entropy;

/// The generator of the cryptography library, seeded by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        #[expect(clippy::disallowed_methods, reason = "this is the Entropy port")]
        let drawn = aws_lc_rs::rand::fill(&mut seed);
        #[expect(
            clippy::expect_used,
            reason = "without randomness nothing may go on: aws-lc itself aborts"
        )]
        drawn.expect("the operating system gives randomness");
        seed
    }
}
