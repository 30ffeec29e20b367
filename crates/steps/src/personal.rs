//! Personal fields, marked in the definition of a step.
//!
//! A `Personal` value is written to the clear part of an event only as the marker `{"sealed": n}`;
//! the value itself goes, as the n-th of a list, into a part that is sealed with the person's key.
//! [`split`] takes a step apart so, [`join`] puts it together; a view reads the clear part alone and
//! still sees *that* something was given.

use std::{cell::RefCell, fmt, marker::PhantomData, str::FromStr};

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser, ser::SerializeMap};

/// A field about a person.
#[derive(Clone, PartialEq, Eq)]
pub enum Personal<T> {
    /// The value is here.
    Given(T),
    /// A value was given; it is sealed (the n-th of its event), or its key is gone.
    Sealed(u16),
}

impl<T> Personal<T> {
    /// The value, where it is open.
    pub fn open(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Sealed(_) => None,
        }
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self::Given(value)
    }
}

/// Never prints the value.
impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(..)")
    }
}

thread_local! {
    /// Values taken out while a clear part is written. `None`: nothing is being split.
    static TAKEN: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
    /// Values put back while a clear part is read.
    static GIVEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Writes the clear part of `step`, and its personal values in the order of their markers.
pub fn split<S: Serialize>(step: &S) -> Result<(Vec<u8>, Vec<String>), serde_json::Error> {
    let _emptied = Emptied;
    TAKEN.with_borrow_mut(|taken| *taken = Some(Vec::new()));
    let clear = serde_json::to_vec(step);
    let personal = TAKEN.with_borrow_mut(Option::take).unwrap_or_default();
    Ok((clear?, personal))
}

/// Reads with `read` while the markers of the clear part stand for `personal`.
pub fn join<R>(personal: Vec<String>, read: impl FnOnce() -> R) -> R {
    let _emptied = Emptied;
    GIVEN.with_borrow_mut(|given| *given = personal);
    read()
}

/// Empties this thread's hands also when a panic passes: nobody meets another person's values.
struct Emptied;

impl Drop for Emptied {
    fn drop(&mut self) {
        TAKEN.with_borrow_mut(|taken| *taken = None);
        GIVEN.with_borrow_mut(Vec::clear);
    }
}

/// Takes a value out of the step that is being split, and says which it is.
fn take(value: &impl fmt::Display) -> Option<Result<u16, &'static str>> {
    TAKEN.with_borrow_mut(|taken| {
        let list = taken.as_mut()?;
        list.push(value.to_string());
        let index = u16::try_from(list.len() - 1);
        Some(index.map_err(|_too_many| "a step has at most 65,536 personal values"))
    })
}

impl<T: fmt::Display> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let splitting = TAKEN.with_borrow(Option::is_some);
        let index = match self {
            Self::Sealed(_) if splitting => {
                return Err(ser::Error::custom(
                    "a sealed field cannot be recorded: give its value",
                ));
            }
            Self::Sealed(index) => *index,
            Self::Given(value) => match take(value) {
                Some(index) => index.map_err(ser::Error::custom)?,
                None => return serializer.collect_str(value),
            },
        };
        let mut marker = serializer.serialize_map(Some(1))?;
        marker.serialize_entry("sealed", &index)?;
        marker.end()
    }
}

struct PersonalVisitor<T>(PhantomData<T>);

impl<'de, T: FromStr<Err: fmt::Display>> de::Visitor<'de> for PersonalVisitor<T> {
    type Value = Personal<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, raw: &str) -> Result<Self::Value, E> {
        raw.parse().map(Personal::Given).map_err(E::custom)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (key, index) = map
            .next_entry::<CompactString, u16>()?
            .ok_or_else(|| de::Error::custom("expected a string"))?;
        if key != "sealed" {
            return Err(de::Error::custom("expected a string"));
        }
        match GIVEN.with_borrow(|given| given.get(usize::from(index)).cloned()) {
            Some(raw) => raw.parse().map(Personal::Given).map_err(de::Error::custom),
            None => Ok(Personal::Sealed(index)),
        }
    }
}

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PersonalVisitor(PhantomData))
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Personal<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Personal{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = T::json_schema(generator);
        schema.insert("x-personal".to_owned(), true.into());
        schema
    }
}

#[cfg(test)]
mod tests;
