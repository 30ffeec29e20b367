//! The arguments of `waymark clock`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

/// What `waymark clock --help` teaches.
pub(super) const HELP: &str = r#"The lines are those of `waymark import` and `waymark export`: one step a line. They may come in any
order and be of several pathways; `by` may say who recorded a step. Steps that are still to come are
taken too, to see what a decision would do.

Example: a referral, and a decision not to treat that the patient was told of three days later.

  $ cat one.ndjson
  {"pathway":{"id":"6f9619ff-8b86-4011-b42d-00c04fc964ff"},"occurredAt":"2026-01-05","commandId":"11111111-1111-4111-8111-111111111111","by":{"role":"BOOKING_TEAM","organisation":"RJ1"},"step":{"referralReceived":{"provider":"RJ1","service":"RJ1.110","rttScope":"IN_SCOPE","function":"110","route":"OTHER","referralPurpose":"TREATMENT"}}}
  {"pathway":{"id":"6f9619ff-8b86-4011-b42d-00c04fc964ff"},"occurredAt":"2026-03-02","commandId":"22222222-2222-4222-8222-222222222222","step":{"decisionNotToTreat":{"decidedAt":"2026-03-02","communicatedAt":"2026-03-05"}}}

  $ waymark clock one.ndjson
  $ waymark clock one.ndjson --on 2026-01-31 --json
  $ waymark export | waymark clock --json | jq 'select(.state == "TICKING")'

With --json each pathway is one object on a line of its own: its state, its periods with start, stop,
status, days, band and the parts of the return, and for every step what it did to the clock and why.

A line that cannot be read is told with file, line, field and what would be right; then nothing is
worked out, and the exit code is 1."#;

#[derive(Debug, Args)]
pub(crate) struct ClockArgs {
    /// NDJSON file, one step a line; `-` or nothing reads standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The census day: periods are shown as they stood at its end; left out: today in London.
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<NaiveDate>,
    /// Settings of the clock to judge by (TOML, as schema/policies/rtt-clock.toml); left out: those
    /// that ship.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Print JSON, one object a pathway, instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
}
