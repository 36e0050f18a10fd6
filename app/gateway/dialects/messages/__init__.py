"""The Messages dialect of Anthropic, made of chat completions. https://docs.anthropic.com/en/api/messages"""

from app.gateway.dialects.messages.asked import CountRequest, MessagesRequest
from app.gateway.dialects.messages.translating import SIGNED, cleaned, translate, untold
from app.gateway.dialects.messages.writing import Writer

__all__ = ["SIGNED", "CountRequest", "MessagesRequest", "Writer", "cleaned", "translate", "untold"]
