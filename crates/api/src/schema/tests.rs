//! The published schema, and what every type of it keeps.

use super::*;

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/graphql/schema.graphql");

#[test]
fn the_published_schema_is_the_one_that_is_served() {
    let served = sdl();
    #[expect(
        clippy::disallowed_methods,
        reason = "how a developer accepts a change of the contract"
    )]
    let update = std::env::var("UPDATE_CONTRACTS").is_ok();
    if update {
        std::fs::write(PUBLISHED, &served).unwrap();
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap_or_default();
    let differs = published.lines().zip(served.lines()).find(|(old, new)| old != new);
    assert!(
        published == served,
        "schema/graphql/schema.graphql differs, first at {differs:?}: if it is meant, run \
         UPDATE_CONTRACTS=1 cargo test -p api the_published_schema"
    );
}

#[test]
fn every_step_can_be_recorded_under_its_own_name() {
    let sdl = sdl();
    let input = sdl.split("input StepInput").nth(1).unwrap().split("\n}").next().unwrap();
    for kind in steps::StepKind::ALL {
        let field = format!("\t{}: {}Input", kind.field_name(), kind.name());
        assert!(input.contains(&field), "{field}");
    }
}

#[test]
fn every_field_and_type_of_ours_says_what_it_is() {
    let sdl = sdl();
    let lines: Vec<&str> = sdl.lines().collect();
    let mut silent = Vec::new();
    for pair in lines.windows(2) {
        let starts = ["type ", "input ", "enum ", "union ", "interface "];
        let is_type = starts.iter().any(|start| pair[1].starts_with(start));
        let ours = !["Query", "Mutation", "Subscription"].iter().any(|root| pair[1].contains(root));
        if is_type && ours && pair[0] != "\"\"\"" && !pair[0].ends_with("\"\"\"") {
            silent.push(pair[1]);
        }
    }
    assert_eq!(silent, [""; 0]);
}

#[test]
fn the_patients_question_has_the_shape_that_was_agreed() {
    let sdl = sdl();
    for needed in [
        "whoToContact(pathwayId: ID!",
        "ownerPlain: String!",
        "ownerOrganisation: Organisation!",
        "whatNext: String!",
        "dueBy: Moment",
        "nextAppointment: NextAppointment",
        "expectedWait: ExpectedWait",
        "forQuestions: ContactFor!",
        "forDelay: ContactFor!",
        "ifWorse: ContactFor!",
        "toldPatientOn: Date",
        "within18WeeksShare: Float",
        "percentile92Weeks: Float",
    ] {
        assert!(sdl.contains(needed), "{needed}");
    }
}
