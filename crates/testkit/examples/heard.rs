//! How alike a recording of a call is to what the voice says, in each language: for the stories in a browser, whose
//! telephone is a program of other people's making.
//!
//! `heard ACCOUNT [FILE]` prints one object with an entry for each language: how many samples the prompt of a recovery
//! has, and its best correlation with any stretch of FILE (a WAV file of 16 bit, 8 kHz, one channel), if there is one.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a helper of the tests, never part of the product"
)]

use adapters::voice::{Recorded, wav};
use app::ports::Voice;
use domain::locale::Locale;
use serde_json::{Map, Value, json};
use testkit::sound::alike;

/// What stands before the samples of a WAV file.
const HEADER: usize = 44;

fn main() {
    let mut given = std::env::args().skip(1);
    let account = given.next().and_then(|account| account.parse().ok());
    let account = account.expect("usage: heard ACCOUNT [FILE]");
    let heard = given.next().map(|file| {
        let bytes = std::fs::read(file).expect("a file");
        // A whole call is longer than any recording that the product itself takes.
        let sound = bytes.get(HEADER..).expect("a recording");
        let samples = sound.as_chunks().0.iter();
        samples.copied().map(i16::from_le_bytes).collect::<Vec<_>>()
    });
    let languages = Locale::ALL.map(|locale| {
        let file = Recorded::default().recording("recovery", locale, &account);
        let prompt = wav::samples(&file).expect("a prompt");
        let likeness = heard.as_ref().map(|heard| alike(heard, &prompt));
        let entry = json!({ "samples": prompt.len(), "alike": likeness });
        (locale.tag().to_owned(), entry)
    });
    println!("{}", Value::Object(Map::from_iter(languages)));
}
