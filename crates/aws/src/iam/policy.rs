//! Policies: managed ones, their versions and attachments, and inline ones.

use super::shape;
use crate::operation::{At, Desk, listed, paging, time};
use app::Error;
use app::iam::policy::{self, Attachment, NewPolicy, NewVersion, OfVersion, Scope};
use awswire::iam::{
    CreatePolicyInput, CreatePolicyOutput, CreatePolicyVersionInput, CreatePolicyVersionOutput,
    DeletePolicyInput, DeletePolicyVersionInput, EntityType, GetPolicyInput, GetPolicyOutput,
    GetPolicyVersionInput, GetPolicyVersionOutput, ListEntitiesForPolicyInput,
    ListEntitiesForPolicyOutput, ListPoliciesInput, ListPoliciesOutput, ListPolicyVersionsInput,
    ListPolicyVersionsOutput, Op, PolicyGroup, PolicyRole, PolicyScopeType, PolicyUser,
    PolicyVersion, SetDefaultPolicyVersionInput,
};
use awswire::{Reply, WireError};
use domain::iam::entity::Kind;

pub(super) async fn serve(op: Op, at: At<'_>) -> Result<Reply, WireError> {
    match op {
        Op::CreatePolicy => at.serve(create).await,
        Op::GetPolicy => at.serve(get).await,
        Op::ListPolicies => at.serve(list).await,
        Op::DeletePolicy => at.serve(delete).await,
        Op::CreatePolicyVersion => at.serve(create_version).await,
        Op::GetPolicyVersion => at.serve(get_version).await,
        Op::ListPolicyVersions => at.serve(list_versions).await,
        Op::DeletePolicyVersion => at.serve(delete_version).await,
        Op::SetDefaultPolicyVersion => at.serve(set_default).await,
        Op::ListEntitiesForPolicy => at.serve(list_entities).await,
        Op::PutUserPolicy => at.serve(user::put).await,
        Op::GetUserPolicy => at.serve(user::get).await,
        Op::ListUserPolicies => at.serve(user::list).await,
        Op::DeleteUserPolicy => at.serve(user::delete).await,
        Op::AttachUserPolicy => at.serve(user::attach).await,
        Op::DetachUserPolicy => at.serve(user::detach).await,
        Op::ListAttachedUserPolicies => at.serve(user::attached).await,
        Op::PutGroupPolicy => at.serve(group::put).await,
        Op::GetGroupPolicy => at.serve(group::get).await,
        Op::ListGroupPolicies => at.serve(group::list).await,
        Op::DeleteGroupPolicy => at.serve(group::delete).await,
        Op::AttachGroupPolicy => at.serve(group::attach).await,
        Op::DetachGroupPolicy => at.serve(group::detach).await,
        Op::ListAttachedGroupPolicies => at.serve(group::attached).await,
        Op::PutRolePolicy => at.serve(role::put).await,
        Op::GetRolePolicy => at.serve(role::get).await,
        Op::ListRolePolicies => at.serve(role::list).await,
        Op::DeleteRolePolicy => at.serve(role::delete).await,
        Op::AttachRolePolicy => at.serve(role::attach).await,
        Op::DetachRolePolicy => at.serve(role::detach).await,
        Op::ListAttachedRolePolicies => at.serve(role::attached).await,
        _ => at.unserved(),
    }
}

async fn create(desk: Desk, input: CreatePolicyInput) -> Result<CreatePolicyOutput, Error> {
    let new = NewPolicy {
        name: input.policy_name,
        path: input.path,
        document: input.policy_document,
        description: input.description,
        tags: shape::tags(input.tags),
    };
    let made = desk.perform(policy::create, new).await?;
    Ok(CreatePolicyOutput {
        policy: Some(shape::policy(made)),
    })
}

async fn get(desk: Desk, input: GetPolicyInput) -> Result<GetPolicyOutput, Error> {
    let found = desk.look(policy::get, input.policy_arn).await?;
    Ok(GetPolicyOutput {
        policy: Some(shape::policy(found)),
    })
}

async fn list(desk: Desk, input: ListPoliciesInput) -> Result<ListPoliciesOutput, Error> {
    let scope = match input.scope.unwrap_or_default() {
        PolicyScopeType::All => Scope::All,
        PolicyScopeType::AWS => Scope::Library,
        PolicyScopeType::Local => Scope::Local,
    };
    let page = paging(input.path_prefix, input.marker, input.max_items);
    let asked = (scope, input.only_attached.unwrap_or_default(), page);
    let page = desk.look(policy::list, asked).await?;
    let (policies, is_truncated, marker) = listed(page, shape::listed_policy);
    Ok(ListPoliciesOutput {
        policies,
        is_truncated,
        marker,
    })
}

async fn delete(desk: Desk, input: DeletePolicyInput) -> Result<(), Error> {
    desk.perform(policy::delete, input.policy_arn).await
}

async fn create_version(
    desk: Desk,
    input: CreatePolicyVersionInput,
) -> Result<CreatePolicyVersionOutput, Error> {
    let in_force = input.set_as_default.unwrap_or_default();
    let new = NewVersion {
        arn: input.policy_arn,
        document: input.policy_document,
        in_force,
    };
    let made = desk.perform(policy::create_version, new).await?;
    let version = PolicyVersion {
        document: None,
        ..version(made, in_force)
    };
    Ok(CreatePolicyVersionOutput {
        policy_version: Some(version),
    })
}

fn version(of: app::iam::policy::Version, in_force: bool) -> PolicyVersion {
    PolicyVersion {
        document: Some(of.document),
        version_id: Some(shape::version_id(of.number)),
        is_default_version: Some(in_force),
        create_date: Some(time(of.created_at)),
    }
}

async fn get_version(
    desk: Desk,
    input: GetPolicyVersionInput,
) -> Result<GetPolicyVersionOutput, Error> {
    let asked = (input.policy_arn, shape::version_number(&input.version_id));
    let (found, in_force) = desk.look(policy::version, asked).await?;
    Ok(GetPolicyVersionOutput {
        policy_version: Some(version(found, in_force)),
    })
}

async fn list_versions(
    desk: Desk,
    input: ListPolicyVersionsInput,
) -> Result<ListPolicyVersionsOutput, Error> {
    let found = desk.look(policy::versions, input.policy_arn).await?;
    let versions = found.into_iter().map(|(found, in_force)| PolicyVersion {
        document: None,
        ..version(found, in_force)
    });
    Ok(ListPolicyVersionsOutput {
        versions: versions.collect(),
        ..Default::default()
    })
}

async fn delete_version(desk: Desk, input: DeletePolicyVersionInput) -> Result<(), Error> {
    let change = OfVersion {
        arn: input.policy_arn,
        number: shape::version_number(&input.version_id),
        in_force: false,
    };
    desk.perform(policy::change_version, change).await
}

async fn set_default(desk: Desk, input: SetDefaultPolicyVersionInput) -> Result<(), Error> {
    let change = OfVersion {
        arn: input.policy_arn,
        number: shape::version_number(&input.version_id),
        in_force: true,
    };
    desk.perform(policy::change_version, change).await
}

async fn list_entities(
    desk: Desk,
    input: ListEntitiesForPolicyInput,
) -> Result<ListEntitiesForPolicyOutput, Error> {
    let holders = desk.look(policy::holders, input.policy_arn).await?;
    let mut output = ListEntitiesForPolicyOutput::default();
    let wanted = |kind| input.entity_filter.is_none_or(|filter| filter == kind);
    for holder in holders {
        if holder.is(Kind::User) && wanted(EntityType::User) {
            output.policy_users.push(PolicyUser {
                user_name: Some(holder.name),
                user_id: Some(holder.id),
            });
        } else if holder.is(Kind::Group) && wanted(EntityType::Group) {
            output.policy_groups.push(PolicyGroup {
                group_name: Some(holder.name),
                group_id: Some(holder.id),
            });
        } else if holder.is(Kind::Role) && wanted(EntityType::Role) {
            output.policy_roles.push(PolicyRole {
                role_name: Some(holder.name),
                role_id: Some(holder.id),
            });
        }
    }
    Ok(output)
}

/// The seven operations on the policies of one kind of entity: alike but for the names of their inputs.
macro_rules! policies_of {
    ($module:ident, $body:ty, $name:ident, $put:ident, $get:ident, $got:ident, $list:ident, $names:ident, $delete:ident,
     $attach:ident, $detach:ident, $attached:ident, $arns:ident) => {
        mod $module {
            use super::{Attachment, Desk, Error, attached_policies, listed, paging};
            use app::iam::inline::{self, Inline};
            use app::iam::policy;
            use awswire::iam::{
                $arns, $attach, $attached, $delete, $detach, $get, $got, $list, $names, $put,
            };

            type Of = $body;

            pub(super) async fn put(desk: Desk, input: $put) -> Result<(), Error> {
                let which = Inline {
                    of: input.$name,
                    name: input.policy_name,
                };
                desk.perform(inline::put::<Of>, (which, input.policy_document))
                    .await
            }

            pub(super) async fn get(desk: Desk, input: $get) -> Result<$got, Error> {
                let which = Inline {
                    of: input.$name.clone(),
                    name: input.policy_name.clone(),
                };
                let policy_document = desk.look(inline::get::<Of>, which).await?;
                Ok($got {
                    $name: input.$name,
                    policy_name: input.policy_name,
                    policy_document,
                })
            }

            pub(super) async fn list(desk: Desk, input: $list) -> Result<$names, Error> {
                let page = paging(None, input.marker, input.max_items);
                let page = desk.look(inline::list::<Of>, (input.$name, page)).await?;
                let (policy_names, is_truncated, marker) = listed(page, |name| name);
                Ok($names {
                    policy_names,
                    is_truncated,
                    marker,
                })
            }

            pub(super) async fn delete(desk: Desk, input: $delete) -> Result<(), Error> {
                let which = Inline {
                    of: input.$name,
                    name: input.policy_name,
                };
                desk.perform(inline::delete::<Of>, which).await
            }

            pub(super) async fn attach(desk: Desk, input: $attach) -> Result<(), Error> {
                let both = Attachment {
                    to: input.$name,
                    arn: input.policy_arn,
                };
                desk.perform(policy::attach::<Of>, both).await
            }

            pub(super) async fn detach(desk: Desk, input: $detach) -> Result<(), Error> {
                let both = Attachment {
                    to: input.$name,
                    arn: input.policy_arn,
                };
                desk.perform(policy::detach::<Of>, both).await
            }

            pub(super) async fn attached(desk: Desk, input: $attached) -> Result<$arns, Error> {
                let below = input.path_prefix.unwrap_or_else(|| "/".to_owned());
                let arns = desk
                    .look(policy::attached::<Of>, (input.$name, below))
                    .await?;
                Ok($arns {
                    attached_policies: attached_policies(arns),
                    ..Default::default()
                })
            }
        }
    };
}

policies_of!(
    user,
    domain::iam::entity::User,
    user_name,
    PutUserPolicyInput,
    GetUserPolicyInput,
    GetUserPolicyOutput,
    ListUserPoliciesInput,
    ListUserPoliciesOutput,
    DeleteUserPolicyInput,
    AttachUserPolicyInput,
    DetachUserPolicyInput,
    ListAttachedUserPoliciesInput,
    ListAttachedUserPoliciesOutput
);
policies_of!(
    group,
    domain::iam::entity::Group,
    group_name,
    PutGroupPolicyInput,
    GetGroupPolicyInput,
    GetGroupPolicyOutput,
    ListGroupPoliciesInput,
    ListGroupPoliciesOutput,
    DeleteGroupPolicyInput,
    AttachGroupPolicyInput,
    DetachGroupPolicyInput,
    ListAttachedGroupPoliciesInput,
    ListAttachedGroupPoliciesOutput
);
policies_of!(
    role,
    domain::iam::entity::Role,
    role_name,
    PutRolePolicyInput,
    GetRolePolicyInput,
    GetRolePolicyOutput,
    ListRolePoliciesInput,
    ListRolePoliciesOutput,
    DeleteRolePolicyInput,
    AttachRolePolicyInput,
    DetachRolePolicyInput,
    ListAttachedRolePoliciesInput,
    ListAttachedRolePoliciesOutput
);

fn attached_policies(arns: Vec<String>) -> Vec<awswire::iam::AttachedPolicy> {
    let attached = arns.into_iter().map(|arn| awswire::iam::AttachedPolicy {
        policy_name: arn.rsplit('/').next().map(str::to_owned),
        policy_arn: Some(arn),
    });
    attached.collect()
}
