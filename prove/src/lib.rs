//! Proof of generated migrations on a real PostgreSQL: nothing is believed until a server has said so.
//!
//! - [`migrations`]: what is to be proved, plain data read from a folder of SQL files.
//! - [`server`]: the PostgreSQL, embedded in this process by default.
//! - [`catalog`]: what a database holds, as comparable facts; catalogue is compared with catalogue, never SQL text with
//!   SQL text.
//! - [`document`]: what the documents say that only a try can prove.
//! - [`prove()`]: the steps. Every migration up, the foreign keys' indexes, down as far as the policies allow, up again to
//!   the same catalogue; checks, triggers and policies tried with rows; seeds twice; pgTAP tests; the
//!   catalogue of the schema created afresh. What could not be found out is said to be unproved, never passed.
//! - [`prove_all`]: the same of several schemas, as many at a time as there are servers.
//! - [`report`]: the verdicts, told to a person or as JSON.
//! - [`mod@drift`]: the document against a live database, which is only read.
//! - [`mod@replay`]: migrations of whatever runner, run on a server of our own and written down, for an import.
//!
//! ```no_run
//! use std::path::Path;
//! use truthtable_prove::{Event, migrations, prove, report, server::Server};
//!
//! let root = Path::new(".");
//! let set = migrations::read(&root.join("generated/shop"), root, "shop")?;
//! let mut server = Server::embedded(&set.extensions())?;
//! let report = prove(&set, &mut server, None, &mut |event| {
//!     if let Event::Done(step) = event {
//!         print!("{}", report::tell(step, true));
//!     }
//! })?;
//! assert!(report.holds(true));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// Named only to pin the versions with which the embedded server builds.
use {virtual_fs as _, virtual_mio as _, virtual_net as _};

mod apply;
mod behaviour;
pub mod catalog;
mod contents;
pub mod document;
pub mod drift;
mod foreign_keys;
pub mod migrations;
mod pgtap;
pub mod replay;
pub mod report;
pub mod server;
pub mod sql;
mod steps;
mod together;

pub use steps::{Event, prove};
pub use together::{Told, prove_all};
