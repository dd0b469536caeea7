//! What happens in an answered call: every 20 ms a packet goes out, keys come in by sound packets and by INFO, and the
//! desk says what the voice does next.
//!
//! Invariant: the pace of what is sent waits for nothing, least of all for the desk, which waits for the store.

use super::call::{Leg, PACKET};
use super::sdp::{self, Session};
use super::{Shared, info};
use crate::voice::rtp::gate::{Gate, Heard};
use crate::voice::rtp::stream::{Sound, Stream};
use crate::voice::rtp::{FRAME, PACE};
use crate::voice::wav;
use app::ports::{CallPlan, Future_, Key, Next};
use domain::call::Outcome;
use rsipstack::dialog::dialog::{DialogState, TransactionHandle};
use rsipstack::sip::{Header, Method, Request, StatusCode};
use std::collections::VecDeque;
use tokio::time::{Interval, MissedTickBehavior};

/// Keys that wait for the desk at most: somebody who never stops pressing is heard in part.
const WAITING: usize = 64;

/// Stays with the call until it is over.
pub(super) async fn talk(
    shared: &Shared,
    plan: &CallPlan,
    leg: &mut Leg,
    session: Session,
    gate: Gate,
    (opening, random): (Option<Sound>, [u8; 10]),
) -> Outcome {
    let mut talk = Talk {
        shared,
        plan,
        stream: Stream::new(session.law, random),
        session,
        gate,
        opening,
        waiting: VecDeque::new(),
        asked: Some(plan.desk.answered()),
        idle: 0,
        ending: false,
    };
    let mut pace = tokio::time::interval(PACE);
    // What was missed is caught up: the schedule is absolute, and the person hears no gap grow.
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    talk.run(leg, &mut pace).await
}

/// An answered call.
struct Talk<'a> {
    shared: &'a Shared,
    plan: &'a CallPlan,
    stream: Stream,
    session: Session,
    gate: Gate,
    /// The prompt that the call begins with, made while it rang.
    opening: Option<Sound>,
    /// Keys that the desk has not been told yet.
    waiting: VecDeque<Key>,
    /// What the desk was told last, until it answers.
    asked: Option<Future_<'a, Next>>,
    /// Packets since something was said or pressed.
    idle: u32,
    /// The last words are being said.
    ending: bool,
}

/// Whether the call goes on.
type Goes = std::ops::ControlFlow<Outcome>;

impl Talk<'_> {
    async fn run(&mut self, leg: &mut Leg, pace: &mut Interval) -> Outcome {
        let mut packet = [0; PACKET];
        loop {
            let goes = tokio::select! {
                biased;
                _ = pace.tick() => self.send(leg),
                next = answer(&mut self.asked), if self.asked.is_some() => self.decided(next),
                received = leg.socket.recv_from(&mut packet) => match received {
                    Ok((length, from)) => {
                        let bytes = packet.get(..length).unwrap_or_default();
                        let heard = self.gate.hear(from, bytes);
                        self.heard(heard)
                    }
                    // A report that a packet of ours was not taken; the signalling knows more.
                    Err(_) => Goes::Continue(()),
                },
                state = leg.states.recv() => self.signalled(leg, state).await,
            };
            if let Goes::Break(outcome) = goes {
                return outcome;
            }
        }
    }

    /// The packet of these 20 ms.
    fn send(&mut self, leg: &Leg) -> Goes {
        let spoke = self.stream.plays();
        let packet = self.stream.next_packet();
        if self.session.direction.hears_us() {
            // A full buffer or a far side that is away loses a packet, as the network would.
            let _ = leg.socket.try_send_to(packet, self.session.at);
        }
        if self.ending && !self.stream.plays() {
            return Goes::Break(Outcome::HungUp);
        }
        self.idle = if spoke { 0 } else { self.idle + 1 };
        if PACE * self.idle >= self.shared.config.quiet && self.asked.is_none() {
            self.idle = 0;
            self.asked = Some(self.plan.desk.quiet());
        }
        Goes::Continue(())
    }

    fn heard(&mut self, heard: Heard) -> Goes {
        match heard {
            Heard::Nothing | Heard::Sound => {}
            Heard::Key(number) => self.key(number),
            Heard::Intruder => {
                let call = self.plan.call.as_str();
                tracing::warn!(call, "a second source of sound: the call is ended");
                return Goes::Break(Outcome::HungUp);
            }
        }
        Goes::Continue(())
    }

    fn key(&mut self, number: u8) {
        let Some(key) = Key::from_event(number).filter(|_| !self.ending) else {
            return;
        };
        self.idle = 0;
        if self.asked.is_none() {
            self.asked = Some(self.plan.desk.pressed(key));
        } else if self.waiting.len() < WAITING {
            self.waiting.push_back(key);
        }
    }

    /// The desk answered.
    fn decided(&mut self, next: Next) -> Goes {
        self.asked = None;
        match next {
            Next::Listen => {}
            Next::Hush => self.stream.hush(),
            Next::Say(prompt) => self.say(prompt),
            Next::SayAndEnd(prompt) => {
                self.say(prompt);
                self.ending = true;
                self.waiting.clear();
            }
            Next::End => return Goes::Break(Outcome::HungUp),
        }
        if let Some(key) = self.waiting.pop_front() {
            self.asked = Some(self.plan.desk.pressed(key));
        }
        Goes::Continue(())
    }

    fn say(&mut self, prompt: &'static str) {
        self.idle = 0;
        let made = self.opening.clone().filter(|_| prompt == self.plan.prompt);
        let sound = made.unwrap_or_else(|| sound(self.shared, self.plan, prompt));
        self.stream.play(sound);
    }

    /// Something came within the dialog.
    async fn signalled(&mut self, leg: &mut Leg, state: Option<DialogState>) -> Goes {
        match state {
            Some(DialogState::Terminated(..)) | None => return Goes::Break(Outcome::HungUp),
            Some(DialogState::Info(_, request, handle)) => {
                let key = content_type(&request).and_then(|kind| info::key(&kind, &request.body));
                let status = if key.is_some() || request.body.is_empty() {
                    StatusCode::OK
                } else {
                    StatusCode::UnsupportedMediaType
                };
                reply(&handle, status).await;
                if let Some(number) = key {
                    self.key(number);
                }
            }
            Some(DialogState::Updated(_, request, handle)) => {
                self.described(leg, &request, &handle).await;
            }
            Some(DialogState::Options(_, _, handle)) => reply(&handle, StatusCode::OK).await,
            // A transfer would have us call somebody whom nobody allowed.
            Some(DialogState::Refer(_, _, handle)) => reply(&handle, StatusCode::Decline).await,
            Some(DialogState::Message(_, _, handle) | DialogState::Notify(_, _, handle)) => {
                reply(&handle, StatusCode::MethodNotAllowed).await;
            }
            Some(_) => {}
        }
        Goes::Continue(())
    }

    /// The session is described anew, or only refreshed.
    async fn described(&mut self, leg: &mut Leg, request: &Request, handle: &TransactionHandle) {
        let invite = request.method == Method::Invite;
        if request.body.is_empty() && !invite {
            return reply(handle, StatusCode::OK).await;
        }
        let theirs = if request.body.is_empty() {
            None
        } else {
            match sdp::theirs(&request.body, Some(self.session.law)) {
                Ok(theirs) if (self.shared.config.networks)(theirs.at.ip()) => Some(theirs),
                _ => return reply(handle, StatusCode::NotAcceptableHere).await,
            }
        };
        if let Some(theirs) = theirs {
            self.gate
                .moved(theirs.at, theirs.law.payload_type(), theirs.keys);
            self.stream.speak(theirs.law);
            self.session = theirs;
        }
        leg.session.1 += 1;
        let (session, version) = leg.session;
        let ours = sdp::ours(leg.seen, session, version, theirs.as_ref());
        let kind = Header::ContentType("application/sdp".into());
        let answered = handle.respond(StatusCode::OK, Some(vec![kind]), Some(ours.into_bytes()));
        if answered.await.is_err() {
            tracing::debug!("a description could not be answered");
        }
    }
}

async fn answer(asked: &mut Option<Future_<'_, Next>>) -> Next {
    match asked {
        Some(asked) => asked.await,
        None => std::future::pending().await,
    }
}

async fn reply(handle: &TransactionHandle, status: StatusCode) {
    if handle.reply(status).await.is_err() {
        tracing::debug!("a request within a call could not be answered");
    }
}

fn content_type(request: &Request) -> Option<String> {
    let mut headers = request.headers.iter();
    headers.find_map(|header| match header {
        Header::ContentType(kind) => Some(kind.value().to_owned()),
        _ => None,
    })
}

/// A prompt; a moment of silence if there is none, so that the call still goes its way.
pub(super) fn sound(shared: &Shared, plan: &CallPlan, prompt: &str) -> Sound {
    let file = shared.voice.recording(prompt, plan.locale, &plan.account);
    match wav::samples(&file) {
        Ok(samples) => samples.into(),
        Err(fault) => {
            tracing::error!(prompt, %fault, "a prompt cannot be played");
            [0; FRAME].into()
        }
    }
}
