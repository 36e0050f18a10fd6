"""The Responses dialect of OpenAI, made of chat completions. https://platform.openai.com/docs/api-reference/responses"""

from app.gateway.dialects.responses.asked import ResponsesRequest
from app.gateway.dialects.responses.items import SEAL, foreign, portable
from app.gateway.dialects.responses.translating import Question, tell, translate, untold
from app.gateway.dialects.responses.writing import Writer

__all__ = ["SEAL", "Question", "ResponsesRequest", "Writer", "foreign", "portable", "tell", "translate", "untold"]
