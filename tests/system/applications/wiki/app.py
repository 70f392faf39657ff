# SPDX-License-Identifier: LGPL-2.1-or-later
"""A wiki: pages are rows, how often each was read is in redis."""
import os

from serving import Store, serve

store = Store()
with store.cursor() as setup:
    setup.execute("select pg_advisory_xact_lock(1)")
    setup.execute("create table if not exists page (title text primary key, text text)")


def answer(method, path, body):
    if path == "/health":
        store.cache.ping()
        return "well"
    with store.cursor() as cursor:
        if method == "POST":
            cursor.execute("insert into page values (%s, %s) on conflict (title) do update set text = excluded.text", (path, body))
        cursor.execute("select text from page where title = %s", (path,))
        row = cursor.fetchone()
    reads = store.cache.incr("reads:" + path)
    return f"version {os.environ['VERSION']}\nread {reads} times\n{row[0] if row else 'nothing yet'}\n"


serve(answer)
