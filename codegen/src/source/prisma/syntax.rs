//! The syntax tree of a Prisma schema.

use crate::source::decl::Ident;
use crate::span::Span;

/// One file.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) models: Vec<Model>,
    pub(super) enums: Vec<Enum>,
    pub(super) blocks: Vec<Block>,
}

/// A `model` or `view`.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) name: Ident,
    pub(super) is_view: bool,
    pub(super) fields: Vec<Field>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) docs: Vec<Comment>,
    pub(super) span: Span,
}

impl Model {
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.node == name)
    }

    /// Returns the field that is the whole key.
    pub(super) fn key_field(&self) -> Option<&Field> {
        let marked = self.fields.iter().find(|field| attribute(&field.attributes, "id").is_some());
        let alone =
            || match attribute(&self.attributes, "id")?.argument("fields", true)?.elements().as_slice() {
                [only] => self.field(&only.field_name()?.node),
                _ => None,
            };
        marked.or_else(alone)
    }
}

/// A field of a model.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: Ident,
    pub(super) ty: FieldType,
    pub(super) attributes: Vec<Attribute>,
    pub(super) docs: Vec<Comment>,
    pub(super) span: Span,
}

/// The type of a field.
#[derive(Clone, Debug)]
pub(super) struct FieldType {
    /// A scalar's, an enum's or a model's name; the SQL of an unsupported type.
    pub(super) name: Ident,
    pub(super) arity: Arity,
    /// `Unsupported("…")`.
    pub(super) unsupported: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arity {
    Required,
    Optional,
    List,
}

/// An `enum`.
#[derive(Clone, Debug)]
pub(super) struct Enum {
    pub(super) name: Ident,
    pub(super) values: Vec<EnumValue>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) docs: Vec<Comment>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct EnumValue {
    pub(super) name: Ident,
    pub(super) attributes: Vec<Attribute>,
    pub(super) docs: Vec<Comment>,
}

/// A `datasource`, `generator` or composite `type`: kept by its properties.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: Ident,
    pub(super) name: Ident,
    pub(super) properties: Vec<(Ident, Value)>,
}

impl Block {
    /// Returns the first property of a name.
    pub(super) fn property(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(key, _)| key.node == name).map(|(_, value)| value)
    }
}

/// A comment: its text without what marks it, and whether it is documentation (`///` or `/* … */`).
#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub(super) text: String,
    pub(super) span: Span,
    pub(super) is_doc: bool,
}

/// `@name(…)` or `@@name(…)`.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    /// The name without `@`, with its group: `db.VarChar`.
    pub(super) name: Ident,
    pub(super) arguments: Vec<Argument>,
    pub(super) span: Span,
}

impl Attribute {
    /// Returns the argument of a name, or the first unnamed one where the name is the attribute's default argument.
    pub(super) fn argument(&self, name: &str, is_default: bool) -> Option<&Value> {
        let named =
            self.arguments.iter().find(|arg| arg.name.as_ref().is_some_and(|given| given.node == name));
        let unnamed = || self.arguments.iter().find(|arg| is_default && arg.name.is_none());
        named.or_else(unnamed).map(|arg| &arg.value)
    }

    /// Returns a text argument.
    pub(super) fn text(&self, name: &str, is_default: bool) -> Option<&Ident> {
        match self.argument(name, is_default)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Returns the first attribute of a name.
pub(super) fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name.node == name)
}

#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) name: Option<Ident>,
    pub(super) value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(Ident),
    Number(Ident),
    /// `true`, `Cascade`, a field's name.
    Constant(Ident),
    Function {
        name: Ident,
        arguments: Vec<Argument>,
        span: Span,
    },
    Array(Vec<Value>, Span),
    /// `{ name: value }`, the condition of a partial index.
    Object(Vec<(Ident, Value)>, Span),
}

impl Value {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Constant(text) => text.span,
            Self::Function { span, .. } | Self::Array(_, span) | Self::Object(_, span) => *span,
        }
    }

    /// Returns the elements of an array, or the value itself: Prisma takes one for the other.
    pub(super) fn elements(&self) -> Vec<&Self> {
        match self {
            Self::Array(values, _) => values.iter().collect(),
            value => vec![value],
        }
    }

    /// Returns the field that an element of an index or key names: `name` or `name(sort: Desc)`.
    pub(super) fn field_name(&self) -> Option<&Ident> {
        match self {
            Self::Constant(name) | Self::Function { name, .. } => Some(name),
            Self::Text(_) | Self::Number(_) | Self::Array(..) | Self::Object(..) => None,
        }
    }
}
