//! The operations on access keys: the secret is in the answer to `CreateAccessKey` and in no other.

use crate::operation::{At, Desk, time};
use app::Error;
use app::iam::access_key::{self, Change};
use awswire::iam::{
    AccessKey, AccessKeyLastUsed, AccessKeyMetadata, CreateAccessKeyInput, CreateAccessKeyOutput,
    DeleteAccessKeyInput, GetAccessKeyLastUsedInput, GetAccessKeyLastUsedOutput,
    ListAccessKeysInput, ListAccessKeysOutput, Op, StatusType, UpdateAccessKeyInput,
};
use awswire::value::{Choice, Sensitive};
use awswire::{Reply, WireError};
use domain::iam::access_key::Status;
use domain::iam::said::Wire;

/// What stands where a key was never used.
const NEVER: &str = "N/A";

pub(super) async fn serve(op: Op, at: At<'_>) -> Result<Reply, WireError> {
    match op {
        Op::CreateAccessKey => at.serve(create).await,
        Op::ListAccessKeys => at.serve(list).await,
        Op::UpdateAccessKey => at.serve(update).await,
        Op::DeleteAccessKey => at.serve(delete).await,
        Op::GetAccessKeyLastUsed => at.serve(last_used).await,
        _ => at.unserved(),
    }
}

async fn create(desk: Desk, input: CreateAccessKeyInput) -> Result<CreateAccessKeyOutput, Error> {
    let made = desk.perform(access_key::create, input.user_name).await?;
    let access_key = AccessKey {
        user_name: made.user.unwrap_or_default(),
        access_key_id: made.key.id.to_string(),
        status: status(made.key.status),
        secret_access_key: Sensitive::new(made.secret.expose().clone()),
        create_date: Some(time(made.key.created_at)),
    };
    Ok(CreateAccessKeyOutput { access_key })
}

async fn list(desk: Desk, input: ListAccessKeysInput) -> Result<ListAccessKeysOutput, Error> {
    let (user, keys) = desk.look(access_key::list, input.user_name).await?;
    let access_key_metadata = keys.into_iter().map(|key| AccessKeyMetadata {
        user_name: Some(user.clone().unwrap_or_default()),
        access_key_id: Some(key.id.to_string()),
        status: Some(status(key.status)),
        create_date: Some(time(key.created_at)),
    });
    Ok(ListAccessKeysOutput {
        access_key_metadata: access_key_metadata.collect(),
        ..ListAccessKeysOutput::default()
    })
}

async fn update(desk: Desk, input: UpdateAccessKeyInput) -> Result<(), Error> {
    let status = Status::from_key(input.status.as_str()).ok_or_else(|| {
        let said = "A key is made Active or Inactive; it expires by itself.";
        Wire::InvalidInput.say(said)
    })?;
    let change = Change {
        user: input.user_name,
        key: input.access_key_id,
        status: Some(status),
    };
    desk.perform(access_key::change, change).await
}

async fn delete(desk: Desk, input: DeleteAccessKeyInput) -> Result<(), Error> {
    let change = Change {
        user: input.user_name,
        key: input.access_key_id,
        status: None,
    };
    desk.perform(access_key::change, change).await
}

async fn last_used(
    desk: Desk,
    input: GetAccessKeyLastUsedInput,
) -> Result<GetAccessKeyLastUsedOutput, Error> {
    let (key, user_name) = desk
        .look(access_key::last_used, input.access_key_id)
        .await?;
    let last = match key.last_used {
        Some(last) => AccessKeyLastUsed {
            last_used_date: Some(time(last.at)),
            service_name: last.service,
            region: last.region,
        },
        None => AccessKeyLastUsed {
            last_used_date: None,
            service_name: NEVER.to_owned(),
            region: NEVER.to_owned(),
        },
    };
    Ok(GetAccessKeyLastUsedOutput {
        user_name,
        access_key_last_used: Some(last),
    })
}

fn status(status: Status) -> StatusType {
    StatusType::from_word(status.key()).unwrap_or_default()
}
