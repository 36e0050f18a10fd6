"""Tools: agents reach the verbs over MCP, with a key or by OAuth, and models in a chat by calls that people allow."""
