//! Catalogues in Markdown: what they say in words becomes a schema, and our documents say the facts of those they go back to.

use std::collections::BTreeSet;

use truthtable::config;
use truthtable::diag::Sink;
use truthtable::load::{Kept, Loaded, Loader};
use truthtable::model::Schema;
use truthtable::source::sql::policy;
use truthtable::span::Sources;
use truthtable_tests::root;

/// Returns the schema of a folder, given relative to the workspace's root; none where its documents are not here.
fn schema(folder: &str) -> Option<Schema> {
    let mut loader = Loader::new(root());
    let mut sink = Sink::default();
    let loaded = loader.folder(folder, &mut sink)?;
    if loaded.inputs.is_empty() {
        use std::io::Write;
        _ = writeln!(std::io::stderr(), "NOT TESTED: the document of {folder} is not here");
        return None;
    }
    Some(truthtable::generate(&loaded, &loader.sources, &mut sink).schema)
}

/// Returns the facts of a schema, one a line, sorted: tables, columns with types and values, keys, indexes, policies without names,
/// row security, triggers and tables that are only named.
fn facts(schema: &Schema) -> Vec<String> {
    let mut facts = BTreeSet::new();
    for table in schema.tables() {
        let name = table.name().plain();
        let own = if table.data.external { " of another system" } else { "" };
        facts.insert(format!("table {name}{own}"));
        for column in table.columns() {
            let values = column.data.values.as_ref().map(|values| values.values.value.join(" | "));
            let default = column.data.default.as_ref().map(|default| default.value.sql.to_lowercase());
            let key = if column.in_primary_key() { " key" } else { "" };
            facts.insert(format!(
                "column {} {}{key}{}{}",
                column.path(),
                column.ty(),
                default.map(|default| format!(" default {default}")).unwrap_or_default(),
                values.map(|values| format!(" of {values}")).unwrap_or_default()
            ));
        }
        for key in table.foreign_keys() {
            facts.insert(format!("foreign key {key}"));
        }
        for index in table.indexes() {
            let columns = table.column_names(&index.leading_columns()).join(", ");
            let method = index.data.method.as_deref().unwrap_or("btree");
            let unique = if index.data.unique { "unique " } else { "" };
            let predicate =
                index.data.predicate.as_ref().map(|sql| format!(" where {sql}")).unwrap_or_default();
            facts.insert(format!("{unique}index {name} ({columns}) {method}{predicate}"));
        }
        if table.has_row_security() {
            facts.insert(format!("row security {name}"));
        }
    }
    for data in &schema.verbatim {
        if let Some(policy) = policy::read(&data.text) {
            let sql = |text: &Option<String>| text.as_deref().unwrap_or("-").to_lowercase();
            facts.insert(format!(
                "policy {} {} using {} check {}",
                policy.table,
                policy.command.as_str(),
                sql(&policy.using),
                sql(&policy.check)
            ));
        }
        if data.kind == "trigger" {
            let names: Vec<String> = data.names.iter().map(|name| name.plain()).collect();
            facts.insert(format!("trigger {}", names.join(" ")));
        }
    }
    for named in &schema.named {
        facts.insert(format!("named {} in {}", named.name.node, named.file.as_deref().unwrap_or("no file")));
    }
    for migration in &schema.migrations {
        facts.insert(format!("migration {}", migration.file.value));
    }
    facts.into_iter().collect()
}

fn count(facts: &[String], what: &str) -> usize {
    facts.iter().filter(|fact| fact.starts_with(what)).count()
}

#[test]
fn the_renubu_catalogue_becomes_a_schema() {
    let facts = facts(&schema("schema/renubu").unwrap());
    let counts = [
        ("table ", 16),
        ("column ", 125),
        ("foreign key ", 13),
        ("index ", 16),
        ("unique index ", 1),
        ("row security ", 15),
        ("policy ", 31),
        ("trigger ", 15),
        ("migration ", 6),
    ];
    for (what, expected) in counts {
        assert_eq!(count(&facts, what), expected, "{what}\n{}", facts.join("\n"));
    }
    let has = |fact: &str| assert!(facts.iter().any(|known| known == fact), "{fact}\n{}", facts.join("\n"));
    has("column workflow_tasks.status text of pending | in_progress | snoozed | completed | skipped");
    has("column mcp_integrations.connection_type text of oauth2 | api_key | webhook");
    has("column customers.id uuid key default uuid_generate_v4()");
    has("column profiles.id uuid key");
    has("unique index releases (is_current) btree where is_current");
    has("index documentation (search_vector) gin");
    has("policy help_articles SELECT using published = true check -");
    has("policy profiles SELECT using id = auth.uid() check -");
    has("policy profiles SELECT using is_admin() check -");
    has("policy mcp_integrations SELECT using auth.uid() is not null and status = 'enabled' check -");
    has(
        "policy contacts SELECT using exists (select 1 from customers where customers.id = contacts.customer_id) check -",
    );
    has("trigger profiles update_updated_at_column");
}

#[test]
fn our_catalogues_say_the_facts_of_the_documents_they_go_back_to() {
    for name in ["renubu", "bac_bos"] {
        let Some(theirs) = schema(&format!("tests/fixtures/seeds/{name}")) else { continue };
        let ours = schema(&format!("schema/{name}")).unwrap();
        let (ours, theirs) = (facts(&ours), facts(&theirs));
        let only = |of: &[String], other: &[String]| -> Vec<String> {
            of.iter().filter(|fact| !other.contains(fact)).cloned().collect()
        };
        let (more, less) = (only(&ours, &theirs), only(&theirs, &ours));
        assert!(more.is_empty() && less.is_empty(), "{name}: only ours {more:#?}, only theirs {less:#?}");
    }
}

#[test]
fn services_and_an_indexing_strategy_in_words() {
    let facts = facts(&schema("schema/bac_bos").unwrap());
    for (what, expected) in
        [("table ", 12), ("named ", 47), ("trigger ", 1), ("migration ", 10), ("foreign key ", 13)]
    {
        assert_eq!(count(&facts, what), expected, "{what}\n{}", facts.join("\n"));
    }
    let has = |fact: &str| assert!(facts.iter().any(|known| known == fact), "{fact}\n{}", facts.join("\n"));
    has("index audit_logs (tenant_id, timestamp) btree");
    has("index audit_logs (resource_type, resource_id) btree");
    has("index leads (owner_id) btree");
    has("index subscriptions (current_period_end) btree");
    has("named folders in 003_create_drive_and_shared_tables.sql");
    has("named folders in nexus-office-suite/backend/mail-service/migrations/001_initial_schema.sql");
    has("named users in services/idaas/src/database/schema.sql");
    // What serves a unique constraint is not made a second time.
    assert!(!facts.iter().any(|fact| fact == "index users (tenant_id) btree"));
    // Tables of the CRM have no key into the core, whose tables another service makes.
    assert!(!facts.iter().any(|fact| fact.starts_with("foreign key leads(tenant_id)")));
}

/// A catalogue in other words than the ones above: lines instead of bullets, lists under labels, other verbs.
const CLINIC: &str = "# Clinic

## Conventions

1. Every table has a UUID primary key (`id`), generated with `gen_random_uuid()`.
2. Every table has `created_at` and `updated_at` columns of type `TIMESTAMPTZ`.
3. RLS must be enabled on every table.
4. `updated_at` is maintained by the `set_updated_at()` trigger.
5. Migrations are idempotent and reversible.
6. Migration files are named `NNNN_short_description.sql`.

## Tables

### 1. patients table

**Purpose:** People who are treated
**Key Columns:** `id`, `clinic_id` (FK → clinics.id), `full_name`, `user_id`
**RLS:** Patients can see their own record; staff can manage all
**Indexes:** `full_name`, (`clinic_id`, `full_name` DESC)

### 2. clinics table

**Purpose:** Where patients are treated

**Key Columns:**
- `id` — primary key
- `name` (text, not null)
- `status`

**Status Values:**
- `draft` — not open yet
- `open` — open to all
- `closed` — gone

**RLS Policies:**
- Public can view open clinics
- Staff can insert and update
- SELECT: authenticated users
- Doctors can see clinics that they work in

### 3. appointments

- Purpose: When somebody is seen
- Key Columns: id, patient_id, state
- State Values: booked | done | cancelled
- RLS: Inherits from patients
- Relationships: belongs to patients
- Migration: db/migrations/0003_appointments.sql

## Policy templates

```sql
CREATE POLICY \"own\" ON your_table FOR SELECT TO authenticated USING (auth.uid() = user_id);
```

```sql
CREATE POLICY \"staff\" ON your_table FOR ALL USING (EXISTS (SELECT 1 FROM staff_members s WHERE s.user_id = auth.uid() AND s.role = 'staff'));
```

## Staff

### staff_members

**Columns:** id, user_id (references auth.users), role
**RLS:** Users see own row

## Planned

- A table of bills
";

#[test]
fn entries_that_match_nothing_are_errors() {
    let toml = "
[[conventions]]
says = \"Convention\"
[[conventions]]
says = \"Every table has `created_at`*\"
[references.columns]
clinic = \"clinics\"
\"patients.user_id\" = \"people\"
";
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let file = sources.add("schema.toml", toml);
    let config = config::parse("clinic", file, &sources, &mut sink);
    let file = sources.add("clinic.md", CLINIC);
    let inspection = truthtable::inspect(&[file], &sources, &config, sink);
    let found: Vec<String> = inspection
        .diagnostics
        .iter()
        .filter(|found| found.code.as_str() == "config-unmatched")
        .map(|found| format!("{}: {}", sources.position(found.span).line, found.message))
        .collect();
    assert_eq!(
        found,
        [
            "3: no convention is stated by `Convention`",
            "7: no column without a type is named `clinic`",
            "8: there is no table `people`"
        ]
    );
}

#[test]
fn a_catalogue_in_other_words() {
    let toml = r#"
external = ["auth.users"]
[[conventions]]
says = "Conventions"
[references]
by-name = true
[types.inferred]
"*" = "text"
"#;
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let file = sources.add("schema.toml", toml);
    let config = config::parse("clinic", file, &sources, &mut sink);
    let file = sources.add("clinic.md", CLINIC);
    let loaded = Loaded { config, inputs: vec![file], kept: Kept::default() };
    let schema = truthtable::generate(&loaded, &sources, &mut sink).schema;
    insta::assert_snapshot!(facts(&schema).join("\n"));
    let found: Vec<String> =
        sink.finish(&sources).iter().map(|found| format!("{} {}", found.code, found.message)).collect();
    insta::assert_snapshot!(found.join("\n"));
}
