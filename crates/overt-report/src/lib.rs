//! Renders releases and verdicts for terminals and machines.
