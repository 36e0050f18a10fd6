"""The pages about usage: charts and tables, the last calls, and statements."""

from components.usage.calls import CallsPage
from components.usage.pages import UsagePage
from components.usage.statements import StatementPage

__all__ = ["CallsPage", "StatementPage", "UsagePage"]
