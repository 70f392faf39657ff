# SPDX-License-Identifier: LGPL-2.1-or-later
"""A list of what is to be done: things are rows, the list as it is shown is kept in redis until it changes."""
import os

from serving import Store, serve

store = Store()
with store.cursor() as setup:
    setup.execute("select pg_advisory_xact_lock(1)")
    setup.execute("create table if not exists thing (name text primary key, is_done boolean not null default false)")


def answer(method, path, body):
    if path == "/health":
        store.cache.ping()
        return "well"
    if method == "POST":
        with store.cursor() as cursor:
            cursor.execute("insert into thing values (%s) on conflict (name) do update set is_done = true", (body,))
        store.cache.delete("list")
    shown = store.cache.get("list")
    if shown is None:
        with store.cursor() as cursor:
            cursor.execute("select name, is_done from thing order by name")
            shown = "".join(f"[{'x' if done else ' '}] {name}\n" for name, done in cursor.fetchall()).encode()
        store.cache.set("list", shown)
    return f"version {os.environ['VERSION']}\nshown {store.cache.incr('shown')} times\n{shown.decode()}"


serve(answer)
