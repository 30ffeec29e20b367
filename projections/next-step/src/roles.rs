//! Roles: how rows write them, and how a patient reads them.

use steps::codes::Role;

/// The name of the role in rows and GraphQL.
pub const fn role_code(role: Role) -> &'static str {
    words(role).0
}

/// The role in words a patient understands.
pub const fn role_in_words(role: Role) -> &'static str {
    words(role).1
}

/// The role of that name.
pub fn role_from_code(code: &str) -> Option<Role> {
    Role::ALL.iter().copied().find(|role| role_code(*role) == code)
}

const fn words(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::GeneralPractitioner => ("GENERAL_PRACTITIONER", "your GP"),
        Role::PracticeStaff => ("PRACTICE_STAFF", "the practice team"),
        Role::Consultant => ("CONSULTANT", "the consultant's team"),
        Role::Clinician => ("CLINICIAN", "the clinic team"),
        Role::Nurse => ("NURSE", "the nursing team"),
        Role::TriageClinician => ("TRIAGE_CLINICIAN", "the team that reads referrals"),
        Role::AdviceResponder => ("ADVICE_RESPONDER", "the specialist who advises your GP"),
        Role::BookingTeam => ("BOOKING_TEAM", "the booking team"),
        Role::Receptionist => ("RECEPTIONIST", "the reception desk"),
        Role::WardTeam => ("WARD_TEAM", "the ward team"),
        Role::SchedulingTeam => ("SCHEDULING_TEAM", "the waiting-list office"),
        Role::CorrespondenceTeam => ("CORRESPONDENCE_TEAM", "the team that sends letters"),
        Role::PathwayCoordinator => ("PATHWAY_COORDINATOR", "the pathway coordinator"),
        Role::MedicalExaminer => ("MEDICAL_EXAMINER", "the medical examiner's office"),
        Role::AttendingPractitioner => ("ATTENDING_PRACTITIONER", "the doctor who gave care"),
        Role::Pharmacist => ("PHARMACIST", "the pharmacist"),
        Role::ServiceManager => ("SERVICE_MANAGER", "the service manager"),
        Role::ValidationTeam => ("VALIDATION_TEAM", "the waiting-list validation team"),
        Role::Patient => ("PATIENT", "you"),
        Role::Carer => ("CARER", "your carer"),
        Role::Auditor => ("AUDITOR", "the auditor"),
        Role::System => ("SYSTEM", "the hospital's system"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_written_as_the_catalogue_writes_it_and_reads_back() {
        for role in Role::ALL {
            let theirs = testkit::json!(role);
            assert_eq!(theirs.as_str(), Some(role_code(*role)));
            assert_eq!(role_from_code(role_code(*role)), Some(*role));
        }
    }
}
