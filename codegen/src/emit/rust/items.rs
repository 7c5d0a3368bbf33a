//! Types: each is a handful of items.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, ident};
use crate::plan::rust::types::{RustType, Scalar};
use crate::plan::rust::{EnumPlan, Field, IdPlan, RowPlan, RustItem, Shape};

/// Prints everything of one type; each element is followed by a blank line.
pub(super) fn item(item: &RustItem) -> Vec<TokenStream> {
    match item {
        RustItem::Id(plan) => match &plan.prefix {
            Some(prefix) => checked_id(plan, prefix),
            None => wrapper_id(plan),
        },
        RustItem::Enum(plan) => enumeration(plan),
        RustItem::Row(plan) => row(plan),
    }
}

fn checked_id(plan: &IdPlan, prefix: &str) -> Vec<TokenStream> {
    let (name, doc, what) = (ident(&plan.name), docs(&plan.doc), &plan.what);
    vec![
        quote! {
            #doc
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct #name(String);
        },
        quote! {
            impl #name {
                /// What every identifier of this kind begins with.
                pub const PREFIX: &'static str = #prefix;
                /// Makes an identifier of a text that begins with [`Self::PREFIX`] and goes on behind it.
                pub fn new(text: impl Into<String>) -> Result<Self, InvalidValue> {
                    let what = #what;
                    super::support::prefixed(text.into(), Self::PREFIX, what).map(Self)
                }
                /// Returns the whole text, its prefix included.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }
        },
        quote! {
            impl std::str::FromStr for #name {
                type Err = InvalidValue;
                fn from_str(text: &str) -> Result<Self, InvalidValue> {
                    Self::new(text)
                }
            }
        },
        quote!(super::support::text_value!(#name);),
    ]
}

fn wrapper_id(plan: &IdPlan) -> Vec<TokenStream> {
    let (name, doc, inner) = (ident(&plan.name), docs(&plan.doc), scalar(plan.inner));
    let copy = plan.inner.is_copy().then(|| quote!(Copy,));
    vec![
        quote! {
            #doc
            #[derive(Clone, #copy Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
            #[cfg_attr(feature = "serde", serde(transparent))]
            #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
            pub struct #name(pub #inner);
        },
        quote!(super::support::plain_id!(#name, #inner);),
    ]
}

fn enumeration(plan: &EnumPlan) -> Vec<TokenStream> {
    let (name, doc, what) = (ident(&plan.name), docs(&plan.doc), &plan.what);
    let variants: Vec<_> = plan.variants.iter().map(|variant| ident(&variant.name)).collect();
    let variant_docs = plan.variants.iter().map(|variant| docs(&variant.doc));
    let values = plan.variants.iter().map(|variant| &variant.value);
    let native = plan.native.as_ref().map(|native| quote!(, #native));
    vec![
        quote! {
            #doc
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum #name {
                #(#variant_docs #variants,)*
            }
        },
        quote! {
            impl #name {
                /// Every value, in order.
                pub const ALL: &'static [Self] = &[#(Self::#variants),*];
                /// Returns the value as the database holds it.
                pub const fn as_str(&self) -> &'static str {
                    match self {
                        #(Self::#variants => #values,)*
                    }
                }
            }
        },
        quote! {
            impl std::str::FromStr for #name {
                type Err = InvalidValue;
                fn from_str(text: &str) -> Result<Self, InvalidValue> {
                    let what = #what;
                    super::support::one_of(Self::ALL, Self::as_str, text, what)
                }
            }
        },
        quote!(super::support::text_value!(#name #native);),
    ]
}

fn row(plan: &RowPlan) -> Vec<TokenStream> {
    let (name, doc) = (ident(&plan.name), docs(&plan.doc));
    let fields = plan.fields.iter().map(|field| row_field(field, true));
    let (table, columns) = (&plan.table, &plan.columns);
    let mut items = vec![
        quote! {
            #doc
            #[derive(Clone, Debug, PartialEq)]
            #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
            #[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
            pub struct #name { #(#fields,)* }
        },
        quote! {
            impl #name {
                /// The table's name as SQL writes it.
                pub const TABLE: &'static str = #table;
                /// The columns' names as SQL writes them, in the order of the fields.
                pub const COLUMNS: &'static [&'static str] = &[#(#columns),*];
            }
        },
    ];
    items.extend(plan.new.as_ref().map(new));
    items.extend(plan.patch.as_ref().map(patch));
    items
}

fn new(plan: &Shape) -> TokenStream {
    let (name, doc) = (ident(&plan.name), docs(&plan.doc));
    let fields = plan.fields.iter().map(|field| row_field(field, false));
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct #name { #(#fields,)* }
    }
}

fn patch(plan: &Shape) -> TokenStream {
    let (name, doc) = (ident(&plan.name), docs(&plan.doc));
    let fields = plan.fields.iter().map(|field| {
        // Without these two, a change to NULL and no change would be the same in JSON.
        let nullable = field.is_nullable_patch().then(|| {
            quote! {
                #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
                #[cfg_attr(feature = "serde", serde(deserialize_with = "super::support::given"))]
            }
        });
        field_with(field, nullable, false)
    });
    quote! {
        #doc
        #[derive(Clone, Debug, Default, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(default))]
        pub struct #name { #(#fields,)* }
    }
}

fn row_field(field: &Field, read: bool) -> TokenStream {
    field_with(field, None, read)
}

fn field_with(field: &Field, attributes: Option<TokenStream>, read: bool) -> TokenStream {
    let (name, doc, ty) = (ident(&field.name), docs(&field.doc), rust_type(&field.ty));
    let renamed = field.column.as_ref().map(|column| {
        let sqlx = read.then(|| quote!(#[cfg_attr(feature = "sqlx", sqlx(rename = #column))]));
        quote!(#[cfg_attr(feature = "serde", serde(rename = #column))] #sqlx)
    });
    quote!(#doc #attributes #renamed pub #name: #ty)
}

fn rust_type(ty: &RustType) -> TokenStream {
    match ty {
        RustType::Scalar(inner) => scalar(*inner),
        RustType::Named(name) => {
            let name = ident(name);
            quote!(#name)
        }
        RustType::List(inner) => {
            let inner = rust_type(inner);
            quote!(Vec<#inner>)
        }
        RustType::Optional(inner) => {
            let inner = rust_type(inner);
            quote!(Option<#inner>)
        }
    }
}

fn scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::Bool => quote!(bool),
        Scalar::I16 => quote!(i16),
        Scalar::I32 => quote!(i32),
        Scalar::I64 => quote!(i64),
        Scalar::F32 => quote!(f32),
        Scalar::F64 => quote!(f64),
        Scalar::Text | Scalar::TextForm => quote!(String),
        Scalar::Bytes => quote!(Vec<u8>),
        Scalar::Uuid => quote!(uuid::Uuid),
        Scalar::Timestamptz => quote!(chrono::DateTime<chrono::Utc>),
        Scalar::Timestamp => quote!(chrono::NaiveDateTime),
        Scalar::Date => quote!(chrono::NaiveDate),
        Scalar::Time => quote!(chrono::NaiveTime),
        Scalar::Decimal => quote!(rust_decimal::Decimal),
        Scalar::BigDecimal => quote!(bigdecimal::BigDecimal),
        Scalar::Json => quote!(serde_json::Value),
        Scalar::Network => quote!(ipnetwork::IpNetwork),
        Scalar::Interval => quote!(Interval),
        Scalar::Vector => quote!(Vector),
    }
}
