//! A schema of one SQL document, generated into a folder.

use std::path::Path;

use truthtable::diag::Sink;
use truthtable::load::Loader;
use truthtable_prove::migrations::{self, MigrationSet};

/// Generates from a document and its `schema.toml` into a folder, and reads what is to be proved.
pub(crate) fn generated(root: &Path, settings: &str, document: &str) -> MigrationSet {
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("schema/shop/schema.toml", settings);
    write("schema/shop/shop.sql", document);
    let mut loader = Loader::new(root);
    let mut sink = Sink::default();
    let loaded = loader.schema("shop", &mut sink).unwrap();
    for (path, text) in truthtable::generate(&loaded, &loader.sources, &mut sink).files.iter() {
        write(path, text);
    }
    migrations::read(&root.join("generated/shop"), root, "shop").unwrap()
}
