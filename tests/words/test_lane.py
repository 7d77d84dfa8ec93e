"""What may be shown of a URL: where it leads, and no more."""

import pytest

from chappe.words.lane import origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", ""),
        ("no url", ""),
        ("http://[broken/", ""),
        ("http://host:port/", ""),
        ("HTTP://Fred:word@Host.Example/path/key?secret=1#x", "http://host.example:80"),
        ("https://host", "https://host:443"),
        ("https://host:8443?secret", "https://host:8443"),
        ("http://[2001:db8::1]/x", "http://[2001:db8::1]:80"),
    ],
)
def test_of_a_url_only_scheme_host_and_port_are_shown(url: str, origin: str) -> None:
    """E40"""
    assert origin_of(url) == origin
