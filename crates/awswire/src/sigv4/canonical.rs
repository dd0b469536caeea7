//! The canonical request: the one spelling of a request that both sides hash.

use http::HeaderName;
use percent_encoding::percent_decode;

use super::Refused;
use super::present::{Form, Presented, Request};

/// How the path is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paths {
    /// As it is, encoded once: S3, where `//` and `..` are parts of names.
    AsIs,
    /// Without dots and doubled slashes, and encoded once more than it was: every other service.
    Normal,
}

/// The canonical request of what is presented, for this hash of the body.
pub(super) fn canonical(
    request: &Request<'_>,
    presented: &Presented<'_>,
    paths: Paths,
    hash: &str,
) -> Result<Vec<u8>, Refused> {
    let mut out = Vec::with_capacity(1_024);
    out.extend_from_slice(request.method.as_bytes());
    out.push(b'\n');
    path(&mut out, request.path.as_bytes(), paths);
    out.push(b'\n');
    query(
        &mut out,
        request.query.as_bytes(),
        presented.form != Form::Header,
    );
    out.push(b'\n');
    headers(&mut out, request, &presented.signed_headers)?;
    out.push(b'\n');
    out.extend_from_slice(presented.signed_headers.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(hash.as_bytes());
    Ok(out)
}

fn path(out: &mut Vec<u8>, path: &[u8], paths: Paths) {
    match paths {
        Paths::AsIs if path.is_empty() => out.push(b'/'),
        Paths::AsIs => respell(out, path, Escapes::Kept),
        Paths::Normal => normal(out, path),
    }
}

/// Without `.`, `..` and empty segments; every byte encoded that is not plain, `%` too.
fn normal(out: &mut Vec<u8>, path: &[u8]) {
    let mut segments: Vec<&[u8]> = Vec::new();
    for segment in path.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    for segment in &segments {
        out.push(b'/');
        segment.iter().for_each(|byte| encode(out, *byte));
    }
    let open = path.ends_with(b"/") || path.ends_with(b"/.") || path.ends_with(b"/..");
    if segments.is_empty() || open {
        out.push(b'/');
    }
}

/// What an encoded slash is.
#[derive(Clone, Copy, PartialEq)]
enum Escapes {
    /// In a path: something else than a slash.
    Kept,
    /// In a query: a slash has only one spelling, and a plus is a blank.
    Read,
}

/// Bytes that may be encoded, in their one spelling.
fn respell(out: &mut Vec<u8>, bytes: &[u8], escapes: Escapes) {
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'%' => {
                let decoded = rest
                    .get(..2)
                    .filter(|pair| pair.iter().all(u8::is_ascii_hexdigit));
                let Some([high, low]) = decoded else {
                    encode(out, b'%');
                    continue;
                };
                rest = rest.get(2..).unwrap_or_default();
                let byte = percent_decode(&[b'%', *high, *low])
                    .next()
                    .unwrap_or_default();
                encode(out, byte);
            }
            b'/' if escapes == Escapes::Kept => out.push(b'/'),
            b'+' if escapes == Escapes::Read => out.extend_from_slice(b"%20"),
            byte => encode(out, *byte),
        }
    }
}

fn encode(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
        out.push(byte);
    } else {
        let digit = |four: u8| HEX.get(usize::from(four)).copied().unwrap_or_default();
        out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
    }
}

/// Sorted by name, then by value, in their one spelling; without the signature itself.
fn query(out: &mut Vec<u8>, query: &[u8], signed_here: bool) {
    if query.is_empty() {
        return;
    }
    let mut spelt = Vec::with_capacity(query.len() + 64);
    // Ends of name and value in what is spelt.
    let mut pairs: Vec<[usize; 3]> = Vec::new();
    for pair in query
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
    {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = halves.next().unwrap_or_default();
        if signed_here && name == b"X-Amz-Signature" {
            continue;
        }
        let start = spelt.len();
        respell(&mut spelt, name, Escapes::Read);
        let middle = spelt.len();
        respell(&mut spelt, halves.next().unwrap_or_default(), Escapes::Read);
        pairs.push([start, middle, spelt.len()]);
    }
    let part = |from: usize, to: usize| spelt.get(from..to).unwrap_or_default();
    pairs.sort_by_key(|[start, middle, end]| (part(*start, *middle), part(*middle, *end)));
    for (index, [start, middle, end]) in pairs.iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(part(*start, *middle));
        out.push(b'=');
        out.extend_from_slice(part(*middle, *end));
    }
}

/// The signed headers in the order of their list, which is sorted; what must be signed is.
fn headers(out: &mut Vec<u8>, request: &Request<'_>, signed: &str) -> Result<(), Refused> {
    let mut last = "";
    for name in signed.split(';') {
        let lower =
            HeaderName::from_bytes(name.as_bytes()).is_ok_and(|header| header.as_str() == name);
        if !lower || (!last.is_empty() && name <= last) {
            // The signer sorts small letters; another order or spelling is no signature that it made.
            return Err(Refused::Mismatch);
        }
        last = name;
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        let mut values = request.headers.get_all(name).iter().peekable();
        if values.peek().is_none() {
            let authority = request.authority.filter(|_| name == "host");
            value(out, authority.ok_or(Refused::Mismatch)?.as_bytes());
        }
        while let Some(next) = values.next() {
            value(out, next.as_bytes());
            if values.peek().is_some() {
                out.push(b',');
            }
        }
        out.push(b'\n');
    }
    must_be_signed(request, signed)
}

fn must_be_signed(request: &Request<'_>, signed: &str) -> Result<(), Refused> {
    let is_signed = |name: &str| signed.split(';').any(|signed| signed == name);
    if !is_signed("host") {
        return Err(Refused::Unsigned("Host' or ':authority".to_owned()));
    }
    let unsigned = request.headers.keys().map(HeaderName::as_str);
    let mut unsigned = unsigned.filter(|name| name.starts_with("x-amz-") && !is_signed(name));
    match unsigned.next() {
        None => Ok(()),
        Some(name) => Err(Refused::Unsigned(name.to_owned())),
    }
}

/// A value without blanks around it, and with one where there were several.
fn value(out: &mut Vec<u8>, value: &[u8]) {
    let mut blank = false;
    let value = value.trim_ascii();
    for byte in value {
        let is_blank = *byte == b' ';
        if !(is_blank && blank) {
            out.push(*byte);
        }
        blank = is_blank;
    }
}
