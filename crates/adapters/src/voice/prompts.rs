//! What the telephone says: the spoken prompts, their recordings and their subtitles (R-REC-19, R-REC-40, P-01).
//!
//! A prompt is a row of clips, so that the last four digits of any account can be spoken from ten recordings. Texts and
//! rows come from `assets/voice/prompts.toml`, sounds from the WAV files beside it; both are part of the program. An
//! operator may replace single recordings by a folder.
//!
//! Invariants: once loaded, every prompt exists in every language with text and sound; subtitles are the very words
//! that are spoken; nothing but the fixed clips is ever spoken, so neither a name that somebody chose nor the six
//! digits of the page can be.

use crate::voice::wav::{self, Fault};
use domain::call::{Purpose, Say};
use domain::ids::AccountId;
use domain::locale::Locale;
use miniz_oxide::inflate::decompress_to_vec;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Silence between two clips, in samples: 120 ms.
pub const GAP: usize = 960;

/// The largest file that is read as a replacement: the longest recording and room for what else a WAV file carries.
const LARGEST_FILE: u64 = 2 * wav::LONGEST as u64 + 65_536;

/// Something that the voice says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prompt {
    /// Somebody wants to get into the account: key the digits, or 9 to stop it.
    Recovery,
    /// A phone number is being proved.
    PhoneProof,
    /// The owner rehearses a recovery.
    Drill,
    /// The person's own number is to be keyed first: the older script (R-REC-45), where it is set.
    OwnNumber,
    /// Wrong digits; there are tries left.
    Again,
    /// Right (R-REC-40).
    Thanks,
    /// Wrong digits for the last time.
    Goodbye,
    /// 9 was pressed; the request is closed.
    Closed,
    /// No six keys came.
    Timeout,
}

impl Prompt {
    /// Every prompt.
    pub const ALL: [Self; 9] = [
        Self::Recovery,
        Self::PhoneProof,
        Self::Drill,
        Self::OwnNumber,
        Self::Again,
        Self::Thanks,
        Self::Goodbye,
        Self::Closed,
        Self::Timeout,
    ];

    /// Its id in the table and in call plans.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Recovery => "recovery",
            Self::PhoneProof => "phone-proof",
            Self::Drill => "drill",
            Self::OwnNumber => "own-number",
            Self::Again => "again",
            Self::Thanks => "thanks",
            Self::Goodbye => "goodbye",
            Self::Closed => "closed",
            Self::Timeout => "timeout",
        }
    }

    /// The prompt of that id.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }

    /// The prompt that a call begins with.
    pub const fn opening(purpose: &Purpose) -> Self {
        match purpose {
            Purpose::Recovery(_) => Self::Recovery,
            Purpose::PhoneProof(_) => Self::PhoneProof,
            Purpose::Drill(_) => Self::Drill,
        }
    }

    /// The prompt for an answer of the dialogue, if it says anything.
    pub const fn answer(say: Say) -> Option<Self> {
        match say {
            Say::Nothing => None,
            Say::Thanks => Some(Self::Thanks),
            Say::Again { .. } => Some(Self::Again),
            Say::Goodbye => Some(Self::Goodbye),
            Say::Stopped => Some(Self::Closed),
        }
    }
}

/// The last four digits of an account number, all that a call says of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastFour([u8; 4]);

impl LastFour {
    /// Exactly four decimal digits, else nothing.
    pub fn new(digits: &str) -> Option<Self> {
        let four: [u8; 4] = digits.as_bytes().try_into().ok()?;
        four.iter().all(u8::is_ascii_digit).then_some(Self(four))
    }

    /// Those of an account.
    pub fn of(account: &AccountId) -> Option<Self> {
        Self::new(account.last_four())
    }

    fn digits(self) -> impl Iterator<Item = char> {
        self.0.into_iter().map(char::from)
    }
}

/// The name of a clip: a recording in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClipId(&'static str);

impl ClipId {
    /// The name, which is also that of its file without `.wav`.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    fn named(name: &str) -> Option<Self> {
        RECORDINGS.iter().map(|r| r.clip).find(|c| c.0 == name)
    }

    fn digit(digit: char) -> Option<Self> {
        Self::named(digit.encode_utf8(&mut [0; 4]))
    }
}

/// A clip and its sound in each language, packed.
struct Recording {
    clip: ClipId,
    zh_tw: &'static [u8],
    ja: &'static [u8],
    en: &'static [u8],
}

impl Recording {
    const fn sound(&self, locale: Locale) -> Sound {
        Sound::Packed(match locale {
            Locale::ZhTw => self.zh_tw,
            Locale::Ja => self.ja,
            Locale::En => self.en,
        })
    }
}

macro_rules! recordings {
    ($($clip:literal),+ $(,)?) => {
        &[$(Recording {
            clip: ClipId($clip),
            zh_tw: include_bytes!(concat!(env!("OUT_DIR"), "/zh-TW/", $clip, ".wav")),
            ja: include_bytes!(concat!(env!("OUT_DIR"), "/ja/", $clip, ".wav")),
            en: include_bytes!(concat!(env!("OUT_DIR"), "/en/", $clip, ".wav")),
        }),+]
    };
}

static RECORDINGS: &[Recording] = recordings![
    "hello",
    "recovery",
    "phone-proof",
    "drill",
    "account-ending",
    "key-digits",
    "not-you",
    "own-number",
    "again",
    "thanks",
    "closed",
    "wrong-again",
    "nothing-came",
    "end-of-call",
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
];

const TABLE: &str = include_str!("../../../../assets/voice/prompts.toml");
/// What introduces the account's digits.
const ACCOUNT_ENDING: ClipId = ClipId("account-ending");
/// Stands in a row for [`ACCOUNT_ENDING`] and the four digits.
const ACCOUNT: &str = "account";

/// Why the prompts cannot be loaded. Said at the start of the server, to the operator.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// The table is not TOML of the right shape.
    #[error("the table of voice prompts cannot be read: {0}")]
    Table(#[from] toml::de::Error),
    /// The table lacks something, or names what does not exist.
    #[error("the table of voice prompts: {0}")]
    Incomplete(String),
    /// A file or folder of replacements cannot be read.
    #[error("voice recordings: {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A replacement is not a recording for the telephone.
    #[error("voice recording {} {fault}", path.display())]
    Unfit {
        /// Which.
        path: PathBuf,
        /// Why.
        fault: Fault,
    },
    /// A folder or file of replacements that would never be used.
    #[error("voice recordings: {} replaces nothing; {known}", path.display())]
    Stray {
        /// Which.
        path: PathBuf,
        /// What there is to replace.
        known: String,
    },
}

#[derive(Deserialize)]
struct Table {
    languages: HashMap<Locale, Joining>,
    prompts: BTreeMap<String, Row>,
    clips: BTreeMap<String, HashMap<Locale, Words>>,
}

/// How texts are put together in a language.
#[derive(Deserialize)]
struct Joining {
    between: String,
    after_digits: String,
}

#[derive(Deserialize)]
struct Row {
    clips: Vec<String>,
}

#[derive(Deserialize)]
struct Words {
    text: String,
}

#[derive(Clone, Copy)]
enum Step {
    Clip(ClipId),
    Account,
}

/// A clip in one language.
struct Spoken {
    text: String,
    sound: Sound,
}

/// A WAV file, as it is: sound is decoded when it is played, and takes no memory while nobody is called.
enum Sound {
    /// Ours, as the build script packed it.
    Packed(&'static [u8]),
    /// The operator's.
    File(Vec<u8>),
}

impl Sound {
    fn samples(&self) -> Result<Vec<i16>, Fault> {
        match self {
            Self::Packed(packed) => unpacked(packed),
            Self::File(file) => wav::samples(file),
        }
    }
}

/// The sound of a recording that the build script packed.
pub(super) fn unpacked(packed: &[u8]) -> Result<Vec<i16>, Fault> {
    let mut bytes = decompress_to_vec(packed).unwrap_or_default();
    let mut height = 0_u8;
    for byte in &mut bytes {
        height = height.wrapping_add(*byte);
        *byte = if height < 0x80 {
            height
        } else {
            !(height & 0x7f)
        };
    }
    wav::samples(&bytes)
}

/// All prompts, ready to be spoken and read; load them once.
pub struct Prompts {
    rows: BTreeMap<Prompt, Vec<Step>>,
    joining: HashMap<Locale, Joining>,
    clips: HashMap<(Locale, ClipId), Spoken>,
}

impl std::fmt::Debug for Prompts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Prompts")
    }
}

impl Prompts {
    /// The built-in prompts; with a folder, its `LANGUAGE/CLIP.wav` files in the place of the built-in recordings.
    ///
    /// A replacement must speak the words of the table, because these are printed as subtitles. Files other than
    /// `.wav`, and folders whose names begin with a dot, are passed over.
    ///
    /// # Errors
    /// [`PromptError`]: a folder that cannot be read, a recording that is not 8 kHz mono PCM of 16 bit, silent, or
    /// longer than 30 s, or a name that replaces nothing.
    pub fn load(override_dir: Option<&Path>) -> Result<Self, PromptError> {
        let mut prompts = Self::built_in(toml::from_str(TABLE)?)?;
        if let Some(dir) = override_dir {
            prompts.replace_from(dir)?;
        }
        Ok(prompts)
    }

    /// The clips of a prompt in the order in which they are played.
    pub fn sequence(&self, prompt: Prompt, account: LastFour) -> Vec<ClipId> {
        let mut clips = Vec::new();
        for step in self.steps(prompt) {
            match step {
                Step::Clip(clip) => clips.push(*clip),
                Step::Account => {
                    clips.push(ACCOUNT_ENDING);
                    clips.extend(account.digits().filter_map(ClipId::digit));
                }
            }
        }
        clips
    }

    /// The words of a prompt as the page prints them.
    pub fn subtitles(&self, prompt: Prompt, locale: Locale, account: LastFour) -> String {
        let Some(joining) = self.joining.get(&locale) else {
            return String::new();
        };
        let mut parts: Vec<String> = Vec::new();
        for step in self.steps(prompt) {
            match step {
                Step::Clip(clip) => parts.push(self.text(locale, *clip).to_owned()),
                Step::Account => {
                    parts.push(self.text(locale, ACCOUNT_ENDING).to_owned());
                    let digits: Vec<String> = account.digits().map(String::from).collect();
                    parts.push(digits.join(" ") + &joining.after_digits);
                }
            }
        }
        parts.join(&joining.between)
    }

    /// The sound of a prompt, [`wav::RATE`] samples a second, with a short rest between clips.
    pub fn samples(&self, prompt: Prompt, locale: Locale, account: LastFour) -> Vec<i16> {
        let mut out: Vec<i16> = Vec::new();
        for clip in self.sequence(prompt, account) {
            if !out.is_empty() {
                out.resize(out.len() + GAP, 0);
            }
            if let Some(spoken) = self.clips.get(&(locale, clip)) {
                // A file that has no sound was refused when it was loaded.
                out.extend(spoken.sound.samples().unwrap_or_default());
            }
        }
        out
    }

    /// The recording of a digit.
    pub(super) fn digit(&self, digit: char, locale: Locale) -> Option<Vec<i16>> {
        let spoken = self.clips.get(&(locale, ClipId::digit(digit)?))?;
        spoken.sound.samples().ok()
    }

    /// The same as a WAV file.
    pub fn wav(&self, prompt: Prompt, locale: Locale, account: LastFour) -> Vec<u8> {
        wav::file(&self.samples(prompt, locale, account))
    }

    fn steps(&self, prompt: Prompt) -> &[Step] {
        self.rows.get(&prompt).map_or(&[], Vec::as_slice)
    }

    fn text(&self, locale: Locale, clip: ClipId) -> &str {
        self.clips
            .get(&(locale, clip))
            .map_or("", |spoken| spoken.text.as_str())
    }

    fn built_in(mut table: Table) -> Result<Self, PromptError> {
        let lacks = |what: String| PromptError::Incomplete(what);
        let mut rows = BTreeMap::new();
        for prompt in Prompt::ALL {
            let row = table
                .prompts
                .remove(prompt.key())
                .filter(|row| !row.clips.is_empty())
                .ok_or_else(|| lacks(format!("no prompt {}", prompt.key())))?;
            let steps = row.clips.iter().map(|name| match name.as_str() {
                ACCOUNT => Ok(Step::Account),
                other => ClipId::named(other)
                    .map(Step::Clip)
                    .ok_or_else(|| lacks(format!("{} wants clip {other}", prompt.key()))),
            });
            rows.insert(prompt, steps.collect::<Result<Vec<_>, _>>()?);
        }
        if let Some((name, _)) = table.prompts.pop_first() {
            return Err(lacks(format!("prompt {name} is never spoken")));
        }
        let mut clips = HashMap::new();
        for recording in RECORDINGS {
            let clip = recording.clip;
            let mut words = table.clips.remove(clip.0).unwrap_or_default();
            for locale in Locale::ALL {
                let text = words
                    .remove(&locale)
                    .map(|w| w.text)
                    .filter(|text| !text.is_empty())
                    .ok_or_else(|| lacks(format!("no text of {} in {}", clip.0, locale.tag())))?;
                let path = || place(Path::new("assets/voice"), locale, clip);
                let sound = playable(recording.sound(locale), path)?;
                clips.insert((locale, clip), Spoken { text, sound });
            }
        }
        if let Some((name, _)) = table.clips.pop_first() {
            return Err(lacks(format!("clip {name} has no recording")));
        }
        if let Some(locale) = Locale::ALL
            .into_iter()
            .find(|l| !table.languages.contains_key(l))
        {
            return Err(lacks(format!("no language {}", locale.tag())));
        }
        Ok(Self {
            rows,
            joining: table.languages,
            clips,
        })
    }

    fn replace_from(&mut self, dir: &Path) -> Result<(), PromptError> {
        for path in listed(dir)? {
            let name = file_name(&path);
            if !path.is_dir() || name.starts_with('.') {
                continue;
            }
            let locale = Locale::ALL
                .into_iter()
                .find(|l| l.tag() == name)
                .ok_or_else(|| PromptError::Stray {
                    path: path.clone(),
                    known: format!(
                        "the languages are {}",
                        Locale::ALL.map(Locale::tag).join(", ")
                    ),
                })?;
            for file in listed(&path)? {
                self.replace(locale, &file)?;
            }
        }
        Ok(())
    }

    fn replace(&mut self, locale: Locale, file: &Path) -> Result<(), PromptError> {
        let is_wav = file
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("wav"));
        if !is_wav {
            return Ok(());
        }
        let name = file_name(file);
        let spoken = name
            .strip_suffix(".wav")
            .and_then(ClipId::named)
            .and_then(|clip| self.clips.get_mut(&(locale, clip)))
            .ok_or_else(|| PromptError::Stray {
                path: file.to_path_buf(),
                known: format!("the clips are {}", names()),
            })?;
        spoken.sound = playable(Sound::File(read(file)?), || file.to_path_buf())?;
        Ok(())
    }
}

/// A sound that is one for the telephone.
fn playable(sound: Sound, path: impl FnOnce() -> PathBuf) -> Result<Sound, PromptError> {
    match sound.samples() {
        Ok(_) => Ok(sound),
        Err(fault) => Err(PromptError::Unfit {
            path: path(),
            fault,
        }),
    }
}

fn place(dir: &Path, locale: Locale, clip: ClipId) -> PathBuf {
    dir.join(locale.tag()).join(format!("{}.wav", clip.0))
}

fn names() -> String {
    let all: Vec<String> = RECORDINGS
        .iter()
        .map(|r| format!("{}.wav", r.clip.0))
        .collect();
    all.join(", ")
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// What is in a folder, in order of the names, so that the first complaint is always the same.
fn listed(dir: &Path) -> Result<Vec<PathBuf>, PromptError> {
    let unreadable = |source| PromptError::Unreadable {
        path: dir.to_path_buf(),
        source,
    };
    let mut paths = std::fs::read_dir(dir)
        .map_err(unreadable)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

/// A file, but never more than [`LARGEST_FILE`].
fn read(path: &Path) -> Result<Vec<u8>, PromptError> {
    let unreadable = |source| PromptError::Unreadable {
        path: path.to_path_buf(),
        source,
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(PromptError::Unfit {
            path: path.to_path_buf(),
            fault: Fault::TooLong,
        });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
