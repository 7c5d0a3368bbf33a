//! Truthtable.
