//! Which of a template's coded choices a letter makes.

use crate::{Choice, Template};

/// A choice that the template does not give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadChoice {
    /// The field that is wrong: `reasons`, `words` or `category`.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Template {
    /// The reasons of these codes, in the order given; where none is given, those of the step that the
    /// letter tells of. `has_words`: the sender adds own words.
    pub fn chosen(
        &self,
        codes: &[String],
        told: &[String],
        has_words: bool,
    ) -> Result<Vec<&Choice>, BadChoice> {
        if codes.is_empty() {
            return Ok(told.iter().filter_map(|code| self.reason(code)).collect());
        }
        let mut chosen: Vec<&Choice> = Vec::new();
        for code in codes {
            let Some(reason) = self.reason(code) else {
                let problem = "`reasons` holds a code that the template does not give";
                return Err(bad("reasons", problem, &codes_of(&self.reasons)));
            };
            if chosen.contains(&reason) {
                return Err(bad("reasons", "`reasons` holds a code twice", "each once"));
            }
            chosen.push(reason);
        }
        match chosen.iter().find(|reason| reason.needs_words && !has_words) {
            Some(reason) => {
                let problem = format!("the reason {} is given and `words` is missing", reason.code);
                Err(bad("words", &problem, "the reason in the sender's own words"))
            }
            None => Ok(chosen),
        }
    }

    /// The kind of work of that code.
    pub fn work(&self, code: &str) -> Result<&Choice, BadChoice> {
        self.category(code).ok_or_else(|| {
            let problem = "`category` is no kind of work that the template gives";
            bad("category", problem, &codes_of(&self.categories))
        })
    }
}

fn codes_of(choices: &[Choice]) -> String {
    if choices.is_empty() {
        return "none: it gives none".to_owned();
    }
    let codes: Vec<&str> = choices.iter().map(|choice| choice.code.as_str()).collect();
    format!("one of {}", codes.join(", "))
}

fn bad(field: &'static str, problem: &str, expected: &str) -> BadChoice {
    BadChoice { field, message: format!("{problem}: expected {expected}") }
}

#[cfg(test)]
mod tests {
    use crate::Templates;

    fn chosen(codes: &[&str], has_words: bool) -> Result<Vec<String>, String> {
        let templates = Templates::shipped();
        let template = templates.get("workload-return").unwrap();
        let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
        let chosen = template.chosen(&codes, &[], has_words);
        chosen
            .map(|all| all.iter().map(|one| one.code.clone()).collect())
            .map_err(|bad| format!("{}: {bad}", bad.field))
    }

    #[test]
    fn reasons_are_those_of_the_template_each_once_and_in_the_order_given() {
        let codes = ["PROVIDERS_DUTY", "OUTSIDE_CORE_CONTRACT"];
        assert_eq!(chosen(&codes, false).unwrap(), codes);
        let said = chosen(&["TOO_BUSY"], false).unwrap_err();
        assert!(
            said.starts_with("reasons: `reasons` holds a code that the template does not give")
        );
        assert!(said.contains("expected one of OUTSIDE_CORE_CONTRACT, PROVIDERS_DUTY"), "{said}");
        let said = chosen(&["PROVIDERS_DUTY", "PROVIDERS_DUTY"], false).unwrap_err();
        assert_eq!(said, "reasons: `reasons` holds a code twice: expected each once");
    }

    #[test]
    fn where_no_reason_is_given_those_of_the_step_are_as_far_as_the_letter_has_words_for_them() {
        let templates = Templates::shipped();
        let told = ["NO_CAPACITY".to_owned()];
        let codes = |id: &str| -> Vec<String> {
            let chosen = templates.get(id).unwrap().chosen(&[], &told, false).unwrap();
            chosen.iter().map(|reason| reason.code.clone()).collect()
        };
        assert_eq!(codes("referral-declined"), told);
        assert_eq!(codes("declined-referral-reply"), [""; 0]);
    }

    #[test]
    fn another_reason_is_given_in_own_words() {
        let said = chosen(&["OTHER"], false).unwrap_err();
        assert!(
            said.starts_with("words: the reason OTHER is given and `words` is missing"),
            "{said}"
        );
        assert!(chosen(&["OTHER"], true).is_ok());
    }

    #[test]
    fn a_kind_of_work_is_one_that_the_template_has_words_for() {
        let templates = Templates::shipped();
        let template = templates.get("workload-return").unwrap();
        assert_eq!(template.work("PRESCRIBE").unwrap().words, "prescribe a medicine");
        assert_eq!(template.work("COOK").unwrap_err().field, "category");
    }
}
