//! The store's suite: everything on both engines, in one binary.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod channel;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod contact;
#[cfg(test)]
mod engine;
mod iam;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod start;
