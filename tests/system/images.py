# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images made for a test: layers that are a few files, and a shell to run in them."""
import functools
import glob
import gzip
import hashlib
import io
import json
import subprocess
import tarfile
import urllib.request

KINDS = {
    "oci": ("application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.config.v1+json",
            "application/vnd.oci.image.layer.v1.tar", "+gzip", "application/vnd.oci.image.index.v1+json"),
    "docker": ("application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.container.image.v1+json",
               "application/vnd.docker.image.rootfs.diff.tar", ".gzip", "application/vnd.docker.distribution.manifest.list.v2+json"),
}


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def tar_of(files):
    """An archive of FILES: bytes by name; None makes a directory, a text a symbolic link to it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.mode = 0o755
            if content is None:
                entry.type = tarfile.DIRTYPE
                archive.addfile(entry)
            elif isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
                archive.addfile(entry)
            else:
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@functools.cache
def shell_layer():
    """The machine's own shell, cat and ls with what they need."""
    files = {name: None for name in ("bin", "lib", "lib64", "lib/x86_64-linux-gnu", "etc", "tmp")}
    programs = ["/bin/dash", "/bin/cat", "/bin/ls", "/bin/true", "/bin/sleep"]
    wanted = set()
    for line in subprocess.run(["ldd", *programs], capture_output=True, text=True, check=True).stdout.splitlines():
        wanted |= {word for word in line.split() if word.startswith("/") and not word.endswith(":")}
    for path in [*programs, *wanted]:
        with open(path, "rb") as file:
            files[path.lstrip("/")] = file.read()
    files["bin/sh"] = "dash"
    assert any(name.endswith("libc.so.6") for name in files), glob.glob("/lib/*/libc.so.6")
    return tar_of(files)


def descriptor(media_type, content, **members):
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content), **members}


class MadeImage:
    """LAYERS: uncompressed archives, lowest first."""

    def __init__(self, layers, kind="oci", architecture="amd64", config=None, diff_ids=None, is_compressed=True):
        self.media_type, config_type, layer_type, suffix, self.index_type = KINDS[kind]
        self.layers = [gzip.compress(layer, 1, mtime=0) if is_compressed else layer for layer in layers]
        self.diff_ids = diff_ids or [digest_of(layer) for layer in layers]
        self.config = json.dumps({"architecture": architecture, "os": "linux", "config": config or {"Cmd": ["/bin/sh"]},
                                  "rootfs": {"type": "layers", "diff_ids": self.diff_ids}}).encode()
        self.id = digest_of(self.config)
        self.manifest = json.dumps({
            "schemaVersion": 2, "mediaType": self.media_type, "config": descriptor(config_type, self.config),
            "layers": [descriptor(layer_type + (suffix if is_compressed else ""), layer) for layer in self.layers]}).encode()
        self.digest = digest_of(self.manifest)

    @property
    def blobs(self):
        return [*self.layers, self.config]

    def entry(self, architecture, variant=None):
        platform = {"architecture": architecture, "os": "linux", **({"variant": variant} if variant else {})}
        return descriptor(self.media_type, self.manifest, platform=platform)

    def send(self, host, repository, *tags):
        for blob in self.blobs:
            send_blob(host, repository, blob)
        for tag in tags or [self.digest]:
            send_manifest(host, repository, tag, self.manifest, self.media_type)


def request(method, url, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method), timeout=60)


def send_blob(host, repository, content):
    with request("POST", f"http://{host}/v2/{repository}/blobs/uploads/", b"") as begun:
        place = begun.headers["Location"]
    separator = "&" if "?" in place else "?"
    request("PUT", f"{place}{separator}digest={digest_of(content)}", content, Content_Type="application/octet-stream").close()


def send_manifest(host, repository, reference, content, media_type):
    request("PUT", f"http://{host}/v2/{repository}/manifests/{reference}", content, Content_Type=media_type).close()


def index_of(entries, kind="oci"):
    return json.dumps({"schemaVersion": 2, "mediaType": KINDS[kind][4], "manifests": entries}).encode()
