//! What a person, the limits and the audit record are told of each way in which a trunk says no (P-03, R-REC-20, R-REC-46).

use super::*;
use domain::call::{PER_NUMBER, UNCONNECTED_PER_HOUR};
use serde_json::Value;

/// What the page says where no further call may be ordered.
const BLOCKED: &str = "Phone verification cannot be used now";

/// A telephone behind a trunk, and the configuration that leads to it.
struct Story {
    runtime: Runtime,
    callee: Callee,
    trunk: Trunk,
}

impl Story {
    fn begin(script: Script, more: More<'_>) -> Self {
        let runtime = Runtime::new().unwrap();
        let callee = runtime.block_on(Callee::start(script));
        let trunk = Trunk::to(&callee, more);
        Self {
            runtime,
            callee,
            trunk,
        }
    }

    /// Somebody orders so many calls, one after the other. Each time the page must say this, and how many more may be taken:
    /// `left` is asked with the number of the call. After the last one no other may be ordered, because of `block`. Then
    /// gives back what was written down.
    fn tell(&self, calls: u32, words: &str, left: impl Fn(u32) -> u32, block: &str) -> Told {
        let demo = demo(&self.trunk);
        let (mut browser, case, _) = to_the_call(&demo);
        for call in 1..=calls {
            browser.post(&format!("{case}/call"), &[]).location();
            let page = shown(&mut browser, &case, words);
            let says = |text: &str| page.contains(text);
            if call < calls {
                let more = match left(call) {
                    1 => "one more call today".to_owned(),
                    more => format!("{more} more calls today"),
                };
                assert!(says("Call again") && says(&more), "{call}: {page}");
                // No call that failed costs a try.
                assert!(says("9 wrong entries are left") && !says(BLOCKED), "{page}");
            } else {
                assert!(says(BLOCKED) && says(block), "{call}: {page}");
                assert!(says("Other ways stay open") && !says("Call again"));
            }
        }
        let refused = browser.post(&format!("{case}/call"), &[]);
        assert!(refused.is_page_of("GL-REC-004"), "{}", refused.body);
        let log = demo.run(&["audit", "export"]).printed;
        let records = log.lines().map(|line| serde_json::from_str(line).unwrap());
        Told {
            records: records.collect(),
            log: demo.0.stop().1,
        }
    }
}

/// What was written down.
struct Told {
    records: Vec<Value>,
    log: String,
}

/// The outcomes in the records of this event.
fn outcomes(told: &Told, event: &str) -> Vec<String> {
    let records = told
        .records
        .iter()
        .filter(|record| record["event"] == event);
    let outcome = |record: &Value| {
        record["detail"]["outcome"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    records.map(outcome).collect()
}

/// A call that never connected moves the count of such calls, and nothing else.
fn never_connects(script: Script, more: More<'_>, words: &str, outcome: &str) -> Story {
    let story = Story::begin(script, more);
    let told = story.tell(
        UNCONNECTED_PER_HOUR,
        words,
        |_| PER_NUMBER,
        "Several calls did not get through",
    );
    let calls = UNCONNECTED_PER_HOUR as usize;
    assert_eq!(outcomes(&told, "RecoveryCallEnded"), vec![outcome; calls]);
    assert_eq!(outcomes(&told, "RecoveryCallPlaced").len(), calls);
    for never in ["RecoveryDigitsChecked", "RecoveryPhoneProved"] {
        assert_eq!(outcomes(&told, never), [""; 0]);
    }
    // What only the operator or the carrier can mend is said in the log as well, and what a person said is not.
    let warned = ["a trunk refused a call", "a carrier failed"].map(|said| told.log.contains(said));
    let theirs = ["failed", "barred"].contains(&outcome);
    assert!(
        warned.contains(&true) == theirs || outcome == "no-answer",
        "{outcome}: {}",
        told.log
    );
    story
}

/// Each row a test: what the trunk does, what the page then says, and the outcome that is recorded.
macro_rules! trunks {
    ($($name:ident: $fate:expr => $words:literal, $outcome:literal;)+) => {$(
        #[test]
        fn $name() {
            let script = Script { fate: $fate, ..Script::default() };
            let story = never_connects(script, More::default(), $words, $outcome);
            story.runtime.block_on(story.callee.saw_times("ack of refusal", UNCONNECTED_PER_HOUR as usize));
        }
    )+};
}

trunks! {
    it_answers_403_forbidden: Fate::Refused(403) => "does not let such calls through", "barred";
    it_answers_404_not_found: Fate::Refused(404) => "does not let such calls through", "barred";
    it_answers_408_before_the_phone_rings: Fate::Refused(408) => "Nobody answered", "no-answer";
    it_answers_408_after_the_phone_rang: Fate::RingsThen(408) => "Nobody answered", "no-answer";
    it_answers_480_unavailable: Fate::RingsThen(480) => "Nobody answered", "no-answer";
    it_answers_486_busy: Fate::Refused(486) => "The line was busy", "busy";
    it_answers_487_terminated: Fate::RingsThen(487) => "Nobody answered", "no-answer";
    it_answers_503_unavailable: Fate::Refused(503) => "could not be connected", "failed";
    it_answers_603_declined: Fate::RingsThen(603) => "The call was declined", "declined";
}

#[test]
fn it_knows_us_by_another_password_401_407() {
    for code in [401, 407] {
        let script = Script {
            login: Some(("gate", "an orange lamp", code)),
            ..Script::default()
        };
        let more = More {
            trunk: "user = 'gate'\npassword_file = 'FOLDER/password'\n",
            ..More::default()
        };
        let story = never_connects(script, more, "could not be connected", "failed");
        // It asked for the digest, and never took a call.
        assert!(story.callee.count(&format!("challenge {code}")) > 1);
        assert_eq!(story.callee.count("invite"), 0);
    }
}

#[test]
fn it_says_nothing_at_all() {
    let script = Script {
        fate: Fate::Silence,
        ..Script::default()
    };
    let more = More {
        sip: "patience_seconds = 1\n",
        ..More::default()
    };
    never_connects(script, more, "could not be connected", "failed");
}

#[test]
fn an_answered_call_counts_as_one_of_the_day_r_rec_19() {
    let script = Script {
        hangs_up: Some(3),
        ..Script::default()
    };
    let story = Story::begin(script, More::default());
    let words = "The call ended before 6 digits were pressed";
    let told = story.tell(
        PER_NUMBER,
        words,
        |call| PER_NUMBER - call,
        "The calls of today are used up",
    );
    assert_eq!(
        outcomes(&told, "RecoveryCallEnded"),
        vec!["hung-up"; PER_NUMBER as usize]
    );
}
