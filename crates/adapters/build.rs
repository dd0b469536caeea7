//! Packs the recordings, each a file of its own, deflated: a quarter of a megabyte less to ship.

use miniz_oxide::deflate::compress_to_vec;
use std::path::Path;
use std::{env, fs, io};

/// The strongest that deflating knows.
const LEVEL: u8 = 10;

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let voice = Path::new("../../assets/voice");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", voice.display());
    for folder in ["zh-TW", "ja", "en", "letters/ja", "letters/en"] {
        let packed = Path::new(&out).join(folder);
        fs::create_dir_all(&packed)?;
        for entry in fs::read_dir(voice.join(folder))? {
            let entry = entry?;
            fs::write(
                packed.join(entry.file_name()),
                compress_to_vec(&fs::read(entry.path())?, LEVEL),
            )?;
        }
    }
    Ok(())
}
