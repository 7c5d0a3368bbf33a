//! Relations between two ends, as DBML and diagrams give them.
