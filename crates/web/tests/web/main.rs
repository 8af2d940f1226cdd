//! The web as its readers and clients meet it: pages, interface, streams, headers, secrets, connections.

#[cfg(test)]
mod after;
mod api;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod draws;
#[cfg(test)]
mod enquiry;
mod evaluation;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod live;
#[cfg(test)]
mod ocds;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod secrets;
mod support;
