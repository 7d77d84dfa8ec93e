"""What a file means: its defaults, its ways of writing, and that it keeps its secrets."""

import pytest

from chappe.config import (
    PRICES,
    AccountConfig,
    Config,
    ConsoleConfig,
    HttpConfig,
    LinkConfig,
    Listen,
    MetricsConfig,
    Mistake,
    Secret,
    SftpConfig,
    SmtpConfig,
    StoreConfig,
    TariffRow,
    read_config,
)
from chappe.words.order import Channel
from tests.config.test_example import EXAMPLE, FRED

HUSHED = [
    "xpasswordx",
    "key-of-fred",
    "azertyuiop",
    "qsdfghjklm",
    "token-of-fred",
    "smppword",
    "lookup-key",
]


def test_no_file_means_one_simulated_link_and_no_account() -> None:
    """E50: the embedded store and the simulated operator need no set-up."""
    config = Config()
    assert read_config("") == config
    assert [(link.name, link.kind) for link in config.links] == [
        ("sim", "operator"),
        ("calls", "calls"),
    ]
    assert (config.accounts, config.smtp, config.sftp, config.tls) == ((), None, None, None)
    assert config.store.url == "sqlite:///chappe.db"
    assert config.simulated


def test_a_section_without_keys_has_the_defaults() -> None:
    names = [
        "http",
        "smtp",
        "sftp",
        "metrics",
        "console",
        "store",
        "callbacks",
        "tiny",
        "retention",
        "optout",
    ]
    text = "".join(f"[{name}]\n" for name in names)
    assert read_config(text) == Config(
        smtp=SmtpConfig(), sftp=SftpConfig(), metrics=MetricsConfig(), console=ConsoleConfig()
    )


def test_tiny_urls_need_a_domain_once_a_link_is_real() -> None:
    real = LinkConfig(name="orange", kind="smpp", host="smpp.example.org")
    assert Config().tiny_domain == "zv.hcnx.fr"
    assert Config(links=(real,)).tiny_domain == ""
    assert read_config('[tiny]\ndomain = "S.example.org"').tiny_domain == "s.example.org"


@pytest.mark.parametrize("balance", ['"12.5"', "12.5", "+12.50", '"12.5000"', "1_2.5"])
def test_an_amount_may_be_a_text_or_a_number(balance: str) -> None:
    config = read_config(f'[[account]]\nlogin = "fred"\nbalance = {balance}')
    assert config.accounts[0].balance == 125_000


def test_an_account_knows_which_of_its_keys_the_file_names() -> None:
    """E51: declared keys are re-applied, so those that are not declared stay as they are."""
    config = read_config('[[account]]\nlogin = "fred"\nrate = 0\n[account.smsfactor]\n')
    assert config.accounts == (
        AccountConfig(
            login="fred", declared=frozenset({"login", "rate"}), dialects={"smsfactor": {}}
        ),
    )


def test_a_dialects_table_belongs_to_the_account_above_it() -> None:
    text = (
        '[[account]]\nlogin = "a"\n[account.highsms]\nroute = "G"\n'
        '[[account]]\nlogin = "b"\n[account.highsms]\nroute = "P"\n'
    )
    routes = [account.dialects for account in read_config(text).accounts]
    assert routes == [{"highsms": {"route": "G"}}, {"highsms": {"route": "P"}}]


def test_the_built_in_prices_are_those_of_the_design() -> None:
    table = {(row.channel.name, row.country, row.quality): row.price for row in PRICES}
    assert len(table) == len(PRICES)
    assert table == {
        ("marketing", "france", ""): 400,
        ("marketing", "france", "low"): 300,
        ("marketing", "overseas", ""): 800,
        ("marketing", "near", ""): 800,
        ("notification", "france", ""): 400,
        ("notification", "france", "low"): 300,
        ("notification", "overseas", ""): 800,
        ("notification", "near", ""): 800,
        ("international", "france", ""): 400,
        ("international", "overseas", ""): 800,
        ("international", "near", ""): 800,
        ("voice", "france", ""): 800,
        ("voice", "overseas", ""): 1600,
        ("voice", "near", ""): 1600,
    }


def test_one_price_of_ones_own_replaces_the_list() -> None:
    text = '[[price]]\nchannel = "voice"\ncountry = "ch"\nprice = "0.1"'
    assert read_config(text).prices == (TariffRow(Channel.voice, "CH", "", 1000),)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff[http]\r\nlisten = 'localhost:0'\r\n",
        b'http.listen = "localhost:0"',
        'http = { "listen" = "localhost:0" }',
        '["http"]\n"list\\u0065n" = """localhost:0"""',
    ],
)
def test_toml_may_be_written_in_any_of_its_ways(text: str | bytes) -> None:
    assert read_config(text) == Config(http=HttpConfig(listen=Listen("localhost", 0)))


@pytest.mark.parametrize(
    "place",
    [
        "a",
        "a,b",
        "a:5432,b:5433",
        "a,b:5433",
        "fred:xpasswordx@a:5432,b:5432",
        "[::1]:5432",
        "fred@%2Frun%2Fpostgresql:5433,b",
    ],
)
def test_a_database_may_have_several_hosts_each_with_its_port(place: str) -> None:
    url = f"postgresql://{place}/chappe"
    assert read_config(f'[store]\nurl = "{url}"').store.url == url


@pytest.mark.parametrize("query", ["host=a", "host=a,b&port=1,2", "host=a,/run,[::1]:9&port=1"])
def test_hosts_of_a_database_may_stand_in_the_query(query: str) -> None:
    url = f"postgresql://fred@/chappe?{query}"
    assert read_config(f'[store]\nurl = "{url}"').store.url == url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///chappe",
        "postgresql://fred@/chappe",
        "postgresql://a:0/chappe",
        "postgresql://a:65536/chappe",
        "postgresql://a:x/chappe",
        "postgresql://a:5432,b:0/chappe",
        "postgresql://a:5432,b:65536/chappe",
        "postgresql://a:x,b:5432/chappe",
        "postgresql://a:5432,/chappe",
        "postgresql://a,,b/chappe",
        "postgresql://[::1/chappe",
        "postgresql://[::1]5432/chappe",
        "postgresql://fred@/chappe?host=a,&port=1",
        "postgresql://fred@/chappe?host=a,b&port=1,x",
        "postgresql://fred@/chappe?host=a,b&port=1,2,3",
        "postgresql://fred@/chappe?host=a,b:0",
    ],
)
def test_a_wrong_host_or_port_of_a_database_is_told(url: str) -> None:
    with pytest.raises(Mistake, match="it names no store that Chappe knows"):
        read_config(f'[store]\nurl = "{url}"')


def test_nothing_prints_a_secret() -> None:
    """E53: never a password or a key, whatever is printed."""
    config = read_config(EXAMPLE)
    told = [f"{config!r} {config}", f"{FRED!r} {FRED} {FRED.dialects}", f"{FRED.password}"]
    told += [str(part.__rich_repr__()) for part in (config, FRED, config.store, *config.links)]
    assert [word for word in HUSHED if any(word in one for one in told)] == []
    assert FRED.password is not None
    assert FRED.password.reveal() == "xpasswordx"


def test_a_store_shows_neither_login_nor_password() -> None:
    store = StoreConfig(url="postgresql://fred:xpasswordx@db/chappe?password=xpasswordx")
    assert store.shown == "postgresql://db/chappe"
    assert repr(store) == "StoreConfig(url='postgresql://db/chappe')"
    assert StoreConfig().shown == "sqlite:///chappe.db"


def test_secrets_are_equal_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a") != "a"


def test_a_mistake_brings_no_other_error_along() -> None:
    """E53: tomllib's own error may hold the text of the file, so it is not the context."""
    with pytest.raises(Mistake) as caught:
        read_config('[[account]]\npassword = "xpasswordx" oops')
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
