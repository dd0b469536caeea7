//! Entities as the wire has them.

use crate::operation::{count, time};
use app::iam::policy::Managed;
use awswire::iam::{
    AttachedPermissionsBoundary, Group, PermissionsBoundaryAttachmentType, Policy, Role,
    RoleLastUsed, Tag, User,
};
use domain::iam::entity::{self, Entity};

/// A user. Tags are told by operations that are about one user, not by lists (*ListUsers* of the API reference).
pub(super) fn user(of: Entity<entity::User>) -> User {
    User {
        arn: of.arn(),
        user_id: of.id.as_str().to_owned(),
        path: of.path,
        user_name: of.name,
        create_date: time(of.created_at),
        password_last_used: of.body.password_last_used.map(time),
        permissions_boundary: of.body.boundary.map(boundary),
        tags: of.tags.into_iter().map(tag).collect(),
    }
}

/// The same in a list.
pub(super) fn listed_user(of: Entity<entity::User>) -> User {
    User {
        tags: Vec::new(),
        permissions_boundary: None,
        ..user(of)
    }
}

pub(super) fn group(of: Entity<entity::Group>) -> Group {
    Group {
        arn: of.arn(),
        group_id: of.id.as_str().to_owned(),
        path: of.path,
        group_name: of.name,
        create_date: time(of.created_at),
    }
}

pub(super) fn role(of: Entity<entity::Role>) -> Role {
    let last = of.body.last_used.as_ref().map(|(at, region)| RoleLastUsed {
        last_used_date: Some(time(*at)),
        region: Some(region.clone()),
    });
    Role {
        arn: of.arn(),
        role_id: of.id.as_str().to_owned(),
        path: of.path,
        role_name: of.name,
        create_date: time(of.created_at),
        assume_role_policy_document: Some(of.body.trust),
        description: of.body.description,
        max_session_duration: Some(count(of.body.max_session)),
        permissions_boundary: of.body.boundary.map(boundary),
        tags: of.tags.into_iter().map(tag).collect(),
        role_last_used: Some(last.unwrap_or_default()),
        ..Role::default()
    }
}

/// The same in a list.
pub(super) fn listed_role(of: Entity<entity::Role>) -> Role {
    Role {
        tags: Vec::new(),
        permissions_boundary: None,
        role_last_used: None,
        ..role(of)
    }
}

pub(super) fn policy(of: Managed) -> Policy {
    let Managed {
        policy,
        arn,
        attached,
    } = of;
    Policy {
        arn: Some(arn),
        policy_id: Some(policy.id.as_str().to_owned()),
        policy_name: Some(policy.name),
        path: Some(policy.path),
        default_version_id: Some(version_id(policy.body.default_version)),
        attachment_count: Some(count(attached)),
        permissions_boundary_usage_count: Some(0),
        is_attachable: Some(true),
        description: policy.body.description,
        create_date: Some(time(policy.created_at)),
        update_date: Some(time(policy.body.updated_at)),
        tags: policy.tags.into_iter().map(tag).collect(),
    }
}

/// The same in a list: neither description nor tags.
pub(super) fn listed_policy(of: Managed) -> Policy {
    Policy {
        description: None,
        tags: Vec::new(),
        ..policy(of)
    }
}

fn boundary(arn: String) -> AttachedPermissionsBoundary {
    AttachedPermissionsBoundary {
        permissions_boundary_type: Some(
            PermissionsBoundaryAttachmentType::PermissionsBoundaryPolicy,
        ),
        permissions_boundary_arn: Some(arn),
    }
}

pub(super) fn tag(of: entity::Tag) -> Tag {
    Tag {
        key: of.key,
        value: of.value,
    }
}

pub(super) fn tags(tags: Vec<Tag>) -> Vec<entity::Tag> {
    let tags = tags.into_iter().map(|tag| entity::Tag {
        key: tag.key,
        value: tag.value,
    });
    tags.collect()
}

/// The number of a version as it is shown, `v3`.
pub(super) fn version_id(number: u32) -> String {
    format!("v{number}")
}

/// The number of a version that was named.
pub(super) fn version_number(id: &str) -> Option<u32> {
    id.strip_prefix('v')?.parse().ok()
}
