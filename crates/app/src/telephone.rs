//! The telephone of a trial server: calls ring in the outbox, somebody answers there and presses keys.
//!
//! It stands where a real telephone stands: what is done with it becomes the very events that a carrier reports, and
//! the machines decide. All that it remembers by itself is which keys of the present try were pressed and what the voice
//! said last; that lies sealed in the call's row, so that page and command line hold the same receiver.
//!
//! Invariant: where calls go out for real, nothing here does anything.

use crate::context::Ctx;
use crate::script::{OWN_NUMBER, own_number};
use crate::settings::Transport;
use crate::{App, Error};
use domain::call::{CallEvent, CallOrder, Digits, Outcome, Progress, Say};
use domain::ids::{AccountId, CallId};
use domain::locale::Locale;
use domain::refusal::Code;
use domain::time::Timestamp;
use factors::keypad::{Heard, HeardNumber, Key, Keyed};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::outbox::call as rows;
use store::outbox::{Entry, State};

/// The body of a call's row: the order, and on trial what the telephone remembers.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    #[serde(flatten)]
    pub(crate) order: CallOrder,
    #[serde(default)]
    pub(crate) line: Line,
}

/// What a trial telephone remembers of a call.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Line {
    /// The digits pressed of a try that is not complete.
    keyed: String,
    /// The key of the prompt that was said last.
    said: Option<String>,
    /// How often the voice began to speak.
    turn: u32,
    /// How the call ended, for when the limits have forgotten it.
    ended: Option<Outcome>,
}

/// A call as the telephone shows it.
#[derive(Debug, Clone)]
pub struct PhoneCall {
    /// Which.
    pub id: CallId,
    /// When it was ordered.
    pub at: Timestamp,
    /// The number called, E.164.
    pub to: String,
    /// The language that is spoken.
    pub locale: Locale,
    /// Where it stands.
    pub progress: Progress,
    /// The digits pressed of a try that is not complete.
    pub keyed: String,
    /// What the voice says, or would say first; blank when that is not known any more.
    pub subtitles: String,
    /// How often the voice began to speak; 0 before the call is answered.
    pub turn: u32,
}

/// What somebody does with the telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// Picks up.
    Answer,
    /// Presses keys; picks up first if it rings.
    Press(Vec<Key>),
    /// Puts the receiver down, or declines while it rings.
    HangUp,
    /// Lets the call fail as a carrier would report it.
    Fail(Outcome),
}

impl Touch {
    /// Presses the keys of a text such as `123456#`; nothing if it holds anything that is no key, or no key at all.
    pub fn press(text: &str) -> Option<Self> {
        Key::parse_all(text)
            .filter(|keys| !keys.is_empty())
            .map(Self::Press)
    }
}

/// The ways in which a carrier reports that a call did not come about.
pub const FAILURES: [Outcome; 5] = [
    Outcome::Busy,
    Outcome::Declined,
    Outcome::NoAnswer,
    Outcome::Barred,
    Outcome::Failed,
];

impl App {
    /// The calls of all numbers, from the newest on.
    ///
    /// # Errors
    /// `GL-OUTBOX-003` where calls go out for real.
    pub async fn calls(&self, size: u32) -> Result<Vec<PhoneCall>, Error> {
        self.plays()?;
        let app = self.clone();
        self.db()
            .read(move |tx| {
                let entries = rows::list(tx, size)?;
                entries.iter().map(|entry| app.seen(tx, entry)).collect()
            })
            .await
    }

    /// One call.
    ///
    /// # Errors
    /// `GL-OUTBOX-002` when there is none of this id, `GL-OUTBOX-003` where calls go out for real.
    pub async fn call(&self, id: &CallId) -> Result<PhoneCall, Error> {
        self.plays()?;
        let (id, app) = (id.clone(), self.clone());
        self.db()
            .read(move |tx| {
                let entry = rows::find(tx, &id)?.ok_or(Code::NoSuchMail)?;
                app.seen(tx, &entry)
            })
            .await
    }

    /// The recording of what the voice says in a call, as a WAV file.
    ///
    /// # Errors
    /// `GL-OUTBOX-002` when there is none, `GL-OUTBOX-003` where calls go out for real.
    pub async fn recording(&self, id: &CallId) -> Result<Vec<u8>, Error> {
        let kept = self.kept(id).await?;
        let Kept { order, line } = &kept;
        let prompt = line.prompt(order);
        let wav = self
            .ports()
            .voice
            .recording(prompt, order.locale, &order.account);
        if wav.is_empty() {
            Err(Code::NoSuchMail.into())
        } else {
            Ok(wav)
        }
    }

    /// Somebody does something with the telephone of a trial server.
    ///
    /// # Errors
    /// `GL-OUTBOX-002` when there is no such call, `GL-OUTBOX-003` where calls go out for real, `GL-REC-016` when the
    /// call is over.
    pub async fn touch_phone(&self, id: &CallId, touch: Touch) -> Result<(), Error> {
        let order = self.kept(id).await?.order;
        let progress = self.call(id).await?.progress;
        if !progress.running() {
            return Err(Code::CallOver.into());
        }
        match touch {
            Touch::Answer => self.pick_up(&order, progress).await,
            Touch::Press(keys) => {
                self.pick_up(&order, progress).await?;
                self.press(&order, keys).await
            }
            Touch::HangUp if progress == Progress::Answered => {
                self.ended(&order, Outcome::HungUp).await
            }
            Touch::HangUp => self.ended(&order, Outcome::Declined).await,
            Touch::Fail(outcome) => self.ended(&order, outcome).await,
        }
    }

    async fn pick_up(&self, order: &CallOrder, progress: Progress) -> Result<(), Error> {
        if progress == Progress::Answered {
            return Ok(());
        }
        self.report_call(&self.of_call(order), &order.call, CallEvent::Answered)
            .await?;
        self.say(order, self.settings().script.opening(order)).await
    }

    async fn ended(&self, order: &CallOrder, outcome: Outcome) -> Result<(), Error> {
        let event = CallEvent::Ended(outcome);
        self.report_call(&self.of_call(order), &order.call, event)
            .await
            .map(drop)
    }

    async fn press(&self, order: &CallOrder, keys: Vec<Key>) -> Result<(), Error> {
        let mut rest = keys;
        while !rest.is_empty() {
            let (call, pressed) = (order.call.clone(), rest.clone());
            let heard = self
                .db()
                .write(move |tx| take_keys(tx, &call, &pressed))
                .await?;
            let event = match heard.what {
                Meant::Digits(Heard::NotMe) | Meant::Number(HeardNumber::NotMe) => CallEvent::NotMe,
                Meant::Digits(Heard::Try(code)) => {
                    let digits = Digits::keyed(&code.to_text())
                        .ok_or(Error::Fault("six keys are no digits"))?;
                    CallEvent::Keyed(digits)
                }
                Meant::Number(HeardNumber::Repeat | HeardNumber::Wrong) => {
                    self.say(order, OWN_NUMBER).await?;
                    rest = heard.rest;
                    continue;
                }
                Meant::Digits(Heard::Repeat) | Meant::Number(HeardNumber::Right) => {
                    self.say(order, order.purpose.key()).await?;
                    rest = heard.rest;
                    continue;
                }
                Meant::Digits(Heard::More | Heard::Cleared | Heard::Nothing)
                | Meant::Number(HeardNumber::More | HeardNumber::Nothing) => return Ok(()),
            };
            let say = self
                .report_call(&self.of_call(order), &order.call, event)
                .await?;
            if let Some(prompt) = answer(say) {
                self.say(order, prompt).await?;
            }
            if !matches!(say, Say::Again { .. }) {
                return Ok(());
            }
            rest = heard.rest;
        }
        Ok(())
    }

    /// The voice begins to say something; keys pressed before belong to what it said before.
    async fn say(&self, order: &CallOrder, prompt: &'static str) -> Result<(), Error> {
        let call = order.call.clone();
        self.db()
            .write(move |tx| {
                change(tx, &call, |_, line| {
                    line.keyed.clear();
                    line.said = Some(prompt.to_owned());
                    line.turn += 1;
                })
            })
            .await
    }

    /// The circumstances of what happens in a call: its mails name the browser that asked for it, in its language.
    pub(crate) fn of_call(&self, order: &CallOrder) -> Ctx {
        Ctx::new(self, order.client.clone(), order.locale)
    }

    async fn kept(&self, id: &CallId) -> Result<Kept, Error> {
        self.plays()?;
        let id = id.clone();
        self.db()
            .read(move |tx| {
                let entry = rows::find(tx, &id)?.ok_or(Code::NoSuchMail)?;
                read(&entry)?.ok_or_else(|| Code::CallOver.into())
            })
            .await
    }

    fn plays(&self) -> Result<(), Error> {
        match self.settings().voice {
            Transport::Trial => Ok(()),
            Transport::Real | Transport::Off => Err(Code::NotOnTrial.into()),
        }
    }

    fn seen(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<PhoneCall, Error> {
        let bad = || Error::Fault("a call's row has no call id");
        let id: CallId = entry.message_id.parse().map_err(|_| bad())?;
        let known = store::call::standing(tx, &id)?;
        let kept = read(entry)?;
        let ended = kept.as_ref().and_then(|kept| kept.line.ended);
        let progress = match (known, entry.state) {
            (_, State::Lost) => Progress::Ended(Outcome::Lost),
            (Some(known), _) => known.progress,
            (None, State::Queued | State::Dialling | State::Sending) => Progress::Dialling,
            (None, State::Sent | State::Delivered | State::Failed) => {
                Progress::Ended(ended.unwrap_or(Outcome::Failed))
            }
        };
        let (line, subtitles) = match kept {
            Some(Kept { order, line }) => {
                let words = self.subtitles(line.prompt(&order), order.locale, &order.account);
                (line, words)
            }
            None => (Line::default(), String::new()),
        };
        Ok(PhoneCall {
            id,
            at: entry.created_at,
            to: entry.recipient.expose().clone(),
            locale: entry.locale,
            progress,
            keyed: line.keyed,
            subtitles,
            turn: line.turn,
        })
    }

    fn subtitles(&self, prompt: &str, locale: Locale, account: &AccountId) -> String {
        self.ports().voice.subtitles(prompt, locale, account)
    }
}

impl Line {
    fn prompt<'a>(&'a self, order: &'a CallOrder) -> &'a str {
        self.said.as_deref().unwrap_or(order.purpose.key())
    }
}

/// The prompt that answers keys, if anything is said.
const fn answer(say: Say) -> Option<&'static str> {
    match say {
        Say::Nothing => None,
        Say::Thanks => Some("thanks"),
        Say::Again { .. } => Some("again"),
        Say::Goodbye => Some("goodbye"),
        Say::Stopped => Some("closed"),
    }
}

/// What a key meant, by what was asked for.
#[derive(PartialEq)]
enum Meant {
    Number(HeardNumber),
    Digits(Heard),
}

impl Meant {
    /// Whether the voice or the machine has something to do now.
    const fn decides(&self) -> bool {
        !matches!(
            self,
            Self::Number(HeardNumber::More | HeardNumber::Nothing)
                | Self::Digits(Heard::More | Heard::Nothing | Heard::Cleared)
        )
    }
}

/// What keys came to.
struct Taken {
    what: Meant,
    rest: Vec<Key>,
}

/// Takes keys until they mean something, and remembers those of a try that is not complete.
fn take_keys(tx: &mut Tx<'_>, call: &CallId, keys: &[Key]) -> Result<Taken, Error> {
    let mut what = Meant::Digits(Heard::More);
    let mut used = 0;
    change(tx, call, |order, line| {
        let mut number = (line.said.as_deref() == Some(OWN_NUMBER))
            .then(|| own_number(order).after(&line.keyed));
        let mut digits = Keyed::new();
        for digit in line.keyed.chars().filter_map(Key::from_char) {
            digits.press(digit);
        }
        for key in keys {
            used += 1;
            what = match &mut number {
                Some(number) => Meant::Number(number.press(*key)),
                None => Meant::Digits(digits.press(*key)),
            };
            match (&what, key) {
                (
                    Meant::Digits(Heard::More) | Meant::Number(HeardNumber::More),
                    Key::Digit(digit),
                ) => line.keyed.push_str(&digit.to_string()),
                (Meant::Digits(Heard::Nothing) | Meant::Number(HeardNumber::Nothing), _) => (),
                _ => line.keyed.clear(),
            }
            if what.decides() {
                break;
            }
        }
    })?;
    let rest = keys.get(used..).unwrap_or_default().to_vec();
    Ok(Taken { what, rest })
}

/// Changes what the telephone remembers of a call.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    call: &CallId,
    f: impl FnOnce(&CallOrder, &mut Line),
) -> Result<(), Error> {
    let entry = rows::lock(tx, call)?.ok_or(Code::NoSuchMail)?;
    let mut kept = read(&entry)?.ok_or(Code::CallOver)?;
    f(&kept.order, &mut kept.line);
    let body = serde_json::to_vec(&kept).map_err(|_| Error::Fault("a call has no JSON form"))?;
    rows::keep(tx, &entry.id, &body)?;
    Ok(())
}

/// Writes down how a call ended.
pub(crate) fn note_end(tx: &mut Tx<'_>, call: &CallId, outcome: Outcome) -> Result<(), Error> {
    change(tx, call, |_, line| line.ended = Some(outcome))
}

/// The order of a call, unless it was erased.
pub(crate) fn order(tx: &mut Tx<'_>, call: &CallId) -> Result<Option<CallOrder>, Error> {
    let entry = rows::find(tx, call)?;
    let kept = entry.as_ref().map(read).transpose()?.flatten();
    Ok(kept.map(|kept| kept.order))
}

fn read(entry: &Entry) -> Result<Option<Kept>, Error> {
    let body = entry
        .body
        .as_ref()
        .map(|body| serde_json::from_slice(body.expose()));
    body.transpose()
        .map_err(|_| Error::Fault("a call order cannot be read"))
}
