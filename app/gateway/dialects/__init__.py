"""The dialects in which the gateway is asked: models that check the requests, and what becomes of them."""
