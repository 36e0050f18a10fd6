"""A provider that speaks the Responses and the Messages dialect itself, with canned answers of a few events."""

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESPONSE = {
    "id": "resp_0123456789abcdef0123456789abcdef0123456789abcdef",
    "object": "response",
    "created_at": 1,
    "status": "completed",
    "model": "native-1",
    "output": [
        {
            "id": "msg_68af",
            "type": "message",
            "status": "completed",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "Natively.", "annotations": []}],
        }
    ],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "usage": {
        "input_tokens": 11,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 3,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 14,
    },
}
MESSAGE = {
    "id": "msg_native",
    "type": "message",
    "role": "assistant",
    "model": "native-1",
    "content": [{"type": "text", "text": "Natively."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 11, "output_tokens": 3},
}
RESPONSE_EVENTS = [
    {"type": "response.created", "sequence_number": 0, "response": RESPONSE | {"status": "in_progress", "output": []}},
    {"type": "response.output_text.delta", "sequence_number": 1, "delta": "Natively.", "item_id": "msg_68af"},
    {"type": "response.completed", "sequence_number": 2, "response": RESPONSE},
]
MESSAGE_EVENTS = [
    {"type": "message_start", "message": MESSAGE | {"content": [], "stop_reason": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Natively."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
    {"type": "message_stop"},
]
ANSWERS = {"/v1/responses": (RESPONSE, RESPONSE_EVENTS), "/v1/messages": (MESSAGE, MESSAGE_EVENTS)}


def streamed(path: str) -> bytes:
    """The bytes of a stream."""
    told = ANSWERS[path][1]
    return b"".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in told)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        if self.path == "/v1/messages/count_tokens":
            return self.told(json.dumps({"input_tokens": 4321}).encode(), "application/json")
        if body.get("stream"):
            return self.told(streamed(self.path), "text/event-stream")
        return self.told(json.dumps(ANSWERS[self.path][0]).encode(), "application/json")

    def told(self, data, kind):
        data = data.replace(RESPONSE["id"].encode(), self.server.response_id.encode())
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *told):
        """Nothing is printed."""


class Native:
    """The server in threads: `with Native() as it`, then `it.url`, and what it was asked in `it.asked`.

    Its response has an id of its own (`it.response`), so that what one test keeps is not found by another.
    """

    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.asked = self.server.asked = []
        self.server.response_id = f"resp_{uuid.uuid4().hex}"
        self.response = RESPONSE | {"id": self.server.response_id}
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def streamed(self, path: str) -> bytes:
        """The bytes of its stream."""
        return streamed(path).replace(RESPONSE["id"].encode(), self.server.response_id.encode())

    def __exit__(self, *error):
        """Ends it; again it does nothing."""
        if not self.thread.is_alive():
            return
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
