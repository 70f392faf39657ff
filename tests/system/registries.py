# SPDX-License-Identifier: LGPL-2.1-or-later
"""Registries to speak with: Debian's own, filled by skopeo, and the engine's end of the conversation with slipway-registry."""
import array
import contextlib
import gzip
import hashlib
import json
import os
import socket
import subprocess
import tempfile
import time

PROGRAM = "/usr/lib/slipway/slipway-registry"
SOCKET = "/run/slipway/registry.sock"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
# Nobody waits long in a test.
PATIENCE = {"connect_ms": 5000, "stall_ms": 1500, "first_delay_ms": 20, "longest_delay_ms": 3000, "attempts": 3}


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def memory_file(content):
    fd = os.memfd_create("test")
    os.write(fd, content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def place(host, repository="", **members):
    return {"domain": host, "host": host, "repository": repository, "insecure": False, **members}


class Failed(Exception):
    def __init__(self, error):
        super().__init__(f"{error['name']}: {error['message']}")
        self.name, self.message = error["name"], error["message"]


class Conversation:
    """The engine's end. WAY: "systemd" connects to the socket, "spawn" starts the program."""

    def __init__(self, way="systemd"):
        self.process = None
        if way == "systemd":
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self.socket.connect(SOCKET)
        else:
            self.socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            # The number has to be 3, whatever it is here.
            self.process = subprocess.Popen(["/bin/sh", "-c", f'exec 3<&{other.fileno()} {other.fileno()}<&-; exec "$0"', PROGRAM],
                                            pass_fds=[other.fileno()], env={"LANG": "C.UTF-8"})
            other.close()
        self.socket.settimeout(60)
        self.number = 0
        self.ended = {}
        self.progress = {}

    def close(self):
        self.socket.close()
        if self.process:
            self.process.wait(timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def begin(self, method, fds=(), **members):
        """A request under way; its number. FDS are closed here."""
        self.number += 1
        text = json.dumps({"request": self.number, "method": method, **members}).encode()
        self.socket.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else [])
        for fd in fds:
            os.close(fd)
        return self.number

    def hear(self):
        text, fds, _, _ = socket.recv_fds(self.socket, 1 << 16, 16)
        if not text:
            raise EOFError("slipway-registry has gone")
        event = json.loads(text)
        if event["event"] == "progress":
            self.progress.setdefault(event["request"], []).append(event["bytes"])
        else:
            self.ended[event["request"]] = (event, fds)

    def end(self, number):
        """The last event of a request, with the content of its memory file."""
        while number not in self.ended:
            self.hear()
        event, fds = self.ended.pop(number)
        if event["event"] == "failed":
            raise Failed(event["error"])
        if fds:
            with os.fdopen(fds[0], "rb") as file:
                event["content"] = file.read()
        return event

    def call(self, method, fds=(), **members):
        return self.end(self.begin(method, fds, **members))

    def open(self, *places, proxies=None, patience=None):
        target = {"places": places, "proxies": proxies or {}, "patience": {**PATIENCE, **(patience or {})}}
        return self.call("open", [memory_file(json.dumps(target).encode())])

    def pull_blob(self, digest, size, present=b""):
        """Its bytes in the file."""
        file = memory_file(present)
        try:
            self.call("blob", [os.dup(file)], digest=digest, size=size, file=True)
            return os.pread(file, size + 1, 0)
        finally:
            os.close(file)


@contextlib.contextmanager
def conversation(*places, way="systemd", **options):
    with Conversation(way) as opened:
        opened.open(*places, **options)
        yield opened


def wait_for_port(port):
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


class Image:
    """An image in an OCI layout: a small layer and a large one."""

    def __init__(self, directory, platform="amd64"):
        # Compressed, or skopeo does it.
        contents = [os.urandom(3_000), os.urandom(6_000_000)]
        self.layers = [gzip.compress(content, 1) for content in contents]
        config = {"architecture": platform, "os": "linux", "config": {},
                  "rootfs": {"type": "layers", "diff_ids": [digest_of(content) for content in contents]}}
        self.config = json.dumps(config).encode()
        self.manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": self.descriptor("application/vnd.oci.image.config.v1+json", self.config),
            "layers": [self.descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer) for layer in self.layers]}).encode()
        self.digest = digest_of(self.manifest)
        self.layout = os.path.join(directory, "layout")
        os.makedirs(f"{self.layout}/blobs/sha256")
        for content in (*self.layers, self.config, self.manifest):
            with open(f"{self.layout}/blobs/sha256/{digest_of(content)[7:]}", "wb") as file:
                file.write(content)
        index = {"schemaVersion": 2, "manifests": [{**self.descriptor(MANIFEST, self.manifest),
                                                    "annotations": {"org.opencontainers.image.ref.name": "1"}}]}
        with open(f"{self.layout}/index.json", "w", encoding="utf-8") as file:
            json.dump(index, file)
        with open(f"{self.layout}/oci-layout", "w", encoding="utf-8") as file:
            json.dump({"imageLayoutVersion": "1.0.0"}, file)

    @staticmethod
    def descriptor(media_type, content):
        return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}

    def send(self, name, *options):
        subprocess.run(["skopeo", "copy", "--insecure-policy", "--quiet", *options, f"oci:{self.layout}:1", f"docker://{name}"],
                       check=True, capture_output=True, timeout=60)


class Registry:
    """Debian's docker-registry on a port of its own. TLS: directory with server.crt and server.key; USERS: a file of htpasswd's."""

    def __init__(self, directory, port, tls=None, users=None, client_authority=None):
        self.host = f"localhost:{port}"
        root = os.path.join(directory, f"registry-{port}")
        os.makedirs(root)
        config = {"version": "0.1", "log": {"level": "error"}, "http": {"addr": f"127.0.0.1:{port}"},
                  "storage": {"filesystem": {"rootdirectory": root}, "delete": {"enabled": True}}}
        if tls:
            config["http"]["tls"] = {"certificate": f"{tls}/server.crt", "key": f"{tls}/server.key"}
        if client_authority:
            config["http"]["tls"]["clientcas"] = [client_authority]
        if users:
            config["auth"] = {"htpasswd": {"realm": "test", "path": users}}
        with open(f"{root}/config.yml", "w", encoding="utf-8") as file:
            json.dump(config, file)  # which is YAML
        self.process = subprocess.Popen(["docker-registry", "serve", f"{root}/config.yml"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_for_port(port)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def make_certificates(directory):
    """An authority of our own, a server's certificate for localhost, a client's."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=directory, timeout=60)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=test authority",
            "-keyout", "ca.key", "-out", "ca.crt")
    with open(os.path.join(directory, "names"), "w", encoding="utf-8") as file:
        file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for name in ("server", "client"):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key",
                "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", "names", "-out", f"{name}.crt")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def temporary_directory(test_class):
    directory = tempfile.TemporaryDirectory()
    test_class.addClassCleanup(directory.cleanup)
    return directory.name
