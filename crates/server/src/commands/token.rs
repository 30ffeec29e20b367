//! A token of the local demo identity.

use anyhow::{Context, anyhow, bail};
use api::identity::{Principal, Standing};
use steps::{SubjectRef, codes::Role};

use crate::{cli::TokenArgs, config::Settings, edge, web};

const SECONDS_AN_HOUR: u64 = 3_600;

/// `waymark token`.
pub(crate) fn run(settings: &Settings, args: &TokenArgs) -> anyhow::Result<()> {
    let key = web::token_key(&settings.data_dir)?;
    let token = key.sign(principal(args)?, edge::seconds(), args.hours * SECONDS_AN_HOUR)?;
    super::print(&token);
    Ok(())
}

fn principal(args: &TokenArgs) -> anyhow::Result<Principal> {
    let role: Role = serde_json::from_value(args.role.clone().into())
        .with_context(|| format!("--role is `{}`", args.role))?;
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
