# SPDX-License-Identifier: LGPL-2.1-or-later
"""A registry that misbehaves as it is told to, and remembers what it was asked."""
import hashlib
import http.server
import json
import threading
import time


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


class HostileRegistry:
    """PLAN: a function of each request that answers it and returns True, or returns None for an honest answer."""

    def __init__(self, contents=(), manifests=None, plan=None, address="127.0.0.1"):
        self.blobs = {digest_of(content): content for content in contents}
        self.manifests = manifests or {}
        self.plan = plan or (lambda request: None)
        self.asked = []
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def respond(self, status, content=b"", claimed=None, **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(content) if claimed is None else claimed))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)
                return True

            def handle_any(self):
                registry.asked.append((self.command, self.path, dict(self.headers)))
                try:
                    if registry.plan(self) is None:
                        registry.answer_honestly(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request, client_address):
                pass

        self.server = Server((address, 0), Handler)
        self.host = f"{address}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    def answer_honestly(self, request):
        kind, _, name = request.path.rpartition("/")
        if request.path == "/v2/":
            return request.respond(200)
        if kind.endswith("/manifests") and name in self.manifests:
            return request.respond(200, self.manifests[name], Content_Type="application/vnd.oci.image.manifest.v1+json")
        if kind.endswith("/blobs") and name in self.blobs:
            content = self.blobs[name]
            start = request.headers.get("Range", "")
            if start:
                first = int(start.removeprefix("bytes=").rstrip("-"))
                return request.respond(206, content[first:], Content_Range=f"bytes {first}-{len(content) - 1}/{len(content)}")
            return request.respond(200, content)
        return request.respond(404, json.dumps({"errors": [{"code": "UNKNOWN", "message": "no such thing"}]}).encode())

    def asked_for(self, part, method="GET"):
        return [headers for command, path, headers in self.asked if part in path and command == method]


def break_off(request, content, claimed, pause=0.0):
    """Says that CLAIMED bytes come, sends CONTENT, then nothing for PAUSE seconds, then closes."""
    request.respond(200, content, claimed=claimed)
    request.wfile.flush()
    request.close_connection = True
    if pause:
        time.sleep(pause)  # the fault itself: a registry that stands still
    return True
