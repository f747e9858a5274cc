//! Lists: `?limit=` and `?cursor=`, answered with `{items, next_cursor, heads}`.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use model::stream::StreamId;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// How many items a page has when nobody says.
pub const DEFAULT_LIMIT: u32 = 50;

/// How many it has at most; asking for more gives this many.
pub const MAX_LIMIT: u32 = 200;

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next page; null on the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// The last event's number of each stream that the items were read from.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub heads: BTreeMap<StreamId, u64>,
}

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items; more than 200 gives 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, default = 50)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

/// How many items a page may have: from 1, clamped to [`MAX_LIMIT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            0 => Err(de::Error::custom("must be at least 1")),
            limit => Ok(Self(
                u32::try_from(limit).unwrap_or(MAX_LIMIT).min(MAX_LIMIT),
            )),
        }
    }
}

/// Where a page ended. What is in it is the server's business.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(value_type = String)]
pub struct Cursor(String);

impl Cursor {
    /// The text to give to a client for a place in a list.
    pub fn encode(place: &str) -> String {
        BASE64URL_NOPAD.encode(place.as_bytes())
    }

    /// The place that [`Cursor::encode`] was given, read by `parse`; anything else is 400.
    pub fn decode<T>(&self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Problem> {
        BASE64URL_NOPAD
            .decode(self.0.as_bytes())
            .ok()
            .and_then(|place| String::from_utf8(place).ok())
            .and_then(|place| parse(&place))
            .ok_or_else(|| Problem::malformed("cursor", "not a cursor of this list"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_clamped_from_above_only() {
        let limit = |text: &str| serde_json::from_str::<Limit>(text).map(Limit::get);
        assert_eq!(limit("7").unwrap(), 7);
        assert_eq!(limit("100000").unwrap(), 200);
        assert_eq!(limit("99999999999999").unwrap(), 200);
        assert!(limit("0").is_err());
        assert!(limit("-1").is_err());
    }

    #[test]
    fn a_cursor_reads_back_and_a_made_up_one_does_not() {
        let cursor = Cursor(Cursor::encode("ana:17"));
        let place = cursor.decode(|place| Some(place.to_owned())).unwrap();
        assert_eq!(place, "ana:17");
        assert!(Cursor("?".into()).decode(|_| Some(())).is_err());
        assert!(cursor.decode(|_| None::<()>).is_err());
    }
}
