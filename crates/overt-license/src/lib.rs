//! Which license a text is, what it says, and what may be built on it.
