//! What a carrier is to do next, as the document that carriers share: play, listen for keys, put the receiver down.
//!
//! Invariant: what stands in a document are addresses of ours and figures, in which nothing has to be escaped.

use std::fmt::Write;
use std::time::Duration;

/// Keys that are listened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// So many, to complete a try.
    Digits(usize),
    /// A telephone number, which `#` ends.
    Number,
}

/// The most keys that a telephone number can have, with those before it.
const LONGEST_NUMBER: usize = 20;

/// Plays a recording, if there is one, while it listens; whatever comes of it is told to `then`.
pub(super) fn listen(sound: Option<&str>, wanted: Wanted, quiet: Duration, then: &str) -> String {
    let (keys, end) = match wanted {
        Wanted::Digits(keys) => (keys, ""),
        Wanted::Number => (LONGEST_NUMBER, "#"),
    };
    let seconds = quiet.as_secs().max(1);
    let mut inner = String::new();
    let _ = write!(
        inner,
        "<Gather input=\"dtmf\" action=\"{then}\" method=\"POST\" numDigits=\"{keys}\" timeout=\"{seconds}\" \
         finishOnKey=\"{end}\">"
    );
    play(&mut inner, sound);
    // Where nothing was pressed, carriers go on behind the end of this.
    let _ = write!(
        inner,
        "</Gather><Redirect method=\"POST\">{then}</Redirect>"
    );
    whole(&inner)
}

/// Plays a recording, if there is one, and puts the receiver down.
pub(super) fn end(sound: Option<&str>) -> String {
    let mut inner = String::new();
    play(&mut inner, sound);
    inner.push_str("<Hangup/>");
    whole(&inner)
}

fn play(inner: &mut String, sound: Option<&str>) {
    if let Some(sound) = sound {
        let _ = write!(inner, "<Play>{sound}</Play>");
    }
}

fn whole(inner: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>{inner}</Response>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_is_gathered_while_the_voice_speaks() {
        let document = listen(
            Some("https://id.example.com/voice/a/b/1.wav"),
            Wanted::Digits(6),
            Duration::from_secs(5),
            "https://id.example.com/voice/a/b/1",
        );
        assert_eq!(
            document,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Gather input=\"dtmf\" \
             action=\"https://id.example.com/voice/a/b/1\" method=\"POST\" numDigits=\"6\" timeout=\"5\" \
             finishOnKey=\"\"><Play>https://id.example.com/voice/a/b/1.wav</Play></Gather><Redirect \
             method=\"POST\">https://id.example.com/voice/a/b/1</Redirect></Response>\n"
        );
        let number = listen(None, Wanted::Number, Duration::from_millis(1), "https://x");
        assert!(number.contains("numDigits=\"20\" timeout=\"1\" finishOnKey=\"#\"></Gather>"));
    }

    #[test]
    fn the_last_words_are_said_before_the_receiver_is_put_down() {
        assert!(
            end(Some("https://x")).contains("<Response><Play>https://x</Play><Hangup/></Response>")
        );
        assert!(end(None).contains("<Response><Hangup/></Response>"));
    }
}
