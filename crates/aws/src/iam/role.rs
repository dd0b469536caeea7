//! The operations on roles and their trust policies.

use super::shape;
use crate::operation::{At, Desk, listed, number, paging};
use app::Error;
use app::iam::role::{self, Change, NewRole};
use awswire::iam::{
    CreateRoleInput, CreateRoleOutput, DeleteRoleInput, DeleteRolePermissionsBoundaryInput,
    GetRoleInput, GetRoleOutput, ListRolesInput, ListRolesOutput, Op,
    PutRolePermissionsBoundaryInput, UpdateAssumeRolePolicyInput, UpdateRoleDescriptionInput,
    UpdateRoleDescriptionOutput, UpdateRoleInput, UpdateRoleOutput,
};
use awswire::{Reply, WireError};

pub(super) async fn serve(op: Op, at: At<'_>) -> Result<Reply, WireError> {
    match op {
        Op::CreateRole => at.serve(create).await,
        Op::GetRole => at.serve(get).await,
        Op::ListRoles => at.serve(list).await,
        Op::UpdateRole => at.serve(update).await,
        Op::UpdateRoleDescription => at.serve(describe).await,
        Op::UpdateAssumeRolePolicy => at.serve(update_trust).await,
        Op::DeleteRole => at.serve(delete).await,
        Op::PutRolePermissionsBoundary => at.serve(put_boundary).await,
        Op::DeleteRolePermissionsBoundary => at.serve(delete_boundary).await,
        _ => at.unserved(),
    }
}

async fn create(desk: Desk, input: CreateRoleInput) -> Result<CreateRoleOutput, Error> {
    let new = NewRole {
        name: input.role_name,
        path: input.path,
        trust: input.assume_role_policy_document,
        description: input.description,
        max_session: number(input.max_session_duration),
        boundary: input.permissions_boundary,
        tags: shape::tags(input.tags),
    };
    let role = desk.perform(role::create, new).await?;
    Ok(CreateRoleOutput {
        role: shape::role(role),
    })
}

async fn get(desk: Desk, input: GetRoleInput) -> Result<GetRoleOutput, Error> {
    let role = desk.look(role::get, input.role_name).await?;
    Ok(GetRoleOutput {
        role: shape::role(role),
    })
}

async fn list(desk: Desk, input: ListRolesInput) -> Result<ListRolesOutput, Error> {
    let page = paging(input.path_prefix, input.marker, input.max_items);
    let page = desk.look(role::list, page).await?;
    let (roles, is_truncated, marker) = listed(page, shape::listed_role);
    Ok(ListRolesOutput {
        roles,
        is_truncated,
        marker,
    })
}

async fn update(desk: Desk, input: UpdateRoleInput) -> Result<UpdateRoleOutput, Error> {
    let change = Change {
        name: input.role_name,
        description: input.description,
        max_session: number(input.max_session_duration),
        trust: None,
    };
    desk.perform(role::update, change).await?;
    Ok(UpdateRoleOutput::default())
}

async fn describe(
    desk: Desk,
    input: UpdateRoleDescriptionInput,
) -> Result<UpdateRoleDescriptionOutput, Error> {
    let change = Change {
        name: input.role_name,
        description: Some(input.description),
        ..Change::default()
    };
    let role = desk.perform(role::update, change).await?;
    Ok(UpdateRoleDescriptionOutput {
        role: Some(shape::role(role)),
    })
}

async fn update_trust(desk: Desk, input: UpdateAssumeRolePolicyInput) -> Result<(), Error> {
    let change = Change {
        name: input.role_name,
        trust: Some(input.policy_document),
        ..Change::default()
    };
    desk.perform(role::update, change).await.map(drop)
}

async fn delete(desk: Desk, input: DeleteRoleInput) -> Result<(), Error> {
    desk.perform(role::delete, input.role_name).await
}

async fn put_boundary(desk: Desk, input: PutRolePermissionsBoundaryInput) -> Result<(), Error> {
    let change = (input.role_name, Some(input.permissions_boundary));
    desk.perform(role::bound, change).await
}

async fn delete_boundary(
    desk: Desk,
    input: DeleteRolePermissionsBoundaryInput,
) -> Result<(), Error> {
    desk.perform(role::bound, (input.role_name, None)).await
}
