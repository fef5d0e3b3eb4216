"""An address is spelled in one way, leads to the public network, or is not asked."""

from __future__ import annotations

import socket
import time

import pytest

from briefgen.capture.addresses import RefusedError, is_public, read_address, resolved
from briefgen.capture.fetch import ask


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("http://News.Example", "http://news.example/"),
        ("https://news.example:443/a?b=c#d", "https://news.example/a?b=c"),
        ("http://news.example:8080/", "http://news.example:8080/"),
        ("https://news.example./a", "https://news.example/a"),
        ("https://news.example/a b/\"c\"<d>\\e", "https://news.example/a%20b/%22c%22%3Cd%3E%5Ce"),
        ("https://news.example/é?ü=%C3%BC", "https://news.example/%C3%A9?%C3%BC=%C3%BC"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://reuterѕ.example/", "https://xn--reuter-nvf.example/"),  # a Cyrillic letter, and told apart
        ("http://93.184.215.14/", "http://93.184.215.14/"),
        ("http://[2606:2800:220:1:0:0:0:1]/", "http://[2606:2800:220:1::1]/"),
    ],
)  # fmt: skip
def test_an_address_has_one_spelling(given: str, spelled: str) -> None:
    assert str(read_address(given)) == spelled
    assert str(read_address(spelled)) == spelled


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("file:///etc/passwd", "neither http nor https"),
        ("javascript:alert(1)", "neither http nor https"),
        ("//news.example/", "neither http nor https"),
        ("http:///a", "neither http nor https"),
        ("http://news.example@evil.example/", "a name before its host"),
        ("http://a:b@evil.example/", "a name before its host"),
        ("http://evil.example\\@news.example/", "a name before its host"),
        ("http://2130706433/", "is a number"),
        ("http://0x7f000001/", "is a number"),
        ("http://0x7f.1/", "is a number"),
        ("http://0177.0.0.1/", "is a number"),
        ("http://127.1/", "is a number"),
        ("http://1572395042/", "is a number"),  # a public one is as misleading
        ("http://news.example:22/", "port 22"),
        ("http://news.example:0/", "port 0"),
        ("http://news.example:99999/", "no address"),
        ("http://[::1/", "no address"),
        ("http://[not-six]/", "no"),
        ("http://a..b/", "cannot be the name of a host"),
        ("http://news.example%2f.evil.example/", "cannot be the name of a host"),
        ("http://\u202eelpmaxe.swen/", "cannot be the name of a host"),
        ("http://a b.example/", "cannot be the name of a host"),
        (f"http://{'a' * 64}.example/", "cannot be the name of a host"),
        (f"http://news.example/{'a' * 9000}", "characters; at most"),
    ],
)
def test_what_may_mislead_is_refused(given: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        read_address(given)
    assert why in ask(given).why


@pytest.mark.parametrize(
    ("ip", "public"),
    [
        ("93.184.215.14", True), ("8.8.8.8", True), ("2606:2800:220:1::1", True), ("2a00:1450:4001::1", True),
        ("127.0.0.1", False), ("10.0.0.1", False), ("172.31.0.1", False), ("192.168.0.1", False), ("0.1.2.3", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("192.0.0.8", False), ("198.18.0.1", False),
        ("192.0.2.1", False), ("198.51.100.1", False), ("203.0.113.1", False), ("192.88.99.1", False),
        ("224.0.0.251", False), ("239.1.1.1", False), ("240.0.0.1", False), ("255.255.255.255", False),
        ("::", False), ("::1", False), ("fe80::1%eth0", False), ("fec0::1", False), ("fd00::1", False),
        ("ff02::1", False), ("ff0e::1", False), ("100::1", False), ("2001:db8::1", False), ("3fff::1", False),
        ("5f00::1", False), ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True), ("::127.0.0.1", False),
        ("::8.8.8.8", False), ("64:ff9b::127.0.0.1", False), ("64:ff9b::a9fe:a9fe", False), ("64:ff9b::8.8.8.8", True),
        ("64:ff9b:1::7f00:1", False), ("64:ff9b:1::808:808", False), ("2002:7f00:1::", False),
        ("2002:808:808::", False),
        ("2001:0:7f00:1::", False), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False), ("not an address", False),
    ],
)  # fmt: skip
def test_what_is_public(ip: str, public: bool) -> None:
    assert is_public(ip) is public


def test_looking_a_host_up_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(0.5) or [])
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        resolved(read_address("http://news.example/"), is_public, 0.05)
    assert ask("http://news.example/", seconds=0.05).why == "no answer in time"
    assert time.monotonic() - began < 1


def test_a_host_of_which_one_address_is_private_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", (ip, 80)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    assert ask("http://news.example/").why == "refused: news.example is at 10.0.0.1, which is not public"
