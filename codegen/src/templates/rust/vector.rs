/// A vector of pgvector's; the column says how many dimensions it has.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Vector(pub Vec<f32>);

#[cfg(feature = "sqlx")]
impl sqlx::Type<sqlx::Postgres> for Vector {
    fn type_info() -> sqlx::postgres::PgTypeInfo {
        sqlx::postgres::PgTypeInfo::with_name("vector")
    }
}

#[cfg(feature = "sqlx")]
impl sqlx::postgres::PgHasArrayType for Vector {
    fn array_type_info() -> sqlx::postgres::PgTypeInfo {
        sqlx::postgres::PgTypeInfo::array_of("vector")
    }
}

#[cfg(feature = "sqlx")]
impl<'q> sqlx::Encode<'q, sqlx::Postgres> for Vector {
    fn encode_by_ref(
        &self,
        buffer: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        buffer.extend(&u16::try_from(self.0.len())?.to_be_bytes());
        buffer.extend(&[0, 0]);
        for number in &self.0 {
            buffer.extend(&number.to_be_bytes());
        }
        Ok(sqlx::encode::IsNull::No)
    }
}

#[cfg(feature = "sqlx")]
impl<'r> sqlx::Decode<'r, sqlx::Postgres> for Vector {
    fn decode(
        value: sqlx::postgres::PgValueRef<'r>,
    ) -> Result<Self, sqlx::error::BoxDynError> {
        if value.format() == sqlx::postgres::PgValueFormat::Text {
            let text = value.as_str()?.trim_matches(['[', ']']);
            let numbers = text.split(',').map(str::parse);
            return Ok(Self(numbers.collect::<Result<_, _>>()?));
        }
        let (_, numbers) = value.as_bytes()?.split_at_checked(4).unwrap_or_default();
        let (numbers, _) = numbers.as_chunks();
        Ok(Self(numbers.iter().map(|bytes| f32::from_be_bytes(*bytes)).collect()))
    }
}
