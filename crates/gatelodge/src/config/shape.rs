//! How a section of the configuration is written down: once, as the type that is read and as the table that explains it.

use serde::{Deserialize, Serialize};

/// One key, as it is explained.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Its section, as it stands between brackets; empty at the top.
    pub(crate) section: &'static str,
    /// Whether there may be several such sections, each between double brackets.
    pub(crate) several: bool,
    /// Its name.
    pub(crate) name: &'static str,
    /// Why it is there, in lines.
    pub(crate) why: &'static [&'static str],
    /// What it may look like, where the default does not show it.
    pub(crate) sample: Option<&'static str>,
}

/// Declares a section: its type, which refuses unknown keys, its defaults, and the table of its keys. A section that
/// may stand there several times has brackets of its own, and is listed as such in the one above it.
macro_rules! section {
    (
        $name:ident $path:literal
        keys { $( $(#[doc = $why:literal])+ $key:ident: $type:ty = $default:expr $(, $sample:literal)?; )* }
        sections { $( $sub:ident: $sub_type:ty; )* }
        $( several { $( $many:ident: $many_type:ty; )* } )?
    ) => {
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct $name {
            $( $(#[doc = $why])+ pub(crate) $key: $type, )*
            $( pub(crate) $sub: $sub_type, )*
            $( $( pub(crate) $many: Vec<$many_type>, )* )?
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $key: $default, )* $( $sub: <$sub_type>::default(), )* $( $( $many: Vec::new(), )* )? }
            }
        }

        impl $name {
            pub(super) fn describe(keys: &mut Vec<Key>) {
                keys.extend([ $( Key {
                    section: $path.trim_matches(['[', ']']),
                    several: $path.starts_with('['),
                    name: stringify!($key),
                    why: &[$($why,)+],
                    sample: [$(Some($sample),)? None][0],
                }, )* ]);
                $( <$sub_type>::describe(keys); )*
                $( $( <$many_type>::describe(keys); )* )?
            }
        }
    };
}
pub(super) use section;

/// A value that may hold a password: read, used, never shown.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hidden(String);

impl Hidden {
    /// The value itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Serialize for Hidden {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str("(hidden)")
    }
}
