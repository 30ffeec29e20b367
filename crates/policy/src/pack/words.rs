//! The words a pack may use, read off the catalogue: steps, their fields, and coded values.

use serde_json::Value;
use steps::StepKind;

/// The schema of a step, for looking up fields.
pub(super) struct Fields {
    root: Value,
}

impl Fields {
    pub(super) fn of(kind: StepKind) -> Self {
        Self { root: kind.schema().to_value() }
    }

    /// The schema of a field by its path, `consent.reasonExplained`.
    pub(super) fn find(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.root, |record, name| {
            let record = self.resolve(record);
            record.get("properties")?.get(name)
        })
    }

    /// The names of the step's fields.
    pub(super) fn names(&self) -> Vec<&str> {
        let properties = self.root.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// The coded values that a field may have; empty where it is not coded.
    pub(super) fn codes(&self, path: &str) -> Vec<String> {
        let Some(field) = self.find(path) else { return Vec::new() };
        let field = self.resolve(field);
        let item = field.get("items").map_or(field, |items| self.resolve(items));
        constants(item)
    }

    /// Follows references, and takes what may also be left out for what it is.
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let found = self.root.pointer(target.trim_start_matches('#'));
            return found.map_or(schema, |found| self.resolve(found));
        }
        let choices = schema.get("anyOf").and_then(Value::as_array);
        choices.and_then(|all| all.first()).map_or(schema, |first| self.resolve(first))
    }
}

fn constants(schema: &Value) -> Vec<String> {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let described = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let described = described.flat_map(|one| {
        let single = one.get("const").into_iter();
        single.chain(one.get("enum").and_then(Value::as_array).into_iter().flatten())
    });
    listed.chain(described).filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The step whose name is most like `name`, for a message.
pub(crate) fn nearest_step(name: &str) -> &'static str {
    let shared = |kind: &&StepKind| {
        let both = kind.name().chars().zip(name.chars());
        both.take_while(|(ours, theirs)| ours.eq_ignore_ascii_case(theirs)).count()
    };
    StepKind::ALL.iter().max_by_key(shared).map_or("ReferralSent", |kind| kind.name())
}
