//! The documents by which the carrier is told what to do: read strictly, nothing passed over.

use serde_json::{Value, json};

/// What is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) plays: Option<String>,
    pub(crate) gathers: Option<Gather>,
    pub(crate) redirects: Option<String>,
    pub(crate) hangs_up: bool,
}

/// Keys that are listened for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gather {
    pub(crate) action: String,
    pub(crate) keys: usize,
    pub(crate) end: String,
    pub(crate) seconds: u32,
}

impl Document {
    pub(crate) fn shown(&self) -> Value {
        json!({
            "plays": self.plays,
            "keys": self.gathers.as_ref().map(|gather| gather.keys),
            "seconds": self.gathers.as_ref().map(|gather| gather.seconds),
            "hangsUp": self.hangs_up,
        })
    }

    /// Reads a document.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
        let text = text.strip_prefix(head).ok_or("the head")?.trim();
        let inner = text
            .strip_prefix("<Response>")
            .and_then(|text| text.strip_suffix("</Response>"))
            .ok_or("the frame")?;
        let mut document = Self::default();
        let mut rest = inner;
        while !rest.is_empty() {
            let (name, attributes, content, after) = element(rest)?;
            if document.hangs_up {
                return Err("something after the end".to_owned());
            }
            match name {
                "Play" => document.plays = Some(address(content)?),
                "Hangup" => document.hangs_up = true,
                "Redirect" if attributes == [("method", "POST")] => {
                    document.redirects = Some(address(content)?);
                }
                "Gather" => {
                    document.gathers = Some(gather(&attributes)?);
                    if !content.is_empty() {
                        let ("Play", _, sound, "") = element(content)? else {
                            return Err("what is said while it listens".to_owned());
                        };
                        document.plays = Some(address(sound)?);
                    }
                }
                other => return Err(format!("the verb {other}")),
            }
            rest = after;
        }
        Ok(document)
    }
}

fn address(text: &str) -> Result<String, String> {
    let good = text.starts_with("http://") || text.starts_with("https://");
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"<>&\"'".contains(&b));
    match good && plain {
        true => Ok(text.to_owned()),
        false => Err(format!("the address {text}")),
    }
}

fn gather(attributes: &[(&str, &str)]) -> Result<Gather, String> {
    let mut names: Vec<&str> = attributes.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let known = [
        "action",
        "finishOnKey",
        "input",
        "method",
        "numDigits",
        "timeout",
    ];
    if names != known {
        return Err(format!("the attributes {names:?}"));
    }
    let value = |name: &str| {
        let found = attributes.iter().find(|(key, _)| *key == name);
        found.map_or("", |(_, value)| *value)
    };
    if value("input") != "dtmf" || value("method") != "POST" {
        return Err("input or method".to_owned());
    }
    if !matches!(value("finishOnKey"), "" | "#" | "*") {
        return Err("finishOnKey".to_owned());
    }
    let keys = value("numDigits").parse().map_err(|_| "numDigits")?;
    let seconds = value("timeout").parse().map_err(|_| "timeout")?;
    if keys == 0 || seconds == 0 {
        return Err("a figure of 0".to_owned());
    }
    Ok(Gather {
        action: address(value("action"))?,
        keys,
        end: value("finishOnKey").to_owned(),
        seconds,
    })
}

type Element<'a> = (&'a str, Vec<(&'a str, &'a str)>, &'a str, &'a str);

/// Name, attributes and content of the first element, and what comes after it.
fn element(text: &str) -> Result<Element<'_>, String> {
    let text = text.strip_prefix('<').ok_or("no element")?;
    let (tag, after) = text.split_once('>').ok_or("an open tag")?;
    let (tag, empty) = match tag.strip_suffix('/') {
        Some(tag) => (tag, true),
        None => (tag, false),
    };
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let (key, value) = rest.split_once("=\"").ok_or("an attribute")?;
        let (value, more) = value.split_once('"').ok_or("the end of an attribute")?;
        attributes.push((key, value));
        rest = more.trim_start();
    }
    if empty {
        return Ok((name, attributes, "", after));
    }
    let (content, after) = after
        .split_once(&format!("</{name}>"))
        .ok_or("an element without an end")?;
    Ok((name, attributes, content, after))
}
