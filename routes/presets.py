"""Presets: how a chat begins."""

from routes.pages import Pages

ar = Pages("/presets")
