//! What a query is told: values of the kinds of a cell, by number or by name.

use uuid::Uuid;

use crate::ColumnKind;

/// A value that a query is told. `Null` says of which kind: a database that is told no kind cannot
/// plan a comparison with nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// Nothing, where something of that kind could stand.
    Null(ColumnKind),
    /// A number, a date, an instant, or whether something is so.
    Int(i64),
    /// A word.
    Text(&'a str),
    /// An id.
    Id(Uuid),
}

/// What can be told to a query.
pub trait Ask {
    /// The value that is told.
    fn asked(&self) -> Asked<'_>;

    /// The kind of all values of the type.
    fn kind() -> ColumnKind
    where
        Self: Sized;
}

/// The values of a query, in the order of their numbers or with their names.
#[derive(Clone, Copy)]
pub enum Params<'p> {
    /// By number: the first is `?1`.
    Placed(&'p [&'p dyn Ask]),
    /// By name, with its colon.
    Named(&'p [(&'p str, &'p dyn Ask)]),
}

impl<'p> From<&'p [&'p dyn Ask]> for Params<'p> {
    fn from(values: &'p [&'p dyn Ask]) -> Self {
        Self::Placed(values)
    }
}

impl<'p> From<&'p [(&'p str, &'p dyn Ask)]> for Params<'p> {
    fn from(values: &'p [(&'p str, &'p dyn Ask)]) -> Self {
        Self::Named(values)
    }
}

/// The values of a query by number: `params![organisation, day]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$(&$value as &dyn $crate::Ask),*] as &[&dyn $crate::Ask]
    };
}

/// The values of a query by name: `named_params! {":day": day}`.
#[macro_export]
macro_rules! named_params {
    ($($name:literal : $value:expr),* $(,)?) => {
        &[$(($name, &$value as &dyn $crate::Ask)),*] as &[(&str, &dyn $crate::Ask)]
    };
}

macro_rules! asks {
    ($($type:ty, $kind:ident, |$value:ident| $asked:expr;)*) => {
        $(impl Ask for $type {
            fn asked(&self) -> Asked<'_> {
                let $value = self;
                Asked::$kind($asked)
            }

            fn kind() -> ColumnKind {
                ColumnKind::$kind
            }
        })*
    };
}

asks! {
    i64, Int, |number| *number;
    u32, Int, |number| i64::from(*number);
    bool, Int, |so| i64::from(*so);
    &str, Text, |word| word;
    String, Text, |word| word;
    Uuid, Id, |id| *id;
    [u8; 16], Id, |bytes| Uuid::from_bytes(*bytes);
    &[u8; 16], Id, |bytes| Uuid::from_bytes(**bytes);
}

impl<T: Ask> Ask for Option<T> {
    fn asked(&self) -> Asked<'_> {
        self.as_ref().map_or(Asked::Null(T::kind()), Ask::asked)
    }

    fn kind() -> ColumnKind {
        T::kind()
    }
}
