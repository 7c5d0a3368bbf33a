use super::*;
use crate::diag::{Colour, to_terminal};

fn check(text: &str) -> (Config, String) {
    let mut sources = Sources::default();
    let file = sources.add("schema/shop/schema.toml", text);
    let mut sink = Sink::default();
    let config = parse("shop", file, &sources, &mut sink);
    (config, to_terminal(&sink.finish(&sources), &sources, Colour::Off))
}

#[test]
fn everything_that_a_file_may_say() {
    let (config, findings) = check(
        r#"
title = "Shop"
description = "Orders of a shop."
sources = ["shop.md"]
external = ["auth.*"]

[prefixes]
check = true
tables = { "stock item" = "stock" }

[values]
documented = "document"

[types.inferred]
"*_at" = "timestamptz"

[markdown.labels]
"Reihenfolge" = "migration-order"

[[lists]]
under = "Topics"
constants = "EventTopic"

[[lists]]
under = "Roles"
table = "roles"
key = "code"
columns = { id = "role_{slug}" }

[migrations]
layout = "plain"
members = { "Wallet" = "wallets", "Members" = ["team_members"] }

[[rollback]]
tables = ["events", "audit_*"]
policy = "never"
reason = "Events stay."

[rust]
crate = "shop-schema"

[tests]
pgtap = true

[lint.levels]
fk-without-index = "deny"

[[lint.allow]]
rule = "unprefixed-identifier"
at = "sessions"
reason = "tokens come from the provider"

[[drift.ignore]]
objects = "legacy_*"
attributes = "comment"
reason = "goes in spring"
"#,
    );
    assert_eq!(findings, "");
    assert!(config.is_external("auth.users"));
    assert_eq!(config.documented_values, Some(DocumentedValues::Document));
    assert!(config.tests.pgtap);
    assert_eq!(config.migrations.members.len(), 2);
    assert_eq!(config.migrations.rollback.len(), 2);
    assert_eq!(config.lists.len(), 2);
    assert_eq!(config.lint.levels.len(), 1);
    assert_eq!(config.lint.allow.len(), 1);
    let ignored = config.drift.ignore.first().unwrap();
    assert_eq!((ignored.objects.as_str(), ignored.reason.node.as_str()), ("legacy_*", "goes in spring"));
    assert_eq!(config.markdown.labels.first().map(|(_, role)| *role), Some(LabelRole::MigrationOrder));
}

#[test]
fn every_mistake_is_reported_at_its_place() {
    let (config, findings) = check(
        "titel = \"Shop\"\nexternal = [3]\n\n[migrations]\nlayout = \"plane\"\n\n[[rollback]]\ntables = \"a\"\n\n[[lint.allow]]\nrule = \"x\"\nat = \"y\"\n\n[[drift.ignore]]\nobjects = \"z\"\n\n[rust\n",
    );
    assert_eq!(config.title, "shop");
    insta::assert_snapshot!(findings, @r#"
    error[config-unknown-key]: unknown key `titel`
     --> schema/shop/schema.toml:1:1
      |
    1 | titel = "Shop"
      | ^^^^^
      |
      = help: did you mean `title`?
      = help: known here: `acknowledge`, `conventions`, `description`, `drift`, `external`, `lint`, `lists`, `literal`, `markdown`, `migrations`, `platform`, `prefixes`, `references`, `rollback`, `rust`, `sources`, `tests`, `title`, `types`, `values`

    error[config-invalid-value]: `external` must be a text, not an integer
     --> schema/shop/schema.toml:2:13
      |
    2 | external = [3]
      |             ^
      |
      = help: see docs/guide/schema-toml.md for every key

    error[config-invalid-value]: `plane` is no value of `layout`
     --> schema/shop/schema.toml:5:10
      |
    5 | layout = "plane"
      |          ^^^^^^^
      |
      = help: did you mean `plain`?
      = help: it takes `plain`, `sections`, `sqlx`, `dbmate`, `golang-migrate`, `goose`, `refinery`, `flyway`, `liquibase`, `supabase`

    error[config-missing-key]: `[[rollback]]` needs `tables` or `modules`, and a `policy`
     --> schema/shop/schema.toml:7:1
      |
    7 | [[rollback]]
      | ^^^^^^^^^^^^
      |
      = help: write `tables = ["audit_*"]` and `policy = "staging-only"`

    error[config-missing-key]: `[lint.allow]` needs a `reason`
      --> schema/shop/schema.toml:10:1
       |
    10 | [[lint.allow]]
       | ^^^^^^^^^^^^^^
       |
       = help: add `reason = "…"`

    error[config-missing-key]: `[drift.ignore]` needs a `reason`
      --> schema/shop/schema.toml:14:1
       |
    14 | [[drift.ignore]]
       | ^^^^^^^^^^^^^^^^
       |
       = help: add `reason = "…"`

    error[config-syntax]: unclosed table, expected `]`
      --> schema/shop/schema.toml:17:6
       |
    17 | [rust
       |      ^
       |
       = help: this file is TOML; see docs/guide/schema-toml.md for what it may say
    "#);
}
