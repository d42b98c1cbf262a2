"""Reads messages with Python's email package: paths on standard input, one JSON line for each on standard output."""
import email.policy
import email.utils
import hashlib
import json
import sys
from email.header import decode_header


def decoded(value):
    """A field as text: raw bytes as UTF-8 where they are, else as Latin-1."""
    if value is None:
        return ""
    pieces = []
    for raw, charset in decode_header(as_text(value)):
        if isinstance(raw, str):
            pieces.append(raw)
        else:
            try:
                pieces.append(raw.decode(charset or "ascii"))
            except (LookupError, UnicodeDecodeError):
                pieces.append(raw.decode("utf-8", "replace"))
    return "".join(pieces)


def as_text(value):
    raw = str(value).encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def leaves(part):
    if part.is_multipart() and not part.get_content_type().startswith("message/"):
        for child in part.get_payload():
            yield from leaves(child)
    else:
        yield part


def text_of(part):
    raw = part.get_payload(decode=True) or b""
    try:
        return raw.decode(part.get_content_charset() or "ascii", "replace")
    except LookupError:
        return raw.decode("ascii", "replace")


def file_of(part):
    raw = None if part.is_multipart() else part.get_payload(decode=True) or b""
    name = part.get_filename() or ""
    digest = "" if raw is None else hashlib.sha1(raw.replace(b"\r\n", b"\n")).hexdigest()
    return {"name": decoded(name), "type": part.get_content_type(), "sha1": digest}


def addresses(values):
    """Newer Pythons refuse whole lists over one bad address unless told not to."""
    try:
        found = email.utils.getaddresses(values, strict=False)
    except TypeError:
        found = email.utils.getaddresses(values)
    return [address for _, address in found]


def describe(path):
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.compat32)
    plain, html, files = [], [], []
    for part in leaves(message):
        kind = part.get_content_type()
        named = part.get_filename() is not None
        attached = part.get_content_disposition() == "attachment"
        if kind in ("text/plain", "text/html") and not attached and not named:
            (plain if kind == "text/plain" else html).append(text_of(part))
        else:
            files.append(file_of(part))
    fields = {name: [as_text(value) for value in message.get_all(name, [])] for name in ("from", "to")}
    return {
        "subject": decoded(message.get("subject")),
        "from": addresses(fields["from"])[:1],
        "to": addresses(fields["to"]),
        "plain": "\n".join(plain),
        "html": "\n".join(html),
        "files": files,
        "defects": [type(each).__name__ for part in message.walk() for each in part.defects],
    }


for line in sys.stdin:
    path = line.rstrip("\n")
    try:
        said = describe(path)
    except Exception as error:  # whatever it stumbles over is a difference to report
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps({"path": path, **said}), flush=True)
