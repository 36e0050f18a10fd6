"""Verbs: each public capability is declared once, and reachable on /api/v1, on /mcp and by a model in a chat."""
