import pytest
from django.test import RequestFactory

from people.visits import Device, client_address, device_of, network_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36", Device("Chrome", "Windows")),
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", Device("Edge", "Windows")),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            Device("Firefox", "Linux"),
        ),
        (PHONE + "Version/17.4 Mobile/15E148 Safari/604.1", Device("Safari", "iPhone")),
        (PHONE + "Mobile/15E148 MicroMessenger/8.0.49", Device("WeChat", "iPhone")),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/126.0.0.0 Mobile Safari/537.36",
            Device("Chrome", "Android"),
        ),
        ("curl/8.5.0", Device("", "")),
        ("", Device("", "")),
    ],
)
def test_a_device_is_known_by_its_browser_and_its_system(agent, device):
    assert device_of(agent) == device


@pytest.mark.parametrize(
    ("proxy", "forwarded", "expected"),
    [
        (False, "203.0.113.9", "192.0.2.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.7, nonsense", None),
        (True, "", "192.0.2.1"),
    ],
)
def test_only_what_our_own_proxy_wrote_is_believed(settings, proxy, forwarded, expected):
    settings.PRAXIS_BEHIND_PROXY = proxy
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers=headers)

    assert client_address(request) == expected


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        (None, ""),
        ("unix:", ""),
    ],
)
def test_a_client_is_an_address_or_an_ipv6_network(address, network):
    assert network_of(address) == network
