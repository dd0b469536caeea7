//! The operations of STS: who is this, and temporary credentials.

use crate::operation::{At, Desk, count, number, time};
use app::Error;
use app::sts::{self, Assuming, Code, Issued, Terms};
use awswire::sts::{
    AssumeRoleInput, AssumeRoleOutput, AssumedRoleUser, Credentials, FederatedUser,
    GetAccessKeyInfoInput, GetAccessKeyInfoOutput, GetCallerIdentityInput, GetCallerIdentityOutput,
    GetFederationTokenInput, GetFederationTokenOutput, GetSessionTokenInput, GetSessionTokenOutput,
    Op, PolicyDescriptorType, Tag,
};
use awswire::value::Sensitive;
use awswire::{Reply, WireError};
use domain::iam::access_key::AccessKeyId;
use domain::iam::entity;
use domain::iam::said::Wire;

/// Serves a call of STS.
pub(crate) async fn serve(at: At<'_>) -> Result<Reply, WireError> {
    match Op::of(at.operation) {
        Some(Op::AssumeRole) => at.serve(assume_role).await,
        Some(Op::GetAccessKeyInfo) => at.serve(get_access_key_info).await,
        Some(Op::GetCallerIdentity) => at.serve(get_caller_identity).await,
        Some(Op::GetFederationToken) => at.serve(get_federation_token).await,
        Some(Op::GetSessionToken) => at.serve(get_session_token).await,
        _ => at.unserved(),
    }
}

async fn get_caller_identity(
    desk: Desk,
    _: GetCallerIdentityInput,
) -> Result<GetCallerIdentityOutput, Error> {
    let caller = desk.look(sts::caller, ()).await?;
    Ok(GetCallerIdentityOutput {
        user_id: Some(caller.principal.user_id(&caller.account)),
        account: Some(caller.account.to_string()),
        arn: Some(caller.arn()),
    })
}

async fn get_access_key_info(
    desk: Desk,
    input: GetAccessKeyInfoInput,
) -> Result<GetAccessKeyInfoOutput, Error> {
    desk.look(sts::leave, ()).await?;
    let id: Option<AccessKeyId> = input.access_key_id.parse().ok();
    let account = id.and_then(|id| id.account());
    let account =
        account.ok_or_else(|| Wire::ValidationError.say("Invalid access key ID format."))?;
    Ok(GetAccessKeyInfoOutput {
        account: Some(account.to_string()),
    })
}

async fn get_session_token(
    desk: Desk,
    input: GetSessionTokenInput,
) -> Result<GetSessionTokenOutput, Error> {
    let code = Code {
        serial: input.serial_number,
        code: input.token_code.map(|code| code.expose().clone()),
    };
    let mfa = desk.app.prove_code(&desk.call, &code).await?;
    let asked = (number(input.duration_seconds), mfa);
    let issued = desk.perform(sts::session_token, asked).await?;
    Ok(GetSessionTokenOutput {
        credentials: Some(credentials(&issued)),
        ..Default::default()
    })
}

async fn assume_role(desk: Desk, input: AssumeRoleInput) -> Result<AssumeRoleOutput, Error> {
    let code = Code {
        serial: input.serial_number,
        code: input.token_code.map(|code| code.expose().clone()),
    };
    let mfa = desk.app.prove_code(&desk.call, &code).await?;
    let terms = Terms {
        seconds: number(input.duration_seconds),
        policy: input.policy,
        policy_arns: arns(input.policy_arns),
        tags: tags(input.tags),
        transitive: input.transitive_tag_keys,
    };
    let asked = Assuming {
        role: input.role_arn,
        session: input.role_session_name,
        terms,
        external_id: input.external_id,
        source_identity: input.source_identity,
        mfa,
    };
    let issued = desk.perform(sts::assume_role, asked).await?;
    let user = AssumedRoleUser {
        assumed_role_id: issued.principal.user_id(&issued.account),
        arn: issued.principal.arn(&issued.account),
    };
    Ok(AssumeRoleOutput {
        credentials: Some(credentials(&issued)),
        assumed_role_user: Some(user),
        packed_policy_size: packed(&issued),
        source_identity: issued.source_identity,
        ..Default::default()
    })
}

async fn get_federation_token(
    desk: Desk,
    input: GetFederationTokenInput,
) -> Result<GetFederationTokenOutput, Error> {
    let terms = Terms {
        seconds: number(input.duration_seconds),
        policy: input.policy,
        policy_arns: arns(input.policy_arns),
        tags: tags(input.tags),
        transitive: Vec::new(),
    };
    let issued = desk
        .perform(sts::federation_token, (input.name, terms))
        .await?;
    let user = FederatedUser {
        federated_user_id: issued.principal.user_id(&issued.account),
        arn: issued.principal.arn(&issued.account),
    };
    Ok(GetFederationTokenOutput {
        credentials: Some(credentials(&issued)),
        federated_user: Some(user),
        packed_policy_size: packed(&issued),
        ..Default::default()
    })
}

fn credentials(issued: &Issued) -> Credentials {
    Credentials {
        access_key_id: issued.key.to_string(),
        secret_access_key: Sensitive::new(issued.secret.expose().clone()),
        session_token: issued.token.clone().into(),
        expiration: time(issued.ends_at),
    }
}

/// Told only where policies or tags were given.
fn packed(issued: &Issued) -> Option<i32> {
    (issued.packed > 0).then(|| count(issued.packed))
}

fn arns(policies: Vec<PolicyDescriptorType>) -> Vec<String> {
    policies
        .into_iter()
        .filter_map(|policy| policy.arn)
        .collect()
}

fn tags(tags: Vec<Tag>) -> Vec<entity::Tag> {
    let tags = tags.into_iter().map(|tag| entity::Tag {
        key: tag.key,
        value: tag.value,
    });
    tags.collect()
}
