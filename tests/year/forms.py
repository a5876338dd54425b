"""Forms of a page filled in and sent as a browser without scripts sends them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
from lxml import html


def filled(page: httpx.Response, to: str, /, **given: Any) -> tuple[str, dict[str, Any]]:
    """The form of a page whose address ends so: where it is sent, and what it holds with the fields that a person fills in."""
    assert page.status_code == 200, page.text[:2000]
    for form in html.fromstring(page.text).forms:
        if (form.action or "").endswith(to):
            values: dict[str, Any] = {}
            for name, value in form.form_values():
                values[name] = [*values[name], value] if name in values and isinstance(values[name], list) else value
            strange = given.keys() - set(form.fields) - {button.get("name") for button in form.iter("button")}
            assert not strange, f"no such fields: {strange}"
            return form.action, {**values, **given}
    raise AssertionError(f"no form sends to …{to}")


def send(client: httpx.Client, page: httpx.Response, to: str, /, **given: Any) -> httpx.Response:
    """Fill a form in and send it."""
    address, values = filled(page, to, **given)
    return client.post(address, data=values, follow_redirects=True)


def send_file(
    client: httpx.Client, page: httpx.Response, to: str, file: tuple[str, bytes], words: Mapping[str, str] = {}
) -> httpx.Response:
    """Choose a file in a form and send it."""
    address, values = filled(page, to, **words)
    values.pop("file", None)
    return client.post(address, data=values, files={"file": file}, follow_redirects=True)


def settled(client: httpx.Client, seconds: float = 380) -> None:
    """Wait until all that was done in the pages is counted."""
    end = time.monotonic() + seconds
    while (state := client.get("/violations/now").json()["counting"]) != "idle":
        assert state != "failed" and time.monotonic() < end, client.get("/violations").text[:3000]
        time.sleep(0.5)
