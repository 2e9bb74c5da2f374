//! A deserializer for lists whose elements must be objects.

use serde::de::{Deserialize, Deserializer, Error as _};

use super::object;

/// For a field with a list of objects of shape `T`. A derived `Deserialize` alone would also accept arrays.
pub(crate) fn list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let elements = Vec::<Element<T>>::deserialize(from)?;
    Ok(elements.into_iter().map(|Element(element)| element).collect())
}

struct Element<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Element<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        object::optional(from)?.map(Self).ok_or_else(|| D::Error::custom("must be an object"))
    }
}
