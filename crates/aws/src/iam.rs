//! The operations of IAM, room by room: each reads its input, calls one verb of `app::iam`, and writes its output.

mod access_key;
mod account;
mod group;
mod mfa;
mod policy;
mod role;
mod shape;
mod tags;
mod user;

use crate::operation::At;
use awswire::iam::Op;
use awswire::{Reply, WireError};

/// Serves a call of IAM.
pub(crate) async fn serve(at: At<'_>) -> Result<Reply, WireError> {
    let Some(op) = Op::of(at.operation) else {
        return at.unserved();
    };
    match op {
        Op::CreateUser
        | Op::GetUser
        | Op::ListUsers
        | Op::UpdateUser
        | Op::DeleteUser
        | Op::PutUserPermissionsBoundary
        | Op::DeleteUserPermissionsBoundary => Box::pin(user::serve(op, at)).await,
        Op::CreateAccessKey
        | Op::ListAccessKeys
        | Op::UpdateAccessKey
        | Op::DeleteAccessKey
        | Op::GetAccessKeyLastUsed => Box::pin(access_key::serve(op, at)).await,
        Op::CreateGroup
        | Op::GetGroup
        | Op::ListGroups
        | Op::ListGroupsForUser
        | Op::UpdateGroup
        | Op::DeleteGroup
        | Op::AddUserToGroup
        | Op::RemoveUserFromGroup => Box::pin(group::serve(op, at)).await,
        Op::CreateRole
        | Op::GetRole
        | Op::ListRoles
        | Op::UpdateRole
        | Op::UpdateRoleDescription
        | Op::UpdateAssumeRolePolicy
        | Op::DeleteRole
        | Op::PutRolePermissionsBoundary
        | Op::DeleteRolePermissionsBoundary => Box::pin(role::serve(op, at)).await,
        Op::CreateAccountAlias
        | Op::DeleteAccountAlias
        | Op::ListAccountAliases
        | Op::GetAccountSummary => Box::pin(account::serve(op, at)).await,
        Op::TagUser
        | Op::UntagUser
        | Op::ListUserTags
        | Op::TagRole
        | Op::UntagRole
        | Op::ListRoleTags
        | Op::TagPolicy
        | Op::UntagPolicy
        | Op::ListPolicyTags => Box::pin(tags::serve(op, at)).await,
        Op::CreateVirtualMFADevice
        | Op::EnableMFADevice
        | Op::ResyncMFADevice
        | Op::DeactivateMFADevice
        | Op::DeleteVirtualMFADevice
        | Op::ListMFADevices
        | Op::ListVirtualMFADevices => Box::pin(mfa::serve(op, at)).await,
        _ => Box::pin(policy::serve(op, at)).await,
    }
}
