//! Definitions as data: verdicts with proofs and remedies.
