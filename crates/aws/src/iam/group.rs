//! The operations on groups, and on who is in them.

use super::shape;
use crate::operation::{At, Desk, listed, paging};
use app::Error;
use app::iam::Renaming;
use app::iam::group::{self, Membership};
use awswire::iam::{
    AddUserToGroupInput, CreateGroupInput, CreateGroupOutput, DeleteGroupInput, GetGroupInput,
    GetGroupOutput, ListGroupsForUserInput, ListGroupsForUserOutput, ListGroupsInput,
    ListGroupsOutput, Op, RemoveUserFromGroupInput, UpdateGroupInput,
};
use awswire::{Reply, WireError};

pub(super) async fn serve(op: Op, at: At<'_>) -> Result<Reply, WireError> {
    match op {
        Op::CreateGroup => at.serve(create).await,
        Op::GetGroup => at.serve(get).await,
        Op::ListGroups => at.serve(list).await,
        Op::ListGroupsForUser => at.serve(list_for_user).await,
        Op::UpdateGroup => at.serve(update).await,
        Op::DeleteGroup => at.serve(delete).await,
        Op::AddUserToGroup => at.serve(add_user).await,
        Op::RemoveUserFromGroup => at.serve(remove_user).await,
        _ => at.unserved(),
    }
}

async fn create(desk: Desk, input: CreateGroupInput) -> Result<CreateGroupOutput, Error> {
    let made = desk
        .perform(group::create, (input.group_name, input.path))
        .await?;
    Ok(CreateGroupOutput {
        group: shape::group(made),
    })
}

async fn get(desk: Desk, input: GetGroupInput) -> Result<GetGroupOutput, Error> {
    let asked = (
        input.group_name,
        paging(None, input.marker, input.max_items),
    );
    let (group, users) = desk.look(group::get, asked).await?;
    let (users, is_truncated, marker) = listed(users, shape::listed_user);
    Ok(GetGroupOutput {
        group: shape::group(group),
        users,
        is_truncated,
        marker,
    })
}

async fn list(desk: Desk, input: ListGroupsInput) -> Result<ListGroupsOutput, Error> {
    let page = paging(input.path_prefix, input.marker, input.max_items);
    let page = desk.look(group::list, page).await?;
    let (groups, is_truncated, marker) = listed(page, shape::group);
    Ok(ListGroupsOutput {
        groups,
        is_truncated,
        marker,
    })
}

async fn list_for_user(
    desk: Desk,
    input: ListGroupsForUserInput,
) -> Result<ListGroupsForUserOutput, Error> {
    let asked = (input.user_name, paging(None, input.marker, input.max_items));
    let page = desk.look(group::list_for_user, asked).await?;
    let (groups, is_truncated, marker) = listed(page, shape::group);
    Ok(ListGroupsForUserOutput {
        groups,
        is_truncated,
        marker,
    })
}

async fn update(desk: Desk, input: UpdateGroupInput) -> Result<(), Error> {
    let change = Renaming {
        name: input.group_name,
        new_name: input.new_group_name,
        new_path: input.new_path,
    };
    desk.perform(group::update, change).await
}

async fn delete(desk: Desk, input: DeleteGroupInput) -> Result<(), Error> {
    desk.perform(group::delete, input.group_name).await
}

async fn add_user(desk: Desk, input: AddUserToGroupInput) -> Result<(), Error> {
    let both = Membership {
        group: input.group_name,
        user: input.user_name,
    };
    desk.perform(group::add_user, both).await
}

async fn remove_user(desk: Desk, input: RemoveUserFromGroupInput) -> Result<(), Error> {
    let both = Membership {
        group: input.group_name,
        user: input.user_name,
    };
    desk.perform(group::remove_user, both).await
}
