//! The guard of the channels: a server says what it runs with, and operators decide about what was changed.
//!
//! Who may: a server by itself, at its start and once a minute; of people, operators who are signed in, with the
//! authenticator used within ten minutes, and only those who were there before the change. No command on the host decides:
//! whoever edits the configuration is the first person, and an operator is the second. Every step is written down and told
//! to every operator. Trial servers have nothing to guard, and commands run with nothing.

use crate::commit::Writer;
use crate::context::Ctx;
use crate::settings::Settings;
use crate::{App, Error};
use domain::audit::{Actor, Event, Record};
use domain::channel::{Came, Guarded, Holds, Look, Part, Pauses, Verdict};
use domain::mail::{MailKind, MailOrder};
use domain::operator::Operator;
use domain::refusal::{Code, Refusal};
use domain::time::Timestamp;
use store::{Engine, Tx};

/// A change that is not in force, with the name of whoever decided about it.
#[derive(Debug, Clone)]
pub struct Pending {
    /// The part, with its change.
    pub guarded: Guarded,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Whether anybody may decide: if not, time alone ends the pause.
    pub in_hands: bool,
}

impl App {
    /// Compares what this server runs with to what was approved. The first look of an installation writes it down.
    ///
    /// # Errors
    /// What the store says.
    pub async fn look_at_channels(&self, ctx: &Ctx) -> Result<(), Error> {
        if self.settings().guarded.is_empty() {
            return Ok(());
        }
        let (settings, writer) = (self.settings().clone(), Writer::of(self, ctx));
        let alone = self.db().engine() == Engine::Sqlite;
        let came = self
            .db()
            .write(move |tx| {
                let operators = store::operator::all(tx)?;
                let holds = store::channel::lock(tx, Part::Holds)?.and_then(|known| known.holds);
                let own = settings.holds();
                let look = Look {
                    pause: holds.map_or(own, |holds| holds.stricter(own)).pause,
                    alone,
                    now: writer.now,
                };
                let mut told = Vec::new();
                for (index, (part, seen)) in settings.guarded.iter().enumerate() {
                    let known = store::channel::lock(tx, *part)?;
                    let Some(mut guarded) = known.clone() else {
                        store::channel::put(tx, &Guarded::first(*part, seen))?;
                        let record = record(Event::ChannelRecorded, Actor::System, *part);
                        writer.audit(tx, index, &record)?;
                        continue;
                    };
                    let before = guarded.clone();
                    let came = guarded.look(seen, &operators, &look);
                    if guarded != before {
                        store::channel::put(tx, &guarded)?;
                    }
                    if let Some(came) = came {
                        let keys =
                            found(tx, &writer, index, (&before, &guarded, came), &operators)?;
                        told.push((*part, came, keys));
                    }
                }
                Ok::<_, Error>(told)
            })
            .await?;
        for (part, came, keys) in came {
            let part = part.key();
            match came {
                Came::Changed => tracing::warn!(
                    part,
                    keys,
                    "settings were changed: recovery cases do not use them before time and an operator have seen to it"
                ),
                _ => tracing::info!(
                    part,
                    keys,
                    how = word(came),
                    "the pause after changed settings is over"
                ),
            }
        }
        Ok(())
    }

    /// Every change that is not in force.
    ///
    /// # Errors
    /// Only faults.
    pub async fn changed_channels(&self) -> Result<Vec<Pending>, Error> {
        let now = self.now();
        self.db()
            .read(move |tx| {
                let operators = store::operator::all(tx)?;
                let pending = store::channel::paused(tx)?.into_iter().map(|guarded| {
                    let change = guarded.change.as_ref();
                    let by = change.and_then(|change| change.decided.as_ref());
                    let named = |by: &str| operators.iter().find(|one| one.id.as_str() == by);
                    let may = |operator: &Operator| {
                        change.is_some_and(|change| {
                            domain::channel::may_decide(operator, change, now).is_ok()
                        })
                    };
                    Pending {
                        decided_by: by.and_then(|(_, deed)| Some(named(&deed.by)?.name.clone())),
                        in_hands: operators.iter().any(may),
                        guarded,
                    }
                });
                Ok(pending.collect())
            })
            .await
    }

    /// Where a server with these settings would run with something that nobody approved: the keys. For commands.
    ///
    /// # Errors
    /// Only faults.
    pub async fn unapproved(
        &self,
        settings: Vec<(Part, domain::channel::Seen)>,
    ) -> Result<Vec<(Part, Vec<String>)>, Error> {
        self.db()
            .read(move |tx| {
                let known = store::channel::all(tx)?;
                let differs = settings.iter().filter_map(|(part, seen)| {
                    let known = known.iter().find(|known| known.part == *part)?;
                    let keys: Vec<String> = known.differs(seen).into_keys().collect();
                    (!keys.is_empty()).then_some((*part, keys))
                });
                Ok(differs.collect())
            })
            .await
    }

    /// An operator decides about the change of a part that was found then.
    ///
    /// # Errors
    /// `GL-OPER-001`, `GL-OPER-004`, `GL-OPER-013`, `GL-OPER-014`. What was tried in vain is written down.
    pub async fn decide_channel(
        &self,
        ctx: &Ctx,
        part: Part,
        since: Timestamp,
        verdict: Verdict,
    ) -> Result<(), Error> {
        let (who, writer) = (ctx.fresh_operator()?.clone(), Writer::of(self, ctx));
        let done = self.db().write(move |tx| {
            let event = match verdict {
                Verdict::Approved => Event::ChannelApproved,
                Verdict::Declined => Event::ChannelDeclined,
            };
            let record = record(event, who.session.actor(), part).from(&writer.client);
            // The right may have been taken away since the session was found.
            let operator = store::operator::find(tx, &who.operator.id)?;
            let operator = operator.ok_or(Code::NoSuchOperator)?;
            let mut guarded = store::channel::lock(tx, part)?.ok_or(Code::ChangeOver)?;
            let keys = keys(&guarded);
            if let Err(refusal) = guarded.decide(since, verdict, &operator, writer.now) {
                writer.audit(tx, 500, &record.refused(refusal.code))?;
                return Ok::<Option<Refusal>, Error>(Some(refusal));
            }
            store::channel::put(tx, &guarded)?;
            writer.audit(tx, 500, &record.detail("keys", keys.clone()))?;
            let word = match verdict {
                Verdict::Approved => "approved",
                Verdict::Declined => "declined",
            };
            let until = guarded.change.as_ref().map(|c| c.until.max(writer.now));
            let operators = store::operator::all(tx)?;
            tell(tx, &writer, 500, (part, word, until), &keys, &operators)?;
            Ok(None)
        });
        done.await?.map_or(Ok(()), |refusal| Err(refusal.into()))
    }
}

/// Writes down and tells what a look brought; gives back the keys.
fn found(
    tx: &mut Tx<'_>,
    writer: &Writer,
    index: usize,
    (before, guarded, came): (&Guarded, &Guarded, Came),
    operators: &[Operator],
) -> Result<String, Error> {
    let (event, keys) = match came {
        Came::Changed => (Event::ChannelChanged, keys(guarded)),
        _ => (Event::ChannelSettled, keys(before)),
    };
    let until = guarded.change.as_ref().map(|change| change.until);
    let part = guarded.part;
    let record = record(event, Actor::System, part);
    let record = record
        .detail("keys", keys.clone())
        .detail("how", word(came));
    writer.audit(tx, index, &record)?;
    tell(
        tx,
        writer,
        index,
        (part, word(came), until),
        &keys,
        operators,
    )?;
    Ok(keys)
}

const fn word(came: Came) -> &'static str {
    match came {
        Came::Changed => "changed",
        Came::Restored => "restored",
        Came::InForce => "in-force",
        Came::Lapsed => "lapsed",
    }
}

fn record(event: Event, actor: Actor, part: Part) -> Record {
    Record::new(event, actor).detail("part", part.key())
}

fn keys(guarded: &Guarded) -> String {
    let change = guarded.change.as_ref();
    change.map_or_else(String::new, |change| change.keys().join(", "))
}

/// Tells every operator who can sign in. No name goes out with it: nothing proved their addresses.
fn tell(
    tx: &mut Tx<'_>,
    writer: &Writer,
    index: usize,
    (part, what, until): (Part, &str, Option<Timestamp>),
    keys: &str,
    operators: &[Operator],
) -> Result<(), Error> {
    let able = operators.iter().enumerate();
    let able = able.filter(|(_, one)| one.removed_at.is_none() && one.set_up_at.is_some());
    for (n, operator) in able {
        let mut mail = MailOrder::new(MailKind::ChannelChanged, &operator.email, operator.locale)
            .fact("part", part.key())
            .fact("what", what)
            .fact("time", until.map_or(0, Timestamp::millis).to_string())
            .fact("keys", keys);
        mail.link = Some("/operator".to_owned());
        writer.mail(tx, 1_000 * (n + 1) + index, &mail)?;
    }
    Ok(())
}

/// What is paused, and the holds that were approved where others wait for that.
pub(crate) fn in_force(tx: &mut Tx<'_>, now: Timestamp) -> Result<(Pauses, Option<Holds>), Error> {
    let (mut pauses, mut holds) = (Pauses::default(), None);
    for guarded in store::channel::paused(tx)? {
        let until = guarded.paused(now);
        match guarded.part {
            Part::Mail => pauses.mail = until,
            Part::Voice => pauses.voice = until,
            Part::Holds => holds = until.and(guarded.holds),
        }
    }
    Ok((pauses, holds))
}

/// The holds that count now: while a change of them is not in force, the stricter of old and new.
pub(crate) fn holds(tx: &mut Tx<'_>, settings: &Settings, now: Timestamp) -> Result<Holds, Error> {
    let (_, approved) = in_force(tx, now)?;
    let own = settings.holds();
    Ok(approved.map_or(own, |approved| approved.stricter(own)))
}
