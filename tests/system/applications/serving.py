# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the three applications share: a server that ends gracefully, and its two stores."""
import contextlib
import http.server
import os
import signal
import threading

import psycopg2
import psycopg2.pool
import redis


def password():
    with open("/run/secrets/db_password", encoding="utf-8") as file:
        return file.read().strip()


class Store:
    """Connections that are kept, and made anew where the database was away."""

    def __init__(self):
        self.pool = psycopg2.pool.ThreadedConnectionPool(1, 50, host="db", user="postgres", password=password(), dbname="postgres")
        self.cache = redis.Redis(host="redis")

    @contextlib.contextmanager
    def cursor(self):
        connection = self.pool.getconn()
        broken = True
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
            broken = False
        finally:
            self.pool.putconn(connection, close=broken)


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = False

    def handle_error(self, request, client_address):
        print("failed:", client_address, flush=True)
        super().handle_error(request, client_address)


def serve(answer, port=8000):
    """ANSWER takes the method, the path and the body, and gives a text; until SIGTERM."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def respond(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            try:
                text, status = answer(self.command, self.path, body), 200
            except Exception as error:  # pylint: disable=broad-except
                text, status = f"{type(error).__name__}: {error}", 500
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = respond

        def log_message(self, *_):
            pass

    server = Server(("", port), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print("serving version", os.environ.get("VERSION"), flush=True)
    server.serve_forever()
    server.server_close()  # waits for those that are being answered
