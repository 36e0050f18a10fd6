"""Ollama's own dialect: what its clients ask as chat completions, and the answers as they read them."""
