//! A CSV import that is killed, and run again: each step once, and each booking reference known.

use std::{fs, process::Stdio, thread};

use serde_json::json;

use crate::{
    process::{Place, id},
    town::{Chance, head, run},
};

const ROWS: u64 = 600;

const MAP: &str = r#"
source = "Example PAS"
table = "referrals"
key = ["ID"]
simulated = true

[pathway]
local = "ID"

[[step]]
kind = "referralReceived"
occurred_at = { column = "ON", format = "%Y-%m-%d" }
[step.fields]
provider = { const = "RJ1" }
service = { const = "s1" }
function = { const = "110" }
rttScope = { const = "IN_SCOPE" }
route = { const = "OTHER" }
referralPurpose = { const = "TREATMENT" }
ubrn = { column = "UBRN" }
"#;

fn ubrn(row: u64) -> String {
    format!("7000{row:08}")
}

fn write(place: &Place) {
    let rows = (0..ROWS).map(|row| format!("R{row},2026-01-05,{}\n", ubrn(row)));
    let csv = format!("ID,ON,UBRN\n{}", rows.collect::<String>());
    fs::write(place.path().join("referrals.csv"), csv).unwrap();
    fs::write(place.path().join("map.toml"), MAP).unwrap();
    let later = (0..ROWS).map(|row| {
        let line = json!({"pathway": {"ubrn": ubrn(row)}, "occurredAt": "2026-02-01",
            "commandId": id(50_000 + row), "step": {"patientArrived": {"appointmentId": "A1"}}});
        line.to_string() + "\n"
    });
    fs::write(place.path().join("later.ndjson"), later.collect::<String>()).unwrap();
}

#[test]
fn a_csv_import_killed_and_run_again_has_every_step_once_and_knows_every_reference() {
    let place = Place::new();
    write(&place);
    let arguments = ["import", "--csv", "referrals.csv", "--map", "map.toml"];
    let mut chance = Chance(11);
    for kill in 1..=4 {
        // Half of the events are the claims of the references.
        let until = 2 * ROWS * kill / 6 + chance.below(ROWS / 6);
        let mut import = place.waymark(&arguments);
        let mut import = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while head(&place) < until {
            assert!(import.try_wait().unwrap().is_none(), "the import ended by itself");
            thread::yield_now();
        }
        import.kill().unwrap();
        assert!(!import.wait().unwrap().success(), "it ended before it was killed");
    }
    run(place.waymark(&arguments));
    assert_eq!(head(&place), 2 * ROWS, "each referral and each claim is there once");
    run(place.waymark(&["import", "later.ndjson"]));
    assert_eq!(head(&place), 3 * ROWS, "nothing that is sent by a reference waits");
}
