//! The telephone: what it says, and how that travels.

pub mod prompts;
pub mod wav;

use app::ports::Voice;
use domain::ids::AccountId;
use domain::locale::Locale;
use prompts::{LastFour, Prompt, Prompts};
use std::sync::OnceLock;

/// The built-in prompts, loaded when the first call wants them: commands and servers without calls never do.
#[derive(Debug, Default)]
pub struct BuiltIn(OnceLock<Option<Prompts>>);

impl BuiltIn {
    fn find<T>(
        &self,
        prompt: &str,
        account: &AccountId,
        f: impl FnOnce(&Prompts, Prompt, LastFour) -> T,
    ) -> Option<T> {
        let loaded = self.0.get_or_init(|| {
            let loaded = Prompts::load(None);
            loaded
                .inspect_err(|error| tracing::error!(%error, "the telephone has no voice"))
                .ok()
        });
        let account = LastFour::of(account)?;
        Some(f(loaded.as_ref()?, Prompt::from_key(prompt)?, account))
    }
}

impl Voice for BuiltIn {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::call::Purpose;
    use domain::dice::Dice;
    use domain::ids::CaseId;

    #[test]
    fn every_call_begins_with_a_prompt_that_exists() {
        let voice = BuiltIn::default();
        let account: AccountId = "111122223456".parse().unwrap();
        let case = CaseId::draw(&Dice::new([1; 32]), "");
        let flow = domain::ids::FlowId::draw(&Dice::new([1; 32]), "");
        for purpose in [Purpose::Recovery(case), Purpose::PhoneProof(flow)] {
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
}
