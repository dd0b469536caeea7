//! Packs the recordings, each a file of its own: the steps from one height to the next, deflated. A third less to ship, and
//! nothing of the sound is lost; `prompts::unpacked` is the way back.

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
                compress_to_vec(&steps(&fs::read(entry.path())?), LEVEL),
            )?;
        }
    }
    Ok(())
}

/// From each byte to the next, as µ-law (G.711) orders them: heights below nothing count up from 0, those above it down
/// from 255.
fn steps(bytes: &[u8]) -> Vec<u8> {
    let mut last = 0_u8;
    let step = |byte: &u8| {
        let height = if *byte < 0x80 { *byte } else { !(byte & 0x7f) };
        let step = height.wrapping_sub(last);
        last = height;
        step
    };
    bytes.iter().map(step).collect()
}
