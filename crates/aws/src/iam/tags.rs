//! The operations on tags, alike for users, roles and policies.

use super::shape;
use crate::operation::{At, Desk};
use app::Error;
use app::iam::{policy, tags};
use awswire::iam::{
    ListPolicyTagsInput, ListPolicyTagsOutput, ListRoleTagsInput, ListRoleTagsOutput,
    ListUserTagsInput, ListUserTagsOutput, Op, TagPolicyInput, TagRoleInput, TagUserInput,
    UntagPolicyInput, UntagRoleInput, UntagUserInput,
};
use awswire::{Reply, WireError};
use domain::iam::entity::{Role, User};

pub(super) async fn serve(op: Op, at: At<'_>) -> Result<Reply, WireError> {
    match op {
        Op::TagUser => at.serve(tag_user).await,
        Op::UntagUser => at.serve(untag_user).await,
        Op::ListUserTags => at.serve(user_tags).await,
        Op::TagRole => at.serve(tag_role).await,
        Op::UntagRole => at.serve(untag_role).await,
        Op::ListRoleTags => at.serve(role_tags).await,
        Op::TagPolicy => at.serve(tag_policy).await,
        Op::UntagPolicy => at.serve(untag_policy).await,
        Op::ListPolicyTags => at.serve(policy_tags).await,
        _ => at.unserved(),
    }
}

async fn tag_user(desk: Desk, input: TagUserInput) -> Result<(), Error> {
    let change = (input.user_name, shape::tags(input.tags), Vec::new());
    desk.perform(tags::retag::<User>, change).await
}

async fn untag_user(desk: Desk, input: UntagUserInput) -> Result<(), Error> {
    let change = (input.user_name, Vec::new(), input.tag_keys);
    desk.perform(tags::retag::<User>, change).await
}

async fn user_tags(desk: Desk, input: ListUserTagsInput) -> Result<ListUserTagsOutput, Error> {
    let found = desk.look(tags::list::<User>, input.user_name).await?;
    Ok(ListUserTagsOutput {
        tags: found.into_iter().map(shape::tag).collect(),
        ..Default::default()
    })
}

async fn tag_role(desk: Desk, input: TagRoleInput) -> Result<(), Error> {
    let change = (input.role_name, shape::tags(input.tags), Vec::new());
    desk.perform(tags::retag::<Role>, change).await
}

async fn untag_role(desk: Desk, input: UntagRoleInput) -> Result<(), Error> {
    let change = (input.role_name, Vec::new(), input.tag_keys);
    desk.perform(tags::retag::<Role>, change).await
}

async fn role_tags(desk: Desk, input: ListRoleTagsInput) -> Result<ListRoleTagsOutput, Error> {
    let found = desk.look(tags::list::<Role>, input.role_name).await?;
    Ok(ListRoleTagsOutput {
        tags: found.into_iter().map(shape::tag).collect(),
        ..Default::default()
    })
}

async fn tag_policy(desk: Desk, input: TagPolicyInput) -> Result<(), Error> {
    let change = (input.policy_arn, shape::tags(input.tags), Vec::new());
    desk.perform(policy::retag, change).await
}

async fn untag_policy(desk: Desk, input: UntagPolicyInput) -> Result<(), Error> {
    let change = (input.policy_arn, Vec::new(), input.tag_keys);
    desk.perform(policy::retag, change).await
}

async fn policy_tags(
    desk: Desk,
    input: ListPolicyTagsInput,
) -> Result<ListPolicyTagsOutput, Error> {
    let found = desk.look(policy::get, input.policy_arn).await?;
    Ok(ListPolicyTagsOutput {
        tags: found.policy.tags.into_iter().map(shape::tag).collect(),
        ..Default::default()
    })
}
