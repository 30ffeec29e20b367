//! From a selection to what writes it: the fields chosen of a value, in the order in which they were
//! asked, straight into the bytes of the answer.

use async_graphql::{
    ScalarType,
    parser::types::{Selection, SelectionSet},
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::schema::scalars::{Date, Moment};

/// Writes something of a value.
pub(crate) type Writer<T> = Box<dyn Fn(&T, &mut Vec<u8>) + Send + Sync>;

/// A field by its name in the schema, and how a selection of it becomes a writer. `None`: not like
/// this, so the executor has to answer.
pub(crate) type Field<T> = (&'static str, fn(&SelectionSet) -> Option<Writer<T>>);

/// An object of the schema whose fields can be written without the executor.
pub(crate) trait Planned: Sized + 'static {
    /// Its name in the schema.
    const TYPE: &'static str;
    /// All its fields.
    const FIELDS: &'static [Field<Self>];
}

/// The fields chosen of an object, each with its key in the answer.
pub(crate) struct Chosen<T> {
    fields: Vec<(String, Writer<T>)>,
}

impl<T: Planned> Chosen<T> {
    /// Reads a selection. Fragments, directives, arguments, and a key that stands twice (whose
    /// selections would have to be merged) are left to the executor.
    pub(crate) fn of(set: &SelectionSet) -> Option<Self> {
        let mut fields: Vec<(String, Writer<T>)> = Vec::with_capacity(set.items.len());
        for item in &set.items {
            let Selection::Field(field) = &item.node else { return None };
            let field = &field.node;
            let key = format!("\"{}\":", field.response_key().node);
            let twice = fields.iter().any(|(other, _)| *other == key);
            if twice || !field.directives.is_empty() || !field.arguments.is_empty() {
                return None;
            }
            let within = &field.selection_set.node;
            fields.push((key, writer(field.name.node.as_str(), within)?));
        }
        (!fields.is_empty()).then_some(Self { fields })
    }

    /// Writes the chosen fields as a JSON object.
    pub(crate) fn write(&self, value: &T, out: &mut Vec<u8>) {
        let mut before = b'{';
        for (key, write) in &self.fields {
            out.push(before);
            out.extend_from_slice(key.as_bytes());
            write(value, out);
            before = b',';
        }
        out.push(b'}');
    }
}

fn writer<T: Planned>(name: &str, within: &SelectionSet) -> Option<Writer<T>> {
    if name == "__typename" {
        return Some(Box::new(|_value, out| json(T::TYPE, out)));
    }
    let (_, writer) = T::FIELDS.iter().find(|(known, _)| *known == name)?;
    writer(within)
}

/// A field without fields of its own.
pub(crate) fn leaf<T: 'static>(set: &SelectionSet, of: fn(&T) -> &dyn Leaf) -> Option<Writer<T>> {
    let write = move |value: &T, out: &mut Vec<u8>| of(value).write(out);
    set.items.is_empty().then(|| Box::new(write) as Writer<T>)
}

/// An object that is always there.
pub(crate) fn object<T: 'static, U: Planned>(
    set: &SelectionSet,
    of: fn(&T) -> &U,
) -> Option<Writer<T>> {
    let chosen = Chosen::of(set)?;
    Some(Box::new(move |value, out| chosen.write(of(value), out)))
}

/// An object that may be null.
pub(crate) fn perhaps<T: 'static, U: Planned>(
    set: &SelectionSet,
    of: fn(&T) -> Option<&U>,
) -> Option<Writer<T>> {
    let chosen = Chosen::of(set)?;
    Some(Box::new(move |value, out| match of(value) {
        Some(inner) => chosen.write(inner, out),
        None => out.extend_from_slice(b"null"),
    }))
}

/// A value without fields, as the executor renders it.
pub(crate) trait Leaf {
    /// Writes it as JSON.
    fn write(&self, out: &mut Vec<u8>);
}

impl Leaf for String {
    fn write(&self, out: &mut Vec<u8>) {
        json(self, out);
    }
}

impl Leaf for &'static str {
    fn write(&self, out: &mut Vec<u8>) {
        json(self, out);
    }
}

impl Leaf for bool {
    fn write(&self, out: &mut Vec<u8>) {
        json(self, out);
    }
}

impl Leaf for f64 {
    fn write(&self, out: &mut Vec<u8>) {
        json(self, out);
    }
}

impl Leaf for Date {
    fn write(&self, out: &mut Vec<u8>) {
        json(&self.to_value(), out);
    }
}

impl Leaf for Moment {
    fn write(&self, out: &mut Vec<u8>) {
        json(&self.to_value(), out);
    }
}

impl Leaf for DateTime<Utc> {
    fn write(&self, out: &mut Vec<u8>) {
        json(&self.to_value(), out);
    }
}

impl<L: Leaf> Leaf for Option<L> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

/// Values of these types have a JSON form and memory takes every byte, so this does not fail; if it
/// ever did, the answer would be no JSON, and never another one.
fn json<V: Serialize + ?Sized>(value: &V, out: &mut Vec<u8>) {
    if let Err(error) = serde_json::to_writer(out, value) {
        tracing::error!(%error, "a field could not be written as JSON");
    }
}
