//! What the parts of the server are told, derived from the configuration.

use super::{
    CodeChannel, Config, HttpCarrier, MailTransport, PostgresTls, SipTransport, SipTrunk,
    SmsTransport, SmtpTls, VoiceScript, VoiceTransport, check,
};
use crate::place::{Place, read_secret};
use adapters::clock::SystemClock;
use adapters::entropy::SystemEntropy;
use adapters::mail::smtp::{self, Protection, Smtp};
use adapters::voice::Recorded;
use adapters::voice::carriers::Exchange;
use adapters::voice::http::text::Texts as HttpTexts;
use adapters::voice::http::{self, CarrierConfig, Http};
use adapters::voice::sip::{self, Carriage, NumberForm, Sip, TrunkConfig};
use anyhow::Context;
use app::ports::{Mailer, Telephone, Voice};
use app::script::Script;
use app::settings::{Contact, Senders, Settings, Tariff, Texts, Transport};
use domain::call::{Budget, LONGEST};
use domain::guessing::Limits;
use domain::recovery::Ways;
use domain::secret::Secret;
use domain::time::Span;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use web::Serving;
use web::front::Network;

/// How long a mail server may take to let us in.
const SMTP_CONNECT: Duration = Duration::from_secs(20);

impl Config {
    /// The origins that are ours once the listener has its port; the first one is the public one.
    pub(crate) fn origins(&self, listening: SocketAddr) -> Vec<String> {
        if let Some(url) = &self.public_url {
            return check::origin(url).into_iter().collect();
        }
        let port = match listening.port() {
            80 => String::new(),
            port => format!(":{port}"),
        };
        let mut hosts = vec![
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
            "[::1]".to_owned(),
        ];
        let own = match listening {
            SocketAddr::V4(v4) => v4.ip().to_string(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
        };
        if !hosts.contains(&own) {
            hosts.push(own);
        }
        hosts
            .into_iter()
            .map(|host| format!("http://{host}{port}"))
            .collect()
    }

    /// The address that links begin with.
    pub(crate) fn base(&self, listening: SocketAddr) -> String {
        self.origins(listening)
            .into_iter()
            .next()
            .unwrap_or_default()
    }

    /// The folder of recordings in the place of the built-in ones.
    pub(crate) fn prompts_dir(&self, place: &Place) -> Option<PathBuf> {
        self.voice.prompts_dir.as_ref().map(|dir| place.path(dir))
    }

    /// What the verbs need to know. `listening` is only told to a server; a command's links come from its rows.
    pub(crate) fn settings(&self, place: &Place, listening: Option<SocketAddr>) -> Settings {
        Settings {
            public_url: self.base(listening.unwrap_or(self.listen)),
            mail: match self.mail.transport {
                MailTransport::Trial => Transport::Trial,
                MailTransport::Smtp => Transport::Real,
            },
            senders: self.senders(),
            voice: match self.voice.transport {
                VoiceTransport::Trial => Transport::Trial,
                VoiceTransport::Sip | VoiceTransport::Http | VoiceTransport::Both => {
                    Transport::Real
                }
                VoiceTransport::Off => Transport::Off,
            },
            self_open: self.accounts.self_open.unwrap_or(self.trial()),
            root_keys: self.accounts.root_keys.unwrap_or(self.trial()),
            home_country: self.contact.home_country.clone(),
            call_countries: self.voice.call_countries.clone(),
            tariff: self.tariff(),
            texts: self.texts(),
            script: match self.voice.script {
                VoiceScript::Digits => Script::Digits,
                VoiceScript::NumberFirst => Script::NumberFirst,
            },
            guessing: self.guessing(),
            hash_cost: factors::password::Cost::DEFAULT,
            leaked_passwords: self.password.leaked_file.as_ref().map(|f| place.path(f)),
            ways: self.ways(),
            contacts: self.contacts(),
            support_wait: Span::days(self.support.wait_days.into()),
            support_long_wait: match self.support.nothing_left_days {
                0 => None,
                days => Some(Span::days(days.into())),
            },
            change_pause: Span::hours(self.recovery.change_pause_hours.into()),
            guarded: Vec::new(),
            name: self.name.clone(),
        }
    }

    /// The sets of proofs that open a recovery.
    fn ways(&self) -> Ways {
        let has = |set: &str| self.recovery.sets.iter().any(|named| named == set);
        Ways {
            saved_code: has("a"),
            mail_and_phone: has("b"),
            saved_code_and_mail: has("c"),
            mail_and_contacts: has("d"),
            ..Ways::default()
        }
    }

    fn contacts(&self) -> BTreeMap<Contact, String> {
        let help = &self.help;
        let named = [
            (Contact::Support, &help.support_url),
            (Contact::Billing, &help.billing_url),
            (Contact::Retail, &help.retail_url),
        ];
        let named = named.into_iter();
        named
            .filter_map(|(contact, url)| Some((contact, url.clone()?)))
            .collect()
    }

    /// How much guessing over many names is too much.
    fn guessing(&self) -> Limits {
        let check = &self.check;
        let minutes = |n: u32| Span::minutes(n.into());
        Limits {
            failures: check.network_failures,
            names: check.network_names,
            window: minutes(check.network_minutes),
            raised: minutes(check.raised_minutes),
            hour_failures: check.hour_failures,
            hour_factor: check.hour_factor,
            work_bits: check.work_bits,
        }
    }

    /// How short texts go, and what for.
    fn texts(&self) -> Texts {
        Texts {
            transport: match self.sms.transport {
                SmsTransport::Off => Transport::Off,
                SmsTransport::Trial => Transport::Trial,
                SmsTransport::Http => Transport::Real,
            },
            price: self.sms.price,
            codes: self.sign_in.code_channel == CodeChannel::Sms,
        }
    }

    fn tariff(&self) -> Tariff {
        let cost = &self.voice.cost;
        let limit = |most: u32| (most > 0).then_some(most);
        Tariff {
            price: cost.price,
            prices: cost.prices.clone(),
            budget: Budget {
                hour: limit(cost.per_hour),
                number: limit(cost.per_number),
            },
        }
    }

    /// How the pages are reached.
    pub(crate) fn serving(&self, listening: SocketAddr) -> Serving {
        let origins = self.origins(listening);
        Serving {
            secure: origins.iter().all(|origin| origin.starts_with("https://")),
            origins,
            carriers_origin: self.callback_origin(),
            trusted_proxies: self.networks(),
            trial: self.trial(),
            outbox_key: None,
            request_limit: Duration::from_secs(self.limits.request_seconds.into()),
            time_zone: self.time_zone.clone(),
        }
    }

    /// The proxies in front of us.
    pub(crate) fn networks(&self) -> Vec<Network> {
        self.trusted_proxies
            .iter()
            .filter_map(|text| Network::parse(text))
            .collect()
    }

    /// Where the store is.
    pub(crate) fn store(&self, place: &Place) -> anyhow::Result<store::Config> {
        let store = &self.store;
        let url = match (&store.postgres_url, &store.postgres_url_file) {
            (Some(url), _) => Some(url.expose().to_owned()),
            (None, Some(file)) => Some(read_secret(&place.path(file))?),
            (None, None) => None,
        };
        let Some(url) = url else {
            return Ok(store::Config::Sqlite {
                path: place.path(&store.sqlite),
                durable: true,
            });
        };
        let tls = match (store.postgres_tls, &store.postgres_ca_file) {
            (PostgresTls::Off, _) => store::PgTls::Off,
            (PostgresTls::Ca, Some(file)) => store::PgTls::Ca(place.path(file)),
            (PostgresTls::Ca, None) | (PostgresTls::System, _) => store::PgTls::System,
        };
        Ok(store::Config::Postgres { url, tls })
    }

    /// The addresses that mails come from.
    pub(crate) fn senders(&self) -> Senders {
        let mail = &self.mail;
        let usual = Senders::below(mail.domain.as_deref().unwrap_or("gatelodge.test"));
        Senders {
            sign_in: mail.sign_in_from.clone().unwrap_or(usual.sign_in),
            recovery: mail.recovery_from.clone().unwrap_or(usual.recovery),
        }
    }

    /// What hands mails over; nothing on trial.
    pub(crate) fn mailer(&self, place: &Place) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
        Ok(match self.smtp(place)? {
            Some(smtp) => Some(Arc::new(smtp)),
            None => None,
        })
    }

    /// The mail server; nothing on trial.
    pub(crate) fn smtp(&self, place: &Place) -> anyhow::Result<Option<Smtp>> {
        let smtp = &self.mail.smtp;
        let Some(host) = smtp
            .host
            .clone()
            .filter(|_| self.mail.transport == MailTransport::Smtp)
        else {
            return Ok(None);
        };
        let login = match (&smtp.user, &smtp.password_file) {
            (Some(user), Some(file)) => {
                let password = Secret::new(read_secret(&place.path(file))?);
                Some((user.clone(), password))
            }
            _ => None,
        };
        let mailer = Smtp::new(&smtp::Config {
            host,
            port: smtp.port,
            protection: match smtp.tls {
                SmtpTls::Starttls => Protection::StartTls,
                SmtpTls::Implicit => Protection::Tls,
                SmtpTls::Off => Protection::None,
            },
            ca_file: smtp.ca_file.as_ref().map(|file| place.path(file)),
            login,
            hello: self.public_host(),
            connect_within: SMTP_CONNECT,
        })?;
        Ok(Some(mailer))
    }

    /// What is said in calls.
    pub(crate) fn spoken(&self, place: &Place) -> Arc<dyn Voice> {
        Arc::new(Recorded::new(self.prompts_dir(place)))
    }

    /// What places calls; nothing on trial. `base` is the origin that links begin with.
    pub(crate) fn telephone(
        &self,
        place: &Place,
        voice: &Arc<dyn Voice>,
        base: String,
    ) -> anyhow::Result<Option<Arc<dyn Telephone>>> {
        let sip = match self.sip(place)? {
            Some(config) => Some(taken_up(config, voice)?),
            None => None,
        };
        let http = self.http(place, voice, base)?;
        if sip.is_none() && http.is_none() {
            return Ok(None);
        }
        let longest = Duration::from_millis(LONGEST.as_millis().unsigned_abs());
        let exchange = Exchange::new(sip, http, &self.voice.order, longest);
        Ok(Some(Arc::new(exchange)))
    }

    /// How calls go by HTTP; nothing on trial.
    pub(crate) fn http(
        &self,
        place: &Place,
        voice: &Arc<dyn Voice>,
        base: String,
    ) -> anyhow::Result<Option<Http>> {
        if !self.voice.transport.by_http() {
            return Ok(None);
        }
        let config = self.http_carriers(place, base)?;
        let (entropy, clock) = (Arc::new(SystemEntropy), Arc::new(SystemClock));
        Ok(Some(Http::new(config, Arc::clone(voice), entropy, clock)?))
    }

    /// What sends short texts; nothing where none go out for real.
    pub(crate) fn texter(&self, place: &Place, base: String) -> anyhow::Result<Option<HttpTexts>> {
        if self.sms.transport != SmsTransport::Http {
            return Ok(None);
        }
        let config = self.http_carriers(place, base)?;
        Ok(Some(HttpTexts::new(config, Arc::new(SystemClock))?))
    }

    /// The carriers that are reached by HTTP, in the order in which they are asked.
    fn http_carriers(&self, place: &Place, base: String) -> anyhow::Result<http::Config> {
        let (own, order) = (&self.voice.http, &self.voice.order);
        let carriers = own.carrier.iter().map(|one| carrier_of(one, place));
        let mut carriers: Vec<CarrierConfig> = carriers.collect::<anyhow::Result<_>>()?;
        let place = |one: &CarrierConfig| order.iter().position(|name| *name == one.name);
        carriers.sort_by_key(|one| place(one).unwrap_or(usize::MAX));
        Ok(http::Config {
            patience: Duration::from_secs(own.patience_seconds.into()),
            ..http::Config::new(
                carriers,
                self.callback_origin().unwrap_or(base),
                self.near(),
            )
        })
    }

    /// The origin that carriers are given, where it is not that of links.
    fn callback_origin(&self) -> Option<String> {
        let url = self.voice.http.callback_url.as_deref()?;
        check::origin(url).ok()
    }

    /// Whether an address lies in the networks of the carriers.
    pub(crate) fn near(&self) -> sip::Networks {
        let networks = self.voice.trunk_networks.iter();
        let networks: Vec<Network> = networks.filter_map(|text| Network::parse(text)).collect();
        Arc::new(move |address| networks.iter().any(|network| network.contains(address)))
    }

    /// How calls go over SIP; nothing on trial.
    pub(crate) fn sip(&self, place: &Place) -> anyhow::Result<Option<sip::Config>> {
        if !self.voice.transport.by_sip() {
            return Ok(None);
        }
        let own = &self.voice.sip;
        let trunks = own.trunk.iter().map(|trunk| trunk_of(trunk, place));
        let [first, last] = own.sound_ports;
        Ok(Some(sip::Config {
            local_address: own.local_address,
            public_address: own.public_address,
            port: own.port,
            sound_ports: first..=last,
            patience: Duration::from_secs(own.patience_seconds.into()),
            ..sip::Config::new(trunks.collect::<anyhow::Result<_>>()?, self.near())
        }))
    }

    /// The host of the public address, by which we greet mail servers.
    fn public_host(&self) -> Option<String> {
        let url: hyper::Uri = self.public_url.as_deref()?.parse().ok()?;
        url.host()
            .filter(|host| !host.starts_with('['))
            .map(str::to_owned)
    }

    /// Threads that hash passwords.
    pub(crate) fn hash_threads(&self) -> usize {
        match self.password.hash_threads {
            0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            threads => usize::try_from(threads).unwrap_or(2),
        }
    }
}

/// A trunk as the telephone wants it.
pub(super) fn trunk_of(trunk: &SipTrunk, place: &Place) -> anyhow::Result<TrunkConfig> {
    let login = match (&trunk.user, &trunk.password_file) {
        (Some(user), Some(file)) => Some(sip::Login {
            user: user.clone(),
            auth_user: trunk.auth_user.clone(),
            password: Secret::new(read_secret(&place.path(file))?),
        }),
        _ => None,
    };
    let named = Some(trunk.name.trim()).filter(|name| !name.is_empty());
    Ok(TrunkConfig {
        name: named.unwrap_or(&trunk.host).to_owned(),
        host: trunk.host.clone(),
        port: trunk.port,
        carriage: match trunk.transport {
            SipTransport::Udp => Carriage::Udp,
            SipTransport::Tcp => Carriage::Tcp,
            SipTransport::Tls => Carriage::Tls,
        },
        ca_file: trunk.ca_file.as_ref().map(|file| place.path(file)),
        domain: trunk.domain.clone(),
        login,
        register: (trunk.register_seconds > 0)
            .then(|| Duration::from_secs(trunk.register_seconds.into())),
        caller_id: trunk.caller_id.clone(),
        caller_ids: trunk.caller_ids.clone(),
        number: match trunk.number.as_str() {
            "plus" => NumberForm::Plus,
            "digits" => NumberForm::Digits,
            prefix => NumberForm::Prefix(prefix.to_owned()),
        },
        countries: trunk.countries.clone(),
    })
}

/// A telephone with these trunks, and what it says.
pub(crate) fn taken_up(config: sip::Config, voice: &Arc<dyn Voice>) -> anyhow::Result<Sip> {
    let entropy = Arc::new(SystemEntropy);
    Ok(Sip::new(config, Arc::clone(voice), entropy)?)
}

/// A carrier as the telephone wants it.
pub(super) fn carrier_of(carrier: &HttpCarrier, place: &Place) -> anyhow::Result<CarrierConfig> {
    let secret = |file: &Option<PathBuf>| {
        let file = file.as_ref().context("a file with a secret is missing")?;
        Ok::<_, anyhow::Error>(Secret::new(read_secret(&place.path(file))?))
    };
    Ok(CarrierConfig {
        name: carrier.name.clone(),
        calls_url: carrier.calls_url.clone(),
        messages_url: carrier.messages_url.clone(),
        sender_id: carrier.sender_id.clone(),
        ca_file: carrier.ca_file.as_ref().map(|file| place.path(file)),
        user: carrier.user.clone(),
        password: secret(&carrier.password_file)?,
        signing_key: secret(&carrier.signing_key_file)?,
        signature_header: carrier.signature_header.clone(),
        timestamp_header: carrier.timestamp_header.clone(),
        caller_id: carrier.caller_id.clone(),
        caller_ids: carrier.caller_ids.clone(),
        countries: carrier.countries.clone(),
    })
}
