//! What goes wrong around the server: a disk that fills, a database that goes away, a power cut. Each costs a clear
//! answer and nothing that was acknowledged.

use super::{Home, Server, eventually};
use rustix::process::{Resource, Rlimit, prlimit};
use std::sync::Arc;
use testkit::stores::{Cluster, shared_cluster};

fn limit_files(server: &Server, most: Option<u64>) {
    let limit = Rlimit {
        current: most,
        maximum: None,
    };
    prlimit(Some(server.pid()), Resource::Fsize, limit).unwrap();
}

#[test]
fn a_disk_that_fills_is_answered_503_and_used_again_when_there_is_room() {
    let home = Home::new();
    home.account("root@example.com");
    let server = home.serve();
    let mut client = server.client();
    assert_eq!(client.begin("root@example.com").status, 303);
    limit_files(&server, Some(1));
    let refused = client.begin("root@example.com");
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.is_page_of("GL-REQ-010"), "{}", refused.body);
    assert_eq!(client.get("/signin").status, 200, "reading needs no room");
    limit_files(&server, None);
    let begun = client.begin("root@example.com");
    assert_eq!(begun.status, 303);
    let flow = begun.header("location").unwrap().to_owned();
    assert_eq!(client.get(&flow).status, 200);
    let (code, said) = server.stop();
    assert_eq!(code, 0, "{said}");
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
}

#[test]
fn a_database_that_goes_away_and_comes_back_costs_503_in_between() {
    // Where PostgreSQL is not installed this says so, or fails where it is required.
    if shared_cluster().is_none() {
        return;
    }
    let cluster: Arc<Cluster> = Cluster::own(&[]).unwrap();
    let url = cluster.url("public").replace('\'', "\\'");
    let home = Home::with_config(&format!(
        "[store]\npostgres_url = \"{}\"\n",
        url.replace("\\'", "'")
    ));
    home.account("root@example.com");
    let server = home.serve();
    let mut client = server.client();
    let begun = client.begin("root@example.com");
    assert_eq!(begun.status, 303);
    let flow = begun.header("location").unwrap().to_owned();
    cluster.stop();
    let refused = client.post(
        "/signin",
        &[("user", "root"), ("email", "root@example.com")],
    );
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.is_page_of("GL-REQ-010"), "{}", refused.body);
    let ready = client.get("/readyz");
    assert_eq!((ready.status, ready.body.as_str()), (503, "store\n"));
    assert_eq!(client.get("/healthz").status, 200);
    cluster.start();
    eventually("the database to be used again", || {
        (client.get("/readyz").status == 200).then_some(())
    });
    assert_eq!(
        client.get(&flow).status,
        200,
        "what was begun is still there"
    );
    assert_eq!(client.begin("root@example.com").status, 303);
    let log = server.log();
    assert!(!log.contains("root@example.com"), "{log}");
    assert_eq!(server.stop().0, 0);
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
}

#[test]
fn a_store_that_is_away_at_the_start_is_said_in_words() {
    let home = Home::with_config(
        "[store]\npostgres_url = \"host=127.0.0.1 port=9 user=u password=hunter2\"\npostgres_tls = \"off\"\n",
    );
    let ran = home.run(&["serve"]);
    ran.refused("PostgreSQL cannot be reached");
    assert!(!ran.said.contains("hunter2"));
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let home = Home::new();
    let mut known = Vec::new();
    for round in 0..3 {
        let server = home.serve();
        let email = format!("root{round}@example.com");
        known.push(home.account(&email));
        let mut client = server.client();
        let begun = client.begin(&email);
        let flow = begun.header("location").unwrap().to_owned();
        server.kill();
        let server = home.serve();
        let mut after = server.client();
        after.cookies = client.cookies;
        let page = after.get(&flow);
        assert_eq!(page.status, 200);
        assert!(page.input("password").is_some() || page.body.contains("type=\"password\""));
        server.kill();
    }
    let listed = home.json(&["account", "list", "--json"]);
    let listed: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|a| a["accountId"].as_str())
        .collect();
    known.sort();
    assert_eq!(listed, known);
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
}

#[test]
fn an_older_copy_of_the_store_is_found_by_the_heads_kept_beside_it() {
    let home = Home::new();
    home.account("first@example.com");
    home.serve().stop();
    let copy = home.dir.path().join("copy.db");
    std::fs::copy(home.file("gatelodge.db"), &copy).unwrap();
    home.account("second@example.com");
    home.serve().stop();
    let verified = home.run(&["audit", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.printed);
    assert!(
        !verified.printed.contains("unanchored"),
        "written at the stop: {}",
        verified.printed
    );
    std::fs::copy(&copy, home.file("gatelodge.db")).unwrap();
    let verified = home.run(&["audit", "verify"]);
    assert_eq!(verified.code, 1);
    assert!(
        verified.printed.contains("tail was cut off"),
        "{}",
        verified.printed
    );
    let told = home.json_of(&["audit", "verify", "--json"]);
    assert_eq!(told["sound"], false);
}
