//! The telephone: what it says, and how that travels.

pub mod carriers;
pub mod http;
pub mod prompts;
pub mod rtp;
pub mod sip;
mod spelling;
mod tls;
pub mod wav;

use app::ports::Voice;
use domain::dice::Dice;
use domain::ids::AccountId;
use domain::locale::Locale;
use prompts::{LastFour, Prompt, Prompts};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The recorded prompts, loaded when the first call wants them: commands and servers without calls never do.
#[derive(Debug, Default)]
pub struct Recorded {
    folder: Option<PathBuf>,
    loaded: OnceLock<Option<Prompts>>,
}

impl Recorded {
    /// The built-in recordings, or those of a folder in their place. A folder that does not fit is told of in the log
    /// and leaves the built-in ones; see that it fits at the start ([`Prompts::load`]).
    pub const fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            loaded: OnceLock::new(),
        }
    }

    fn load(&self) -> Option<Prompts> {
        if let Some(folder) = &self.folder {
            match Prompts::load(Some(folder)) {
                Ok(prompts) => return Some(prompts),
                Err(error) => tracing::error!(%error, "the built-in recordings are used instead"),
            }
        }
        Prompts::load(None)
            .inspect_err(|error| tracing::error!(%error, "the telephone has no voice"))
            .ok()
    }

    fn find<T>(
        &self,
        prompt: &str,
        account: &AccountId,
        f: impl FnOnce(&Prompts, Prompt, LastFour) -> T,
    ) -> Option<T> {
        let loaded = self.loaded.get_or_init(|| self.load());
        let account = LastFour::of(account)?;
        Some(f(loaded.as_ref()?, Prompt::from_key(prompt)?, account))
    }
}

impl Voice for Recorded {
    fn subtitles(&self, prompt: &str, locale: Locale, account: &AccountId) -> String {
        self.find(prompt, account, |all, prompt, account| {
            all.subtitles(prompt, locale, account)
        })
        .unwrap_or_default()
    }

    fn recording(&self, prompt: &str, locale: Locale, account: &AccountId) -> Vec<u8> {
        self.find(prompt, account, |all, prompt, account| {
            all.wav(prompt, locale, account)
        })
        .unwrap_or_default()
    }

    fn spelled(&self, characters: &str, locale: Locale, dice: &Dice) -> Vec<u8> {
        let loaded = self.loaded.get_or_init(|| self.load()).as_ref();
        loaded.map_or_else(Vec::new, |prompts| {
            spelling::wav(prompts, characters, locale, dice)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::call::Purpose;
    use domain::ids::CaseId;

    #[test]
    fn every_call_begins_with_a_prompt_that_exists() {
        let voice = Recorded::default();
        let account: AccountId = "111122223456".parse().unwrap();
        let case = CaseId::draw(&Dice::new([1; 32]), "");
        let flow = domain::ids::FlowId::draw(&Dice::new([1; 32]), "");
        for purpose in [
            Purpose::Recovery(case),
            Purpose::PhoneProof(flow.clone()),
            Purpose::Drill(flow),
        ] {
            for locale in Locale::ALL {
                let words = voice.subtitles(purpose.key(), locale, &account);
                assert!(words.contains("3 4 5 6"), "{words}");
                assert!(
                    voice
                        .recording(purpose.key(), locale, &account)
                        .starts_with(b"RIFF")
                );
            }
        }
        for prompt in ["again", "thanks", "goodbye", "closed"] {
            assert!(
                !voice.subtitles(prompt, Locale::Ja, &account).is_empty(),
                "{prompt}"
            );
        }
        assert!(
            voice
                .recording("no such prompt", Locale::En, &account)
                .is_empty()
        );
    }

    #[test]
    fn an_operator_s_recordings_take_the_place_of_the_built_in_ones() {
        let folder = tempfile::tempdir().unwrap();
        let account: AccountId = "111122223456".parse().unwrap();
        let heard = |voice: &Recorded| voice.recording("thanks", Locale::En, &account);
        let built_in = heard(&Recorded::default());
        let dir = folder.path().join("en");
        std::fs::create_dir(&dir).unwrap();
        let mut own = Vec::new();
        for n in 0..8_000_i16 {
            own.push(n % 200 * 40);
        }
        std::fs::write(dir.join("thanks.wav"), wav::file(&own)).unwrap();
        let replaced = Recorded::new(Some(folder.path().to_owned()));
        assert_ne!(heard(&replaced), built_in);
        assert!(heard(&replaced).starts_with(b"RIFF"));
        // What does not fit leaves the telephone its voice.
        std::fs::write(dir.join("no-such-clip.wav"), wav::file(&own)).unwrap();
        let unfit = Recorded::new(Some(folder.path().to_owned()));
        assert_eq!(heard(&unfit), built_in);
    }
}
