//! Moving house: a whole log out of one directory and into another, by the real binary.

use std::process::Command;

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
