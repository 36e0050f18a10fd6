"""Items: what people store, whatever its noun. Revisions, expiry, trash, quotas and rights are written once, here."""
