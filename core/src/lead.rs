//! What is scored: a lead is a set of named values.

use crate::prelude::*;
use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::{Serialize, Serializer};

/// One value of a lead, as a CRM or a CSV holds it.
///
/// Which reading it gets (a number, a level, missing) is decided by the model's [`Field`](crate::model::Field), so
/// that the same text means the same in training and in scoring.
///
/// ```
/// use sales_ready::Value;
///
/// let (visits, source) = (["/", "/pricing"], String::from("fair"));
/// assert_eq!(Value::from(visits.len()), Value::Number(2.0));
/// assert_eq!(Value::from(&source), Value::from("fair"));
/// // Between whole numbers of that size lie no others.
/// assert_eq!(Value::from((1_i64 << 53) + 1), Value::from(1_i64 << 53));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value<'a> {
    /// Not known. An absent field, `null`, an empty cell and `NaN` all read as missing.
    #[default]
    Missing,
    /// A number; infinite ones score like the curve's nearest end.
    Number(f64),
    /// Text, to be read by the field: trimmed, compared with its missing markers, then parsed or looked up.
    Text(Cow<'a, str>),
    /// Yes or no: 1 or 0 for a number, the level that says so for a category.
    Flag(bool),
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<f32> for Value<'_> {
    fn from(number: f32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

/// Beyond 2⁵³ the nearest number there is, as in JSON.
impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

/// Beyond 2⁵³ the nearest number there is, as in JSON.
impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

/// Beyond 2⁵³ the nearest number there is, as in JSON.
impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

/// A point in time: milliseconds since the beginning of 1970 in UTC, as JavaScript's `Date` counts them.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Instant(i64);

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;

impl Instant {
    /// The instant so many milliseconds after the beginning of 1970 in UTC.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The first moment of a calendar day in UTC, counted from the first of 1970; see [`Instant::day`].
    ///
    /// ```
    /// use sales_ready::Instant;
    ///
    /// assert_eq!(Instant::midnight(-1).plus_days(1.5), Instant::from_millis(43_200_000));
    /// ```
    pub fn midnight(day: i64) -> Self {
        Self(day.saturating_mul(DAY))
    }

    /// Milliseconds since the beginning of 1970 in UTC.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the beginning of 1970 in UTC.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The instant so many days of 24 hours later; earlier where they are negative.
    #[must_use]
    pub fn plus_days(self, days: f64) -> Self {
        Self(self.0.saturating_add((days * DAY as f64) as i64))
    }

    /// Days of 24 hours from an earlier instant to this one; negative where that is later.
    ///
    /// ```
    /// use sales_ready::Instant;
    ///
    /// assert_eq!(Instant::from_millis(129_600_000).days_since(Instant::from_millis(0)), 1.5);
    /// ```
    pub fn days_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / DAY as f64
    }

    /// The calendar day in UTC, counted from the first of 1970.
    pub fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// The calendar day of the Monday on or before it. The first of 1970 was a Thursday.
    pub(crate) fn monday(self) -> i64 {
        self.day() - (self.day() + 3).rem_euclid(7)
    }
}

/// A lead: values by field name. A field that is not there is missing; a field the model does not know is ignored.
///
/// ```
/// use sales_ready::Lead;
///
/// let lead = Lead::new().with("reviews_read", 4).with("industry", "software").with("company_size", None::<f64>);
/// ```
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Lead<'a> {
    #[serde(deserialize_with = "each_once")]
    values: BTreeMap<Cow<'a, str>, Value<'a>>,
}

impl<'a> Lead<'a> {
    /// A lead of which nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// The lead with one more value; a second value of the same field replaces the first.
    #[must_use]
    pub fn with(mut self, field: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) -> Self {
        self.insert(field, value);
        self
    }

    /// Sets a field's value.
    pub fn insert(&mut self, field: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) {
        self.values.insert(field.into(), value.into());
    }

    /// The value of a field; [`Value::Missing`] where the lead has none.
    pub fn get(&self, field: &str) -> &Value<'a> {
        self.values.get(field).unwrap_or(&Value::Missing)
    }

    /// The fields this lead has a value for, in alphabetical order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.values.iter().map(|(name, value)| (name.as_ref(), value))
    }
}

impl<'a, K: Into<Cow<'a, str>>, V: Into<Value<'a>>> FromIterator<(K, V)> for Lead<'a> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(values: I) -> Self {
        Self { values: values.into_iter().map(|(field, value)| (field.into(), value.into())).collect() }
    }
}

/// Values by name. A name that stands twice is refused: nobody can tell which of its values was meant.
pub(crate) fn each_once<'de, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord + fmt::Debug,
    V: Deserialize<'de>,
{
    deserializer.deserialize_map(EachOnce(PhantomData))
}

struct EachOnce<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de> + Ord + fmt::Debug, V: Deserialize<'de>> Visitor<'de> for EachOnce<K, V> {
    type Value = BTreeMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = BTreeMap::new();
        while let Some((name, value)) = map.next_entry()? {
            match values.entry(name) {
                Entry::Vacant(free) => free.insert(value),
                Entry::Occupied(taken) => {
                    return Err(A::Error::custom(format_args!("{:?} stands twice", taken.key())));
                }
            };
        }
        Ok(values)
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing => serializer.serialize_unit(),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}

impl<'de> Deserialize<'de> for Value<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, true, false or null")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Missing)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Missing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }
}
