//! What the crate's users see of training. One program: each more would be linked for itself, and run after the others.

mod audit;
mod contract;
mod desk;
mod failing;
mod labels;
mod personal;
mod priors;
mod schema;
mod split;
mod together;
mod values;
