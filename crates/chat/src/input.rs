//! How input is read that says more than its type.

use serde::{Deserialize, Deserializer};

/// Tells a field that is null from one that isn't there.
pub(crate) fn given<'de, D, T>(input: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(input).map(Some)
}
