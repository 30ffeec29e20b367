//! Packs and rules by their ids: the name of none would answer nothing, and nobody would see why.

use policy::Packs;
use steps::RuleId;

use crate::schema::scalars::bad_input;

/// A pack that judges here.
pub(super) fn known_pack(packs: &Packs, raw: &str) -> async_graphql::Result<RuleId> {
    known("pack", raw, packs.all().iter().map(|pack| &pack.id).collect())
}

/// A rule of any pack that judges here.
pub(super) fn known_rule(packs: &Packs, raw: &str) -> async_graphql::Result<RuleId> {
    let rules = packs.all().iter().flat_map(|pack| &pack.rules);
    known("rule", raw, rules.map(|rule| &rule.id).collect())
}

fn known(field: &str, raw: &str, mut ids: Vec<&RuleId>) -> async_graphql::Result<RuleId> {
    let id: RuleId = raw.parse().map_err(|bad| bad_input(format!("`{field}`: {bad}")))?;
    if ids.contains(&&id) {
        return Ok(id);
    }
    ids.sort_unstable();
    ids.dedup();
    let ids: Vec<&str> = ids.into_iter().map(RuleId::as_str).collect();
    Err(bad_input(format!("`{field}` names none: expected one of {}", ids.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_or_rule_that_there_is_not_is_refused_with_those_there_are() {
        let packs = Packs::shipped();
        assert!(known_rule(&packs, "SEL-3.1").is_ok());
        let said = known_rule(&packs, "NOPE").unwrap_err().message;
        assert!(said.starts_with("`rule` names none: expected one of "), "{said}");
        assert!(said.contains("NHS-SC-11.7") && said.contains("SEL-3.1"), "{said}");
        let pack = packs.all().first().unwrap().id.to_string();
        assert!(known_pack(&packs, &pack).is_ok());
        let said = known_pack(&packs, "NOPE").unwrap_err().message;
        assert!(said.starts_with("`pack` names none") && said.contains(&pack), "{said}");
    }
}
