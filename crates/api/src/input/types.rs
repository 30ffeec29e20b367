//! GraphQL input types made from JSON Schema.

use async_graphql::{
    indexmap::IndexMap,
    registry::{Deprecation, MetaEnumValue, MetaInputValue, MetaType, Registry},
};
use serde_json::Value;
use steps::StepKind;

/// The `@oneOf` input of all steps; every type beneath it is put into the registry.
pub(super) fn step_input(registry: &mut Registry) -> MetaType {
    let mut fields = IndexMap::new();
    for kind in StepKind::ALL {
        let schema = kind.schema().to_value();
        let name = format!("{}Input", kind.name());
        let mut types = Types { registry, defs: schema.get("$defs").cloned().unwrap_or_default() };
        types.object(&name, &schema);
        let field = kind.field_name();
        fields.insert(field.clone(), input_value(&field, &name, description(&schema)));
    }
    MetaType::InputObject {
        name: "StepInput".to_owned(),
        description: Some("One step: exactly one field, named for the step.".to_owned()),
        input_fields: fields,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some("StepInput"),
        oneof: true,
        directive_invocations: Vec::new(),
    }
}

struct Types<'a> {
    registry: &'a mut Registry,
    defs: Value,
}

impl Types<'_> {
    /// Registers an input object of that name.
    fn object(&mut self, name: &str, schema: &Value) {
        if self.registry.types.contains_key(name) {
            return;
        }
        self.reserve(name);
        let required: Vec<&str> = strings(schema.get("required"));
        let mut input_fields = IndexMap::new();
        for (field, field_schema) in
            schema.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            let nullable = !required.contains(&field.as_str());
            let ty = self.type_of(field_schema);
            let ty = if nullable { ty } else { format!("{ty}!") };
            let about = description(field_schema);
            input_fields.insert(field.clone(), input_value(field, &ty, about));
        }
        let object = MetaType::InputObject {
            name: name.to_owned(),
            description: description(schema),
            input_fields,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some("steps"),
            oneof: false,
            directive_invocations: Vec::new(),
        };
        self.registry.types.insert(name.to_owned(), object);
    }

    /// Keeps the name, so that a type that holds itself ends.
    fn reserve(&mut self, name: &str) {
        self.registry.types.insert(name.to_owned(), scalar(name, None));
    }

    /// The nullable GraphQL type of a schema.
    fn type_of(&mut self, schema: &Value) -> String {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return self.referred(target.rsplit('/').next().unwrap_or_default());
        }
        let mut variants = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
        if let Some(first) = variants.find(|one| !is_null(one)) {
            let first = first.clone();
            return self.type_of(&first);
        }
        let items = schema.get("items").cloned().unwrap_or_default();
        match (json_type(schema), schema.get("format").and_then(Value::as_str)) {
            ("array", _) => format!("[{}!]", self.type_of(&items)),
            ("integer", _) => "Int".to_owned(),
            ("boolean", _) => "Boolean".to_owned(),
            (_, Some("date")) => self.scalar("Date", "A day, 2026-01-31."),
            (_, Some("date-time")) => {
                self.scalar("DateTime", "An instant with its zone (RFC 3339).")
            }
            (_, _) => "String".to_owned(),
        }
    }

    fn referred(&mut self, name: &str) -> String {
        if name == "Step" {
            return "StepInput".to_owned();
        }
        let schema = self.defs.get(name).cloned().unwrap_or_default();
        if schema.get("oneOf").is_some() || schema.get("enum").is_some() {
            self.enumeration(name, &schema);
            return name.to_owned();
        }
        if json_type(&schema) == "object" {
            let input = format!("{name}Input");
            self.object(&input, &schema);
            return input;
        }
        let about = description(&schema).unwrap_or_default();
        let personal = schema.get("x-personal").and_then(Value::as_bool) == Some(true);
        let about = if personal { format!("Personal, stored sealed: {about}") } else { about };
        self.scalar(name, &about)
    }

    fn scalar(&mut self, name: &str, about: &str) -> String {
        if !self.registry.types.contains_key(name) {
            self.registry.types.insert(name.to_owned(), scalar(name, Some(about)));
        }
        name.to_owned()
    }

    fn enumeration(&mut self, name: &str, schema: &Value) {
        if self.registry.types.contains_key(name) {
            return;
        }
        let described = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let described =
            described.filter_map(|one| Some((one.get("const")?.as_str()?, description(one))));
        let plain = strings(schema.get("enum")).into_iter().map(|value| (value, None));
        let values = described
            .chain(plain)
            .map(|(value, about)| (value.to_owned(), enum_value(value, about)));
        let enumeration = MetaType::Enum {
            name: name.to_owned(),
            description: description(schema),
            enum_values: values.collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some("steps"),
            directive_invocations: Vec::new(),
            requires_scopes: Vec::new(),
        };
        self.registry.types.insert(name.to_owned(), enumeration);
    }
}

fn scalar(name: &str, about: Option<&str>) -> MetaType {
    MetaType::Scalar {
        name: name.to_owned(),
        description: about.map(str::to_owned),
        is_valid: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        specified_by_url: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn enum_value(name: &str, description: Option<String>) -> MetaEnumValue {
    MetaEnumValue {
        name: name.to_owned(),
        description,
        deprecation: Deprecation::NoDeprecated,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        directive_invocations: Vec::new(),
    }
}

fn input_value(name: &str, ty: &str, description: Option<String>) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description,
        ty: ty.to_owned(),
        deprecation: Deprecation::NoDeprecated,
        default_value: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}

fn description(schema: &Value) -> Option<String> {
    schema.get("description").and_then(Value::as_str).map(str::to_owned)
}

fn strings(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn is_null(schema: &Value) -> bool {
    json_type(schema) == "null"
}

/// The JSON type, of `["string", "null"]` the first.
fn json_type(schema: &Value) -> &str {
    let ty = schema.get("type");
    let first = ty.and_then(Value::as_array).and_then(|all| all.first());
    first.or(ty).and_then(Value::as_str).unwrap_or_default()
}
