//! Sources to findings to one release: walk, classify, attribute licenses, find contradictions.
