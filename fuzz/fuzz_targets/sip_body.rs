//! What a trunk sends in the bodies of SIP messages: a session is one that sound can go to, a key is one of a telephone.
#![no_main]

use adapters::voice::sip::{info, sdp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    if let Ok(session) = sdp::theirs(body, None) {
        assert!(session.at.port() != 0 && !session.at.ip().is_unspecified());
        let answer = sdp::ours(session.at, 1, 1, Some(&session));
        let read = sdp::theirs(answer.as_bytes(), None).expect("our own answer");
        assert_eq!((read.at, read.law, read.keys), (session.at, session.law, session.keys));
    }
    for kind in ["application/dtmf-relay", "application/dtmf"] {
        assert!(info::key(kind, body).is_none_or(|number| number <= 11));
    }
});
