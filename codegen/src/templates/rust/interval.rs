/// A span of time as PostgreSQL keeps it: a month and a day have no fixed length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interval {
    /// Months.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds.
    pub microseconds: i64,
}

#[cfg(feature = "sqlx")]
impl sqlx::Type<sqlx::Postgres> for Interval {
    fn type_info() -> sqlx::postgres::PgTypeInfo {
        <sqlx::postgres::types::PgInterval as sqlx::Type<sqlx::Postgres>>::type_info()
    }
}

#[cfg(feature = "sqlx")]
impl sqlx::postgres::PgHasArrayType for Interval {
    fn array_type_info() -> sqlx::postgres::PgTypeInfo {
        sqlx::postgres::types::PgInterval::array_type_info()
    }
}

#[cfg(feature = "sqlx")]
impl<'q> sqlx::Encode<'q, sqlx::Postgres> for Interval {
    fn encode_by_ref(
        &self,
        buffer: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        let Self { months, days, microseconds } = *self;
        let interval = sqlx::postgres::types::PgInterval { months, days, microseconds };
        sqlx::Encode::<sqlx::Postgres>::encode_by_ref(&interval, buffer)
    }
}

#[cfg(feature = "sqlx")]
impl<'r> sqlx::Decode<'r, sqlx::Postgres> for Interval {
    fn decode(
        value: sqlx::postgres::PgValueRef<'r>,
    ) -> Result<Self, sqlx::error::BoxDynError> {
        let sqlx::postgres::types::PgInterval { months, days, microseconds } =
            sqlx::Decode::<sqlx::Postgres>::decode(value)?;
        Ok(Self { months, days, microseconds })
    }
}
