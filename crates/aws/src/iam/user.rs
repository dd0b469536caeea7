//! The operations on users, and what a root user is told of itself.

use super::shape;
use crate::operation::{At, Desk, listed, paging, time};
use app::Error;
use app::iam::Renaming;
use app::iam::user::{self, NewUser};
use awswire::iam::{
    CreateUserInput, CreateUserOutput, DeleteUserInput, DeleteUserPermissionsBoundaryInput,
    GetUserInput, GetUserOutput, ListUsersInput, ListUsersOutput, Op,
    PutUserPermissionsBoundaryInput, UpdateUserInput, User,
};
use awswire::{Reply, WireError};

pub(super) async fn serve(op: Op, at: At<'_>) -> Result<Reply, WireError> {
    match op {
        Op::CreateUser => at.serve(create).await,
        Op::GetUser => at.serve(get).await,
        Op::ListUsers => at.serve(list).await,
        Op::UpdateUser => at.serve(update).await,
        Op::DeleteUser => at.serve(delete).await,
        Op::PutUserPermissionsBoundary => at.serve(put_boundary).await,
        Op::DeleteUserPermissionsBoundary => at.serve(delete_boundary).await,
        _ => at.unserved(),
    }
}

async fn create(desk: Desk, input: CreateUserInput) -> Result<CreateUserOutput, Error> {
    let new = NewUser {
        name: input.user_name,
        path: input.path,
        tags: shape::tags(input.tags),
        boundary: input.permissions_boundary,
    };
    let user = desk.perform(user::create, new).await?;
    Ok(CreateUserOutput {
        user: Some(shape::user(user)),
    })
}

async fn get(desk: Desk, input: GetUserInput) -> Result<GetUserOutput, Error> {
    let found = desk.look(user::get, input.user_name).await?;
    let user = match found {
        Some(user) => shape::user(user),
        None => root(&desk).await?,
    };
    Ok(GetUserOutput { user })
}

/// What a root user is told of itself.
async fn root(desk: &Desk) -> Result<User, Error> {
    let caller = &desk.call.caller;
    let account = desk.app.account(&caller.account).await?;
    Ok(User {
        user_id: caller.account.to_string(),
        arn: caller.arn(),
        user_name: account.name,
        path: "/".to_owned(),
        create_date: time(account.created_at),
        ..User::default()
    })
}

async fn list(desk: Desk, input: ListUsersInput) -> Result<ListUsersOutput, Error> {
    let page = paging(input.path_prefix, input.marker, input.max_items);
    let page = desk.look(user::list, page).await?;
    let (users, is_truncated, marker) = listed(page, shape::listed_user);
    Ok(ListUsersOutput {
        users,
        is_truncated,
        marker,
    })
}

async fn update(desk: Desk, input: UpdateUserInput) -> Result<(), Error> {
    let change = Renaming {
        name: input.user_name,
        new_name: input.new_user_name,
        new_path: input.new_path,
    };
    desk.perform(user::update, change).await
}

async fn delete(desk: Desk, input: DeleteUserInput) -> Result<(), Error> {
    desk.perform(user::delete, input.user_name).await
}

async fn put_boundary(desk: Desk, input: PutUserPermissionsBoundaryInput) -> Result<(), Error> {
    let change = (input.user_name, Some(input.permissions_boundary));
    desk.perform(user::bound, change).await
}

async fn delete_boundary(
    desk: Desk,
    input: DeleteUserPermissionsBoundaryInput,
) -> Result<(), Error> {
    desk.perform(user::bound, (input.user_name, None)).await
}
