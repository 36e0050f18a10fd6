"""What the pages of all nouns that are items share: their readers, their end, and the doors that are open to them."""

from components.holdings.sharing import Place, RightsForm, SharedNotice, ShareForm, ShareTable

__all__ = ["Place", "RightsForm", "ShareForm", "ShareTable", "SharedNotice"]
