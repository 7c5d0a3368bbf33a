//! Tests that start no embedded server, and run where none has been started: with it this process makes its temporary folders
//! in one that only its owner may enter, and here PostgreSQL itself, which runs as another user, has to find what they hold.

mod faults;
mod tls;
