# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images to pull, for scripts/bench pull: many files in one layer or in ten, in OCI layouts that are kept."""
import gzip
import hashlib
import io
import json
import os
import random
import shutil
import tarfile

PLACE = "/var/cache/slipway-shared/bench-images"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
FILE_BYTES = 12_000


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def layer_of(first, count):
    """COUNT files in directories of a hundred, half of each file noise and half words."""
    source = random.Random(first)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for number in range(first, first + count):
            if number % 100 == 0:
                folder = tarfile.TarInfo(f"usr/share/d{number // 100}")
                folder.type, folder.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(folder)
            size = source.randrange(200, 2 * FILE_BYTES)
            content = source.randbytes(size // 2) + (b"what compresses well %d\n" % number * size)[:size - size // 2]
            entry = tarfile.TarInfo(f"usr/share/d{number // 100}/f{number}")
            entry.size, entry.mode = size, 0o644
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def keep(layout, content):
    digest = digest_of(content)
    with open(f"{layout}/blobs/sha256/{digest[7:]}", "wb") as file:
        file.write(content)
    return {"digest": digest, "size": len(content)}


def layout_of(layers, files):
    """The directory of an image of so many LAYERS with FILES in all; made if it is not there."""
    layout = f"{PLACE}/{layers}-layers-{files}-files"
    if os.path.isdir(layout):
        return layout
    making = layout + ".making"
    shutil.rmtree(making, ignore_errors=True)
    os.makedirs(f"{making}/blobs/sha256")
    entries, diff_ids = [], []
    for number in range(layers):
        tar = layer_of(number * (files // layers), files // layers)
        diff_ids.append(digest_of(tar))
        entries.append({"mediaType": LAYER, **keep(making, gzip.compress(tar, 6, mtime=0))})
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Cmd": ["true"]}, "rootfs": {"type": "layers", "diff_ids": diff_ids}})
    manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": {"mediaType": CONFIG, **keep(making, config.encode())},
                           "layers": entries})
    index = {"schemaVersion": 2, "manifests": [{"mediaType": MANIFEST, **keep(making, manifest.encode()),
                                                "annotations": {"org.opencontainers.image.ref.name": "1"}}]}
    with open(f"{making}/index.json", "w", encoding="utf-8") as file:
        json.dump(index, file)
    with open(f"{making}/oci-layout", "w", encoding="utf-8") as file:
        file.write('{"imageLayoutVersion": "1.0.0"}')
    os.rename(making, layout)
    return layout


def layers_of(layout):
    """Digests of the image's layers."""
    with open(f"{layout}/index.json", encoding="utf-8") as file:
        manifest = json.load(file)["manifests"][0]["digest"]
    with open(f"{layout}/blobs/sha256/{manifest[7:]}", encoding="utf-8") as file:
        return [layer["digest"] for layer in json.load(file)["layers"]]
