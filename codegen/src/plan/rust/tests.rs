use crate::config::Config;
use crate::diag::Sink;

use super::fixture::{self, HOSTILE};
use super::{RustItem, RustPlan, plan};

/// Plans a schema and renders the plan, one fact a line, and what was reported.
fn decisions(text: &str) -> String {
    let (sources, schema) = fixture::schema(text);
    let mut sink = Sink::default();
    let plan = plan(&schema, &Config::for_name("example"), &mut sink);
    let mut lines = told(&plan);
    lines.extend(fixture::reported(sink, &sources));
    lines.join("\n")
}

fn told(plan: &RustPlan) -> Vec<String> {
    let mut lines = vec![format!("{} {:?}", plan.crate_name, plan.libraries)];
    for file in &plan.files {
        let uses: Vec<&str> = file.uses.iter().map(|name| name.as_str()).collect();
        lines.push(format!("{}.rs uses {}", file.module, uses.join(", ")));
        for item in &file.items {
            match item {
                RustItem::Id(id) => lines.push(format!("  id {}({:?}) {:?}", id.name, id.inner, id.prefix)),
                RustItem::Enum(plan) => {
                    lines.push(format!("  enum {} {:?}", plan.name, plan.native));
                    let variant =
                        |variant: &super::Variant| format!("    {} {:?}", variant.name, variant.value);
                    lines.extend(plan.variants.iter().map(variant));
                }
                RustItem::Row(row) => {
                    lines.push(format!("  row {} of {}", row.name, row.table));
                    let fields = |fields: &[super::Field]| {
                        let field = |field: &super::Field| {
                            format!("    {} {:?} {:?}", field.name, field.column, field.ty)
                        };
                        fields.iter().map(field).collect::<Vec<_>>()
                    };
                    lines.extend(fields(&row.fields));
                    for shape in row.new.iter().chain(&row.patch) {
                        let names: Vec<&str> = shape.fields.iter().map(|field| field.name.as_str()).collect();
                        lines.push(format!("  {}: {}", shape.name, names.join(", ")));
                    }
                }
            }
        }
    }
    lines
}

#[test]
fn hostile_names() {
    insta::assert_snapshot!(decisions(HOSTILE));
}

#[test]
fn references_bear_the_type_of_the_key_that_they_lead_to() {
    let text = "\
table users
  id text pk
table wallets
  user_id text pk ref=users.id
table payouts
  id uuid pk
  wallet text ref=wallets.user_id
  other uuid ref=wallets.user_id
prefixes
  u_ users
";
    let decisions = decisions(text);
    assert!(decisions.contains("id UserId(Text) Some(\"u_\")"), "{decisions}");
    assert!(!decisions.contains("WalletId"), "{decisions}");
    assert!(decisions.contains("wallet None Named(RustIdent(\"UserId\"))"), "{decisions}");
    // A reference across types is for the linter to report; the row holds what the column holds.
    assert!(decisions.contains("other None Scalar(Uuid)"), "{decisions}");
}

#[test]
fn keys_that_reference_one_another_in_a_circle() {
    let text = "table a\n  id text pk ref=b.id\ntable b\n  id text pk ref=a.id\n";
    let decisions = decisions(text);
    assert!(decisions.contains("id None Scalar(Text)"), "{decisions}");
}

#[test]
fn a_name_that_cargo_refuses() {
    let (mut sources, schema) = fixture::schema("table a\n  id text pk\n");
    let file = sources.add("schema/example/schema.toml", "");
    let mut config = Config::for_name("example");
    config.span = Some(sources.fragment(file).span(0..0));
    config.rust.crate_name = "chrono".to_owned();
    let mut sink = Sink::default();
    assert_eq!(plan(&schema, &config, &mut sink).crate_name, "chrono-schema");
    assert!(sink.has_errors());
}
