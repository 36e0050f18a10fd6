"""The gateway: one address and one key for every client and every model."""

from app.gateway.rows import Alias, AliasTarget, StoredResponse

__all__ = ["Alias", "AliasTarget", "StoredResponse"]
