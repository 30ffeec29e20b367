//! The tables: their columns and indexes, and what is counted of them.

use projector::{Column, ColumnKind, Index, Table, Tally};

const fn int(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Int }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text }
}

const fn id(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Id }
}

/// Which rows were ever overdue, or may yet be.
const EVER_MISSING: &str = "settled IS NULL OR settled > due";

/// The tables of the view. Instants are microseconds, days are days.
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "expected",
        columns: &[
            text("rule"),
            int("version"),
            int("level"),
            text("alarm_to"),
            text("chain"),
            text("item"),
            int("priority"),
            id("trigger_id"),
            int("triggered"),
            int("triggered_day"),
            int("due"),
            int("settled"),
            id("settled_by"),
            int("ended"),
            text("sender"),
            text("owner"),
            text("addressed_to"),
        ],
        indexes: &[
            Index {
                name: "expected_by_due",
                columns: &["due", "rule", "trigger_id", "level"],
                only: Some(EVER_MISSING),
            },
            Index {
                name: "expected_by_owner",
                columns: &["owner", "due", "rule", "trigger_id", "level"],
                only: Some(EVER_MISSING),
            },
            Index {
                name: "expected_by_trigger",
                columns: &["rule", "triggered", "trigger_id", "level"],
                only: None,
            },
            Index {
                name: "expected_by_recipient",
                columns: &["addressed_to", "due", "rule", "trigger_id", "level"],
                only: None,
            },
        ],
    },
    Table {
        name: "passage",
        columns: &[
            text("chain"),
            text("item"),
            int("priority"),
            text("sender"),
            text("addressed_to"),
            int("started"),
            int("drafted"),
            int("authorised"),
            int("sent"),
            int("delivered"),
            int("opened"),
            int("filed"),
            int("actioned"),
            int("ended"),
            int("closed"),
        ],
        indexes: &[
            Index {
                name: "passage_by_sender",
                columns: &["chain", "sender", "closed"],
                only: None,
            },
            Index { name: "passage_by_start", columns: &["chain", "started"], only: None },
        ],
    },
    Table {
        name: "volume",
        columns: &[text("feed"), text("organisation"), text("source"), int("day")],
        indexes: &[],
    },
    Table {
        name: "dispatch",
        columns: &[
            id("event_id"),
            text("kind"),
            int("at"),
            text("sender"),
            text("recipient"),
            text("channel"),
            text("endpoint"),
            int("settled"),
        ],
        indexes: &[Index {
            name: "dispatch_by_recipient",
            columns: &["recipient", "at", "event_id"],
            only: None,
        }],
    },
    Table {
        name: "alarm",
        columns: &[
            id("event_id"),
            text("kind"),
            text("rule"),
            text("version"),
            id("trigger_id"),
            text("alarm_to"),
            text("organisation"),
            int("since"),
            int("resolved"),
            text("outcome"),
            id("resolved_by"),
        ],
        indexes: &[Index { name: "alarm_by_since", columns: &["since", "event_id"], only: None }],
    },
];

/// How much of each feed came on each day: every row of `volume` is one step.
pub(crate) const TALLIES: &[Tally] = &[Tally {
    name: "feed_day",
    of: "volume",
    columns: &["feed", "organisation", "source", "day"],
}];
