//! Whether a call may be done: the caller's policies against what is asked, with the facts of the call.

use super::Call;
use super::rights::{self, Named, Rights};
use super::session_token;
use crate::{App, Error};
use domain::dice::Dice;
use domain::iam::caller::{Principal, SessionFacts};
use domain::iam::entity::{Tag, UniqueId};
use domain::iam::said::{Said, Wire};
use domain::ids::AccountId;
use domain::time::Timestamp;
use iampolicy::{Attached, Caller, Context, Decision, Document, Kind, Policies, Request, evaluate};
use std::borrow::Cow;
use std::sync::Arc;
use store::Tx;
use store::iam::standing;

/// What leave is asked for: the operation on a resource, and what conditions may look at.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    resource: Cow<'a, str>,
    facts: Vec<(String, String)>,
    tag_keys: Vec<String>,
    trust: Option<&'a Document>,
    account: Option<&'a AccountId>,
    action: Option<&'static str>,
}

impl<'a> Ask<'a> {
    /// The operation on a resource, by its ARN; `*` for what knows none.
    pub fn on(resource: &'a str) -> Self {
        Self {
            resource: Cow::Borrowed(resource),
            facts: Vec::new(),
            tag_keys: Vec::new(),
            trust: None,
            account: None,
            action: None,
        }
    }

    /// The resource has these tags.
    #[must_use]
    pub fn tagged(mut self, tags: &[Tag]) -> Self {
        for tag in tags {
            self.facts
                .push((format!("aws:ResourceTag/{}", tag.key), tag.value.clone()));
            self.facts
                .push((format!("iam:ResourceTag/{}", tag.key), tag.value.clone()));
        }
        self
    }

    /// The call brings these tags.
    #[must_use]
    pub fn requesting(mut self, tags: &[Tag]) -> Self {
        for tag in tags {
            self.facts
                .push((format!("aws:RequestTag/{}", tag.key), tag.value.clone()));
            self.tag_keys.push(tag.key.clone());
        }
        self
    }

    /// The call names these tags by their keys.
    #[must_use]
    pub fn naming(mut self, keys: &[String]) -> Self {
        self.tag_keys.extend(keys.iter().cloned());
        self
    }

    /// Further facts of the call, by condition key.
    #[must_use]
    pub fn with(mut self, facts: &[(&'static str, String)]) -> Self {
        let facts = facts
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        self.facts.extend(facts);
        self
    }

    /// The resource is a role of this account, and this is its trust policy.
    #[must_use]
    pub fn trusted(mut self, account: &'a AccountId, trust: &'a Document) -> Self {
        (self.account, self.trust) = (Some(account), Some(trust));
        self
    }

    /// Leave for another action than the one of the call, such as `sts:TagSession` beside `sts:AssumeRole`.
    #[must_use]
    pub fn to(mut self, action: &'static str) -> Self {
        self.action = Some(action);
        self
    }
}

/// The gate that a call has to pass, with everything at hand that it decides by.
#[derive(Debug)]
pub struct Gate {
    call: Arc<Call>,
    rights: Arc<Rights>,
    session: Option<Vec<Named>>,
    context: Context<'static>,
    changes: bool,
    root_keys: bool,
}

impl Gate {
    /// Reads what the caller may, and what is true of the call.
    pub(super) fn open(
        app: &App,
        tx: &mut Tx<'_>,
        call: &Arc<Call>,
        changes: bool,
    ) -> Result<Self, Error> {
        let caller = &call.caller;
        narrowed(call)?;
        let rights = rights::of(app, tx, &caller.account, &caller.principal)?;
        let session = caller
            .session
            .as_ref()
            .map(|facts| session_policies(tx, &caller.account, &caller.principal, facts));
        let session = session.transpose()?.flatten();
        let context = context(call, &rights);
        Ok(Self {
            call: Arc::clone(call),
            rights,
            session,
            context,
            changes,
            root_keys: app.settings().root_keys,
        })
    }

    /// The call.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// The caller's account.
    pub fn account(&self) -> &AccountId {
        &self.call.caller.account
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.call.now
    }

    /// The dice thrown for the call.
    pub fn dice(&self) -> &Dice {
        &self.call.dice
    }

    /// Whether root users may have access keys here.
    pub(crate) fn root_keys(&self) -> bool {
        self.root_keys
    }

    /// Whether the unit of work may write.
    pub fn changes(&self) -> bool {
        self.changes
    }

    /// Refuses what the caller's policies do not allow.
    ///
    /// # Errors
    /// `AccessDenied`, naming what decided as AWS does.
    pub fn may(&self, ask: &Ask<'_>) -> Result<(), Error> {
        let call = &*self.call;
        let own = format!("{}:{}", call.service, call.operation);
        let action = ask.action.unwrap_or(&own);
        let mut context = self.context.clone();
        for (key, value) in &ask.facts {
            context.set(key.as_str(), value.as_str());
        }
        if !ask.tag_keys.is_empty() {
            context.set_all("aws:TagKeys", ask.tag_keys.iter().map(String::as_str));
        }
        let account = ask.account.unwrap_or(&call.caller.account).as_str();
        context.set("aws:ResourceAccount", account);
        let names = Names::of(call);
        let request = Request::new(names.caller(call), action, &ask.resource, account, &context);
        let identity = listed(&self.rights.identity);
        let boundary = listed(self.rights.boundary.as_slice());
        let session = self.session.as_ref().map(|session| listed(session));
        let trust = ask.trust.map(|document| Attached {
            name: "trust policy",
            document,
        });
        let policies = Policies {
            identity: &identity,
            boundary: &boundary,
            session: session.as_deref(),
            resource: trust,
            resource_must_allow: trust.is_some(),
            ..Policies::default()
        };
        match evaluate(&request, &policies) {
            Decision::Allowed { .. } => Ok(()),
            denied => {
                let on = Some(&*ask.resource).filter(|resource| *resource != "*");
                let said = denied.message(&call.caller.arn(), action, on);
                Err(Wire::AccessDenied.say(said.unwrap_or_default()).into())
            }
        }
    }

    /// Every session of a user or role ends, because it is gone or is no longer what it was.
    pub(crate) fn revoke_principal(&self, tx: &mut Tx<'_>, id: &UniqueId) -> Result<(), Error> {
        standing::revoke(tx, &session_token::of_principal(id.as_str()), self.dice())?;
        Ok(standing::changed(tx, self.account(), self.dice())?)
    }
}

/// What temporary credentials are good for at all, whatever policies say (*Request temporary security credentials* of the
/// AWS IAM User Guide): those of `GetSessionToken` call IAM only with MFA and two operations of STS; those of
/// `GetFederationToken` never call IAM.
fn narrowed(call: &Call) -> Result<(), Said> {
    let Some(session) = &call.caller.session else {
        return Ok(());
    };
    let allowed = match (&call.caller.principal, call.service) {
        (Principal::AssumedRole { .. }, "sts") => {
            !matches!(call.operation, "GetSessionToken" | "GetFederationToken")
        }
        (Principal::Root | Principal::User { .. }, "iam") => session.mfa_at.is_some(),
        (Principal::Root | Principal::User { .. }, "sts") => {
            matches!(call.operation, "AssumeRole" | "GetCallerIdentity")
        }
        (Principal::FederatedUser { .. }, "iam") => false,
        (Principal::FederatedUser { .. }, "sts") => call.operation == "GetCallerIdentity",
        _ => true,
    };
    if allowed {
        return Ok(());
    }
    let said = match call.operation {
        "GetSessionToken" | "GetFederationToken" => {
            format!("Cannot call {} with session credentials", call.operation)
        }
        _ => "The security token included in the request is invalid".to_owned(),
    };
    let code = match call.service {
        "sts" => Wire::AccessDenied,
        _ => Wire::InvalidClientTokenId,
    };
    Err(code.say(said))
}

fn session_policies(
    tx: &mut Tx<'_>,
    account: &AccountId,
    principal: &Principal,
    facts: &SessionFacts,
) -> Result<Option<Vec<Named>>, Error> {
    let none = facts.policies.is_empty() && facts.policy_arns.is_empty();
    let federated = matches!(principal, Principal::FederatedUser { .. });
    if none && !federated {
        return Ok(None);
    }
    let mut policies = Vec::new();
    for text in &facts.policies {
        let document = Document::parse(text, Kind::Session)
            .map_err(|_| Error::Fault("a session carries a policy that cannot be read"))?;
        policies.push(Named {
            name: "session policy".to_owned(),
            document,
        });
    }
    for arn in &facts.policy_arns {
        policies.extend(rights::managed(tx, account, arn)?);
    }
    Ok(Some(policies))
}

fn listed(policies: &[Named]) -> Vec<Attached<'_>> {
    let listed = policies.iter().map(|policy| Attached {
        name: &policy.name,
        document: &policy.document,
    });
    listed.collect()
}

/// The names under which policies know a caller.
struct Names {
    arn: String,
    behind: String,
    id: String,
}

impl Names {
    fn of(call: &Call) -> Self {
        let (account, principal) = (&call.caller.account, &call.caller.principal);
        let behind = match principal {
            Principal::FederatedUser { by, .. } => by.arn(account),
            other => other.identity_arn(account),
        };
        let id = principal.identity().map(|id| id.as_str().to_owned());
        Self {
            arn: principal.arn(account),
            behind,
            id: id.unwrap_or_default(),
        }
    }

    fn caller(&self, call: &Call) -> Caller<'_> {
        match &call.caller.principal {
            Principal::Root => Caller::root(&self.arn),
            Principal::User { .. } => Caller::user(&self.arn, &self.id),
            Principal::AssumedRole { .. } => {
                Caller::role_session(&self.arn, &self.behind, &self.id)
            }
            Principal::FederatedUser { .. } => {
                Caller::federated_user(&self.arn, &self.behind, &self.id)
            }
        }
    }
}

/// What is true of the call, by the condition keys of the page *AWS global condition context keys*.
fn context(call: &Call, rights: &Rights) -> Context<'static> {
    let caller = &call.caller;
    let (account, principal) = (&caller.account, &caller.principal);
    let mut context = Context::new();
    context
        .set("aws:PrincipalArn", principal.identity_arn(account))
        .set("aws:PrincipalAccount", account.as_str().to_owned())
        .set("aws:PrincipalType", principal.kind())
        .set("aws:userid", principal.user_id(account))
        .set("aws:SourceIp", call.client.address.to_string())
        .set("aws:UserAgent", call.user_agent.clone())
        .set("aws:SecureTransport", truth(call.secure))
        .set("aws:RequestedRegion", call.region.clone())
        .set("aws:CurrentTime", call.now.iso())
        .set("aws:EpochTime", (call.now.millis() / 1_000).to_string())
        .set("aws:PrincipalIsAWSService", truth(false))
        .set("aws:ViaAWSService", truth(false));
    if let Principal::User { name, .. } = principal {
        context.set("aws:username", name.clone());
    }
    for tag in &rights.tags {
        context.set(format!("aws:PrincipalTag/{}", tag.key), tag.value.clone());
    }
    if let Some(session) = &caller.session {
        let used = session.mfa_at.is_some();
        context
            .set("aws:TokenIssueTime", session.issued_at.iso())
            .set("aws:MultiFactorAuthPresent", truth(used));
        if let Some(at) = session.mfa_at {
            let age = call.now.since(at).as_millis() / 1_000;
            context.set("aws:MultiFactorAuthAge", age.to_string());
        }
        if let Some(identity) = &session.source_identity {
            context.set("aws:SourceIdentity", identity.clone());
        }
        // Tags of the session come over those of the role.
        for tag in &session.tags {
            context.set(format!("aws:PrincipalTag/{}", tag.key), tag.value.clone());
        }
    }
    context
}

const fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
