//! IAM on both engines: names are unique whatever their case, lists go on where they ended, secrets are sealed.

use super::sample::{NOW, account_id, make_account};
use domain::dice::Dice;
use domain::iam::access_key::{AccessKeyId, Status, Term};
use domain::iam::entity::{Entity, Group, Kind, Role, Tag, UniqueId, User};
use domain::secret::Secret;
use domain::time::Span;
use store::iam::access_key::{self, AccessKey, Use};
use store::iam::entity::{self, NAME_TAKEN};
use store::iam::{policy, standing};
use store::testing::engines;
use store::{StoreError, Tx};

fn user(tx: &mut Tx<'_>, name: &str, path: &str) -> Result<Entity<User>, StoreError> {
    let new = Entity {
        id: UniqueId::draw(Kind::User, &Dice::new([1; 32]).derive(name)),
        account: account_id(1),
        name: name.to_owned(),
        path: path.to_owned(),
        created_at: NOW,
        tags: Vec::new(),
        body: User::default(),
    };
    entity::insert(tx, &new, None).map(|()| new)
}

#[test]
fn names_are_unique_in_their_kind_whatever_the_case() {
    for db in engines() {
        make_account(&db, 1);
        let taken = db.write_blocking(|tx| {
            user(tx, "Zhang", "/")?;
            let found = entity::find::<User>(tx, &account_id(1), "zHANG")?;
            assert_eq!(found.map(|user| user.name).as_deref(), Some("Zhang"));
            assert_eq!(entity::find::<User>(tx, &account_id(2), "Zhang")?, None);
            assert_eq!(entity::find::<Group>(tx, &account_id(1), "Zhang")?, None);
            user(tx, "ZHANG", "/").map(drop)
        });
        assert!(taken.unwrap_err().is_conflict_on(NAME_TAKEN), "{db:?}");
        let counted = db.read_blocking(|tx| entity::number(tx, &account_id(1), Kind::User));
        assert_eq!(counted, Ok(0), "the unit was rolled back whole");
    }
}

#[test]
fn a_list_goes_on_where_it_ended_and_stays_below_its_path() {
    for db in engines() {
        make_account(&db, 1);
        db.write_blocking(|tx| {
            for (name, path) in [
                ("b", "/hr/"),
                ("A", "/"),
                ("c", "/hr/tw/"),
                ("d", "/ops/"),
                ("E", "/hr_x/"),
            ] {
                user(tx, name, path)?;
            }
            let names = |page: &store::Page<Entity<User>>| -> Vec<String> {
                page.items.iter().map(|user| user.name.clone()).collect()
            };
            let account = account_id(1);
            let first = entity::page::<User>(tx, &account, "/", "", 3)?;
            assert_eq!((names(&first).concat().as_str(), first.more), ("Abc", true));
            let after = entity::mark(first.items.last().unwrap());
            let rest = entity::page::<User>(tx, &account, "/", &after, 3)?;
            assert_eq!((names(&rest).concat().as_str(), rest.more), ("dE", false));
            let below = entity::page::<User>(tx, &account, "/hr/", "", 100)?;
            assert_eq!(names(&below).concat(), "bc");
            assert_eq!(entity::number(tx, &account, Kind::User)?, 5);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }
}

#[test]
fn what_hangs_on_an_entity_keeps_it() {
    for db in engines() {
        make_account(&db, 1);
        db.write_blocking(|tx| {
            let zhang = user(tx, "Zhang", "/")?;
            policy::put_inline(tx, &zhang.id, "look", "{}")?;
            policy::put_inline(tx, &zhang.id, "look", "{\"Version\":\"2012-10-17\"}")?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
        let find = |tx: &mut Tx<'_>| entity::find::<User>(tx, &account_id(1), "Zhang");
        let held = db.write_blocking(move |tx| {
            let zhang = find(tx)?.expect("it was made");
            entity::remove(tx, &zhang)
        });
        assert!(held.unwrap_err().is_conflict_on("reference"), "{db:?}");
        db.write_blocking(move |tx| {
            let mut zhang = find(tx)?.expect("it was made");
            assert_eq!(policy::inlines(tx, &zhang.id)?.len(), 1);
            assert!(policy::remove_inline(tx, &zhang.id, "look")?);
            zhang.name = "Chang".to_owned();
            zhang.tags = vec![Tag {
                key: "Team".into(),
                value: "Gate".into(),
            }];
            entity::save(tx, &zhang)?;
            assert_eq!(find(tx)?, None);
            let renamed = entity::by_id::<User>(tx, &zhang.id)?.expect("it has another name");
            assert_eq!(entity::tag(&renamed.tags, "team"), Some("Gate"));
            assert_eq!(entity::by_id::<Role>(tx, &zhang.id)?, None, "it is no role");
            entity::remove(tx, &renamed)?;
            assert_eq!(entity::number(tx, &account_id(1), Kind::User)?, 0);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }
}

#[test]
fn members_and_groups_know_each_other() {
    for db in engines() {
        make_account(&db, 1);
        db.write_blocking(|tx| {
            let zhang = user(tx, "Zhang", "/")?;
            for name in ["ops", "Audit"] {
                let group = Entity {
                    id: UniqueId::draw(Kind::Group, &Dice::new([2; 32]).derive(name)),
                    account: account_id(1),
                    name: name.to_owned(),
                    path: "/".to_owned(),
                    created_at: NOW,
                    tags: Vec::new(),
                    body: Group {},
                };
                entity::insert(tx, &group, None)?;
                entity::join(tx, &zhang.id, &group.id)?;
                entity::join(tx, &zhang.id, &group.id)?;
                let members = entity::members_of(tx, &group.id, "", 10)?;
                assert_eq!(members.items, std::slice::from_ref(&zhang));
            }
            let groups = entity::groups_of(tx, &zhang.id, "", 10)?;
            let names: Vec<&str> = groups.items.iter().map(|g| g.name.as_str()).collect();
            assert_eq!(
                (names, entity::group_count(tx, &zhang.id)?),
                (vec!["Audit", "ops"], 2)
            );
            let first = groups.items.first().expect("there are two");
            assert!(entity::leave(tx, &zhang.id, &first.id)?);
            assert!(!entity::leave(tx, &zhang.id, &first.id)?);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }
}

#[test]
fn a_key_is_its_owners_and_its_secret_is_sealed() {
    for db in engines() {
        make_account(&db, 1);
        let id = AccessKeyId::draw(Term::Long, &account_id(1), &Dice::new([4; 32]));
        let key = AccessKey {
            id: id.clone(),
            account: account_id(1),
            owner: account_id(1).to_string(),
            status: Status::Active,
            created_at: NOW,
            last_used: None,
        };
        db.write_blocking(move |tx| {
            access_key::insert(tx, &key, &Secret::from("wJalrXUtnFEMI"))?;
            assert_eq!(access_key::secret(tx, &key.id)?.expose(), b"wJalrXUtnFEMI");
            assert_eq!(
                access_key::of_owner(tx, &key.owner)?,
                std::slice::from_ref(&key)
            );
            assert!(!access_key::set_status(
                tx,
                &key.id,
                "another",
                Status::Inactive
            )?);
            assert!(access_key::set_status(
                tx,
                &key.id,
                &key.owner,
                Status::Inactive
            )?);
            let used = Use {
                at: NOW + Span::minutes(1),
                region: "us-east-1".to_owned(),
                service: "iam".to_owned(),
            };
            access_key::used(tx, &key.id, &used)?;
            let found = access_key::find(tx, &key.id)?.expect("it was made");
            assert_eq!(
                (found.status, found.last_used),
                (Status::Inactive, Some(used))
            );
            assert!(!access_key::remove(tx, &key.id, "another")?);
            assert!(access_key::remove(tx, &key.id, &key.owner)?);
            assert_eq!(access_key::find(tx, &key.id)?, None);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }
}

#[test]
fn versions_attachments_and_holders() {
    const ARN: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    for db in engines() {
        make_account(&db, 1);
        db.write_blocking(|tx| {
            let zhang = user(tx, "Zhang", "/")?;
            for number in [1, 2] {
                let version = policy::Version {
                    number,
                    document: "{}".to_owned(),
                    created_at: NOW,
                };
                policy::add_version(tx, &zhang.id, &version)?;
            }
            let numbers = policy::versions(tx, &zhang.id)?;
            assert_eq!(numbers.iter().map(|v| v.number).collect::<Vec<_>>(), [2, 1]);
            assert!(policy::remove_version(tx, &zhang.id, 1)?);
            assert_eq!(policy::find_version(tx, &zhang.id, 1)?, None);
            policy::attach(tx, &zhang.id, ARN)?;
            policy::attach(tx, &zhang.id, ARN)?;
            assert_eq!(policy::attached(tx, &zhang.id)?, [ARN]);
            assert_eq!(policy::attached_count(tx, &zhang.id)?, 1);
            let holders = policy::holders(tx, ARN, &account_id(1))?;
            assert!(
                holders
                    .iter()
                    .all(|holder| holder.is(Kind::User) && holder.name == "Zhang")
            );
            assert_eq!((holders.len(), policy::attachments(tx, ARN)?), (1, 1));
            assert!(policy::detach(tx, &zhang.id, ARN)?);
            assert!(!policy::detach(tx, &zhang.id, ARN)?);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }
}

#[test]
fn a_change_gives_the_account_another_epoch_and_a_revocation_another_counter() {
    for db in engines() {
        make_account(&db, 1);
        db.write_blocking(|tx| {
            let account = account_id(1);
            assert_eq!(standing::epoch(tx, &account)?, 0);
            standing::changed(tx, &account, &Dice::new([1; 32]))?;
            let first = standing::epoch(tx, &account)?;
            standing::changed(tx, &account, &Dice::new([2; 32]))?;
            assert_ne!(first, standing::epoch(tx, &account)?);
            standing::set_alias(tx, &account, Some("gate"))?;
            assert_eq!(standing::alias(tx, &account)?.as_deref(), Some("gate"));
            assert_eq!(standing::of_alias(tx, "gate")?, Some(account.clone()));
            standing::set_alias(tx, &account, None)?;
            assert_eq!(standing::of_alias(tx, "gate")?, None);
            assert_eq!(standing::counter(tx, "account:1")?, 0);
            standing::revoke(tx, "account:1", &Dice::new([1; 32]))?;
            assert_ne!(standing::counter(tx, "account:1")?, 0);
            assert_eq!(standing::counter(tx, "account:2")?, 0);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }
}
