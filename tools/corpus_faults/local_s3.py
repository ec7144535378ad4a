"""An S3 server on this machine (moto's), and what is in it. It knows nothing of graphflow, nor of fsspec."""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class LocalS3:
    """The server, with one bucket, named ``corpus``; it is ended with the block.

    Attributes:
        environment: What a process finds it with.
    """

    def __init__(self) -> None:
        import boto3
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it tells each request
        self._server: Any = ThreadedMotoServer(port=0, verbose=False)
        self._server.start()
        _, port = self._server.get_host_and_port()
        address, keys = f"http://127.0.0.1:{port}", ("key", "secret")
        names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
        self.environment = dict(zip(names, (address, *keys, "us-east-1"), strict=True))
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=address,
            aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1],
            region_name="us-east-1",
        )
        self._client.create_bucket(Bucket="corpus")

    def names(self, prefix: str) -> list[str]:
        """The keys that begin so, in order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket="corpus", Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def upload(self, folder: Path, prefix: str) -> str:
        """Make objects of all files below a folder; the address of the place."""
        for path in folder.rglob("*"):
            if path.is_file():
                self._client.upload_file(str(path), "corpus", f"{prefix}/{path.relative_to(folder).as_posix()}")
        return f"s3://corpus/{prefix}"

    def download(self, prefix: str, folder: Path) -> None:
        """Make files of all objects at a place."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.names(f"{prefix}/"):
            goal = folder / name.removeprefix(f"{prefix}/")
            goal.parent.mkdir(parents=True, exist_ok=True)
            self._client.download_file("corpus", name, str(goal))

    def close(self) -> None:
        """End the server."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
