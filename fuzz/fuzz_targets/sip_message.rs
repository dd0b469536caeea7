//! SIP messages from a trunk, as the library reads them: a message or an error, and so is each header that a call is
//! steered by; what was read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rsipstack::sip::headers::ToTypedHeader;
use rsipstack::sip::{HeadersExt, SipMessage};

fuzz_target!(|bytes: &[u8]| {
    let Ok(message) = SipMessage::try_from(bytes) else {
        return;
    };
    let _ = message.to_header().map(|to| (to.uri(), to.tag()));
    let _ = message.from_header().map(|from| (from.uri(), from.tag()));
    let _ = message.top_via_header();
    let _ = message.cseq_header().map(ToTypedHeader::typed);
    let _ = message.contact_header().map(ToTypedHeader::typed);
    let _ = message.record_route_header().map(ToTypedHeader::typed);
    let _ = message.www_authenticate_header().map(ToTypedHeader::typed);
    let written = message.to_string();
    let _ = SipMessage::try_from(written.as_bytes());
});
