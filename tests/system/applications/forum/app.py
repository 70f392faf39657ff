# SPDX-License-Identifier: LGPL-2.1-or-later
"""A forum: posts go into a queue in redis, from which the worker takes them into the database."""
import os
import sys

from serving import Store, serve

store = Store()


def migrate():
    with store.cursor() as cursor:
        cursor.execute("create table if not exists post (number serial, text text)")


def work():
    print("working", flush=True)
    while True:
        _, text = store.cache.blpop("posts")
        with store.cursor() as cursor:
            cursor.execute("insert into post (text) values (%s)", (text.decode(),))
        store.cache.incr("worked")


def answer(method, path, body):
    if path == "/health":
        store.cache.ping()
        return "well"
    if method == "POST":
        store.cache.rpush("posts", body)
    with store.cursor() as cursor:
        cursor.execute("select text from post order by number")
        posts = [row[0] for row in cursor.fetchall()]
    worked = int(store.cache.get("worked") or 0)
    return f"version {os.environ['VERSION']}\n{worked} posts worked\n" + "".join(post + "\n" for post in posts)


{"migrate": migrate, "work": work, "serve": lambda: serve(answer)}[sys.argv[1]]()
