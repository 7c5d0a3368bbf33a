//! Relations: foreign keys, and the join tables of relations of many to many.

use super::column::base_type;
use super::{column_name, qualified_at};
use crate::source::decl::{
    ColumnDecl, ConstraintDecl, ConstraintKind, EndpointDecl, ForeignKeyDecl, Ident, IndexDecl, IndexKey,
    IndexPartDecl, Language, QName, RefAction, RefDecl, Relation, TableDecl, Timing,
};
use crate::source::prisma::names;
use crate::source::prisma::resolve::{Schema, field_names, relation_name};
use crate::source::prisma::syntax::{Arity, Attribute, Field, Model, Value, attribute};
use crate::span::{Span, Spanned};

/// Returns the foreign key of a relation; none at the end that holds no fields.
pub(super) fn foreign_key(
    model: &Model,
    field: &Field,
    other: &Model,
    table: &str,
) -> Option<ConstraintDecl> {
    let relation = attribute(&field.attributes, "relation")?;
    let fields = field_names(relation, "fields", false);
    if fields.is_empty() {
        return None;
    }
    let columns: Vec<Ident> = fields.iter().filter_map(|name| column_name(model, name)).collect();
    let referenced: Vec<Ident> = field_names(relation, "references", false)
        .iter()
        .filter_map(|name| column_name(other, name))
        .collect();
    let parts: Vec<&str> = columns.iter().map(|column| column.node.as_str()).collect();
    let name = relation
        .text("map", false)
        .cloned()
        .unwrap_or_else(|| Spanned::new(names::constraint(table, &parts, "fkey"), relation.span));
    // Prisma's defaults: a relation of which every field may be missing is set to NULL, any other restricts; updates cascade.
    let optional =
        fields.iter().all(|name| model.field(&name.node).is_some_and(|f| f.ty.arity != Arity::Required));
    let default_delete = if optional { RefAction::SetNull(Vec::new()) } else { RefAction::Restrict };
    let on_delete =
        action(relation, "onDelete").unwrap_or_else(|| Spanned::new(default_delete, relation.span));
    let on_update =
        action(relation, "onUpdate").unwrap_or_else(|| Spanned::new(RefAction::Cascade, relation.span));
    Some(ConstraintDecl {
        name: Some(name.clone()),
        kind: ConstraintKind::ForeignKey(ForeignKeyDecl {
            name: Some(name),
            columns,
            on_delete: Some(on_delete),
            on_update: Some(on_update),
            ..ForeignKeyDecl::new(
                qualified_at(&other.name, &other.attributes, field.ty.name.span),
                referenced,
                field.span,
            )
        }),
        timing: Timing::NotDeferrable,
        not_valid: false,
        span: field.span,
    })
}

fn action(relation: &Attribute, argument: &str) -> Option<Spanned<RefAction>> {
    let Some(Value::Constant(word)) = relation.argument(argument, false) else { return None };
    let action = match word.node.as_str() {
        "Cascade" => RefAction::Cascade,
        "Restrict" => RefAction::Restrict,
        "SetNull" => RefAction::SetNull(Vec::new()),
        "SetDefault" => RefAction::SetDefault(Vec::new()),
        _ => RefAction::NoAction,
    };
    Some(Spanned::new(action, word.span))
}

/// Returns the relation that a foreign key stands for, as one that only documents it: with `relationMode = "prisma"` the client
/// keeps relations, and the database knows none.
pub(super) fn documented(table: &QName, key: ForeignKeyDecl) -> RefDecl {
    let end = |table, columns, relation| EndpointDecl { table, columns, relation };
    RefDecl {
        name: None,
        endpoints: [
            end(table.clone(), key.columns, Relation::Many),
            end(key.table, key.referenced, Relation::One),
        ],
        on_delete: None,
        on_update: None,
        note: None,
        inline: false,
        inactive: true,
        span: key.span,
    }
}

/// Returns the tables that Prisma makes of relations of many to many without a model of their own, each for the end whose
/// model and field come first.
pub(super) fn join_tables(model: &Model, schema: &Schema<'_>) -> Vec<TableDecl> {
    let mut tables = Vec::new();
    for field in model.fields.iter().filter(|field| field.ty.arity == Arity::List) {
        let Some((other, back)) = schema.opposite(model, field) else { continue };
        if back.ty.arity != Arity::List || attribute(&field.attributes, "relation").is_some_and(is_explicit) {
            continue;
        }
        // Such a relation is reported, and there is nothing that its table could hold.
        if model.key_field().is_none() || other.key_field().is_none() {
            continue;
        }
        let (own, end) = ((&model.name.node, &field.name.node), (&other.name.node, &back.name.node));
        if own > end {
            continue;
        }
        let name = Spanned::new(format!("_{}", relation_name(model, field)), field.span);
        tables.push(join_table(name, model, other, field.span, schema));
    }
    tables
}

fn is_explicit(relation: &Attribute) -> bool {
    relation.argument("fields", false).is_some()
}

fn join_table(name: Ident, a: &Model, b: &Model, span: Span, schema: &Schema<'_>) -> TableDecl {
    let ident = |text: String| Spanned::new(text, span);
    let table = names::table(&name.node);
    // It stands in the schema of the first model.
    let namespace = qualified_at(&a.name, &a.attributes, span).schema;
    let name = QName { schema: namespace, name: ident(table.clone()) };
    let mut join = TableDecl::new(name, Language::Prisma, span);
    for (end, model) in [("A", a), ("B", b)] {
        let Some(key) = model.key_field() else { continue };
        let ty = base_type(key, schema.meaning(key));
        let mut column = ColumnDecl::new(ident(end.to_owned()), Some(ident(ty)), span);
        column.nullable = Some(Spanned::new(false, span));
        join.columns.push(column);
        if !schema.has_foreign_keys() {
            continue;
        }
        let fk = ident(names::constraint(&table, &[], &format!("{end}_fkey")));
        join.constraints.push(ConstraintDecl {
            name: Some(fk.clone()),
            kind: ConstraintKind::ForeignKey(ForeignKeyDecl {
                name: Some(fk),
                columns: vec![ident(end.to_owned())],
                on_delete: Some(Spanned::new(RefAction::Cascade, span)),
                on_update: Some(Spanned::new(RefAction::Cascade, span)),
                ..ForeignKeyDecl::new(
                    qualified_at(&model.name, &model.attributes, span),
                    column_name(model, &key.name).into_iter().collect(),
                    span,
                )
            }),
            timing: Timing::NotDeferrable,
            not_valid: false,
            span,
        });
    }
    let columns = vec![ident("A".to_owned()), ident("B".to_owned())];
    join.constraints.insert(
        0,
        ConstraintDecl {
            name: Some(ident(names::constraint(&table, &[], "AB_pkey"))),
            kind: ConstraintKind::PrimaryKey { columns, include: Vec::new() },
            timing: Timing::NotDeferrable,
            not_valid: false,
            span,
        },
    );
    let parts = vec![IndexPartDecl { key: IndexKey::Column(ident("B".to_owned())), options: None }];
    join.indexes.push(IndexDecl {
        name: Some(ident(names::constraint(&table, &[], "B_index"))),
        ..IndexDecl::new(parts, span)
    });
    join
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::diag::Sink;
    use crate::source::Reading;
    use crate::source::decl::{ConstraintKind, Decl};
    use crate::source::prisma::FRONTEND;
    use crate::span::Sources;

    fn decls(text: &str) -> Vec<Decl> {
        let mut sources = Sources::default();
        let file = sources.add("a.prisma", text);
        let config = Config::for_name("a");
        let cx = Reading { sources: &sources, inputs: &[], config: &config };
        (FRONTEND.parse)(&sources.fragment(file), &cx, &mut Sink::default())
    }

    /// Tells the constraints and indexes of every table, and the relations that are only documented.
    fn read(text: &str) -> String {
        let mut told = Vec::new();
        for decl in decls(text) {
            match decl {
                Decl::Table(table) => {
                    let constraints = table.constraints.iter().map(|constraint| {
                        let name = constraint.name.as_ref().map_or("", |name| name.node.as_str());
                        let action = match &constraint.kind {
                            ConstraintKind::ForeignKey(key) => {
                                format!(" {:?}", key.on_delete.as_ref().unwrap().node)
                            }
                            _ => String::new(),
                        };
                        format!("{name}{action}")
                    });
                    let indexes =
                        table.indexes.iter().filter_map(|index| Some(index.name.as_ref()?.node.clone()));
                    let parts: Vec<String> = constraints.chain(indexes).collect();
                    told.push(format!("{}: {}", table.name, parts.join(", ")));
                }
                Decl::Ref(relation) => {
                    let [from, to] = &relation.endpoints;
                    told.push(format!("{} to {}, inactive: {}", from.table, to.table, relation.inactive));
                }
                _ => {}
            }
        }
        told.join("\n")
    }

    #[test]
    fn a_relation_is_set_to_null_where_every_field_may_be_missing() {
        let text = "model A {\n id Int @id\n s String\n r String\n l String[] @unique\n b B[]\n c C[]\n d D[]\n @@unique([s, r])\n}\nmodel B {\n id Int @id\n as String?\n ar String?\n a A? @relation(fields: [as, ar], references: [s, r])\n}\nmodel C {\n id Int @id\n as String\n ar String?\n a A? @relation(fields: [as, ar], references: [s, r])\n}\nmodel D {\n id Int @id\n al String[]\n a A? @relation(fields: [al], references: [l])\n}\n";
        insta::assert_snapshot!(read(text), @"
        A: A_l_key, A_s_r_key
        B: B_as_ar_fkey SetNull([])
        C: C_as_ar_fkey Restrict
        D: D_al_fkey SetNull([])
        ");
    }

    #[test]
    fn a_join_table_stands_with_the_first_model_and_its_names_are_cut() {
        let name = "r".repeat(70);
        let text = format!(
            "model A {{\n id Int @id\n b B[] @relation(\"{name}\")\n @@schema(\"one\")\n}}\nmodel B {{\n id Int @id\n a A[] @relation(\"{name}\")\n @@schema(\"two\")\n}}\n"
        );
        let told = read(&text).replace(&"r".repeat(53), "…");
        insta::assert_snapshot!(told, @"
        one.A: 
        two.B: 
        one._…rrrrrrrrr: _…r_AB_pkey, _…rr_A_fkey Cascade, _…rr_B_fkey Cascade, _…r_B_index
        ");
    }

    #[test]
    fn a_join_table_has_the_types_of_the_keys() {
        let text = "enum Kind {\n X\n @@map(\"kind of thing\")\n @@schema(\"one\")\n}\nmodel A {\n id Kind @id\n b B[]\n @@schema(\"two\")\n}\nmodel B {\n id String @id @db.Uuid\n a A[]\n @@schema(\"one\")\n}\n";
        let types = decls(text).into_iter().filter_map(|decl| match decl {
            Decl::Table(table) if table.name.name.node == "_AToB" => Some(table.columns),
            _ => None,
        });
        let types: Vec<String> = types.flatten().filter_map(|column| Some(column.ty?.node)).collect();
        assert_eq!(types, ["\"one\".\"kind of thing\"", "uuid"]);
    }

    #[test]
    fn relations_that_the_client_keeps_are_documented() {
        let text = "datasource db {\n provider = \"postgresql\"\n relationMode = \"prisma\"\n}\nmodel A {\n id Int @id\n b B[]\n}\nmodel B {\n id Int @id\n aId Int\n a A @relation(fields: [aId], references: [id])\n}\n";
        insta::assert_snapshot!(read(text), @"
        A: 
        B: 
        B to A, inactive: true
        ");
    }
}
