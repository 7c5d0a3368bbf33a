//! `watch` on real changes of files.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::workspace::{Workspace, told};

const GOOD: &str = "Table users {\n  id int [pk]\n}\n";

/// A running `watch`; it is ended whatever happens to the test.
struct Watch {
    process: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn new(workspace: &Workspace) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("watch")
            .current_dir(workspace.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(process.stdout.take().unwrap()), Box::new(process.stderr.take().unwrap())];
        for output in outputs {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines() {
                    _ = sender.send(line.unwrap());
                }
            });
        }
        Self { process, lines }
    }

    /// Returns what is said until a line contains these words.
    fn until(&self, words: &str) -> String {
        let mut said = String::new();
        while !said.contains(words) {
            let line = self.lines.recv_timeout(Duration::from_secs(60));
            assert!(line.is_ok(), "no `{words}` in:\n{said}");
            said += &line.unwrap();
            said.push('\n');
        }
        said
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

#[test]
fn a_save_generates_a_mistake_is_told_and_ctrl_c_ends_it() {
    let workspace = Workspace::new(&[("schema/shop/schema.toml", ""), ("schema/shop/shop.dbml", GOOD)]);
    let mut watch = Watch::new(&workspace);
    let migration = || workspace.tree().into_iter().find(|(path, _)| path.ends_with("000001_init.sql"));
    watch.until("watching schema/");

    workspace.write("schema/shop/shop.dbml", GOOD.replace("[pk]", "[pk]\n  nick text"));
    let said = watch.until("watching schema/");
    assert!(said.contains("updated generated/shop/migrations/000001_init.sql"), "{said}");
    let second = migration().unwrap().1;
    assert!(String::from_utf8_lossy(&second).contains("nick"));

    // A mistake is told, and nothing is written.
    workspace.write("schema/shop/shop.dbml", GOOD.replace("int [pk]", "int [pk"));
    watch.until("error[dbml-syntax]");
    watch.until("nothing was written");
    assert_eq!(migration().unwrap().1, second);

    // What an editor keeps for itself wakes nobody, and a document under a new name does.
    workspace.write("schema/shop/.shop.dbml.swp", "x");
    workspace.write("schema/shop/new.dbml", GOOD);
    std::fs::remove_file(workspace.folder.path().join("schema/shop/shop.dbml")).unwrap();
    watch.until("up to date");
    let third = String::from_utf8(migration().unwrap().1).unwrap();
    assert!(third.contains("schema/shop/new.dbml") && !third.contains("nick"), "{third}");
    let checked = workspace.run(&["check"]);
    assert!(checked.status.success(), "{}", told(&checked));

    let interrupted = Command::new("kill").args(["-INT", &watch.process.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert_eq!(watch.process.wait().unwrap().code(), Some(0));
}
