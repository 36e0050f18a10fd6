"""Providers and models, for those who run the house."""

from components.providers.models import ModelPage
from components.providers.pages import AddPage, LocalPage, ProviderPage, ProvidersPage

__all__ = ["AddPage", "LocalPage", "ModelPage", "ProviderPage", "ProvidersPage"]
