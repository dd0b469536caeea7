//! The verbs of STS: temporary credentials.
//!
//! | who | gets | on condition of |
//! |---|---|---|
//! | a user or root by a key that lasts | a session of their own (`GetSessionToken`) | nothing; with a code of a device it is a session with MFA |
//! | whom a role's trust policy and their own policies let in | a session of the role (`AssumeRole`) | the trust policy's conditions |
//! | a user by a key that lasts | a session for somebody else, narrowed (`GetFederationToken`) | its policies |
//!
//! Whether a role exists is told to nobody who may not assume it. Credentials count while nothing revokes what they were
//! got by: key, device, user, role, account, and every session before them in a chain.

use crate::Error;
use crate::api::{Ask, Gate, session_token};
use crate::iam::mfa::Proved;
use domain::iam::access_key::{AccessKeyId, Term, draw_secret};
use domain::iam::caller::{Caller, Principal, SessionFacts};
use domain::iam::entity::{Entity, Role, Tag};
use domain::iam::said::Wire;
use domain::ids::AccountId;
use domain::secret::Secret;
use domain::time::{Span, Timestamp};
use iampolicy::{Document, Kind};
use store::Tx;
use store::iam::entity;

/// Temporary credentials, told this once.
#[derive(Debug)]
pub struct Issued {
    /// The id of their key.
    pub key: AccessKeyId,
    /// What requests are signed with.
    pub secret: Secret<String>,
    /// What goes with each request.
    pub token: String,
    /// When they run out.
    pub ends_at: Timestamp,
    /// The account of the principal.
    pub account: AccountId,
    /// The principal that they are of.
    pub principal: Principal,
    /// Who it was at first.
    pub source_identity: Option<String>,
    /// How much of what a session may carry is used, in per cent.
    pub packed: u32,
}

/// The code of an MFA device.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// The device, by its serial number.
    pub serial: Option<String>,
    /// What it shows.
    pub code: Option<String>,
}

/// What narrows and describes a session.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Its length in seconds.
    pub seconds: Option<u32>,
    /// A policy that narrows it.
    pub policy: Option<String>,
    /// Managed policies that do, by ARN.
    pub policy_arns: Vec<String>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// Which of them go on to a chained session.
    pub transitive: Vec<String>,
}

/// A role to be assumed.
#[derive(Debug, Clone)]
pub struct Assuming {
    /// The role, by its ARN.
    pub role: String,
    /// The name of the session.
    pub session: String,
    /// What narrows and describes it.
    pub terms: Terms,
    /// The word that the trust policy may ask for.
    pub external_id: Option<String>,
    /// Who it is, for every session that follows.
    pub source_identity: Option<String>,
    /// The device that gave a code, where one did.
    pub mfa: Option<Proved>,
}

/// Characters that the policies of a session may have together.
const POLICY_CHARACTERS: usize = 2_048;
/// A session that one assumed role gets of another lasts no longer.
const CHAINED_SECONDS: u32 = 3_600;

/// `GetSessionToken`. No policy forbids it: it is how a user proves to have a device.
///
/// # Errors
/// Only faults.
pub fn session_token(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (seconds, mfa): &(Option<u32>, Option<Proved>),
) -> Result<Issued, Error> {
    let principal = gate.call().caller.principal.clone();
    let (usual, most) = match principal {
        Principal::Root => (3_600, 3_600),
        _ => (43_200, 129_600),
    };
    let seconds = seconds.unwrap_or(usual).min(most);
    let mut facts = facts(gate, seconds, &Terms::default());
    facts.mfa_at = mfa.is_some().then_some(gate.now());
    let account = gate.account().clone();
    issue(tx, gate, account, principal, facts, mfa.as_ref())
}

/// `AssumeRole`.
///
/// # Errors
/// `AccessDenied`, also where there is no such role; `ValidationError`, `MalformedPolicyDocument`.
pub fn assume_role(tx: &mut Tx<'_>, gate: &Gate, asked: &Assuming) -> Result<Issued, Error> {
    let caller = &gate.call().caller;
    if caller.principal == Principal::Root {
        return Err(Wire::AccessDenied
            .say("Roles may not be assumed by root accounts.")
            .into());
    }
    let role = role(tx, &asked.role)?;
    let nobody = || {
        let said = format!(
            "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
            caller.arn(),
            asked.role
        );
        Error::from(Wire::AccessDenied.say(said))
    };
    let role = role.ok_or_else(nobody)?;
    let trust = Document::parse(&role.body.trust_by_id(), Kind::Trust)
        .map_err(|_| Error::Fault("a stored trust policy cannot be read"))?;
    let mut ask = Ask::on(&asked.role)
        .trusted(&role.account, &trust)
        .tagged(&role.tags)
        .requesting(&asked.terms.tags)
        .with(&[("sts:RoleSessionName", asked.session.clone())]);
    for (key, value) in [
        ("sts:ExternalId", &asked.external_id),
        ("sts:SourceIdentity", &asked.source_identity),
    ] {
        ask = ask.with(&value.iter().map(|v| (key, v.clone())).collect::<Vec<_>>());
    }
    if asked.mfa.is_some() {
        ask = ask.with(&[
            ("aws:MultiFactorAuthPresent", "true".to_owned()),
            ("aws:MultiFactorAuthAge", "0".to_owned()),
        ]);
    }
    gate.may(&ask).map_err(|_| nobody())?;
    if !asked.terms.tags.is_empty() {
        gate.may(&ask.clone().to("sts:TagSession"))?;
    }
    if asked.source_identity.is_some() {
        gate.may(&ask.clone().to("sts:SetSourceIdentity"))?;
    }
    let facts = of_role(gate, asked, &role)?;
    let principal = Principal::AssumedRole {
        id: role.id,
        name: role.name,
        path: role.path,
        session: asked.session.clone(),
    };
    issue(tx, gate, role.account, principal, facts, asked.mfa.as_ref())
}

/// What is true of the session of a role.
fn of_role(gate: &Gate, asked: &Assuming, role: &Entity<Role>) -> Result<SessionFacts, Error> {
    let before = gate.call().caller.session.as_ref();
    let chained = matches!(gate.call().caller.principal, Principal::AssumedRole { .. });
    let seconds = asked.terms.seconds.unwrap_or(CHAINED_SECONDS);
    if chained && seconds > CHAINED_SECONDS {
        let said = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
        return Err(Wire::ValidationError.say(said).into());
    }
    if seconds > role.body.max_session {
        let said =
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(Wire::ValidationError.say(said).into());
    }
    fits(&asked.terms)?;
    let mut facts = facts(gate, seconds, &asked.terms);
    facts.chained = chained;
    // A chain has no MFA; a session of the user's own hands its own on.
    facts.mfa_at = match (asked.mfa.is_some(), before) {
        (true, _) => Some(gate.now()),
        (false, Some(before)) if !chained => before.mfa_at,
        _ => None,
    };
    facts.source_identity.clone_from(&asked.source_identity);
    if let Some(before) = before {
        inherit(&mut facts, before)?;
    }
    Ok(facts)
}

/// What goes on from one session to the next: who it was at first, and the tags that were said to.
fn inherit(facts: &mut SessionFacts, before: &SessionFacts) -> Result<(), Error> {
    if let Some(identity) = &before.source_identity {
        if facts
            .source_identity
            .as_ref()
            .is_some_and(|new| new != identity)
        {
            let said = "The source identity of a session cannot be changed.";
            return Err(Wire::AccessDenied.say(said).into());
        }
        facts.source_identity = Some(identity.clone());
    }
    for key in &before.transitive {
        let goes_on = before
            .tags
            .iter()
            .find(|tag| tag.key.eq_ignore_ascii_case(key));
        let given = facts
            .tags
            .iter()
            .any(|tag| tag.key.eq_ignore_ascii_case(key));
        if given {
            let said = format!(
                "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: {key}"
            );
            return Err(Wire::InvalidInput.say(said).into());
        }
        facts.tags.extend(goes_on.cloned());
        facts.transitive.push(key.clone());
    }
    Ok(())
}

/// `GetFederationToken`.
///
/// # Errors
/// `AccessDenied`, `MalformedPolicyDocument`, `PackedPolicyTooLarge`.
pub fn federation_token(
    tx: &mut Tx<'_>,
    gate: &Gate,
    (name, terms): &(String, Terms),
) -> Result<Issued, Error> {
    let account = gate.account().clone();
    let principal = Principal::FederatedUser {
        name: name.clone(),
        by: Box::new(gate.call().caller.principal.clone()),
    };
    let ask = principal.arn(&account);
    let ask = Ask::on(&ask).requesting(&terms.tags);
    gate.may(&ask)?;
    if !terms.tags.is_empty() {
        gate.may(&ask.to("sts:TagSession"))?;
    }
    fits(terms)?;
    let most = match gate.call().caller.principal {
        Principal::Root => 3_600,
        _ => 129_600,
    };
    let facts = facts(gate, terms.seconds.unwrap_or(43_200).min(most), terms);
    issue(tx, gate, account, principal, facts, None)
}

/// The role of an ARN, whichever account it is of.
fn role(tx: &mut Tx<'_>, arn: &str) -> Result<Option<Entity<Role>>, Error> {
    let Some((account, rest)) = arn
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.split_once(":role/"))
    else {
        return Ok(None);
    };
    let Ok(account) = account.parse::<AccountId>() else {
        return Ok(None);
    };
    let name = rest.rsplit('/').next().unwrap_or_default();
    let found: Option<Entity<Role>> = entity::find(tx, &account, name)?;
    let open = store::account::find(tx, &account)?.is_some_and(|account| account.open().is_ok());
    Ok(found.filter(|found| open && found.arn() == arn))
}

/// Refuses what a session cannot carry.
fn fits(terms: &Terms) -> Result<(), Error> {
    if let Some(policy) = &terms.policy {
        crate::iam::policy::sound(policy, Kind::Session)?;
    }
    crate::iam::tags::fit(&terms.tags)?;
    for key in &terms.transitive {
        if !terms
            .tags
            .iter()
            .any(|tag| tag.key.eq_ignore_ascii_case(key))
        {
            let said = "The specified transitive tag key must be included in the requested tags.";
            return Err(Wire::InvalidInput.say(said).into());
        }
    }
    if packed(terms) > 100 {
        let said =
            "Packed size of session tags and policies consumes more than 100% of allotted space.";
        return Err(Wire::PackedPolicyTooLarge.say(said).into());
    }
    Ok(())
}

/// How much of the room for policies and tags is used, in per cent.
fn packed(terms: &Terms) -> u32 {
    let policy = terms.policy.as_ref().map_or(0, |text| text.chars().count());
    let arns: usize = terms.policy_arns.iter().map(String::len).sum();
    let tags: usize = terms
        .tags
        .iter()
        .map(|tag| tag.key.len() + tag.value.len())
        .sum();
    let used = (policy + arns) * 100 / POLICY_CHARACTERS;
    let tagged = tags * 100 / (50 * (128 + 256));
    u32::try_from(used.max(tagged)).unwrap_or(u32::MAX)
}

fn facts(gate: &Gate, seconds: u32, terms: &Terms) -> SessionFacts {
    SessionFacts {
        issued_at: gate.now(),
        ends_at: gate.now() + Span::seconds(seconds.into()),
        mfa_at: None,
        chained: false,
        counters: Vec::new(),
        policies: terms.policy.iter().cloned().collect(),
        policy_arns: terms.policy_arns.clone(),
        tags: terms.tags.clone(),
        transitive: terms.transitive.clone(),
        source_identity: None,
    }
}

/// Seals what was granted. It is revoked by whatever revokes those who got it.
fn issue(
    tx: &mut Tx<'_>,
    gate: &Gate,
    account: AccountId,
    principal: Principal,
    mut facts: SessionFacts,
    device: Option<&Proved>,
) -> Result<Issued, Error> {
    let caller = &gate.call().caller;
    let mut subjects = session_token::subjects(&account, &principal);
    if caller.session.is_none() {
        subjects.extend(session_token::subjects(&caller.account, &caller.principal));
        subjects.push(session_token::of_key(&caller.key));
    }
    subjects.extend(device.map(|device| device.0.clone()));
    subjects.sort();
    subjects.dedup();
    facts.counters = session_token::counters(tx, &subjects)?;
    for inherited in caller.session.iter().flat_map(|session| &session.counters) {
        if !facts.counters.contains(inherited) {
            facts.counters.push(inherited.clone());
        }
    }
    let key = AccessKeyId::draw(Term::Session, &account, gate.dice());
    let secret = draw_secret(gate.dice());
    let packed = packed(&Terms {
        policy: facts.policies.first().cloned(),
        policy_arns: facts.policy_arns.clone(),
        tags: facts.tags.clone(),
        ..Terms::default()
    });
    let (ends_at, source_identity) = (facts.ends_at, facts.source_identity.clone());
    let claims = session_token::Claims {
        account: account.clone(),
        principal: principal.clone(),
        facts,
        secret: secret.expose().clone(),
    };
    let token = session_token::seal(tx.ring(), gate.dice(), &key, &claims)?;
    Ok(Issued {
        key,
        secret,
        token,
        ends_at,
        account,
        principal,
        source_identity,
        packed,
    })
}

/// `GetCallerIdentity`: who signed. No policy is asked.
///
/// # Errors
/// Only faults.
pub fn caller(_: &mut Tx<'_>, gate: &Gate, (): &()) -> Result<Caller, Error> {
    Ok(gate.call().caller.clone())
}

/// Leave for what concerns no resource.
///
/// # Errors
/// `AccessDenied`.
pub fn leave(_: &mut Tx<'_>, gate: &Gate, (): &()) -> Result<(), Error> {
    gate.may(&Ask::on("*"))
}
