//! One call over one trunk, from its INVITE to the receiver that is put down.

use super::trunk::Trunk;
use super::{Shared, answer, line, media, sdp, talk};
use crate::voice::carriers::{Attempt, Carrier, Tried};
use crate::voice::rtp::gate::Gate;
use crate::voice::rtp::stream::Sound;
use app::ports::{CallPlan, Future_};
use domain::call::Outcome;
use domain::dice::Dice;
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver};
use rsipstack::dialog::invitation::{InviteAsyncResult, InviteOption};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Header, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// The longest packet of sound that is looked at.
pub(super) const PACKET: usize = 2_048;
/// How long the far side is given to hear that the call is over.
const FAREWELL: Duration = Duration::from_secs(5);

/// A trunk as one carrier among others.
struct Way {
    shared: Arc<Shared>,
    trunk: Arc<Trunk>,
}

/// The trunks, in their order.
pub(super) fn ways(shared: &Arc<Shared>) -> impl Iterator<Item = Arc<dyn Carrier>> + '_ {
    shared.trunks.iter().map(|trunk| {
        Arc::new(Way {
            shared: Arc::clone(shared),
            trunk: Arc::clone(trunk),
        }) as Arc<dyn Carrier>
    })
}

impl Carrier for Way {
    fn name(&self) -> &str {
        &self.trunk.config.name
    }

    fn serves(&self, country: &str) -> bool {
        self.trunk.serves(country)
    }

    fn begin<'a>(&'a self, plan: &'a CallPlan) -> Box<dyn Attempt + 'a> {
        Box::new(Call {
            shared: &self.shared,
            trunk: &self.trunk,
            plan,
            dice: self.shared.dice(),
            opening: prepare(&self.shared, plan),
            leg: None,
            answered: false,
        })
    }
}

/// A call and the leg that is dialled.
struct Call<'a> {
    shared: &'a Arc<Shared>,
    trunk: &'a Trunk,
    plan: &'a CallPlan,
    dice: Dice,
    /// The prompt it begins with, which is made while the phone rings.
    opening: JoinHandle<Sound>,
    leg: Option<Leg>,
    answered: bool,
}

impl Attempt for Call<'_> {
    fn ask(&mut self) -> Future_<'_, Tried> {
        Box::pin(Call::ask(self, self.trunk))
    }

    fn answered(&self) -> bool {
        self.answered
    }

    fn end(&mut self) -> Future_<'_, ()> {
        Box::pin(async move {
            if let Some(leg) = self.leg.take() {
                leg.end(self.shared).await;
            }
        })
    }
}

/// Begins to make the first prompt, beside the threads that keep the pace.
fn prepare(shared: &Arc<Shared>, plan: &CallPlan) -> JoinHandle<Sound> {
    let (shared, plan) = (Arc::clone(shared), plan.clone());
    tokio::task::spawn_blocking(move || talk::sound(&shared, &plan, plan.prompt))
}

/// An INVITE that was sent, and what belongs to it.
pub(super) struct Leg {
    pub(super) dialog: InviteDialog,
    invite: JoinHandle<InviteAsyncResult>,
    pub(super) states: DialogStateReceiver,
    pub(super) socket: UdpSocket,
    /// The number of our session, and how often it was described.
    pub(super) session: (u32, u32),
    pub(super) seen: std::net::SocketAddr,
}

impl Leg {
    /// Sees that nothing of it goes on: cancels what rings, ends what was answered.
    async fn end(mut self, shared: &Shared) {
        if !self.invite.is_finished() {
            // The library cancels an INVITE whose task is dropped, and ends what is answered in spite of that.
            self.invite.abort();
            let _ = (&mut self.invite).await;
        }
        if self.dialog.state().is_confirmed() {
            let over = tokio::time::timeout(FAREWELL, self.dialog.bye()).await;
            if !matches!(over, Ok(Ok(()))) {
                tracing::info!("a trunk did not confirm the end of a call");
            }
        }
        if let Ok(line) = shared.line().await {
            line.layer.remove_dialog(&self.dialog.id());
        }
    }
}

impl Call<'_> {
    async fn ask(&mut self, trunk: &Trunk) -> Tried {
        let leg = match self.invite(trunk).await {
            Ok(leg) => leg,
            Err(said) => return Tried::failed(said),
        };
        let leg = self.leg.insert(leg);
        let (mut rang, mut early) = (false, Early::default());
        let mut packet = [0; PACKET];
        // Nothing at all within this time, and the trunk is away. A first sign of life stops that clock.
        let mut patience = Box::pin(tokio::time::sleep_until(
            tokio::time::Instant::now() + self.shared.config.patience,
        ));
        let (mut alive, mut open) = (false, true);
        let answered = loop {
            tokio::select! {
                // What came before the end is told before the end.
                biased;
                state = leg.states.recv(), if open => match state {
                    Some(DialogState::Trying(_)) => alive = true,
                    Some(DialogState::Early(_, response)) => {
                        alive = true;
                        early.session(&response);
                        if rings(&response) && !std::mem::replace(&mut rang, true) {
                            self.plan.desk.ringing().await;
                        }
                    }
                    Some(_) => {}
                    None => open = false,
                },
                done = &mut leg.invite => break done,
                () = &mut patience, if !alive => return Tried::failed("it says nothing"),
                received = leg.socket.recv_from(&mut packet) => if let Ok((length, from)) = received {
                    early.sound(from, packet.get(..length).unwrap_or_default());
                },
            }
        };
        let response = match answered {
            Ok(Ok((_, Some(response)))) => response,
            Ok(Ok((_, None))) => return Tried::failed("the request was lost"),
            Ok(Err(error)) => return Tried::failed(error.to_string()),
            Err(error) => return Tried::failed(error.to_string()),
        };
        let code = response.status_code.code();
        if !(200..300).contains(&code) {
            return self.refused(trunk, code, rang || early.session.is_some());
        }
        self.answered = true;
        let session = match early.answered(&response) {
            Ok(session) => session,
            Err(unfit) => return self.unfit(trunk, &unfit.to_string()),
        };
        if !(self.shared.config.networks)(session.at.ip()) {
            return self.unfit(trunk, "its sound is outside voice.trunk_networks");
        }
        let gate = early.gate(&session);
        let begins = ((&mut self.opening).await.ok(), self.dice.bytes("sound"));
        let talked = talk::talk(self.shared, self.plan, leg, session, gate, begins);
        Tried::Over(Box::pin(talked).await)
    }

    /// What a final answer means for the call. What only the operator or the carrier can mend is said in the log, as a
    /// person can only be told that there was no call.
    fn refused(&self, trunk: &Trunk, code: u16, rang: bool) -> Tried {
        let tried = answer::tried(code, rang);
        if let Tried::Over(Outcome::Failed | Outcome::Barred) = tried {
            let (call, name) = (self.plan.call.as_str(), &trunk.config.name);
            tracing::warn!(call, trunk = name, code, "a trunk refused a call");
        }
        tried
    }

    fn unfit(&self, trunk: &Trunk, said: &str) -> Tried {
        let call = self.plan.call.as_str();
        tracing::warn!(
            call,
            trunk = trunk.config.name,
            said,
            "an answered call is of no use"
        );
        Tried::Over(Outcome::Failed)
    }

    /// Sends the INVITE.
    async fn invite(&self, trunk: &Trunk) -> Result<Leg, String> {
        let shared = self.shared;
        let line = shared.line().await?;
        let dice = shared.dice();
        let bound = media::bind(line.local, &shared.config.sound_ports, &dice).await;
        let socket = bound.map_err(|error| format!("no port for sound: {error}"))?;
        let port = socket
            .local_addr()
            .map_err(|error| error.to_string())?
            .port();
        let seen = std::net::SocketAddr::new(line.seen.ip(), port);
        let session = u32::from_be_bytes(dice.bytes("session"));
        let country = self.plan.country.as_str();
        let caller = trunk.caller(country);
        let user = caller.auth.as_ref().map(|auth| auth.user.clone());
        let mut headers = vec![Header::Allow(line::ALLOWED.into())];
        if trunk.caller_id(country).is_some() {
            let asserted = format!("<{caller}>");
            headers.push(Header::PAssertedIdentity(asserted.into()));
        }
        let options = InviteOption {
            contact: line.contact(user, trunk.config.carriage),
            caller,
            callee: trunk.callee(&self.plan.to),
            destination: Some(trunk.address()),
            content_type: Some("application/sdp".to_owned()),
            offer: Some(sdp::ours(seen, session, 1, None).into_bytes()),
            credential: trunk.credential(),
            headers: Some(headers),
            call_id: Some(dice.token("call").expose().clone()),
            ..InviteOption::default()
        };
        let (sender, states) = line.layer.new_dialog_state_channel();
        let invited = line.layer.do_invite_async(options, sender);
        let (dialog, invite) = invited.map_err(|error| error.to_string())?;
        Ok(Leg {
            dialog,
            invite,
            states,
            socket,
            session: (session, 1),
            seen,
        })
    }
}

/// Whether a provisional answer means that the phone rings, or that something is heard already.
fn rings(response: &Response) -> bool {
    matches!(response.status_code.code(), 180 | 183)
}

/// What came before the answer.
#[derive(Default)]
struct Early {
    session: Option<sdp::Session>,
    gate: Option<Gate>,
}

impl Early {
    fn session(&mut self, response: &Response) {
        if let Ok(session) = sdp::theirs(&response.body, None) {
            self.gate = Some(Gate::new(
                session.at,
                session.law.payload_type(),
                session.keys,
            ));
            self.session = Some(session);
        }
    }

    fn sound(&mut self, from: std::net::SocketAddr, bytes: &[u8]) {
        if let Some(gate) = &mut self.gate {
            gate.before_the_answer(from, bytes);
        }
    }

    /// The session that counts: that of the answer, or the early one if the answer describes none.
    fn answered(&self, response: &Response) -> Result<sdp::Session, sdp::Unfit> {
        match self.session {
            Some(session) if response.body.is_empty() => Ok(session),
            _ => sdp::theirs(&response.body, None),
        }
    }

    fn gate(self, session: &sdp::Session) -> Gate {
        let mut gate = self
            .gate
            .unwrap_or_else(|| Gate::new(session.at, session.law.payload_type(), session.keys));
        gate.moved(session.at, session.law.payload_type(), session.keys);
        gate
    }
}
