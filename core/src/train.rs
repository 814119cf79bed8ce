//! Learns a model from a table of leads.

pub mod leads;
pub mod csv;
