//! What a map promises, by small maps and files.

mod files;
mod laws;
mod mistakes;
mod rows;

use std::sync::LazyLock;

use crate::{CsvMap, FileError, MapError, MappedRow, PatientKey, Rows, Survey};

/// A map of referrals.
const MAP: &str = r#"
source = "Example PAS"
table = "referrals"
key = ["REFERRAL_ID"]
no_value = ["NULL"]

[pathway]
local = "PATHWAY_ID"

[patient]
local = "PATIENT_ID"

[ignore]
STATUS = ["DRAFT"]

[[step]]
kind = "referralReceived"
when = [{ column = "STATUS", one_of = ["OPEN", "SEEN"] }]
occurred_at = { column = "RECEIVED", format = "%d/%m/%Y" }
[step.fields]
provider = { const = "RX9" }
service = { column = "SPECIALTY" }
function = { column = "SPECIALTY" }
rttScope = { const = "IN_SCOPE" }
route = { column = "ROUTE", codes = { E = "E_REFERRAL_SERVICE", P = "OTHER" } }
referralPurpose = { const = "TREATMENT" }
priority = { column = "PRIORITY" }

[[step]]
kind = "pathwaySubject"
occurred_at = { column = "RECEIVED", format = "%d/%m/%Y" }
[step.fields]
subjectRef = { patient = true }
nhsNumber = { column = "NHS_NO" }
"#;

const HEADER: &str =
    "REFERRAL_ID,PATHWAY_ID,PATIENT_ID,NHS_NO,STATUS,RECEIVED,SPECIALTY,ROUTE,PRIORITY";

/// A good row of the key `R1`.
const ROW: &str = "R1,W1,P1,9990000018,OPEN,05/01/2026,110,E,1";

fn map() -> &'static CsvMap {
    static READ: LazyLock<CsvMap> = LazyLock::new(|| CsvMap::parse(MAP).unwrap());
    &READ
}

fn mistakes(text: &str) -> Vec<String> {
    CsvMap::parse(text).map_or_else(told, |_map| Vec::new())
}

fn told(mistakes: Vec<MapError>) -> Vec<String> {
    mistakes.iter().map(MapError::to_string).collect()
}

/// The rows of a file, read by a map.
fn read_by(map: &CsvMap, file: &[u8]) -> Result<Vec<MappedRow>, FileError> {
    let survey = Survey::of(map, file)?;
    let key = PatientKey::from_bytes([7; 32]);
    let rows: Vec<MappedRow> = Rows::of(map, &survey, &key, file)?.collect::<Result<_, _>>()?;
    assert_eq!(rows.len() as u64, survey.rows());
    Ok(rows)
}

fn read(lines: &[&str]) -> Vec<MappedRow> {
    read_by(map(), lines.join("\n").as_bytes()).unwrap()
}

/// What was refused of a file: line, step, column, field, code.
fn refused(lines: &[&str]) -> Vec<String> {
    let or = |one: &Option<String>| one.clone().unwrap_or("-".to_owned());
    let refused = read(lines).into_iter().flat_map(|row| row.refused);
    let told = |one: crate::Refusal| {
        let (step, column, field) = (or(&one.step), or(&one.column), or(&one.field));
        format!("{} {step} {column} {field} {}: {}", one.line, one.code, one.message)
    };
    refused.map(told).collect()
}
