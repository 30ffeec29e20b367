//! The macros that every word of this room is made with.

/// A step, or a record inside one: camelCase JSON, absent options left out, unknown fields refused.
macro_rules! words {
    ($( $(#[$meta:meta])* pub struct $name:ident { $($body:tt)* } )+) => { $(
        $(#[$meta])*
        #[serde_with::skip_serializing_none]
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name { $($body)* }
    )+ };
}

/// Coded values: a `SCREAMING_SNAKE` name in JSON and GraphQL, and the national code where there is one.
///
/// The national code is read as well (`"3"` for `DID_NOT_ATTEND`), and never written.
macro_rules! codes {
    ($( $(#[$meta:meta])* pub enum $name:ident {
        $( $(#[$variant_meta:meta])* $variant:ident $(= $code:literal)? ),+ $(,)?
    } )+) => { $(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $( $(#[$variant_meta])* $(#[serde(alias = $code)])? $variant ),+ }

        impl $name {
            /// Every value, in the order of its list.
            pub const ALL: &'static [Self] = &[ $( Self::$variant ),+ ];

            /// The national code, where the value has one.
            pub const fn code(self) -> Option<&'static str> {
                match self { $( Self::$variant => codes!(@code $($code)?) ),+ }
            }
        }
    )+ };
    (@code) => { None };
    (@code $code:literal) => { Some($code) };
}

/// A short string with a rule: one fallible way in, and serde and JSON Schema know it.
macro_rules! checked_strings {
    ($( $(#[$meta:meta])* pub struct $name:ident($expected:literal, $check:expr); )+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "compact_str::CompactString", into = "compact_str::CompactString")]
        pub struct $name(compact_str::CompactString);

        impl $name {
            /// What a well-formed value looks like.
            pub const EXPECTED: &'static str = $expected;

            /// The value as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::identifiers::BadValue;
            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> Option<compact_str::CompactString> = $check;
                check(raw).map(Self).ok_or($crate::identifiers::BadValue { expected: $expected })
            }
        }

        impl TryFrom<compact_str::CompactString> for $name {
            type Error = $crate::identifiers::BadValue;
            fn try_from(raw: compact_str::CompactString) -> Result<Self, Self::Error> { raw.parse() }
        }

        impl From<$name> for compact_str::CompactString {
            fn from(value: $name) -> Self { value.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str { &self.0 }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "description": $expected})
            }
        }
    )+ };
}

/// Ids that are UUIDs: one type each, so that one cannot stand for another.
macro_rules! uuid_ids {
    ($( $(#[$meta:meta])* pub struct $name:ident; )+) => { $(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::identifiers::BadValue;
            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::parse_str(raw)
                    .map(Self)
                    .map_err(|_not_a_uuid| $crate::identifiers::BadValue { expected: "a UUID" })
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "format": "uuid", "description": "a UUID"})
            }
        }
    )+ };
}
