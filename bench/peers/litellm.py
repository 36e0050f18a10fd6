"""LiteLLM's proxy before a model server.

Its budgets and its ledger need PostgreSQL and an engine that is fetched when it starts, so it runs without them: with
one key, and nothing to reserve or to write.
"""

import json
from pathlib import Path

from bench.peers.running import Peer

KEY = "sk-0mDq7XxE2vRk9sTfLh4YbN6cPzWj8uGa"


class LiteLLM(Peer):
    """The running proxy."""

    package, ready = "litellm", "/health/liveliness"

    def __init__(self, upstream: str, *models: str) -> None:
        super().__init__()
        self.upstream, self.models = upstream, models

    def command(self, folder: Path) -> tuple[list[str], dict[str, str]]:
        config = folder / "config.yaml"
        config.write_text(json.dumps(self.config()))  # JSON is YAML
        words = ["--config", str(config), "--host", "127.0.0.1", "--port", str(self.port), "--telemetry", "False"]
        quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "LITELLM_MODE": "PRODUCTION"}
        return [str(self.place() / "bin/litellm"), *words], quiet

    def config(self) -> dict[str, object]:
        """Its models, whose prices it is told, and the key that it asks for."""
        prices = {"input_cost_per_token": 1e-7, "output_cost_per_token": 4e-7}
        there = {"api_base": self.upstream, "api_key": "right"}
        named = [
            {"model_name": each, "litellm_params": {"model": f"openai/{each}"} | there | prices} for each in self.models
        ]
        return {"model_list": named, "general_settings": {"master_key": KEY}, "litellm_settings": {"num_retries": 0}}
