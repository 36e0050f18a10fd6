"""Files: what people bring, kept by its hash, with versions, folders and links."""
