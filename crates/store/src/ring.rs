//! The key ring: every key of an installation, in one file outside the database.
//!
//! A key is 32 bytes with a number. One is active and used for what is written; all of them open what is stored. From
//! each, keys of their own are derived for each purpose by HKDF-SHA256 (RFC 5869), so that a value made for one
//! purpose means nothing for another.
//!
//! The file is one JSON object, readable by its owner only. Whoever has it and the database has everything, so it
//! lies apart from the data and is not in plain backups.
//!
//! Invariant: a ring never shows its keys, and wipes them when it is dropped.

use crate::error::StoreError;
use aws_lc_rs::aead::{AES_256_GCM, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What a derived key is for. The names are permanent: they are part of the derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose(&'static str);

impl Purpose {
    /// Passwords and short codes, before they are hashed or stored.
    pub const PEPPER: Self = Self("pepper");
    /// The blocks and heads of the audit log.
    pub const AUDIT: Self = Self("audit");
    /// Tokens of forms.
    pub const CSRF: Self = Self("csrf");
    /// Settings of channels, of which only a change is to be seen.
    pub const SETTING: Self = Self("setting");
    /// Names and addresses where only their equality counts: counters of names that do not exist.
    pub const NAME: Self = Self("name");

    /// A purpose by its permanent name, for a room that needs one of its own.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileKey {
    id: u32,
    secret: String,
}

impl Drop for FileKey {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    installation: String,
    generation: u64,
    active: u32,
    keys: Vec<FileKey>,
}

const FORMAT: u32 = 1;
/// A ring file is a few hundred bytes; more than this is something else.
const LONGEST: u64 = 64 * 1024;

#[derive(ZeroizeOnDrop)]
struct Key {
    secret: [u8; 32],
    #[zeroize(skip)]
    seal: RandomizedNonceKey,
    #[zeroize(skip)]
    audit: hmac::Key,
}

#[derive(Clone)]
struct Keys {
    installation: String,
    generation: u64,
    active: u32,
    keys: BTreeMap<u32, Arc<Key>>,
}

/// All keys of an installation. Cheap to clone.
#[derive(Clone)]
pub struct KeyRing(Arc<Keys>);

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "KeyRing({} keys, active {})",
            self.0.keys.len(),
            self.0.active
        )
    }
}

impl Key {
    fn new(secret: [u8; 32]) -> Result<Self, StoreError> {
        let unusable = |_| StoreError::fault("the cipher refuses a key");
        let seal =
            RandomizedNonceKey::new(&AES_256_GCM, &*derive(&secret, "seal")?).map_err(unusable)?;
        let audit = hmac::Key::new(hmac::HMAC_SHA256, &*derive(&secret, Purpose::AUDIT.0)?);
        Ok(Self {
            secret,
            seal,
            audit,
        })
    }
}

/// HKDF-SHA256 with an empty salt: the input is a uniform key already (RFC 5869 section 3.1).
fn derive(secret: &[u8; 32], purpose: &str) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let unusable = |_| StoreError::fault("a key cannot be derived");
    let mut out = Zeroizing::new([0_u8; 32]);
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(secret);
    let info = [b"gatelodge/1/".as_slice(), purpose.as_bytes()];
    prk.expand(&info, hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut *out))
        .map_err(unusable)?;
    Ok(out)
}

impl KeyRing {
    /// A new ring for a new installation, from a seed that nobody else has and that is not used again.
    pub fn generate(seed: &[u8; 32]) -> Result<Self, StoreError> {
        let id = derive(seed, "ring/installation")?;
        let (short, _) = id.split_at(16);
        let installation = data_encoding::HEXLOWER.encode(short);
        let first = Key::new(*derive(seed, "ring/key")?)?;
        let keys = BTreeMap::from([(1, Arc::new(first))]);
        Ok(Self(Arc::new(Keys {
            installation,
            generation: 1,
            active: 1,
            keys,
        })))
    }

    /// This ring with one key more, from a fresh seed. It opens nothing yet until it is made active.
    pub fn with_new_key(&self, seed: &[u8; 32]) -> Result<Self, StoreError> {
        let mut keys = Keys::clone(&self.0);
        let id = keys
            .keys
            .last_key_value()
            .map_or(1, |(id, _)| id.saturating_add(1));
        keys.keys
            .insert(id, Arc::new(Key::new(*derive(seed, "ring/key")?)?));
        Ok(Self(Arc::new(keys)))
    }

    /// This ring, writing with another of its keys.
    pub fn with_active(&self, id: u32) -> Result<Self, StoreError> {
        if !self.0.keys.contains_key(&id) {
            return Err(StoreError::unfit(format!("the key ring has no key {id}")));
        }
        Ok(Self(Arc::new(Keys {
            active: id,
            ..Keys::clone(&self.0)
        })))
    }

    /// This ring at another generation: a restore raises it here and in the store.
    #[must_use]
    pub fn with_generation(&self, generation: u64) -> Self {
        Self(Arc::new(Keys {
            generation,
            ..Keys::clone(&self.0)
        }))
    }

    /// Reads a ring. Refuses a file that others can read or that belongs to someone else.
    pub fn load(path: &Path) -> Result<Self, StoreError> {
        let file = std::fs::File::open(path).map_err(|error| StoreError::file(path, &error))?;
        let meta = file
            .metadata()
            .map_err(|error| StoreError::file(path, &error))?;
        private(path, &meta)?;
        let mut text = Zeroizing::new(Vec::new());
        file.take(LONGEST)
            .read_to_end(&mut text)
            .map_err(|error| StoreError::file(path, &error))?;
        Self::parse(&text).map_err(|error| match error {
            StoreError::Unfit(text) => StoreError::Unfit(format!("{}: {text}", path.display())),
            other => other,
        })
    }

    fn parse(text: &[u8]) -> Result<Self, StoreError> {
        // The parser's own words are not passed on: they may quote the file.
        let file: File =
            serde_json::from_slice(text).map_err(|_| StoreError::unfit("this is no key ring"))?;
        if file.format != FORMAT {
            return Err(StoreError::unfit(format!(
                "key ring of format {}; this version reads {FORMAT}",
                file.format
            )));
        }
        let mut keys = BTreeMap::new();
        for key in &file.keys {
            let bytes = data_encoding::BASE64
                .decode(key.secret.as_bytes())
                .map(Zeroizing::new);
            let secret = bytes
                .ok()
                .and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
            let secret = secret
                .ok_or_else(|| StoreError::unfit(format!("key {} is not 32 bytes", key.id)))?;
            if keys.insert(key.id, Arc::new(Key::new(secret)?)).is_some() {
                return Err(StoreError::unfit(format!("key {} stands twice", key.id)));
            }
        }
        let File {
            installation,
            generation,
            active,
            ..
        } = file;
        if !keys.contains_key(&active) {
            return Err(StoreError::unfit(format!(
                "the active key {active} is not in the ring"
            )));
        }
        if installation.len() != 32 {
            return Err(StoreError::unfit("the installation has no name"));
        }
        Ok(Self(Arc::new(Keys {
            installation,
            generation,
            active,
            keys,
        })))
    }

    /// Writes the ring for its owner only, whole or not at all, and waits for the disk.
    pub fn save(&self, path: &Path) -> Result<(), StoreError> {
        let fail = |error: std::io::Error| StoreError::file(path, &error);
        let keys = self.0.keys.iter().map(|(id, key)| FileKey {
            id: *id,
            secret: data_encoding::BASE64.encode(&key.secret),
        });
        let file = File {
            format: FORMAT,
            installation: self.0.installation.clone(),
            generation: self.0.generation,
            active: self.0.active,
            keys: keys.collect(),
        };
        let mut text = Zeroizing::new(Vec::with_capacity(4_096));
        serde_json::to_writer_pretty(&mut *text, &file)
            .map_err(|_| StoreError::fault("a ring cannot be written"))?;
        text.push(b'\n');
        let beside = path.with_extension("new");
        // A left-over of an earlier, interrupted save.
        match std::fs::remove_file(&beside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fail(error)),
            _ => {}
        }
        let mut out = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)
            .map_err(fail)?;
        out.write_all(&text)
            .and_then(|()| out.sync_all())
            .map_err(fail)?;
        std::fs::rename(&beside, path).map_err(fail)?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        std::fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(fail)
    }

    /// Reads the ring, or makes and saves one where there is none.
    pub fn load_or_generate(path: &Path, seed: &[u8; 32]) -> Result<Self, StoreError> {
        match std::fs::symlink_metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let ring = Self::generate(seed)?;
                ring.save(path)?;
                Ok(ring)
            }
            _ => Self::load(path),
        }
    }

    /// The name of the installation, drawn with its first key: 32 hex digits.
    pub fn installation(&self) -> &str {
        &self.0.installation
    }

    /// How often this installation was restored, plus one.
    pub fn generation(&self) -> u64 {
        self.0.generation
    }

    /// The key that is used for what is written.
    pub fn active(&self) -> u32 {
        self.0.active
    }

    /// The keys there are.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.0.keys.keys().copied()
    }

    /// A keyed hash by the active key. Keep [`KeyRing::active`] beside it, or it cannot be checked after a rotation.
    pub fn hmac(&self, purpose: Purpose, data: &[u8]) -> Result<[u8; 32], StoreError> {
        self.hmac_by(self.0.active, purpose, data)?
            .ok_or_else(|| StoreError::fault("a ring without its active key"))
    }

    /// A keyed hash by the key of this number; `None` if it is gone.
    pub fn hmac_by(
        &self,
        id: u32,
        purpose: Purpose,
        data: &[u8],
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let Some(key) = self.0.keys.get(&id) else {
            return Ok(None);
        };
        // The audit log asks for each record: its key is kept ready.
        let tag = if purpose == Purpose::AUDIT {
            hmac::sign(&key.audit, data)
        } else {
            let derived = derive(&key.secret, purpose.0)?;
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*derived), data)
        };
        let bytes = <[u8; 32]>::try_from(tag.as_ref())
            .map_err(|_| StoreError::fault("a hash of another length"))?;
        Ok(Some(bytes))
    }

    /// Whether this is the keyed hash that the key of this number gives; compared in constant time.
    pub fn verify(
        &self,
        id: u32,
        purpose: Purpose,
        data: &[u8],
        tag: &[u8],
    ) -> Result<bool, StoreError> {
        let expected = self.hmac_by(id, purpose, data)?;
        Ok(expected.is_some_and(|expected| domain::secret::equal(&expected, tag)))
    }

    pub(crate) fn seal_key(&self, id: u32) -> Option<&RandomizedNonceKey> {
        self.0.keys.get(&id).map(|key| &key.seal)
    }
}

/// Refuses a secret file that others can read, or that is not ours.
fn private(path: &Path, meta: &std::fs::Metadata) -> Result<(), StoreError> {
    let shown = path.display();
    let mode = meta.permissions().mode() & 0o777;
    if !meta.is_file() {
        return Err(StoreError::unfit(format!("{shown} is not a plain file")));
    }
    if mode & 0o077 != 0 {
        return Err(StoreError::unfit(format!(
            "{shown} has mode {mode:04o} and can be read by others: chmod 600 it"
        )));
    }
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != me {
        return Err(StoreError::unfit(format!(
            "{shown} belongs to user {}, not to {me}",
            meta.uid()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
