//! The configuration: every key with its default and its reason, in one place.
//!
//! What stands here is what `config example` writes, `config show` prints and the file may say; a key that is not here
//! is refused. Secrets are never values but files that are named. Paths that do not begin with `/` are seen from the
//! folder of the installation.
//!
//! Invariant: with no file at all this is a trial server on the loopback address. See [`check`] for what must fit
//! together, and `example` for the generated file.

pub(crate) mod check;
mod derive;
pub(crate) mod example;
mod guarded;
mod hosts;
mod shape;
#[cfg(test)]
mod tests;
mod voice;

use crate::place::Place;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use shape::{Key, section};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

pub(crate) use derive::taken_up;
pub(crate) use shape::Hidden;
pub(crate) use voice::{
    HttpCarrier, SipTransport, SipTrunk, Sms, SmsTransport, Voice, VoiceScript, VoiceTransport,
};

section! {
    Config ""
    keys {
        /// The name of this installation: in mails, in authenticator apps, beside the mark on every page.
        name: String = "Gatelodge".to_owned();
        /// The zone of times in mails, and on pages until a person's own is known. A name of the IANA database.
        time_zone: String = "UTC".to_owned();
        /// Where to listen. A trial server listens on loopback addresses only; the port 0 picks a free one.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        /// The address people reach this installation at: the only source of links, of what an Origin must be, and of
        /// the Host that is answered. Needed outside trial; https, without a path.
        public_url: Option<String> = None, r#""https://id.example.com""#;
        /// Proxies in front of us, as addresses or networks. Only they may speak plain HTTP to us from elsewhere, and
        /// only what they say in X-Forwarded-For counts.
        trusted_proxies: Vec<String> = Vec::new(), r#"["192.0.2.10", "2001:db8:7::/64"]"#;
    }
    sections {
        tls: Tls;
        limits: Limits;
        store: Store;
        keyring: Keyring;
        accounts: Accounts;
        contact: Contact;
        password: Password;
        sign_in: SignIn;
        recovery: Recovery;
        check: Check;
        mail: Mail;
        voice: Voice;
        sms: Sms;
        help: Help;
        support: Support;
        log: Log;
    }
}

section! {
    Tls "tls"
    keys {
        /// The certificate with its chain, in PEM. Read again at SIGHUP; a file that does not fit changes nothing.
        cert_file: Option<PathBuf> = None, r#""/etc/gatelodge/tls.crt""#;
        /// Its private key, in PEM; readable by nobody else.
        key_file: Option<PathBuf> = None, r#""/etc/gatelodge/tls.key""#;
    }
    sections {}
}

section! {
    Limits "limits"
    keys {
        /// Connections at one time; further ones wait until one ends. Each costs up to 100 KiB of memory.
        connections: u32 = 1_024;
        /// Seconds until a client must have sent the head of its request, the next one on an open connection too, and
        /// must have finished its TLS handshake.
        header_seconds: u32 = 15;
        /// Seconds until a request is answered with 503, whatever it waits for.
        request_seconds: u32 = 30;
        /// Seconds that open requests are given at a stop.
        stop_seconds: u32 = 10;
    }
    sections {}
}

section! {
    Store "store"
    keys {
        /// The database file of an installation on one machine. Left alone when PostgreSQL is named.
        sqlite: PathBuf = PathBuf::from("gatelodge.db");
        /// The address of PostgreSQL: for several servers, or where one is operated already. Several hosts may be
        /// named; the one that takes writes is found.
        postgres_url: Option<Hidden> = None, r#""postgres://gatelodge@db.example.com/gatelodge""#;
        /// A file with that address, for one that holds a password; readable by nobody else.
        postgres_url_file: Option<PathBuf> = None, r#""/etc/gatelodge/postgres-url""#;
        /// TLS towards PostgreSQL: "system" checks its certificate against those this machine trusts, "ca" against
        /// those in the file below, "off" is for unix sockets and loopback addresses only.
        postgres_tls: PostgresTls = PostgresTls::System;
        /// The certificates that "ca" means, in PEM.
        postgres_ca_file: Option<PathBuf> = None, r#""/etc/gatelodge/postgres-ca.crt""#;
    }
    sections {}
}

section! {
    Keyring "keyring"
    keys {
        /// The keys that everything secret in the database is sealed with. Made at the first start. Outside trial it
        /// belongs outside the folder of the installation, so that no copy of one is a copy of both.
        /// Lose it and you lose every authenticator: back it up, apart from the database.
        file: PathBuf = PathBuf::from("keyring.json"), r#""/etc/gatelodge/keyring.json""#;
    }
    sections {}
}

section! {
    Accounts "accounts"
    keys {
        /// Whether people may open accounts by themselves. Unless set: on trial only.
        self_open: Option<bool> = None, "false";
        /// Whether root users may have access keys. They act without MFA and can do everything in the account: use
        /// those of a user or a role. Unless set: on trial only.
        root_keys: Option<bool> = None, "false";
    }
    sections {}
}

section! {
    Contact "contact"
    keys {
        /// The country of telephone numbers that are written without one (ISO 3166-1, two letters).
        home_country: String = "TW".to_owned();
    }
    sections {}
}

section! {
    Password "password"
    keys {
        /// A list of leaked passwords that nobody may choose: SHA-1 in upper-case hexadecimal, one a line, sorted; what
        /// follows a colon is left alone.
        leaked_file: Option<PathBuf> = None, r#""/var/lib/gatelodge-lists/leaked-sha1.txt""#;
        /// Threads that hash passwords, at low priority; each holds 19 MiB while it works. 0 means one for each
        /// processor.
        hash_threads: u32 = 0;
    }
    sections {}
}

section! {
    SignIn "sign_in"
    keys {
        /// How the one-time code goes to somebody who has no MFA device and signs in from a browser that is not known:
        /// "email", or "sms" to the account's proved number. Where there is none, or a limit is reached, it is mailed; and
        /// whoever waits for a text can have the code mailed instead. A text is the weaker of the two: whoever has the
        /// number moved to another card reads it. It never proves anything in a recovery.
        code_channel: CodeChannel = CodeChannel::Email, r#""sms""#;
    }
    sections {}
}

section! {
    Recovery "recovery"
    keys {
        /// The sets of proofs that let a root user back in without a device. "a": the password and a saved code. "b": the
        /// password, e-mail and a phone call. "c": a saved code and e-mail, then a day's wait, for a password that is not
        /// good. "d": the password, e-mail and two recovery contacts, then a day's wait. Take out what is not to be; one
        /// must stay, and "c" needs "a".
        sets: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        /// A start that finds mail, calls, their countries, or what recoveries ask for, set otherwise than was approved
        /// keeps recoveries from using it for so many hours, and until an operator has approved it at /operator/channel.
        /// 24 to 720.
        change_pause_hours: u32 = 24;
    }
    sections {}
}

section! {
    Check "check"
    keys {
        /// When browsers that are not known are asked for a security check before the password: wrong passwords from one
        /// network (/24, or /56 of IPv6) within the minutes below. First a script solves a task unseen; where that does
        /// not stop it, or there are no scripts, six characters are typed that are seen or heard. 5 to 100; 0, on trial
        /// only, leaves networks alone.
        network_failures: u32 = 20;
        /// Over so many names at least. 2 to 20.
        network_names: u32 = 5;
        /// Within so many minutes. 5 to 60.
        network_minutes: u32 = 10;
        /// For so many minutes after that. 30 to 1440.
        raised_minutes: u32 = 60;
        /// Wrong passwords of the whole installation in an hour, above which the task is asked for from everywhere. 50 to
        /// 10000; 0, on trial only, leaves the installation alone.
        hour_failures: u32 = 200;
        /// And more than so many times the mean hour of the week before. 2 to 10.
        hour_factor: u32 = 3;
        /// How long the task takes: each of its eight pieces is tried about 2 to the power of this times. 15 is half a second
        /// for a desktop computer and two for a telephone, one more is twice as long. 12 to 20.
        work_bits: u8 = 15;
    }
    sections {}
}

section! {
    Mail "mail"
    keys {
        /// "trial" keeps mails here and shows them at /outbox, "smtp" really sends them. While mail or voice is on
        /// trial, this is a trial server: loopback only, anybody with the outbox key reads every mail.
        transport: MailTransport = MailTransport::Trial, r#""smtp""#;
        /// The domain mails come from: no-reply@signin.‹domain›, and for recovery
        /// recover-mfa-no-reply@verify.signin.‹domain›. Needed outside trial.
        domain: Option<String> = None, r#""example.com""#;
        /// Another address than that for everything but recovery.
        sign_in_from: Option<String> = None, r#""no-reply@example.com""#;
        /// Another address than that for the proof of an address in a recovery.
        recovery_from: Option<String> = None, r#""recovery@example.com""#;
    }
    sections {
        smtp: Smtp;
    }
}

section! {
    Smtp "mail.smtp"
    keys {
        /// The server that takes our mails. Needed with transport "smtp".
        host: Option<String> = None, r#""smtp.example.com""#;
        /// Its port. Unless set: 587 for "starttls", 465 for "implicit", 25 for "off".
        port: Option<u16> = None, "587";
        /// "starttls" goes over to TLS before anything is said, "implicit" begins with TLS, "off" is for loopback
        /// addresses only. The certificate is always checked.
        tls: SmtpTls = SmtpTls::Starttls;
        /// Certificates to check it against, in PEM, instead of those this machine trusts.
        ca_file: Option<PathBuf> = None, r#""/etc/gatelodge/smtp-ca.crt""#;
        /// The user to sign in as; no sign-in without one.
        user: Option<String> = None, r#""gatelodge""#;
        /// A file with that user's password in its first line; readable by nobody else.
        password_file: Option<PathBuf> = None, r#""/etc/gatelodge/smtp-password""#;
    }
    sections {}
}

section! {
    Help "help"
    keys {
        /// Where people ask for help who cannot sign in: the address of a page (https) or of a mailbox (mailto). It stands
        /// at the foot of every help page; nothing stands there unless it is set. The same holds for the next two.
        support_url: Option<String> = None, r#""https://desk.example.com/sign-in""#;
        /// Where people ask about bills.
        billing_url: Option<String> = None, r#""mailto:billing@example.com""#;
        /// Where people ask about orders.
        retail_url: Option<String> = None, r#""https://shop.example.com/orders""#;
    }
    sections {}
}

section! {
    Support "support"
    keys {
        /// How many days every contact of an account has to stop a support case that two operators approved, before the
        /// lost contact is replaced. 3 to 90.
        wait_days: u32 = 7;
        /// The same for somebody who has nothing left at all, no mailbox, no telephone, no device and no saved code, and
        /// who is then let in as after a recovery. 14 to 90, and not below `wait_days`; 0 lets nobody in this way.
        nothing_left_days: u32 = 14;
    }
    sections {}
}

section! {
    Log "log"
    keys {
        /// What is told on standard error: "error", "warn", "info", "debug", or a filter such as
        /// "info,store=debug". The environment variable RUST_LOG goes before it. No level shows a secret.
        level: String = "info".to_owned();
    }
    sections {}
}

/// How the code of a sign-in without a device goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CodeChannel {
    Email,
    Sms,
}

/// How mail goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MailTransport {
    Trial,
    Smtp,
}

/// TLS towards the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SmtpTls {
    Starttls,
    Implicit,
    Off,
}

/// TLS towards PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PostgresTls {
    System,
    Ca,
    Off,
}

/// The file that is read where none is named, if it is there.
const FILE: &str = "gatelodge.toml";
/// A configuration is a few kilobytes; more than this is something else.
const LONGEST: u64 = 256 * 1_024;

impl Config {
    /// Reads the file that was named, or the one in the folder if it is there; without either, the defaults.
    pub(crate) fn load(place: &Place, named: Option<&Path>) -> anyhow::Result<Self> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => place.path(FILE),
        };
        match std::fs::metadata(&path) {
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
            Ok(meta) if meta.len() > LONGEST => {
                bail!("{} is too long for a configuration", path.display());
            }
            Ok(meta) => crate::place::written_by_us_only(&path, &meta)?,
        }
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).map_err(|said| {
            anyhow::anyhow!(
                "{}: {said}\nEvery key, its default and its reason: gatelodge config example",
                path.display()
            )
        })
    }

    /// Reads a text. What is wrong is said with its line and column, and without the line itself: it may hold what
    /// nobody else should read.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let said = error.message().replace('\n', ", ");
            match before {
                Some(before) => {
                    let line = before.matches('\n').count() + 1;
                    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
                    format!("line {line}, column {column}: {said}")
                }
                None => said,
            }
        })
    }

    /// Whether any transport is on trial, which makes the whole server a trial server.
    pub(crate) fn trial(&self) -> bool {
        self.mail.transport == MailTransport::Trial || self.voice.transport == VoiceTransport::Trial
    }

    /// Every key, section by section.
    pub(crate) fn keys() -> Vec<Key> {
        let mut keys = Vec::new();
        Self::describe(&mut keys);
        keys
    }
}
