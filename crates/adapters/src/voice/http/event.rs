//! What a carrier tells in the body of a request: the form that carriers share, read strictly.
//!
//! Invariant: an [`Event`] names its call in characters that can stand in an address, and holds keys of a telephone only.

use app::ports::Key;

/// The longest body that is read.
pub const LARGEST: usize = 16 * 1_024;
/// Fields in it at most.
const MOST_FIELDS: usize = 64;
/// Keys at one time at most: more than any try has.
const MOST_KEYS: usize = 32;
/// The longest name of a call.
const LONGEST_ID: usize = 64;

/// How a call stands, in the carrier's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is being dialled.
    Dialled,
    /// It rings.
    Ringing,
    /// Somebody or something answered.
    Answered,
    /// It is over, and was answered.
    Completed,
    /// The line was busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// It could not be connected.
    Failed,
    /// It was taken back before it was answered.
    Canceled,
}

impl Status {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "queued" | "initiated" => Self::Dialled,
            "ringing" => Self::Ringing,
            "in-progress" | "answered" => Self::Answered,
            "completed" => Self::Completed,
            "busy" => Self::Busy,
            "no-answer" => Self::NoAnswer,
            "failed" => Self::Failed,
            "canceled" => Self::Canceled,
            _ => return None,
        })
    }

    /// Whether nothing more comes after it.
    pub const fn over(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled
        )
    }
}

/// What was told of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The carrier's name of the call.
    pub id: String,
    /// How it stands.
    pub status: Option<Status>,
    /// The answer of the telephone network to a call that came to nothing (RFC 3261 section 21), where it is told.
    pub code: Option<u16>,
    /// The keys that were pressed.
    pub keys: Vec<Key>,
}

/// Reads a body; nothing if it is not what a carrier sends.
pub fn read(body: &[u8]) -> Option<Event> {
    let names = ["CallSid", "CallStatus", "Digits", "SipResponseCode"];
    let [id, status, digits, code] = fields(body, names)?;
    let status = match status {
        Some(text) => Some(Status::read(&text)?),
        None => None,
    };
    let digits = digits.unwrap_or_default();
    let keys = digits.chars().map(|c| match c {
        '0'..='9' | '*' | '#' => Key::from_char(c),
        _ => None,
    });
    let keys: Vec<Key> = keys.collect::<Option<_>>()?;
    Some(Event {
        id: id.filter(|id| fits_an_address(id))?,
        status,
        code: code.and_then(|code| code.parse().ok()),
        keys: (keys.len() <= MOST_KEYS).then_some(keys)?,
    })
}

/// How a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextStatus {
    /// Not decided.
    OnItsWay,
    /// The telephone has it.
    Arrived,
    /// It did not arrive; the carrier's code for why, if it gave one.
    Lost(Option<u32>),
}

/// Reads what a carrier tells of a text; nothing if it is not what a carrier sends.
pub fn read_text(body: &[u8]) -> Option<TextStatus> {
    let [id, status, code] = fields(body, ["MessageSid", "MessageStatus", "ErrorCode"])?;
    id.filter(|id| fits_an_address(id))?;
    Some(match status?.as_str() {
        "accepted" | "scheduled" | "queued" | "sending" | "sent" => TextStatus::OnItsWay,
        "delivered" | "read" => TextStatus::Arrived,
        "undelivered" | "failed" | "canceled" => {
            TextStatus::Lost(code.and_then(|code| code.parse().ok()))
        }
        _ => return None,
    })
}

/// The fields of those names in a form.
fn fields<const N: usize>(body: &[u8], names: [&str; N]) -> Option<[Option<String>; N]> {
    if body.len() > LARGEST {
        return None;
    }
    let mut found = [const { None }; N];
    for (count, (name, value)) in form_urlencoded::parse(body).enumerate() {
        if count >= MOST_FIELDS {
            return None;
        }
        let mut places = found.iter_mut().zip(names);
        let Some((place, _)) = places.find(|(_, known)| *known == name) else {
            continue;
        };
        // Said twice, it could be read in two ways.
        if place.replace(value.into_owned()).is_some() {
            return None;
        }
    }
    Some(found)
}

/// Whether a carrier's name of a call can stand in an address as it is.
pub fn fits_an_address(id: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carriers_send_is_read() {
        let read = read(
            b"AccountSid=A1&CallSid=CA-1_x&CallStatus=in-progress&Digits=12*%23&To=%2B886912345678",
        );
        let event = read.unwrap();
        assert_eq!(event.id, "CA-1_x");
        assert_eq!(event.status, Some(Status::Answered));
        assert_eq!(event.keys, Key::parse_all("12*#").unwrap());
        assert_eq!(event.code, None);
    }

    #[test]
    fn what_is_told_of_a_text_is_how_it_ended_or_nothing_yet() {
        let told = |rest: &str| read_text(format!("MessageSid=SM1&{rest}").as_bytes());
        assert_eq!(told("MessageStatus=sent"), Some(TextStatus::OnItsWay));
        assert_eq!(
            told("MessageStatus=delivered&From=x"),
            Some(TextStatus::Arrived)
        );
        let code = told("MessageStatus=undelivered&ErrorCode=30003");
        assert_eq!(code, Some(TextStatus::Lost(Some(30_003))));
        // A code that is no number is left out: it is shown to operators.
        let odd = told("MessageStatus=failed&ErrorCode=%3Cb%3E");
        assert_eq!(odd, Some(TextStatus::Lost(None)));
        for bad in [
            "",
            "MessageStatus=arrived",
            "MessageStatus=sent&MessageStatus=failed",
            "MessageSid=SM2&MessageStatus=sent",
        ] {
            assert_eq!(told(bad), None, "{bad}");
        }
        assert_eq!(read_text(b"MessageStatus=delivered"), None);
        assert_eq!(read_text(b"MessageSid=a/b&MessageStatus=delivered"), None);
    }

    #[test]
    fn every_word_for_a_state_is_known_and_five_are_ends() {
        let words = [
            "queued",
            "initiated",
            "ringing",
            "in-progress",
            "answered",
            "completed",
            "busy",
            "no-answer",
            "failed",
            "canceled",
        ];
        let read = words.map(|word| Status::read(word).unwrap());
        assert_eq!(read.iter().filter(|status| status.over()).count(), 5);
        assert_eq!(Status::read("Ringing"), None);
    }

    #[test]
    fn what_could_be_read_in_two_ways_or_not_at_all_is_refused() {
        for body in [
            "",
            "CallStatus=ringing",
            "CallSid=",
            "CallSid=a/b",
            "CallSid=a%00",
            "CallSid=..",
            "CallSid=1&CallSid=2",
            "CallSid=1&Digits=1&Digits=2",
            "CallSid=1&CallStatus=ringing&CallStatus=completed",
            "CallSid=1&CallStatus=over",
            "CallSid=1&Digits=12a",
            "CallSid=1&Digits=%EF%BC%91",
            "CallSid=1&Digits=1-2",
            "<Response/>",
        ] {
            assert_eq!(read(body.as_bytes()), None, "{body}");
        }
        let long = format!("CallSid=1&Digits={}", "1".repeat(33));
        assert_eq!(read(long.as_bytes()), None);
        let many = format!("CallSid=1&{}", "x=1&".repeat(64));
        assert_eq!(read(many.as_bytes()), None);
        let large = format!("CallSid=1&x={}", "1".repeat(LARGEST));
        assert_eq!(read(large.as_bytes()), None);
    }
}
