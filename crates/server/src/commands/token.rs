//! A token of the local demo identity.

use anyhow::{Context, anyhow, bail};
use api::identity::{Principal, Standing};
use steps::{SubjectRef, codes::Role};

use crate::{cli::TokenArgs, config::Settings, edge, secrets::Secrets, web};

const SECONDS_AN_HOUR: u64 = 3_600;

/// A hundred years: past that a token's end is no date.
const HOURS_MAX: u64 = 876_000;

/// `waymark token`.
pub(crate) async fn run(settings: &Settings, args: &TokenArgs) -> anyhow::Result<()> {
    let (principal, seconds) = (principal(args)?, seconds(args.hours)?);
    let key = web::token_key(&Secrets::chosen(settings).await?)?;
    let token = key.sign(principal, edge::seconds(), seconds)?;
    super::print(&token);
    Ok(())
}

/// How long it is good for.
fn seconds(hours: u64) -> anyhow::Result<u64> {
    let seconds = hours.checked_mul(SECONDS_AN_HOUR).filter(|_| (1..=HOURS_MAX).contains(&hours));
    seconds.with_context(|| format!("--hours is {hours}: expected 1 to {HOURS_MAX}"))
}

fn principal(args: &TokenArgs) -> anyhow::Result<Principal> {
    let role = match &args.role {
        None => role_of(&args.standing),
        Some(raw) => serde_json::from_value(raw.clone().into())
            .with_context(|| format!("--role is `{raw}`"))?,
    };
    if (role == Role::Patient) != (args.standing == "patient") {
        bail!("--role is PATIENT for a patient, and for nobody else");
    }
    let subject: Option<SubjectRef> = match &args.subject {
        None => None,
        Some(raw) => Some(raw.parse().map_err(|bad| anyhow!("--subject: {bad}"))?),
    };
    let standing = match args.standing.as_str() {
        "patient" if subject.is_none() => bail!("a patient needs --subject"),
        "patient" => Standing::Patient,
        "auditor" => Standing::Auditor,
        _ => Standing::Staff,
    };
    Ok(Principal {
        user: format!("local-{}", args.standing).parse().map_err(|bad| anyhow!("{bad}"))?,
        standing,
        role,
        organisation: args.organisation.parse().map_err(|bad| anyhow!("--organisation: {bad}"))?,
        subject,
    })
}

/// The role of somebody who names none.
fn role_of(standing: &str) -> Role {
    match standing {
        "patient" => Role::Patient,
        "auditor" => Role::Auditor,
        _ => Role::Clinician,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(standing: &str, role: Option<&str>) -> TokenArgs {
        TokenArgs {
            standing: standing.to_owned(),
            role: role.map(str::to_owned),
            organisation: "RJ1".to_owned(),
            subject: Some(uuid::Uuid::from_u128(1).to_string()),
            hours: 12,
        }
    }

    #[test]
    fn the_role_is_that_of_the_standing_unless_it_is_named() {
        let role = |standing, role| principal(&args(standing, role)).unwrap().role;
        assert_eq!(role("patient", None), Role::Patient);
        assert_eq!(role("auditor", None), Role::Auditor);
        assert_eq!(role("staff", None), Role::Clinician);
        assert_eq!(role("staff", Some("BOOKING_TEAM")), Role::BookingTeam);
        assert!(principal(&args("staff", Some("KING"))).is_err());
        assert!(principal(&args("staff", Some("PATIENT"))).is_err());
        assert!(principal(&args("patient", Some("CLINICIAN"))).is_err());
    }

    #[test]
    fn hours_beyond_all_bounds_are_refused() {
        assert_eq!(seconds(12).unwrap(), 43_200);
        for hours in [0, 876_001, u64::MAX] {
            let refused = seconds(hours).unwrap_err().to_string();
            assert_eq!(refused, format!("--hours is {hours}: expected 1 to 876000"));
        }
    }
}
