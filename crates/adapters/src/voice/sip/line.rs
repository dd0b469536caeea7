//! The line: our place in the network of the trunks, on which the library speaks, and the requests that come in.
//!
//! Only what belongs to a call of ours is taken; who asks whether we are there is told so; everything else is refused.
//! Packets from elsewhere than the trunks are not even read.

use super::trunk::Trunk;
use super::{Carriage, Networks, Shared};
use rsipstack::dialog::dialog::Dialog;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::{Domain, Host, HostWithPort, Method, Param, Scheme, StatusCode, Uri};
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transport::transport_layer::DomainResolver;
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipAddr, TcpListenerConnection, TransportLayer};
use rsipstack::{EndpointBuilder, Error};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::net::UdpSocket;

/// Signalling takes part in calls of at most 90 s and in registrations that are renewed: a connection on which nothing
/// comes for so long is dead.
const IDLE: Duration = Duration::from_secs(900);
/// What we can do within a call. No UPDATE: a trunk that refreshes a session then does so by INVITE.
pub(super) const ALLOWED: &str = "INVITE, ACK, CANCEL, BYE, INFO, OPTIONS";

/// The line.
pub(super) struct Line {
    pub(super) layer: Arc<DialogLayer>,
    pub(super) endpoint: EndpointInnerRef,
    /// Where sound is bound.
    pub(super) local: IpAddr,
    /// Where the trunks see us.
    pub(super) seen: SocketAddr,
}

/// Addresses that trunks were found at.
type Found = Arc<RwLock<HashSet<IpAddr>>>;

impl Line {
    pub(super) async fn start(shared: &Shared) -> Result<Self, String> {
        let config = &shared.config;
        let found = Found::default();
        let local = match config.local_address {
            Some(local) => local,
            None => own_address(shared).await?,
        };
        let resolver = Resolver {
            networks: Arc::clone(&config.networks),
            trunks: shared.trunks.clone(),
            local,
            found: Arc::clone(&found),
        };
        let transports =
            TransportLayer::new_with_domain_resolver(shared.stop.child_token(), Box::new(resolver));
        transports.set_stream_idle_timeout(IDLE);
        transports.set_whitelist(guard(Arc::clone(&config.networks), found, shared));
        let bound = UdpConnection::create_connection(
            SocketAddr::new(local, config.port),
            None,
            Some(shared.stop.child_token()),
        );
        let udp = bound.await.map_err(|error| {
            format!(
                "port {} of {local} cannot be taken for SIP: {error}",
                config.port
            )
        })?;
        let port = udp.get_addr().get_socketaddr().map_err(text)?.port();
        let seen = SocketAddr::new(config.public_address.unwrap_or(local), port);
        // Seen from outside we have another address: it stands in what we send.
        let mut udp = udp;
        if config.public_address.is_some() {
            udp.external = Some(SipAddr::new(Carriage::Udp.transport(), seen.into()));
        }
        transports.add_transport(udp.into());
        if shared
            .trunks
            .iter()
            .any(|trunk| trunk.config.carriage == Carriage::Tcp)
        {
            let at = SocketAddr::new(local, port);
            let listener = TcpListenerConnection::new(at, Some(seen));
            transports.add_transport(listener.await.map_err(text)?.into());
        }
        let endpoint = EndpointBuilder::new()
            .with_transport_layer(transports)
            .with_cancel_token(shared.stop.child_token())
            .with_user_agent("Gatelodge")
            .build();
        let incoming = endpoint.incoming_transactions().map_err(text)?;
        let layer = Arc::new(DialogLayer::new(Arc::clone(&endpoint.inner)));
        let serving = Arc::clone(&endpoint.inner);
        tokio::spawn(async move { serving.serve().await });
        tokio::spawn(take_in(incoming, Arc::clone(&layer)));
        Ok(Self {
            layer,
            endpoint: Arc::clone(&endpoint.inner),
            local,
            seen,
        })
    }

    /// How a trunk reaches us within a call.
    pub(super) fn contact(&self, user: Option<String>, carriage: Carriage) -> Uri {
        Uri {
            scheme: Some(Scheme::Sip),
            auth: user.map(Into::into),
            host_with_port: self.seen.into(),
            // Named for datagrams too, so that it is left as it is.
            params: vec![Param::Transport(carriage.transport())],
            headers: Vec::new(),
        }
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The address that the system would send to the first trunk from.
async fn own_address(shared: &Shared) -> Result<IpAddr, String> {
    let trunk = shared.trunks.first().ok_or("there is no trunk")?;
    let address = trunk.address();
    let to = resolve(&address.addr, None).await?;
    let any = match to {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED),
    };
    let socket = UdpSocket::bind((any, 0)).await.map_err(text)?;
    socket.connect(to).await.map_err(text)?;
    Ok(socket.local_addr().map_err(text)?.ip())
}

/// The address of a trunk, of the family of ours.
pub(super) async fn resolve(
    host: &HostWithPort,
    local: Option<IpAddr>,
) -> Result<SocketAddr, String> {
    let port = host.port.map_or(5060, |port| port.value());
    let name = match &host.host {
        Host::IpAddr(address) => return Ok(SocketAddr::new(*address, port)),
        Host::Domain(Domain(name)) => name,
    };
    let fits = |at: &SocketAddr| local.is_none_or(|local| local.is_ipv4() == at.is_ipv4());
    let found = tokio::net::lookup_host((name.as_str(), port)).await;
    found
        .map_err(|error| format!("{name} is not found: {error}"))?
        .find(fits)
        .ok_or_else(|| format!("{name} has no address of our family"))
}

/// Whose packets are read: those of the trunks' networks and of the trunks themselves.
fn guard(
    networks: Networks,
    found: Found,
    shared: &Shared,
) -> impl Fn(IpAddr) -> std::future::Ready<bool> + Send + Sync + 'static {
    let fixed: HashSet<IpAddr> = shared
        .trunks
        .iter()
        .filter_map(|trunk| match trunk.address().addr.host {
            Host::IpAddr(address) => Some(address),
            Host::Domain(_) => None,
        })
        .collect();
    move |from| {
        let known = || {
            let found = found.read().unwrap_or_else(PoisonError::into_inner);
            found.contains(&from)
        };
        std::future::ready(fixed.contains(&from) || networks(from) || known())
    }
}

/// Looks up names, and remembers what was found.
struct Resolver {
    networks: Networks,
    trunks: Vec<Arc<Trunk>>,
    local: IpAddr,
    found: Found,
}

impl Resolver {
    fn encrypted_or_near(&self, target: &SipAddr, at: SocketAddr) -> Result<SocketAddr, String> {
        let encrypted = target.r#type == Some(Carriage::Tls.transport());
        if encrypted || (self.networks)(at.ip()) {
            Ok(at)
        } else {
            Err(format!(
                "{} is outside voice.trunk_networks, and not encrypted",
                at.ip()
            ))
        }
    }
}

impl DomainResolver for Resolver {
    fn resolve<'a, 'b, 'c>(
        &'a self,
        target: &'b SipAddr,
    ) -> Pin<Box<dyn Future<Output = rsipstack::Result<SipAddr>> + Send + 'c>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            // The domain in a trunk's addresses need not be a name of its own.
            let trunk = self
                .trunks
                .iter()
                .find(|trunk| trunk.has_domain(&target.addr.host));
            let host = trunk.map_or_else(|| target.addr.clone(), |trunk| trunk.address().addr);
            let at = resolve(&host, Some(self.local))
                .await
                .and_then(|at| self.encrypted_or_near(target, at))
                .map_err(Error::DnsResolutionError)?;
            self.found
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(at.ip());
            Ok(SipAddr {
                r#type: target.r#type,
                addr: at.into(),
            })
        })
    }
}

/// Takes in requests, each on its own: the answer to one may wait.
async fn take_in(mut incoming: TransactionReceiver, layer: Arc<DialogLayer>) {
    while let Some(mut request) = incoming.recv().await {
        let dialog = layer.match_dialog(&request);
        tokio::spawn(async move {
            let answered = match (dialog, request.original.method) {
                (Some(Dialog::Invite(mut dialog)), _) => dialog.handle(&mut request).await,
                (_, Method::Options) => request.reply(StatusCode::OK).await,
                (_, Method::Ack) => Ok(()),
                (_, Method::Invite) => request.reply(StatusCode::Decline).await,
                _ => request.reply(StatusCode::CallTransactionDoesNotExist).await,
            };
            if let Err(error) = answered {
                tracing::debug!(%error, "a request of a trunk could not be answered");
            }
        });
    }
}
