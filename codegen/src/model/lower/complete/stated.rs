//! Keys of tables whose columns all have types, where words or other tables leave no doubt: "Belongs to a person" and a column `person_id`, a
//! column `id` that another table refers to.

use std::collections::{BTreeMap, BTreeSet};

use super::{infer, refer};
use crate::model::lower::{Cx, UNKNOWN_REFERENCE, qualified, words};
use crate::source::decl::{
    ColumnDecl, ConstraintKind, Decl, ForeignKeyDecl, Ident, Language, LinkDecl, NamedMark, QName, TableDecl,
};

/// Makes the column `id` of a table in words the key where another table refers to it and the document says no key.
pub(super) fn referenced(decls: &mut [Decl], cx: &mut Cx<'_>) {
    // Most tables say a key of their own.
    let is_open = |table: &TableDecl| {
        table.language == Language::Markdown
            && !has_key(table)
            && !super::is_catalogue(table)
            && table.columns.iter().any(|column| column.name.node == "id")
    };
    if !tables(decls).any(is_open) {
        return;
    }
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for decl in decls.iter() {
        match decl {
            Decl::Table(table) => {
                let own = table.columns.iter().flat_map(|column| &column.references);
                let of_table = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
                    ConstraintKind::ForeignKey(key) => Some(key),
                    _ => None,
                });
                let to_id = |key: &&ForeignKeyDecl| match key.referenced.as_slice() {
                    [] => true,
                    [column] => column.node == "id",
                    _ => false,
                };
                wanted.extend(own.chain(of_table).filter(to_id).map(|key| name(&key.table)));
            }
            Decl::Ref(relation) => {
                let to_id = relation
                    .endpoints
                    .iter()
                    .filter(|end| matches!(end.columns.as_slice(), [column] if column.node == "id"));
                wanted.extend(to_id.map(|end| name(&end.table)));
            }
            _ => {}
        }
    }
    if wanted.is_empty() {
        return;
    }
    // A table may be told in several places.
    let keyed: BTreeSet<String> =
        tables(decls).filter(|table| has_key(table)).map(|table| name(&table.name)).collect();
    for decl in decls {
        let Decl::Table(table) = decl else { continue };
        let own = name(&table.name);
        if table.language != Language::Markdown
            || super::is_catalogue(table)
            || keyed.contains(&own)
            || !wanted.contains(&own)
        {
            continue;
        }
        let object = format!("{}.id", table.name);
        let Some(id) = table.columns.iter_mut().find(|column| column.name.node == "id") else { continue };
        id.primary_key = Some(NamedMark { name: None, span: id.name.span });
        infer(
            cx,
            object,
            "primary key",
            "another table refers to `id`, and no other key is said".to_owned(),
            id.name.span,
        );
    }
}

/// Makes what words say of a table and another a foreign key, where exactly one column of it is named after that and of its key's type.
pub(super) fn linked(decls: &mut [Decl], cx: &mut Cx<'_>) {
    let links: Vec<LinkDecl> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Link(link) if refers(link) => Some(link.clone()),
            _ => None,
        })
        .collect();
    if links.is_empty() {
        return;
    }
    let mut keys: BTreeMap<String, Option<(QName, String)>> = BTreeMap::new();
    for table in tables(decls) {
        let mut marked = table.columns.iter().filter(|column| column.primary_key.is_some());
        if let (Some(key), None) = (marked.next(), marked.next())
            && let Some(ty) = &key.ty
        {
            let entry = keys.entry(words::joined(&table.name.name.node));
            let key = (table.name.clone(), ty.node.to_lowercase());
            entry
                .and_modify(|known| {
                    *known = known.take().filter(|known| known.0.name.node == key.0.name.node)
                })
                .or_insert(Some(key));
        }
    }
    for link in links {
        for other in &link.others {
            let Some(Some((target, ty))) = keys.get(&words::joined(&other.name.node)) else { continue };
            let own = decls.iter_mut().find_map(|decl| match decl {
                Decl::Table(table)
                    if table.language == Language::Markdown && name(&table.name) == name(&link.table) =>
                {
                    Some(table)
                }
                _ => None,
            });
            let Some(own) = own.filter(|own| name(&own.name) != name(target)) else { continue };
            let refers_already = own.columns.iter().flat_map(|column| &column.references);
            if refers_already.into_iter().any(|key| name(&key.table) == name(target)) {
                continue;
            }
            let fits = |column: &ColumnDecl| {
                let stem =
                    column.name.node.strip_suffix("_id").or_else(|| column.name.node.strip_suffix("Id"));
                column.references.is_empty()
                    && stem.is_some_and(|stem| words::joined(stem) == words::joined(&target.name.node))
                    && column.ty.as_ref().is_some_and(|own| own.node.to_lowercase() == *ty)
            };
            let Some(column) = own.columns.iter_mut().find(|column| fits(column)) else { continue };
            let object = format!("{}.{}", link.table, column.name.node);
            let rule = format!("“{}”", link.text.node);
            infer(cx, object, format!("references {}", target.name.node), rule, link.text.span);
            refer(column, target.clone(), link.text.span);
        }
    }
}

/// Reports what words of a relationship name in code and nothing is called: neither a table nor a column.
pub(super) fn unknown(decls: &[Decl], cx: &mut Cx<'_>) {
    let names_any = |decl: &Decl| matches!(decl, Decl::Link(link) if !link.named.is_empty());
    if !decls.iter().any(names_any) {
        return;
    }
    let mut known: BTreeSet<String> = BTreeSet::new();
    for decl in decls {
        match decl {
            Decl::Table(table) => {
                known.insert(words::joined(&table.name.name.node));
                known.extend(table.columns.iter().map(|column| words::joined(&column.name.node)));
            }
            Decl::NamedTable(table) => {
                known.insert(words::joined(&table.name.node));
            }
            _ => {}
        }
    }
    let links = decls.iter().filter_map(|decl| match decl {
        Decl::Link(link) => Some(link),
        _ => None,
    });
    for named in links.flat_map(|link| &link.named) {
        let external = cx.config.is_external(&qualified(named).plain());
        // `users.id` is a table and its column.
        let parts = [named.schema.as_ref(), Some(&named.name)].into_iter().flatten();
        let is_known = parts.into_iter().any(|part| known.contains(&words::joined(&part.node)));
        if !external && !is_known {
            cx.sink.info(UNKNOWN_REFERENCE, named.span(), format!("there is no table `{named}`")).help(
                "define the table, or add it to `external` in schema.toml where another system owns it",
            );
        }
    }
}

/// Gives columns in words that are called like times (`paid_at`) the type that all others called so have, where nothing says theirs.
pub(super) fn times(decls: &mut [Decl], cx: &Cx<'_>) {
    let is_time = |name: &str| name.ends_with("_at") || name.ends_with("At");
    let mut types: BTreeSet<String> = BTreeSet::new();
    for table in tables(decls).filter(|table| table.language != Language::Mermaid) {
        let columns = table.columns.iter().filter(|column| is_time(&column.name.node));
        types.extend(columns.filter_map(|column| column.ty.as_ref()).map(|ty| ty.node.to_lowercase()));
    }
    let mut types = types.into_iter();
    let (Some(ty), None) = (types.next(), types.next()) else { return };
    for decl in decls {
        let Decl::Table(table) = decl else { continue };
        if table.language != Language::Markdown {
            continue;
        }
        let path = format!("{}.", table.name);
        for column in
            table.columns.iter_mut().filter(|column| column.ty.is_none() && is_time(&column.name.node))
        {
            let path = format!("{path}{}", column.name.node);
            let ruled = cx
                .config
                .inferred_types
                .iter()
                .any(|rule| rule.columns.matches(&path) || rule.columns.matches(&column.name.node));
            if !ruled {
                column.ty = Some(Ident::new(ty.clone(), column.name.span));
                column.inferred =
                    Some("the type of every other column that is called like a time".to_owned());
            }
        }
    }
}

/// Tells whether words say that their table refers to another: "One customer has many contacts" is said of the table that holds no column
/// for it.
pub(super) fn refers(link: &LinkDecl) -> bool {
    const WORDS: &[&str] = &[
        "reference",
        "belong",
        "foreign",
        "many to one",
        "many-to-one",
        "n:1",
        "належить",
        "належать",
        "посилається",
        "багато до одного",
        "принадлежит",
        "относится",
        "ссылается",
        "многие к одному",
        "pertenece",
        "hace referencia",
        "muchos a uno",
        "pertence",
        "faz referência",
        "muitos para um",
        "gehört",
        "gehören",
        "verweist",
        "viele zu eins",
        "appartient",
        "fait référence",
        "plusieurs à un",
        "속한",
        "속함",
        "참조",
        "다대일",
    ];
    let lower = link.text.node.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

fn tables(decls: &[Decl]) -> impl Iterator<Item = &TableDecl> {
    decls.iter().filter_map(super::table)
}

fn has_key(table: &TableDecl) -> bool {
    table
        .columns
        .iter()
        .any(|column| column.primary_key.is_some() || column.unique.is_some() && column.name.node == "id")
        || table
            .constraints
            .iter()
            .any(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }))
}

fn name(name: &QName) -> String {
    qualified(name).plain().to_lowercase()
}
