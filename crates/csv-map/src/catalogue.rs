//! What the catalogue says of a step's fields: their shapes, and which must be there.

use serde_json::Value;
use steps::StepKind;

/// How a field is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One of these words.
    Coded(Vec<String>),
    /// `true` or `false`.
    Boolean,
    /// A whole number that is not negative.
    Integer,
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// A day or an instant.
    DayOrInstant,
    /// The random reference to a person.
    Person,
    /// Text, with what it must be.
    Text(String),
    /// Several values of a shape.
    List(Box<Self>),
    /// Fields of its own.
    Record,
}

/// The fields of a step.
pub(crate) struct Fields {
    root: Value,
}

impl Fields {
    pub(crate) fn of(kind: StepKind) -> Self {
        Self { root: kind.schema().to_value() }
    }

    /// The shape of a field by its path, `consent.reasonExplained`.
    pub(crate) fn shape(&self, path: &str) -> Option<Shape> {
        let found = path.split('.').try_fold(&self.root, |record, name| {
            let (_, record) = self.resolved("", record);
            record.get("properties")?.get(name)
        })?;
        Some(self.shape_of(found))
    }

    /// The paths of all fields that hold values, records opened.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for name in names(&self.root) {
            if self.shape(name) == Some(Shape::Record) {
                paths.extend(names(self.record(name)).map(|inner| format!("{name}.{inner}")));
            } else {
                paths.push(name.to_owned());
            }
        }
        paths
    }

    /// The names of the fields that a record needs; `None` is the step itself.
    pub(crate) fn required(&self, record: Option<&str>) -> Vec<String> {
        let schema = match record {
            None => &self.root,
            Some(name) => self.record(name),
        };
        let list = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The schema of a record in the step.
    fn record(&self, name: &str) -> &Value {
        let field = self.root.get("properties").and_then(|fields| fields.get(name));
        field.map_or(&Value::Null, |field| self.resolved("", field).1)
    }

    fn shape_of(&self, schema: &Value) -> Shape {
        let (name, schema) = self.resolved("", schema);
        let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
        let coded = constants(schema);
        if !coded.is_empty() {
            return Shape::Coded(coded);
        }
        match (type_of(schema), text("format"), name) {
            ("boolean", ..) => Shape::Boolean,
            ("integer", ..) => Shape::Integer,
            ("string", "date", _) => Shape::Day,
            ("string", "date-time", _) => Shape::Instant,
            ("string", _, "OccurredAt") => Shape::DayOrInstant,
            ("string", _, "SubjectRef") => Shape::Person,
            ("array", ..) => {
                let items = schema.get("items").unwrap_or(&Value::Null);
                Shape::List(Box::new(self.shape_of(items)))
            }
            ("object", ..) => Shape::Record,
            _ => Shape::Text(text("description").to_owned()),
        }
    }

    /// Follows references, and takes what may also be left out for what it is.
    fn resolved<'s>(&'s self, name: &'s str, schema: &'s Value) -> (&'s str, &'s Value) {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let name = target.rsplit('/').next().unwrap_or_default();
            let found = self.root.pointer(target.trim_start_matches('#'));
            return found.map_or((name, schema), |found| self.resolved(name, found));
        }
        let choices = schema.get("anyOf").and_then(Value::as_array);
        let first = choices.and_then(|all| all.first());
        first.map_or((name, schema), |first| self.resolved(name, first))
    }
}

fn names(record: &Value) -> impl Iterator<Item = &str> {
    let fields = record.get("properties").and_then(Value::as_object).into_iter().flatten();
    fields.map(|(name, _)| name.as_str())
}

/// The type; of several, one of which is `null`, the first.
fn type_of(schema: &Value) -> &str {
    let said = schema.get("type");
    let first = said.and_then(Value::as_array).and_then(|all| all.first());
    first.or(said).and_then(Value::as_str).unwrap_or_default()
}

fn constants(schema: &Value) -> Vec<String> {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let described = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let described = described.flat_map(|one| {
        let many = one.get("enum").and_then(Value::as_array).into_iter().flatten();
        one.get("const").into_iter().chain(many)
    });
    listed.chain(described).filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_read_off_the_catalogue() {
        let booked = Fields::of(StepKind::AppointmentBooked);
        assert_eq!(booked.shape("startsAt"), Some(Shape::Instant));
        assert_eq!(booked.shape("agreedWithPatient"), Some(Shape::Boolean));
        assert!(matches!(booked.shape("bookingKind"), Some(Shape::Coded(all)) if all.len() == 4));
        assert!(
            matches!(booked.shape("provider"), Some(Shape::Text(said)) if said.contains("ODS"))
        );
        assert_eq!(booked.shape("colour"), None);
        let sent = Fields::of(StepKind::ReferralSent);
        assert_eq!(sent.shape("consent"), Some(Shape::Record));
        assert_eq!(sent.shape("consent.consentedAt"), Some(Shape::DayOrInstant));
        assert_eq!(sent.required(Some("consent")), ["consentBasis", "reasonExplained"]);
        assert!(sent.paths().contains(&"consent.byRole".to_owned()));
        assert_eq!(Fields::of(StepKind::PathwaySubject).shape("subjectRef"), Some(Shape::Person));
        let list = Fields::of(StepKind::AddedToWaitingList);
        assert_eq!(list.shape("queuePositionDate"), Some(Shape::Day));
    }
}
