//! Administration through the API.

mod audit;
mod people;
mod retention;
mod rising;
mod server;
