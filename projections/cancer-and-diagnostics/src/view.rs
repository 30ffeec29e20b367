//! The view: the cancer and diagnostic clocks of a history, under the standards it was made with.

use pathway::{
    History,
    cancer_and_diagnostics::{self as clocks, Standards},
};
use projector::{Row, Table, View};
use steps::StepKind;
use uuid::Uuid;

use crate::row;

/// How long people wait for a cancer diagnosis or treatment, and for tests.
#[derive(Debug, Clone)]
pub struct CancerAndDiagnosticsView {
    standards: Standards,
}

impl CancerAndDiagnosticsView {
    /// The view under these standards; under others it is another view and is rebuilt.
    pub fn new(standards: Standards) -> Self {
        Self { standards }
    }
}

impl View for CancerAndDiagnosticsView {
    fn name(&self) -> &'static str {
        "cancer-and-diagnostics"
    }

    fn version(&self) -> u32 {
        2
    }

    fn rules_digest(&self) -> String {
        let standards = format!("{:?}", self.standards);
        Uuid::new_v5(&Uuid::NAMESPACE_OID, standards.as_bytes()).to_string()
    }

    fn tables(&self) -> &'static [Table] {
        row::TABLES
    }

    /// The exhaustive table stands beside the clocks.
    fn concerns(&self, kind: StepKind) -> bool {
        is_about_the_record(kind) || clocks::concerns(kind)
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        row::rows_of(history, &self.standards)
    }
}

/// Corrections change the history of every pathway they touch, whatever they correct.
const fn is_about_the_record(kind: StepKind) -> bool {
    matches!(kind, StepKind::StepCorrected | StepKind::StepEnteredInError)
}
