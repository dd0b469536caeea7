//! Packs the texts: all rooms of a language are one file, deflated, since the binary has a limit and texts are words.

use miniz_oxide::deflate::compress_to_vec;
use std::path::Path;
use std::{env, fs, io};

/// The strongest that deflating knows.
const LEVEL: u8 = 10;

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../locales");
    for locale in ["zh-TW", "ja", "en"] {
        let mut rooms: Vec<_> = fs::read_dir(Path::new("../../locales").join(locale))?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()?;
        rooms.retain(|path| path.extension().is_some_and(|ending| ending == "ftl"));
        rooms.sort();
        let mut texts = Vec::new();
        for room in rooms {
            texts.extend(fs::read(room)?);
            texts.push(b'\n');
        }
        fs::write(
            Path::new(&out).join(format!("{locale}.texts")),
            compress_to_vec(&texts, LEVEL),
        )?;
    }
    Ok(())
}
