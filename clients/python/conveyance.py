"""Client of a Conveyance server: submit an export, wait for it, download and verify it, verify its webhook.

One file, nothing but Python's standard library (3.8 or later). Copy it beside your program.

    from conveyance import Conveyance

    client = Conveyance()  # CONVEYANCE_URL and CONVEYANCE_TOKEN of the environment
    job = client.create({
        "report_type": "property", "output_format": "csv",
        "start_date": "2026-01-01", "end_date": "2026-01-31", "property_ids": [99001416],
    })
    client.wait(job["job_id"])
    print(client.download(job["job_id"], "rents.csv"))

License: Apache-2.0
"""

from __future__ import annotations

import base64
import binascii
import email.utils
import errno
import hashlib
import hmac
import http.client
import json
import os
import random
import re
import stat
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import warnings

__version__ = "0.2.0"
__all__ = [
    "ApiError", "Conveyance", "ConveyanceError", "IntegrityError", "JobFailedError", "WaitTimeoutError",
    "WebhookVerificationError", "verify_webhook",
]

API = "/apartmentiq/api/v1"
JOBS = "/bulk_api/jobs"
USER_AGENT = "conveyance-python/" + __version__

#: Of one read from the network. The server writes to an idle event stream more often than that.
SOCKET_TIMEOUT = 60.0
#: Of one call. A read or a call with an idempotency key is repeated, anything else is not.
MAX_TRIES = 6
#: What a `Retry-After` may ask for. A quota that is used up asks for days: that is an error, not a pause.
LONGEST_PAUSE = 60.0
#: How long the server may be away before `wait` gives up.
OUTAGE = 300.0
FIRST_POLL = 0.2
LONGEST_POLL = 5.0
#: A token is renewed that many seconds before it expires.
TOKEN_MARGIN = 60.0
CHUNK = 256 * 1024
TOLERANCE = 300
#: The mode of files with a customer's data.
PRIVATE = 0o600
#: Where the system has them: a link is not followed, a pipe not waited for, and a line's end not translated.
NO_LINK, NO_WAIT, BINARY = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))

BUSY = frozenset({429, 502, 503, 504})
NETWORK_ERRORS = (urllib.error.URLError, http.client.HTTPException, OSError)

_warned = set()


class ConveyanceError(Exception):
    """What everything that this module raises on purpose is."""


class ApiError(ConveyanceError):
    """The server refused. `errors` has every fault, `message` the first; give `request_id` to the operator."""

    def __init__(self, status, headers, body):
        fields = body if isinstance(body, dict) else {}
        self.status = status
        self.error = fields.get("error")
        self.message = fields.get("message") or fields.get("error_description") or http.client.responses.get(status, "")
        self.errors = fields.get("errors") or []
        self.quota_limit = fields.get("quota_limit")
        self.request_id = headers.get("X-Request-Id")
        self.retry_after = _seconds(headers.get("Retry-After"))
        super().__init__("%s %s: %s" % (status, self.error or "", "; ".join(self.errors) or self.message))


class JobFailedError(ConveyanceError):
    """The job ended without a file: `job["status"]` is `failed` or `cancelled`."""

    def __init__(self, job):
        self.job = job
        why = job.get("error_message") or job.get("error_code") or ""
        super().__init__("job %s %s %s" % (job.get("job_id"), job.get("status"), why))


class WaitTimeoutError(ConveyanceError, TimeoutError):
    """The job has not ended in time. It goes on; wait again."""


class IntegrityError(ConveyanceError):
    """The file is not the one that was promised. It has been deleted."""


class WebhookVerificationError(ConveyanceError):
    """The request is not the server's, was altered, or is too old. Answer 400 and do nothing."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would send `Authorization` on to wherever a redirect leads."""

    def redirect_request(self, *_args, **_named):
        return None


def _seconds(value):
    """Seconds of a `Retry-After`, which may be a date."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _pause(tries, error=None):
    """Before the next try: growing, spread, and as long as the server asks for. None if it asks for too long."""
    grown = min(30.0, 0.25 * 2 ** tries) * (0.75 + random.random() / 2)
    asked = error.retry_after if isinstance(error, ApiError) else None
    if asked is None:
        return grown
    return None if asked > LONGEST_PAUSE else max(asked, grown)


def _is_passing(error):
    if not isinstance(error, ApiError):
        return isinstance(error, NETWORK_ERRORS)
    if error.status == 429 and error.quota_limit is not None:
        return False
    return error.status in BUSY or (error.status == 409 and error.retry_after is not None)


def _warn_of_plain_http(url):
    """Warns, once in this process for each server, if what goes to the URL can be read on its way."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    local = re.fullmatch(r"(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1", host)
    origin = "%s://%s" % (parts.scheme, parts.netloc.rpartition("@")[2])
    if parts.scheme != "http" or local or origin in _warned:
        return
    _warned.add(origin)
    warnings.warn("%s is not encrypted: whoever is on the way can read the secret and the data; use https" % origin, stacklevel=3)


class Conveyance:
    """One account at one server.

    `token` is a personal token; or `access_key` and `secret`, which are exchanged for short-lived tokens. What is left out is taken
    from CONVEYANCE_URL, CONVEYANCE_TOKEN, CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET.
    """

    def __init__(self, url=None, token=None, access_key=None, secret=None):
        if token is None and access_key is None:
            token, access_key = os.environ.get("CONVEYANCE_TOKEN"), os.environ.get("CONVEYANCE_ACCESS_KEY")
        self._url = (url or os.environ.get("CONVEYANCE_URL") or "").rstrip("/")
        self._token = token
        self._key = (access_key, secret or os.environ.get("CONVEYANCE_SECRET"))
        self._expires = float("inf") if token else 0.0
        self._opener = urllib.request.build_opener(_NoRedirect())
        if not self._url.startswith(("http://", "https://")):
            raise ConveyanceError("no server: give url, or set CONVEYANCE_URL to one like http://127.0.0.1:8080")
        _warn_of_plain_http(self._url)
        if not token and not all(self._key):
            raise ConveyanceError("no credential: give token, or access_key and secret, or set CONVEYANCE_TOKEN")

    # Jobs

    def create(self, request, idempotency_key=None):
        """Submits an export and returns the job. The key makes a repeated call the same job; one is made if you give none."""
        key = idempotency_key or str(uuid.uuid4())
        return self.call("POST", JOBS, request, {"Idempotency-Key": key}, repeatable=True)

    def get(self, job_id):
        """The job as it is now."""
        return self.call("GET", _job_path(job_id))

    def wait(self, job_id, timeout=None, on_progress=None, events=True):
        """Returns the job once it has succeeded; raises JobFailedError if it did not.

        Follows the job's events, and polls where they cannot be had, or with `events=False`. A restart of the server, and an outage of up
        to five minutes, pass unnoticed. `on_progress` is called with the job whenever there is news of it.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        answered, pause = time.monotonic(), FIRST_POLL
        while True:
            asked = None
            for job, asked, error in self._news(job_id, events, deadline):
                if error is not None:
                    if not _is_passing(error) or time.monotonic() - answered > OUTAGE:
                        raise error
                    continue
                answered = time.monotonic()
                if on_progress is not None:
                    on_progress(job)
                if job["status"] == "succeeded":
                    return job
                if job["status"] != "submitted":
                    raise JobFailedError(job)
            # Retry-After counts in whole seconds and may be long: a short job is not waited for any longer than this.
            rest = float("inf") if deadline is None else deadline - time.monotonic()
            if rest <= 0:
                raise WaitTimeoutError("job %s has not ended within %s s" % (job_id, timeout))
            time.sleep(min(rest, max(pause, min(asked or 0.0, LONGEST_POLL))))
            pause = min(LONGEST_POLL, pause * 1.5)

    def download(self, job_id, path):
        """Writes the result to `path` and returns `{path, rows, bytes, sha256, resumed_bytes}`. A folder gets the server's file name.

        The bytes go to `path.part`, are continued where an earlier try broke off, and get their name only when size and SHA-256
        are what the server promised. The file is readable by its owner alone.
        """
        job = self.get(job_id)
        result = job.get("result")
        if job["status"] != "succeeded" or not result:
            raise JobFailedError(job)
        if os.path.isdir(path):
            path = os.path.join(path, os.path.basename(result["filename"]))
        part = _Part(path, job_id, result)
        resumed = part.size
        tries = 0
        while part.size < result["bytes"]:
            before = part.size
            try:
                self._fill(job_id, part)
            except (ApiError,) + NETWORK_ERRORS as error:
                tries = 1 if part.size > before else tries + 1
                pause = _pause(tries, error) if _is_passing(error) else None
                if pause is None or tries >= MAX_TRIES:
                    raise
                time.sleep(pause)
        if not part.seal():
            if resumed == 0:
                raise IntegrityError("%s is not the file that the server promised; it has been deleted" % path)
            # There is no telling which bytes are wrong: those of an earlier try may be.
            return self.download(job_id, path)
        return {"path": path, "rows": result["rows"], "bytes": result["bytes"], "sha256": result["sha256"],
                "resumed_bytes": resumed}

    # Every other route

    def call(self, method, path, body=None, headers=None, repeatable=None):
        """Any route of the API, its path without the prefix: `client.call("GET", "/usage")`. Returns the JSON."""
        with self._open(method, path, body, headers, repeatable) as answer:
            return json.loads(answer.read() or b"null")

    # Inside

    def _open(self, method, path, body=None, headers=None, repeatable=None, timeout=SOCKET_TIMEOUT):
        """The open answer; reads are repeated while the server is busy or away."""
        data = None if body is None else json.dumps(body).encode()
        again = method in ("GET", "DELETE") if repeatable is None else repeatable
        renewed = False
        tries = 0
        while True:
            sent = {"Accept": "application/json", **(headers or {})}
            if data is not None:
                sent["Content-Type"] = "application/json"
            tries += 1
            try:
                sent["Authorization"] = "Bearer " + self._bearer()
                return self._once(urllib.request.Request(self._url + API + path, data, sent, method=method), timeout)
            except (ApiError,) + NETWORK_ERRORS as error:
                if isinstance(error, ApiError) and error.status == 401 and self._key[0] and not renewed:
                    renewed, self._expires = True, 0.0
                    continue
                pause = _pause(tries, error) if again and _is_passing(error) else None
                if pause is None or tries >= MAX_TRIES:
                    raise
            time.sleep(pause)

    def _once(self, request, timeout=SOCKET_TIMEOUT):
        request.add_header("User-Agent", USER_AGENT)
        try:
            return self._opener.open(request, timeout=timeout)
        except urllib.error.HTTPError as answer:
            if answer.code == 302:
                return answer
            with answer:
                text = answer.read()
            try:
                body = json.loads(text)
            except ValueError:
                body = None
            raise ApiError(answer.code, answer.headers, body) from None

    def _bearer(self):
        if time.monotonic() >= self._expires:
            pair = ":".join(urllib.parse.quote(part, safe="") for part in self._key)
            headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
            form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
            with self._once(urllib.request.Request(self._url + "/oauth/token", form, headers)) as answer:
                token = json.loads(answer.read())
            self._token = token["access_token"]
            self._expires = time.monotonic() + token["expires_in"] - TOKEN_MARGIN
        return self._token

    def _news(self, job_id, events, deadline):
        """`(job, seconds until the next poll, error)` at each change of the job, then once more. Errors of the caller are not caught."""
        path = _job_path(job_id)
        if events:
            try:
                for job in self._events(path + "/events", deadline):
                    yield job, None, None
            except (ApiError,) + NETWORK_ERRORS:
                # A proxy may refuse streams, and connections break. What is wrong with the job itself, the poll tells.
                pass
        if deadline is None or time.monotonic() < deadline:
            try:
                with self._open("GET", path) as answer:
                    job, asked = json.loads(answer.read()), _seconds(answer.headers.get("Retry-After"))
            except (ApiError,) + NETWORK_ERRORS as error:
                yield None, getattr(error, "retry_after", None), error
            else:
                yield job, asked, None

    def _events(self, path, deadline):
        headers = {"Accept": "text/event-stream"}
        data = []
        patience = SOCKET_TIMEOUT if deadline is None else max(0.1, min(SOCKET_TIMEOUT, deadline - time.monotonic()))
        with self._open("GET", path, headers=headers, repeatable=False, timeout=patience) as answer:
            for line in answer:
                line = line.rstrip(b"\r\n")
                if line.startswith(b"data:"):
                    data.append(line[5:].lstrip(b" "))
                elif not line and data:
                    yield json.loads(b"\n".join(data))
                    data = []
                if deadline is not None and time.monotonic() >= deadline:
                    return

    def _fill(self, job_id, part):
        """Appends what comes behind a fresh link, which takes no credential."""
        with self._open("GET", _job_path(job_id) + "/results") as answer:
            link = urllib.parse.urljoin(self._url, answer.headers["Location"])
        headers = {"Accept-Encoding": "identity"}
        if part.size:
            headers.update({"Range": "bytes=%d-" % part.size, "If-Range": part.etag})
        with self._once(urllib.request.Request(link, headers=headers)) as answer:
            if answer.status != 206:
                part.restart()
            elif not answer.headers.get("Content-Range", "").startswith("bytes %d-" % part.size):
                raise IntegrityError("the server sent another part of the file than was asked for")
            part.identify(answer.headers.get("ETag"))
            while True:
                chunk = answer.read(CHUNK)
                if not chunk:
                    return
                part.append(chunk)


def _job_path(job_id):
    return JOBS + "/" + urllib.parse.quote(str(job_id), safe="")


def _open_own(path, mode):
    """Opens a file that is this user's own, for reading or for more bytes: a link, or another user's file, is an OSError."""
    flags = os.O_RDONLY if "r" in mode else os.O_WRONLY | os.O_APPEND
    number = os.open(path, flags | NO_LINK | NO_WAIT | BINARY)
    try:
        found = os.fstat(number)
        owner = os.getuid() if hasattr(os, "getuid") else found.st_uid
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_uid != owner:
            raise OSError(errno.EPERM, "not a file of this user's own", path)
        if hasattr(os, "fchmod"):
            os.fchmod(number, PRIVATE)
        return os.fdopen(number, mode, encoding=None if "b" in mode else "utf-8")
    except BaseException:
        os.close(number)
        raise


def _create_private(path, mode):
    """An empty file for this user alone, in the place of whatever has the name; a link is removed, not followed."""
    if os.path.lexists(path):
        os.remove(path)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | BINARY, PRIVATE)
    return os.fdopen(number, mode, encoding=None if "b" in mode else "utf-8")


class _Part:
    """An unfinished download: `path.part` with the bytes so far, `path.part.json` with the file that they belong to."""

    def __init__(self, path, job_id, result):
        self._path, self._part, self._origin = path, path + ".part", path + ".part.json"
        self._wanted = {"jobId": job_id, "sha256": result["sha256"]}
        self._bytes = result["bytes"]
        self.etag = self._kept_etag()
        self.size = self._kept_size() if self.etag else 0
        if self.size > self._bytes:
            self.size = 0
        if not self.size:
            self.restart()

    def _kept_etag(self):
        try:
            with _open_own(self._origin, "r") as file:
                kept = json.load(file)
            return kept["etag"] if all(kept[name] == value for name, value in self._wanted.items()) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _kept_size(self):
        try:
            with _open_own(self._part, "rb") as file:
                return os.fstat(file.fileno()).st_size
        except OSError:
            return 0

    def identify(self, etag):
        if etag != self.etag:
            with _create_private(self._origin, "w") as file:
                json.dump({**self._wanted, "etag": etag}, file)
        self.etag = etag

    def append(self, chunk):
        if self.size + len(chunk) > self._bytes:
            self.discard()
            raise IntegrityError("the server sent more than the file has")
        with _open_own(self._part, "ab") as file:
            file.write(chunk)
        self.size += len(chunk)

    def restart(self):
        _create_private(self._part, "wb").close()
        self.size = 0

    def discard(self):
        for path in (self._part, self._origin):
            if os.path.lexists(path):
                os.remove(path)
        self.size = 0

    def seal(self):
        """Gives the bytes their name if they are the right ones, else deletes them."""
        digest = hashlib.sha256()
        with _open_own(self._part, "rb") as file:
            for chunk in iter(lambda: file.read(CHUNK), b""):
                digest.update(chunk)
            os.fsync(file.fileno())
        if digest.hexdigest() != self._wanted["sha256"]:
            self.discard()
            return False
        os.replace(self._part, self._path)
        if os.path.exists(self._origin):
            os.remove(self._origin)
        return True


def verify_webhook(headers, body, secret, tolerance=TOLERANCE, now=None):
    """The event of a webhook: a job that has ended, or a test (which has an `event`). Raises WebhookVerificationError.

    `headers`: any mapping of names to values. `body`: the raw bytes, as they came: JSON that was parsed and written again has
    another signature. `secret`: `whsec_…`, or a list of them during a rotation.
    """
    body = body.encode() if isinstance(body, str) else bytes(body)
    secrets = [secret] if isinstance(secret, str) else list(secret)
    values = {str(name).lower(): str(value) for name, value in headers.items()}
    message_id, timestamp, signatures = (values.get("webhook-" + name, "") for name in ("id", "timestamp", "signature"))
    if not (message_id and timestamp and signatures):
        raise WebhookVerificationError("the webhook headers are missing")
    # Python refuses to convert a number of thousands of digits with an error of its own.
    is_time = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    age = (time.time() if now is None else now) - (int(timestamp) if is_time else 0)
    if abs(age) > tolerance:
        raise WebhookVerificationError("the webhook's timestamp is too far from this clock")
    signed = ("%s.%s." % (message_id, timestamp)).encode() + body
    expected = [_signature(each, signed) for each in secrets]
    # During a rotation a message has several signatures, separated by spaces; another version's begins with other letters.
    given = signatures.split(" ")
    if not any([hmac.compare_digest(ours.encode(), theirs.encode()) for ours in expected for theirs in given]):
        raise WebhookVerificationError("no signature of the webhook is one of this secret's")
    return json.loads(body)


def _signature(secret, signed):
    if not secret.startswith("whsec_"):
        raise ValueError("a webhook secret is whsec_ and base64")
    try:
        key = base64.b64decode(secret[len("whsec_"):], validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret is whsec_ and base64") from None
    if not key:
        raise ValueError("a webhook secret is whsec_ and base64")
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
