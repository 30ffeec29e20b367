//! Moving house: a whole log out of one directory and into another, by the real binary.

use std::process::{Command, Stdio};

use postgres_for_tests::Database;
use waymark_tests::waymark as binary;

fn waymark(args: &[&str]) -> (bool, String) {
    let done = Command::new(binary()).args(args).output().unwrap();
    let text = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn a_log_is_moved_into_an_empty_store_and_into_no_other() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let (old, new, other) = (path("old"), path("new"), path("other"));
    let (log, rows) = (path("log.ndjson"), path("rows.ndjson"));
    let row = |n: u32| {
        format!(
            r#"{{"pathway":{{"id":"00000000-0000-4000-8000-{n:012}"}},"occurredAt":"2026-01-05","commandId":"00000000-0000-4000-8000-{:012}","step":{{"patientArrived":{{"appointmentId":"A1"}}}}}}"#,
            100 + n
        )
    };
    std::fs::write(&rows, format!("{}\n{}\n", row(1), row(2))).unwrap();
    assert!(waymark(&["import", &rows, "--data-dir", &old]).0);
    let (done, told) = waymark(&["export", "--archive", &log, "--data-dir", &old]);
    assert!(done && told.contains("2 events"), "{told}");
    let (done, told) = waymark(&["import", "--archive", &log, "--data-dir", &new]);
    assert!(done && told.contains("2 events moved in, 0 were there before"), "{told}");
    let (done, told) = waymark(&["import", "--archive", &log, "--data-dir", &new]);
    assert!(done && told.contains("0 events moved in, 2 were there before"), "{told}");
    std::fs::write(&rows, format!("{}\n", row(3))).unwrap();
    assert!(waymark(&["import", &rows, "--data-dir", &new]).0, "it is lived in");
    let (done, told) = waymark(&["import", "--archive", &log, "--data-dir", &new]);
    assert!(!done && told.contains("nothing was moved in"), "{told}");
    assert!(waymark(&["import", &rows, "--data-dir", &other]).0);
    let (done, told) = waymark(&["import", "--archive", &log, "--data-dir", &other]);
    assert!(!done && told.contains("the store holds another log already"), "{told}");
    let text = std::fs::read_to_string(&log).unwrap();
    let half: Vec<&str> = text.split_inclusive('\n').take(2).collect();
    std::fs::write(&log, half.concat()).unwrap();
    let (done, told) = waymark(&["import", "--archive", &log, "--data-dir", &path("none")]);
    assert!(!done && told.contains("the archive is cut short"), "{told}");
    assert!(!place.path().join("none").exists(), "nothing is begun for a file that is no archive");
}

#[test]
fn two_who_move_one_log_into_one_database_at_once_write_it_once() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let (old, rows, log) = (path("old"), path("rows.ndjson"), path("log.ndjson"));
    let row = |n: u32| {
        format!(
            r#"{{"pathway":{{"id":"00000000-0000-4000-8000-{:012}"}},"occurredAt":"2026-01-05","commandId":"00000000-0000-4000-8000-{:012}","step":{{"patientArrived":{{"appointmentId":"A1"}}}}}}"#,
            n % 400,
            10_000 + n
        ) + "\n"
    };
    std::fs::write(&rows, (0..2_000).map(row).collect::<String>()).unwrap();
    assert!(waymark(&["import", &rows, "--data-dir", &old]).0);
    assert!(waymark(&["export", "--archive", &log, "--data-dir", &old]).0);
    let database = Database::fresh();
    let moving = ["one", "other"].map(|name| {
        let mut import = Command::new(binary());
        import.args(["import", "--archive", &log, "--data-dir", &path(name)]);
        import.env("WAYMARK_STORE", database.address()).stderr(Stdio::piped()).spawn().unwrap()
    });
    let told = moving.map(|import| {
        let ended = import.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(ended.status.success(), "{said}");
        let count =
            |word: &str| said.split(word).next().unwrap().rsplit(' ').next().unwrap().to_owned();
        let number = |text: String| text.replace(',', "").parse::<u64>().unwrap();
        (number(count(" events moved in")), number(count(" were there before")))
    });
    assert_eq!(told[0].0 + told[1].0, 2_000, "{told:?}");
    assert!(told.iter().all(|(written, known)| written + known == 2_000), "{told:?}");
    let events = database.run("SELECT max(position) FROM waymark.events WHERE position = (SELECT count(*) FROM waymark.events)");
    assert_eq!(events.unwrap().as_deref(), Some("2000"));
}
