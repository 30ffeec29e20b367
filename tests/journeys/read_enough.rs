//! Whoever reads a command's answer may stop, as `head` does: then it ends without a word.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use waymark_tests::waymark;

/// Reads one line of what a command answers, goes away, and gives back how it ended.
fn after_one_line(arguments: &[&str]) -> (String, bool, String) {
    let mut child = Command::new(waymark())
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    (line, ended.status.success(), said)
}

#[test]
fn a_command_whose_reader_has_read_enough_ends_without_a_word() {
    // The schema is far longer than a pipe holds.
    let (line, succeeded, said) = after_one_line(&["schema"]);
    assert!(!line.is_empty());
    assert!(succeeded && said.is_empty(), "{said}");
}
