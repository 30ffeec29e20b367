//! Connections that are lent and come back, on a real PostgreSQL.

use std::sync::Arc;

use postgres_for_tests::Database;
use tokio_postgres::{Client, NoTls};

use super::*;
use crate::wait;

fn pool(database: &Database, open_max: usize) -> Arc<Pool> {
    let address: Arc<str> = database.address().into();
    let connect: Connect = Arc::new(move || {
        let address = Arc::clone(&address);
        Box::pin(async move {
            let (client, connection) = tokio_postgres::connect(&address, NoTls).await?;
            tokio::spawn(connection);
            Ok(client)
        })
    });
    Pool::new(connect, open_max).unwrap()
}

/// Which process of the database serves it.
fn served_by(client: &Client) -> i32 {
    let rows = wait(client.query_typed("SELECT pg_backend_pid()", &[])).unwrap();
    rows[0].get(0)
}

#[test]
fn what_is_given_back_is_lent_again() {
    let database = Database::fresh();
    let pool = pool(&database, 1);
    let first = pool.take().unwrap();
    let at = served_by(&first);
    pool.give_back(Some(first));
    assert_eq!(served_by(&pool.take().unwrap()), at);
}

#[test]
fn what_was_cut_while_it_lay_idle_is_not_lent_and_takes_no_place() {
    let database = Database::fresh();
    let pool = pool(&database, 1);
    let first = pool.take().unwrap();
    let at = served_by(&first);
    database.send_all_away();
    while !first.is_closed() {
        std::thread::yield_now();
    }
    pool.give_back(Some(first));
    assert_ne!(served_by(&pool.take().unwrap()), at);
}

#[test]
fn whoever_finds_every_connection_lent_is_served_when_one_comes_back() {
    let database = Database::fresh();
    let pool = pool(&database, 1);
    let only = pool.take().unwrap();
    let at = served_by(&only);
    let waiting = {
        let pool = Arc::clone(&pool);
        std::thread::spawn(move || served_by(&pool.take().unwrap()))
    };
    pool.give_back(Some(only));
    assert_eq!(waiting.join().unwrap(), at);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_only_worker_of_a_runtime_may_wait_for_an_answer() {
    let database = Database::fresh();
    let client = tokio::spawn(async move { pool(&database, 1).take().map(|one| served_by(&one)) });
    assert!(client.await.unwrap().unwrap() > 0);
}

#[test]
fn where_nobody_answers_it_is_said_and_the_place_is_free_again() {
    let nowhere: Connect = Arc::new(|| Box::pin(async { Err("nobody is there".into()) }));
    let pool = Pool::new(nowhere, 1).unwrap();
    for _attempt in 0..2 {
        let refused = pool.take().unwrap_err().to_string();
        assert_eq!(refused, "the database cannot be reached: nobody is there");
    }
}

#[test]
fn a_question_over_a_connection_that_was_cut_is_asked_again_over_another() {
    let database = Database::fresh();
    let pool = pool(&database, 1);
    let first = pool.take().unwrap();
    let before = served_by(&first);
    pool.give_back(Some(first));
    let after = pool.ask(async |client| {
        let here = client.query_typed("SELECT pg_backend_pid()", &[]).await?[0].get::<_, i32>(0);
        if here == before {
            let gone = "SELECT pg_terminate_backend(pg_backend_pid())";
            client.query_typed(gone, &[]).await?;
        }
        Ok(here)
    });
    assert_ne!(after.unwrap(), before);
}

#[test]
fn what_a_failed_question_began_is_gone_and_its_value_is_not_quoted() {
    let database = Database::fresh();
    let pool = pool(&database, 1);
    let failed = pool.ask(async |client| {
        client.batch_execute("BEGIN; CREATE TABLE one (n int CHECK (n < 5))").await?;
        Ok(client.batch_execute("INSERT INTO one VALUES (77)").await?)
    });
    assert_eq!(failed.unwrap_err().to_string(), "it refused a value (23514)");
    let left = pool.ask(async |client| {
        let there = "SELECT to_regclass('one') IS NULL";
        Ok(client.query_typed(there, &[]).await?[0].get::<_, bool>(0))
    });
    assert!(left.unwrap());
}
