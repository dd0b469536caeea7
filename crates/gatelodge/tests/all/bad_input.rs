//! Whatever is sent, by mistake or to do harm, is refused clearly and changes nothing.
//!
//! The stories walk the route table itself, so that a page made later is covered on the day it is made. Every refusal
//! carries its code and a status of 4xx; nothing that a person sends is a fault (5xx), is echoed as markup, or shows a
//! secret; and where it says "changes nothing", the store is compared row by row.

mod cookies;
mod edge;
mod fields;
mod ids;
mod replay;
mod world;
