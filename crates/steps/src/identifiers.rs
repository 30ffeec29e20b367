//! Identifiers, each with one way in (RTT guidance v5.0, Annex C; ODS; e-RS).

use compact_str::CompactString;

/// A value that is not well formed. It never repeats the value: it may be about a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct BadValue {
    /// What would be right.
    pub expected: &'static str,
}

uuid_ids! {
    /// Our own id of a pathway, minted by its first step.
    pub struct PathwayId;
    /// Id of a recorded event (`UUIDv5` of the command id and the index in the command).
    pub struct EventId;
    /// Id a client gives a command; the same id with the same content is the same command.
    pub struct CommandId;
    /// Random reference to a person; never derived from an NHS number.
    pub struct SubjectRef;
}

checked_strings! {
    /// NHS number: ten digits whose last is a check digit, modulus 11. Always a personal field.
    pub struct NhsNumber("a ten-digit NHS number with a right check digit", nhs_number);
    /// ODS code of an organisation or site: 2 to 12 letters and digits, kept in upper case.
    pub struct OdsCode("an ODS code of 2 to 12 letters and digits", ods_code);
    /// Unique Booking Reference Number of the e-Referral Service: twelve digits.
    pub struct Ubrn("a UBRN of twelve digits", |raw| digits(raw, 12));
    /// Patient pathway identifier: twenty letters and digits, unique with its issuer; padding is kept.
    pub struct Ppid("a PPID of twenty letters or digits (padding kept)", ppid);
    /// Treatment function: a three-digit national code, or a reporting code (`C_100`, `X02`) kept as given.
    pub struct FunctionCode("a treatment function such as 100, or a reporting code such as C_100 or X02", function_code);
    /// SNOMED CT concept id: 6 to 18 digits.
    pub struct SnomedCode("a SNOMED CT concept id of 6 to 18 digits", snomed_code);
    /// Free text of 1 to 4,000 characters, with something in it besides white space.
    pub struct Text("text of 1 to 4,000 characters that is not blank", text);
    /// A whole document, as it was sent: 1 to 100,000 characters, kept to the last space.
    pub struct Document("a document of 1 to 100,000 characters that is not blank", document);
    /// A short plain label, not about a person: 1 to 200 characters.
    pub struct Label("a label of 1 to 200 characters", label);
    /// A telephone number, e-mail address or web address at which something can be reached.
    pub struct Endpoint("a telephone number, e-mail or web address of 3 to 320 characters without spaces at the ends", endpoint);
    /// Id of a staff user in the system that knows them; never a name.
    pub struct UserRef("a user reference of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of a service in the directory.
    pub struct ServiceId("a service id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of a contact point in the directory.
    pub struct ContactPointId("a contact point id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of an appointment in the system that keeps it.
    pub struct AppointmentId("an appointment id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of an admission in the system that keeps it.
    pub struct AdmissionId("an admission id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of an offer of a date.
    pub struct OfferId("an offer id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of a test request.
    pub struct TestId("a test id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of a letter or other document.
    pub struct LetterId("a letter id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of an action or piece of work asked of somebody.
    pub struct ActionId("an action id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of a medicine order or supply.
    pub struct MedicineId("a medicine id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of a contact (attendance, admission or conversation) that a document speaks of.
    pub struct ContactId("a contact id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of a concern about the interface between primary and secondary care.
    pub struct ConcernId("a concern id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Id of a query or message between organisations or from a patient.
    pub struct QueryId("a query id of 1 to 64 letters, digits or .:_/~@-", reference);
    /// Name of a rule, pack, template or feed: `SEL-2.5c`.
    pub struct RuleId("a rule id of 1 to 64 letters, digits or .:_/~@-", reference);
}

fn nhs_number(raw: &str) -> Option<CompactString> {
    let plain: CompactString = raw.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let digits: Vec<u32> = plain.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    let (check, body) = digits.split_last()?;
    if body.len() != 9 || body.iter().all(|digit| digit == check) {
        return None;
    }
    let sum: u32 = body.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let expected = match 11 - sum % 11 {
        11 => 0,
        other => other,
    };
    (expected == *check).then_some(plain)
}

fn ods_code(raw: &str) -> Option<CompactString> {
    let fits = (2..=12).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| raw.to_ascii_uppercase().into())
}

fn digits(raw: &str, length: usize) -> Option<CompactString> {
    (raw.len() == length && raw.bytes().all(|b| b.is_ascii_digit())).then(|| raw.into())
}

fn ppid(raw: &str) -> Option<CompactString> {
    let fits = raw.len() == 20 && raw.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ');
    (fits && !raw.trim().is_empty()).then(|| raw.into())
}

fn function_code(raw: &str) -> Option<CompactString> {
    let national = digits(raw, 3).is_some();
    let reporting = raw.strip_prefix("C_").is_some_and(|rest| digits(rest, 3).is_some())
        || raw.strip_prefix('X').is_some_and(|rest| digits(rest, 2).is_some());
    (national || reporting).then(|| raw.into())
}

fn snomed_code(raw: &str) -> Option<CompactString> {
    ((6..=18).contains(&raw.len())).then(|| digits(raw, raw.len())).flatten()
}

fn bounded(raw: &str, most: usize) -> Option<CompactString> {
    let trimmed = raw.trim();
    (!trimmed.is_empty() && trimmed.chars().count() <= most).then(|| trimmed.into())
}

fn text(raw: &str) -> Option<CompactString> {
    bounded(raw, 4_000)
}

/// Kept as it is: what was sent is what is proved.
fn document(raw: &str) -> Option<CompactString> {
    (!raw.trim().is_empty() && raw.chars().count() <= 100_000).then(|| raw.into())
}

fn label(raw: &str) -> Option<CompactString> {
    bounded(raw, 200)
}

fn endpoint(raw: &str) -> Option<CompactString> {
    bounded(raw, 320).filter(|kept| kept.len() >= 3)
}

fn reference(raw: &str) -> Option<CompactString> {
    let known = |b: u8| b.is_ascii_alphanumeric() || b".:_/~@-".contains(&b);
    ((1..=64).contains(&raw.len()) && raw.bytes().all(known)).then(|| raw.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nhs_numbers_of_the_domain_page_are_accepted_or_refused() {
        for good in
            ["9434765919", "6541003238", "9000000009", "9912003888", "9990000018", "4857773457"]
        {
            assert!(good.parse::<NhsNumber>().is_ok(), "{good}");
        }
        for bad in
            ["4857773456", "1111111111", "9990000001", "943476591", "94347659190", "943476591x", ""]
        {
            assert!(bad.parse::<NhsNumber>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_nhs_number_in_display_form_is_kept_as_ten_digits() {
        assert_eq!("943 476 5919".parse::<NhsNumber>().unwrap().as_str(), "9434765919");
    }

    #[test]
    fn a_bad_value_says_what_would_be_right_and_not_what_was_wrong() {
        let message = "4857773456".parse::<NhsNumber>().unwrap_err().to_string();
        assert_eq!(message, "expected a ten-digit NHS number with a right check digit");
    }

    #[test]
    fn codes_are_checked_at_their_borders() {
        assert!("RJ1".parse::<OdsCode>().is_ok() && "q".parse::<OdsCode>().is_err());
        assert_eq!("rj1".parse::<OdsCode>().unwrap().as_str(), "RJ1");
        assert!("123456789012".parse::<Ubrn>().is_ok() && "12345678901".parse::<Ubrn>().is_err());
        assert!("0000000012345678901X".parse::<Ppid>().is_ok() && "123".parse::<Ppid>().is_err());
        for good in ["100", "C_100", "X02"] {
            assert!(good.parse::<FunctionCode>().is_ok(), "{good}");
        }
        for bad in ["C100", "X2", "1000", "", "C_10"] {
            assert!(bad.parse::<FunctionCode>().is_err(), "{bad}");
        }
        assert!("  ".parse::<Text>().is_err() && "a".repeat(4_001).parse::<Text>().is_err());
    }
}
