//! What a weight file, a configuration or a card says about itself, read from hostile bytes.
