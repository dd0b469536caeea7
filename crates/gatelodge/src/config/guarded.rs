//! What a start says of the settings that carry or protect a recovery: of each key a keyed digest, and of the holds
//! their values (`domain::channel`).
//!
//! A key at its default is left out, so that a new version with new keys is no change. Of files that are named, such as
//! those of passwords and certificates, the contents are part of it. Costs, patience and the script of calls are not:
//! they carry and protect nothing.

use super::{Config, HttpCarrier, SipTrunk};
use crate::place::Place;
use anyhow::Context;
use domain::channel::{Part, Seen};
use serde::Serialize;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use store::{KeyRing, Purpose};

/// Keys of calls that carry and protect nothing.
const LEFT: [&str; 4] = [
    "voice.cost",
    "voice.http.patience_seconds",
    "voice.script",
    "voice.sip.patience_seconds",
];
/// A recording is shorter than this; what is longer is not used.
const LONGEST: u64 = 4 * 1_024 * 1_024;
/// Recordings in the folders of three languages: there are fewer names than this.
const MOST: usize = 1_024;

/// The part that a key belongs to.
fn part_of(key: &str) -> Option<Part> {
    let below = |section: &str| {
        key.strip_prefix(section)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    match key {
        "public_url" => Some(Part::Mail),
        "contact.home_country" => Some(Part::Voice),
        _ if LEFT.iter().any(|left| key == *left || below(left)) => None,
        _ if below("mail") => Some(Part::Mail),
        _ if below("voice") => Some(Part::Voice),
        _ if below("recovery") || below("support") => Some(Part::Holds),
        _ => None,
    }
}

/// What makes the digests: by the oldest key of the ring, which a rotation keeps.
struct Digests<'a> {
    place: &'a Place,
    ring: &'a KeyRing,
    oldest: u32,
}

impl Config {
    /// Every part with what differs from the defaults.
    pub(crate) fn guarded(
        &self,
        place: &Place,
        ring: &KeyRing,
    ) -> anyhow::Result<Vec<(Part, Seen)>> {
        let oldest = ring.ids().min().context("the key ring is empty")?;
        let digests = Digests {
            place,
            ring,
            oldest,
        };
        let mut found = Vec::new();
        flat("", tree(self)?, &tree(&Self::default())?, &mut found);
        let mut parts = Part::ALL.map(|part| (part, Seen::default()));
        for (key, value) in found {
            let part = part_of(&key);
            if let Some((_, seen)) = parts.iter_mut().find(|(one, _)| Some(*one) == part) {
                let value = digests.with_contents(&key, value)?;
                let digest = digests.of(format!("{key}\0{value}").as_bytes())?;
                seen.keys.insert(key, digest);
            }
        }
        if let Some((_, seen)) = parts.iter_mut().find(|(part, _)| *part == Part::Holds) {
            seen.holds = Some(self.settings(place, None).holds());
        }
        Ok(parts.into())
    }
}

fn tree(of: &impl Serialize) -> anyhow::Result<Value> {
    Ok(serde_json::to_value(of)?)
}

/// Keys with their sections, where they are not at their defaults.
fn flat(above: &str, value: Value, usual: &Value, found: &mut Vec<(String, Value)>) {
    if value == *usual {
        return;
    }
    match (value, usual) {
        (Value::Object(inner), Value::Object(usual)) => {
            for (name, value) in inner {
                let key = match above {
                    "" => name.clone(),
                    _ => format!("{above}.{name}"),
                };
                flat(&key, value, usual.get(&name).unwrap_or(&Value::Null), found);
            }
        }
        (value, _) => found.push((above.to_owned(), value)),
    }
}

impl Digests<'_> {
    fn of(&self, bytes: &[u8]) -> anyhow::Result<String> {
        let digest = self.ring.hmac_by(self.oldest, Purpose::SETTING, bytes)?;
        let digest = digest.context("the key ring lost its oldest key")?;
        let short = digest.first_chunk().copied().unwrap_or_default();
        Ok(format!("{:032x}", u128::from_be_bytes(short)))
    }

    /// The value with the contents of the files it names; of trunks and carriers without what is at its default.
    fn with_contents(&self, key: &str, value: Value) -> anyhow::Result<Value> {
        Ok(match (key, value) {
            ("voice.sip.trunk", Value::Array(all)) => self.several(all, &SipTrunk::default())?,
            ("voice.http.carrier", Value::Array(all)) => {
                self.several(all, &HttpCarrier::default())?
            }
            ("voice.prompts_dir", Value::String(dir)) => {
                let recordings = self.recordings(&self.place.path(Path::new(&dir)))?;
                Value::Array(vec![Value::String(dir), recordings])
            }
            (key, Value::String(file)) if key.ends_with("_file") => {
                let contents = self.contents(&self.place.path(Path::new(&file)))?;
                Value::Array(vec![Value::String(file), contents])
            }
            (_, value) => value,
        })
    }

    fn several(&self, all: Vec<Value>, usual: &impl Serialize) -> anyhow::Result<Value> {
        let usual = tree(usual)?;
        let mut kept = Vec::new();
        for one in all {
            let mut own = Vec::new();
            flat("", one, &usual, &mut own);
            let mut map = Map::new();
            for (name, value) in own {
                let value = self.with_contents(&name, value)?;
                map.insert(name, value);
            }
            kept.push(Value::Object(map));
        }
        Ok(Value::Array(kept))
    }

    /// A digest of what a file holds; nothing where it cannot be read: then what needs it does not start.
    fn contents(&self, file: &Path) -> anyhow::Result<Value> {
        let fits = std::fs::metadata(file).is_ok_and(|meta| meta.len() <= LONGEST);
        match fits.then(|| std::fs::read(file).ok()).flatten() {
            Some(bytes) => Ok(Value::String(self.of(&bytes)?)),
            None => Ok(Value::Null),
        }
    }

    /// The recordings of a folder, `language/name.wav`.
    fn recordings(&self, dir: &Path) -> anyhow::Result<Value> {
        let mut found = Map::new();
        for file in listed(dir).iter().flat_map(|language| listed(language)) {
            let name = file.strip_prefix(dir).unwrap_or(&file);
            found.insert(name.display().to_string(), self.contents(&file)?);
        }
        Ok(Value::Object(found))
    }
}

fn listed(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).take(MOST).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests;
