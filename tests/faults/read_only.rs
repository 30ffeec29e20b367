//! A data directory, or a log, that does not take writes; and several processes that want one at once.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    drain::terminate,
    process::{Place, Server},
    start::{SERVE, sentence},
    town::{history, input, story},
};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// The command without the right of root to write where the mode forbids it.
fn as_anybody(place: &Place, usual: &Command) -> Command {
    let is_root = fs::metadata(place.path()).unwrap().uid() == 0;
    let without: &[&str] = if is_root {
        &["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    } else {
        &["env"]
    };
    let mut command = Command::new(without[0]);
    command.args(&without[1..]).arg(usual.get_program()).args(usual.get_args());
    command.env_clear().env("PATH", "/usr/bin:/bin").current_dir(place.path());
    command
}

#[test]
fn a_directory_or_a_log_that_is_read_only_is_named_and_what_is_in_it_stays() {
    let place = Place::new();
    let mut server = Server::start(&place);
    let client = server.staff(&place);
    for (n, told) in (1..).zip(story()) {
        assert_eq!(client.record(&input(1, n, &told))["__typename"], "StepRecorded");
    }
    let before = history(&client, 1);
    // It ends well, so that nothing stands beside the log.
    terminate(&server);
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    let (data, log) = (place.data(), place.data().join("events.db"));
    let named = [
        (&data, 0o555, 0o700, format!("the data directory {} cannot be written", data.display())),
        (&log, 0o444, 0o644, format!("the event log in `{}` cannot be written", data.display())),
    ];
    for (closed, mode, open, expected) in named {
        set_mode(closed, mode);
        let said = sentence(as_anybody(&place, &place.waymark(&SERVE)));
        set_mode(closed, open);
        assert!(said.contains(&expected), "{said}");
        assert!(said.contains("give it to the user that Waymark runs as"), "{said}");
    }
    // A directory that is yet to be made.
    let another = Place::new();
    set_mode(another.path(), 0o555);
    let said = sentence(as_anybody(&another, &another.waymark(&SERVE)));
    set_mode(another.path(), 0o700);
    let expected = format!("the data directory {} cannot be made", another.data().display());
    assert!(said.starts_with(&expected), "{said}");

    let server = Server::start(&place);
    assert_eq!(history(&server.staff(&place), 1), before);
}

#[test]
fn of_several_processes_that_want_one_directory_at_once_one_serves_and_the_others_say_why() {
    let place = Place::new();
    let mut all: Vec<_> = (0..6)
        .map(|_| {
            let mut command = place.waymark(&SERVE);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    // Those that are turned away end by themselves.
    let mut turned_away = Vec::new();
    while turned_away.len() < 5 {
        let ended = all.iter_mut().position(|one| one.try_wait().unwrap().is_some());
        match ended {
            Some(at) => turned_away.push(all.remove(at)),
            None => std::thread::yield_now(),
        }
    }
    for one in turned_away {
        let answered = one.wait_with_output().unwrap();
        let said = String::from_utf8(answered.stderr).unwrap();
        assert_eq!(answered.status.code(), Some(1), "{said}");
        assert!(said.contains("is in use by another process"), "{said}");
    }
    let mut left = all.remove(0);
    assert!(left.try_wait().unwrap().is_none(), "nobody serves");
    left.kill().unwrap();
    left.wait().unwrap();
}
