//! What PostgreSQL alone can lose or keep: sessions, pointers, rows that others have brought further.

use std::time::Duration;

use super::fixture::*;
use crate::{Projector, SqlError, ViewReadError, params};

#[tokio::test(flavor = "multi_thread")]
async fn only_columns_that_changed_are_written() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let projector = world.run(&Small::new()).await;
    let schema = format!("waymark_view_{}", world.home.editions().0);
    world.home.0.run("CREATE TABLE public.written (what text)").unwrap();
    for what in ["pathway.pathway", "pathway.steps", "pathway.first", "pathway.last", "step.kind"] {
        let (table, column) = what.split_once('.').unwrap();
        let sql = format!(
            "CREATE FUNCTION public.\"on {what}\"() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN INSERT INTO public.written VALUES ('{what}'); RETURN NULL; END $$; \
             CREATE TRIGGER watch_{column} AFTER UPDATE OF \"{column}\" \
             ON \"{schema}\".\"{table}\" FOR EACH ROW EXECUTE FUNCTION public.\"on {what}\"()"
        );
        world.home.0.run(&sql).unwrap();
    }
    let at = world.tell(1, &[plain(12, "2026-01-06", "appointmentBooked")]).await;
    let reader = projector.reader("small").unwrap();
    assert!(reader.wait_for(at, Duration::from_secs(20)).await);
    let written = "SELECT string_agg(what, ' ' ORDER BY what) FROM public.written";
    assert_eq!(world.home.0.run(written), Ok(Some("pathway.last pathway.steps".to_owned())));
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loss_of_all_connections_loses_no_step_and_the_next_reader_is_answered() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let projector = world.run(&Small::new()).await;
    let reader = projector.reader("small").unwrap();
    for n in 2..8 {
        world.home.0.send_all_away();
        let at = world.tell(n, &[plain(n * 10, "2026-01-05", "referralReceived")]).await;
        assert!(reader.wait_for(at, Duration::from_secs(20)).await);
        assert_eq!(shown(&reader, n).len(), 2);
    }
    assert_eq!(digest(&reader), world.replayed("replay").await);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_has_brought_further_is_taken_up_where_it_stands() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let one = world.run(&Small::new()).await;
    let other_view = Small::new();
    let other = world.run(&other_view).await;
    for n in 2..8 {
        world.tell(n, &[plain(n * 10, "2026-01-05", "referralReceived")]).await;
        one.caught_up().await.unwrap();
        other.caught_up().await.unwrap();
    }
    let expected = world.replayed("replay").await;
    for projector in [&one, &other] {
        assert_eq!(digest(&projector.reader("small").unwrap()), expected);
        assert!(projector.status().borrow().is_healthy());
    }
    assert_eq!(other_view.memory().len(), 14, "a row a pathway and a step each");
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pointer_to_what_is_not_there_is_built_anew() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    world.run(&Small::new()).await.stop().await;
    world.home.0.run("UPDATE waymark_views.in_use SET edition = 'small-v1-abcdefgh-9'").unwrap();
    let projector = world.run(&Small::new()).await;
    let status = projector.status().borrow().clone();
    assert_eq!(status.views[0].refused.as_deref(), Some("its pointer file is damaged"));
    assert_eq!(digest(&projector.reader("small").unwrap()), world.replayed("replay").await);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_is_not_finished_was_never_there() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let projector = world.run(&Small::new()).await;
    let before = world.home.editions();
    let database = world.home.keeping().open().unwrap().database;
    drop(database.build(Small::new().as_ref()).unwrap());
    assert_eq!(world.home.editions(), before);
    let rebuilt = projector.rebuild(&["small"], false).await.unwrap();
    assert_eq!(rebuilt[0].digest, world.replayed("replay").await);
    assert_eq!(world.home.editions().1.len(), 2);
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_tells_no_value() {
    let world = World::new();
    let projector: Projector = world.run(&Small::new()).await;
    let reader = projector.reader("small").unwrap();
    let secret = "SELECT CAST(?1 AS bigint)";
    let asked = reader.with(|c| c.first(secret, params!["Mrs Jones"], |row| row.get::<i64>(0)));
    let Err(ViewReadError::Failed { source: SqlError::Postgres(fault), .. }) = asked else {
        panic!("no refusal: {asked:?}")
    };
    assert!(!fault.to_string().contains("Jones"), "{fault}");
    assert!(fault.to_string().contains("22P02"), "{fault}");
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_that_were_dropped_with_all_that_names_them_are_built_again() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let projector = world.run(&Small::new()).await;
    let edition = world.home.editions().0;
    projector.stop().await;
    let gone = format!(
        "DROP SCHEMA waymark_views CASCADE; DROP SCHEMA \"waymark_view_{edition}\" CASCADE"
    );
    world.home.0.run(&gone).unwrap();
    let projector = world.run(&Small::new()).await;
    let reader = projector.reader("small").unwrap();
    assert_eq!(digest(&reader), world.replayed("replay").await);
    projector.stop().await;
}
