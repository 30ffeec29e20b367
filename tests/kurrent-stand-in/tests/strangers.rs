//! The official clients of other languages against the stand-in: a stranger who takes it for a server.

#[cfg(test)]
mod official_clients {
    use std::{
        path::PathBuf,
        process::{Command, Output},
    };

    use kurrent_stand_in::{Asked, Cluster, Settings};

    const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/strangers");

    /// Where `strangers/install` puts the clients for the tests of this target directory.
    fn installed() -> PathBuf {
        let own = std::env::current_exe().expect("this test has a path");
        let target = own.ancestors().nth(3).expect("a test stands in target/<profile>/deps");
        let place = target.join("strangers");
        for part in ["venv/bin/python", "node_modules/@kurrent/kurrentdb-client"] {
            let there = place.join(part).exists();
            assert!(there, "{part} is missing: run `{SCRIPTS}/install {}` first", place.display());
        }
        place
    }

    /// Runs a client against a new cluster; what it said, and what it asked for.
    fn run(nodes: usize, client: impl FnOnce(&str) -> Command) -> (Output, Asked) {
        let cluster = Cluster::start(Settings { nodes, ..Settings::default() }).unwrap();
        let said = client(&cluster.address()).output().expect("the client runs");
        (said, cluster.asked())
    }

    fn python(address: &str) -> Command {
        let mut python = Command::new(installed().join("venv/bin/python"));
        python.arg(format!("{SCRIPTS}/client.py")).arg(address);
        python
    }

    fn node(address: &str) -> Command {
        let mut node = Command::new("node");
        node.arg(format!("{SCRIPTS}/client.mjs")).arg(address).arg(installed());
        node
    }

    /// It said that it was content, and asked in every way there is.
    fn assert_content((said, asked): (Output, Asked)) {
        let (out, err) =
            (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert!(said.status.success(), "{out}{err}");
        assert!(out.ends_with(": accepted\n"), "{out}{err}");
        let Asked { appends, batch_appends, reads, subscriptions, .. } = asked;
        let counts = [appends, batch_appends, reads, subscriptions];
        assert!(counts.iter().all(|count| *count > 0), "{asked:?}");
    }

    #[test]
    fn the_python_client_accepts_one_node() {
        assert_content(run(1, python));
    }

    #[test]
    fn the_python_client_accepts_a_cluster() {
        let (said, asked) = run(3, python);
        assert!(asked.gossips > 0, "it never asked who leads: {asked:?}");
        assert_content((said, asked));
    }

    #[test]
    fn the_node_client_accepts_one_node() {
        assert_content(run(1, node));
    }

    #[test]
    fn the_node_client_accepts_a_cluster() {
        let (said, asked) = run(3, node);
        assert!(asked.gossips > 0, "it never asked who leads: {asked:?}");
        assert_content((said, asked));
    }
}
