//! A published model, out of a Python wheel (a zip file) or an unpacked one.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use miniz_oxide::inflate::decompress_to_vec;

/// The newest `service-2.json` of a service.
pub(super) fn read(from: &Path, service: &str) -> anyhow::Result<Vec<u8>> {
    let packed = if from.is_dir() {
        unpacked(from, service)?
    } else {
        zipped(&fs::read(from)?, service)?
    };
    gunzip(&packed)
}

fn unpacked(folder: &Path, service: &str) -> anyhow::Result<Vec<u8>> {
    let folder = folder.join("botocore/data").join(service);
    let mut versions = Vec::new();
    for version in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        versions.push(version?.path());
    }
    versions.sort();
    let newest = versions.last().context("no version")?;
    Ok(fs::read(newest.join("service-2.json.gz"))?)
}

/// Looks through the directory at the end of a zip file.
fn zipped(zip: &[u8], service: &str) -> anyhow::Result<Vec<u8>> {
    let end = zip
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .context("not a zip file")?;
    let mut at = number(zip, end + 16, 4)?;
    let mut found = None;
    for _ in 0..number(zip, end + 10, 2)? {
        let [packed, name, extra, comment] = [(20, 4), (28, 2), (30, 2), (32, 2)]
            .map(|(place, length)| number(zip, at + place, length));
        let (packed, name) = (packed?, name?);
        let path = part(zip, at + 46, name)?;
        let inside = path.starts_with(format!("botocore/data/{service}/").as_bytes());
        if inside
            && path.ends_with(b"/service-2.json.gz")
            && found.as_ref() < Some(&(path, 0, 0, 0))
        {
            let method = number(zip, at + 10, 2)?;
            found = Some((path, number(zip, at + 42, 4)?, packed, method));
        }
        at += 46 + name + extra? + comment?;
    }
    let (_, header, packed, method) = found.with_context(|| format!("no model of {service}"))?;
    let start = header + 30 + number(zip, header + 26, 2)? + number(zip, header + 28, 2)?;
    let bytes = part(zip, start, packed)?;
    match method {
        0 => Ok(bytes.to_vec()),
        8 => inflate(bytes),
        other => bail!("zip method {other}"),
    }
}

/// The content of a gzip file with no other extra than a name.
fn gunzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    if part(bytes, 0, 3)? != b"\x1f\x8b\x08" {
        bail!("not a gzip file");
    }
    let named = number(bytes, 3, 1)? & 8 != 0;
    let rest = bytes.get(10..).context("cut short")?;
    let name = if named {
        rest.iter()
            .position(|byte| *byte == 0)
            .context("cut short")?
            + 1
    } else {
        0
    };
    inflate(rest.get(name..).context("cut short")?)
}

fn inflate(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    decompress_to_vec(bytes).map_err(|error| anyhow::anyhow!("cannot be unpacked: {error:?}"))
}

fn part(bytes: &[u8], at: usize, length: usize) -> anyhow::Result<&[u8]> {
    bytes.get(at..at + length).context("cut short")
}

/// A number with its lowest byte first.
fn number(bytes: &[u8], at: usize, length: usize) -> anyhow::Result<usize> {
    let bytes = part(bytes, at, length)?.iter().rev();
    Ok(bytes.fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
