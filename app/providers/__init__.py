"""Providers: where models come from, which of them a person may use, and how they are asked."""

from app.providers.adding import add, all, change, enable, find, key_end, remove, tune
from app.providers.asking import call, complete, warm, warm_up
from app.providers.bundled import is_awake as demo_awake
from app.providers.calls import Call
from app.providers.catalogue import Model, ModelGroup, Provider
from app.providers.choosing import Choice, available, chosen, default, demo_file, demo_wanted, is_demo, is_shut
from app.providers.clients import close
from app.providers.estimates import estimate, weigh
from app.providers.keeping import (
    add_model,
    change_model,
    choose_default,
    enable_models,
    find_model,
    models,
)
from app.providers.offering import list_environment, offer_environment
from app.providers.presets import PRESETS, Preset, preset, recognise
from app.providers.testing import Local, Report, local_servers, test
from app.providers.weights import add_demo
from app.providers.wire import Delta, ToolCall

__all__ = [
    "PRESETS",
    "Call",
    "Choice",
    "Delta",
    "Local",
    "Model",
    "ModelGroup",
    "Preset",
    "Provider",
    "Report",
    "ToolCall",
    "add",
    "add_demo",
    "add_model",
    "all",
    "available",
    "call",
    "change",
    "change_model",
    "choose_default",
    "chosen",
    "close",
    "complete",
    "default",
    "demo_awake",
    "demo_file",
    "demo_wanted",
    "enable",
    "enable_models",
    "estimate",
    "find",
    "find_model",
    "is_demo",
    "is_shut",
    "key_end",
    "list_environment",
    "local_servers",
    "models",
    "offer_environment",
    "preset",
    "recognise",
    "remove",
    "test",
    "tune",
    "warm",
    "warm_up",
    "weigh",
]
