//! A schema of one document, generated into a folder.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::path::Path;

use truthtable::diag::Sink;
use truthtable::load::Loader;
use truthtable_prove::migrations::{self, MigrationSet};

/// Generates from a document, given as the name of its file and its text, and its `schema.toml` into a folder, and reads what is to
/// be proved.
pub(crate) fn generated(root: &Path, settings: &str, (name, text): (&str, &str)) -> MigrationSet {
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("schema/shop/schema.toml", settings);
    write(&format!("schema/shop/{name}"), text);
    let mut loader = Loader::new(root);
    let mut sink = Sink::default();
    let loaded = loader.schema("shop", &mut sink).unwrap();
    let made = truthtable::generate(&loaded, &loader.sources, &mut sink);
    let errors: Vec<String> = match sink.has_errors() {
        true => sink.finish(&loader.sources).into_iter().map(|it| it.message).collect(),
        false => Vec::new(),
    };
    assert_eq!(errors, Vec::<String>::new());
    made.files.iter().for_each(|(path, text)| write(path, text));
    migrations::read(&root.join("generated/shop"), root, "shop").unwrap()
}
