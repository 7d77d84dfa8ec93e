"""One file with a mistake per kind of mistake, and the whole sentence that it is answered with."""

ACCOUNT = '[[account]]\nlogin = "fred"\n'
HIGHSMS = f"{ACCOUNT}[account.highsms]\n"
SMSFACTOR = f"{ACCOUNT}[account.smsfactor]\n"
LINK = '[[link]]\nname = "orange"\nkind = "smpp"\nhost = "h"\n'
SIM = '[[link]]\nname = "sim"\nkind = "operator"\n'
PRICE = '[[price]]\nchannel = "voice"\ncountry = "FR"\nprice = "1"\n'

_SMTP_TOO = "[http] or [smtp] or [sftp] or [metrics] or [console]"
_SECTIONS = (
    "[http], [smtp], [sftp], [metrics], [console], [tls], [store], [callbacks], [lookup], "
    "[tracing], [voice], [tiny], [retention], [optout], [[link]], [[account]], [[route]], [[price]]"
)
_TWICE = "Each must be unique: change or remove one of the two."
_LATER = "Write one of"

# TOML itself.
SYNTAX = [
    ("[http]\nlisten = x", 'line 2: this is no value. Put texts in quotes, such as "text".'),
    ("\nlisten", "line 2: a key has no '=' after it. Write key = value."),
    ("\n= 1", "line 2: this is no key. Write key = value, a [table], or a # comment."),
    ("\n? 1", "line 2: this is no key. Write key = value, a [table], or a # comment."),
    ("\n[.]", "line 2: this is no key. Write key = value, a [table], or a # comment."),
    ("[http\n", "line 1: the header of a table is not closed. Close [ with ] and [[ with ]]."),
    ("[[link]\n", "line 1: the header of a table is not closed. Close [ with ] and [[ with ]]."),
    ("a = 1 2", "line 1: a line goes on after its end. Begin a new line, or a # comment."),
    (
        "[http]\n\n[http]",
        "line 3: this table cannot be opened: it stands here a second time. "
        "Put all its keys in one place.",
    ),
    (
        "[store]\nurl = '1'\nurl = '2'",
        "line 3: this key or table cannot be set: it stands here a second time. "
        "Keep one of the two.",
    ),
    (
        "a = { b = 1, b = 2 }",
        "line 1: this key cannot be set: it stands here a second time. Keep one of the two.",
    ),
    (
        "a = [\n1 2]",
        "line 2: a list is not closed. Put commas between its items and ] at its end.",
    ),
    (
        "a = { b = 1 c = 2}",
        "line 1: a table is not closed. Put commas between its keys and } at its end.",
    ),
    ("a = 2026-02-30", "line 1: there is no such date or time. Put it in quotes if it is a text."),
    (
        r'a = "C:\chappe"',
        "line 1: a backslash stands for no character here. Write two, or use single quotes.",
    ),
    (
        '\na = "abc\nb = 1',
        "line 2: a text is not closed. End it on its line, with the quote that it began with.",
    ),
    ("\na = 'abc", "line 2: a text is not closed. End it with the quotes that it began with."),
    ('\na = """\nb', "line 3: a text is not closed. End it with the quotes that it began with."),
    ("# \x07", "line 1: there is a control character. Remove it."),
    (b"\n# caf\xe9", "line 2: a byte here is not UTF-8. Save the file as UTF-8."),
    (
        "\n#" + "x" * 4_000,
        "line 2: this line has more than 4000 characters. Break it into several.",
    ),
    (
        "a = [\n" + "[\n" * 17,
        "line 17: lists and tables stand more than 16 deep in each other. No setting needs that.",
    ),
    (
        "\n" * 4_000_001,
        "line 1: the file has more than 4000000 characters. Add accounts by the command line.",
    ),
]

# Sections and keys.
NAMES = [
    ("\n[htpp]", "line 2: [htpp]: this section is unknown. Did you mean [http]?"),
    ("[zzz]", f"line 1: [zzz]: this section is unknown. Known are {_SECTIONS}."),
    (
        "[http]\nlisen = 1",
        "line 2: [http] lisen: this key is unknown. Did you mean listen?",
    ),
    ("[http]\nips = []", "line 2: [http] ips: this key is unknown. It belongs below [[account]]."),
    ("[tiny]\nx = 1", "line 2: [tiny] x: this key is unknown. Known here: domain."),
    (
        'listen = "h:1"',
        f"line 1: listen: this key stands above all sections. Write it below {_SMTP_TOO}.",
    ),
    (
        "x = 1",
        "line 1: x: this key stands above all sections. Write it below the header of its section.",
    ),
    (
        f"{HIGHSMS}anwsers = 1",
        "line 4: [account.highsms] anwsers: this key is unknown. Did you mean answers?",
    ),
    (
        '[tiny]\n"a\\nb" = 1',
        "line 2: [tiny] 'a\\nb': this key is unknown. Known here: domain.",
    ),
    (
        f"{ACCOUNT}[account.highsm]",
        "line 3: [account.highsm]: no such dialect is spoken here. Did you mean [account.highsms]?",
    ),
    (
        f"{ACCOUNT}rate = 1\n[account.orange]\nreceipts_url = 'http://h'",
        "line 4: [account.orange]: no such dialect is spoken here. "
        "There are [account.highsms], [account.octopush], [account.smsmode], "
        "[account.isendpro], [account.smsfactor].",
    ),
    (
        f"{ACCOUNT}orange = 1",
        "line 3: [[account]] orange: this key is unknown. Known here: login, password, "
        "api_keys, balance, hlr_credit, callbacks, callback_hosts, email, state, ips, sftp_keys, "
        "post_paid, parent, pays_from, hours, channel, countries, senders, short_code, rate, "
        "queue_max, in_doubt, warn_below, topup_pending, highsms, octopush, smsmode, "
        "isendpro, smsfactor.",
    ),
]

# Tables that are none, keys that are missing.
SHAPES = [
    (
        "http = 1",
        "line 1: [http]: a number is not one table. Write [http] on a line of its own, once.",
    ),
    (
        "[[http]]",
        "line 1: [http]: a list is not one table. Write [http] on a line of its own, once.",
    ),
    (
        "[account]",
        "line 1: [[account]]: a table is not a list of tables, each with two brackets. "
        "Write [[account]] on a line of its own for each.",
    ),
    (
        'link = [\n{ name = "a", kind = "operator" },\n"b" ]',
        "line 3: [[link]]: a text is not a table. Write [[link]] on a line of its own for each.",
    ),
    (
        f"{ACCOUNT}highsms = true",
        "line 3: [account.highsms]: true or false is not a table. "
        "Write [account.highsms] on a line of its own.",
    ),
    (
        "[[account]]\nrate = 1",
        "line 1: [[account]]: it has no login. Add login = ..., text of at most 100 characters.",
    ),
    (
        "[[route]]",
        "line 1: [[route]]: it has no links. "
        "Add links = ..., list of: text of at most 40 characters; not empty.",
    ),
    (
        "".join(f'[[link]]\nname = "{n}"\nkind = "operator"\n' for n in range(101)),
        "line 301: [[link]]: there are 101 of them. At most 100 will do.",
    ),
]

# Types, lists and bounds.
VALUES = [
    (
        "[tls]\ncert = 12\nkey = 'k'",
        'line 2: [tls] cert: 12 is not a text. Write it in quotes, such as "12".',
    ),
    (
        "[tls]\ncert = []\nkey = 'k'",
        "line 2: [tls] cert: a list is not a text. "
        'Write it in quotes, such as "/etc/chappe/tls.pem".',
    ),
    (
        "[tiny]\ndomain = ''",
        'line 2: [tiny] domain: it is empty. Write it as "sms.example.org", or remove the key.',
    ),
    (
        "[[account]]\nlogin = 'fred '",
        "line 2: [[account]] login: 'fred ' has a blank at an end, or a control character. "
        "Remove that.",
    ),
    (
        f"{ACCOUNT}senders = ['ok', '{'x' * 21}']",
        f"line 3: [[account]] senders: '{'x' * 21}' has 21 characters. At most 20 will do.",
    ),
    (
        "[optout]\neverywhere = 'yes'",
        "line 2: [optout] everywhere: 'yes' is neither true nor false. Write true or false.",
    ),
    (
        f"{ACCOUNT}state = 'activ'",
        "line 3: [[account]] state: 'activ' is not on its list. "
        'Write "active", "pending", "suspended" or "closed".',
    ),
    (
        "[[link]]\nname = 'o'\nkind = 'sip'",
        'line 3: [[link]] kind: \'sip\' is not on its list. Write "operator", "smpp" or "calls".',
    ),
    (
        f"{LINK}port = '2775'",
        "line 5: [[link]] port: '2775' is not a whole number. "
        "Write one from 1 to 65535, without quotes.",
    ),
    (
        f"{LINK}port = true",
        "line 5: [[link]] port: true is not a whole number. "
        "Write one from 1 to 65535, without quotes.",
    ),
    (f"{LINK}port = 0", "line 5: [[link]] port: 0 is out of bounds. Write 1 to 65535."),
    (
        "[retention]\ntexts_days = 40",
        "line 2: [retention] texts_days: 40 is out of bounds. Write 41 to 36500 days.",
    ),
    (
        f"[retention]\ntexts_days = 0x{'f' * 3_900}",
        "line 2: [retention] texts_days: so large a number is out of bounds. "
        "Write 41 to 36500 days.",
    ),
    (
        f"{LINK}rate = 'fast'",
        "line 5: [[link]] rate: 'fast' is not a number. "
        "Write one from 0 to 100000, without quotes.",
    ),
    (
        f"{LINK}rate = nan",
        "line 5: [[link]] rate: nan is out of bounds. Write 0 to 100000 parts a second.",
    ),
    (
        f"{LINK}rate = {10**400}",
        "line 5: [[link]] rate: so large a number is out of bounds. "
        "Write 0 to 100000 parts a second.",
    ),
    (
        f"{ACCOUNT}balance = 1.23456",
        "line 3: [[account]] balance: 1.23456 is not an amount. "
        'Write euros with at most four decimals, such as "12.50".',
    ),
    (
        f"{ACCOUNT}balance = '-1'",
        "line 3: [[account]] balance: '-1' is out of bounds. Write 0 to 100000000 euros.",
    ),
    (
        f"{ACCOUNT}balance = true",
        'line 3: [[account]] balance: true is not an amount. Write euros, such as "12.50".',
    ),
    (
        f"{ACCOUNT}balance = 1979-05-27",
        "line 3: [[account]] balance: a date or time is not an amount. "
        'Write euros, such as "12.50".',
    ),
    (
        "[[price]]\nchannel = 'voice'\ncountry = 'FR'\nprice = '4 cents'",
        "line 4: [[price]] price: '4 cents' is not an amount. "
        'Write euros with at most four decimals, such as "12.50".',
    ),
    (
        f"{ACCOUNT}ips = '192.0.2.7'",
        "line 3: [[account]] ips: a text is not a list. Put it in brackets: [ ... ].",
    ),
    (
        f"{ACCOUNT}ips = [{'1,' * 1_001}]",
        "line 3: [[account]] ips: it has 1001 items. At most 1000 will do.",
    ),
    (
        f"{HIGHSMS}route_balances = '5'",
        "line 4: [account.highsms] route_balances: a text is not a table. Write it as { B = ... }.",
    ),
    (
        f"{HIGHSMS}route_balances.X = '5'",
        "line 4: [account.highsms] route_balances.X: X is unknown. It knows B, S, G, P.",
    ),
    (
        f"{HIGHSMS}route_balances.S = 'five'",
        "line 4: [account.highsms] route_balances.S: 'five' is not an amount. "
        'Write euros with at most four decimals, such as "12.50".',
    ),
    (
        "[[route]]\nlinks = []",
        "line 2: [[route]] links: the list is empty. Name at least one.",
    ),
    (
        "[[route]]\nlinks = ['sim']\nsender = []",
        "line 3: [[route]] sender: the list is empty. Name at least one, or remove the key.",
    ),
    (
        "[[route]]\nlinks = ['sim']\nchannel = 'sms'",
        "line 3: [[route]] channel: 'sms' is not a channel. "
        f'{_LATER} "notification", "voice", "international", "marketing".',
    ),
]

# Forms of their own.
FORMS = [
    (
        "[http]\nlisten = '8025'",
        "line 2: [http] listen: '8025' has no host. Write it as \"127.0.0.1:8025\".",
    ),
    (
        "[http]\nlisten = 8025",
        "line 2: [http] listen: '8025' has no host. Write it as \"127.0.0.1:8025\".",
    ),
    (
        "[smtp]\nlisten = ':25'",
        "line 2: [smtp] listen: ':25' has no host. Write it as \"127.0.0.1:25\".",
    ),
    (
        "[smtp]\nmax_mib = 0",
        "line 2: [smtp] max_mib: 0 is out of bounds. Write 1 to 32 MiB.",
    ),
    (
        "[smtp]\nnames = []",
        "line 2: [smtp] names: the list is empty. Name at least one.",
    ),
    (
        "[smtp]\nnames = ['sms', 'sms@example.org']",
        "line 2: [smtp] names: '***@example.org' is no local part of an address. "
        'Write what stands before the "@", such as "sms".',
    ),
    (
        "[sftp]\nlisten = '10.0.0.1'",
        "line 2: [sftp] listen: '10.0.0.1' has no port. Write it as \"10.0.0.1:2222\".",
    ),
    (
        "[sftp]\nquota_mb = 50",
        "line 2: [sftp] quota_mb: 50 is out of bounds. Write 200 to 1000000 megabytes.",
    ),
    (
        "[http]\nlisten = 'h:70000'",
        "line 2: [http] listen: 'h:70000' has no port of 0 to 65535. "
        'Write it as "127.0.0.1:8025".',
    ),
    (
        "[http]\nlisten = '::1:80'",
        "line 2: [http] listen: '::1:80' is an IPv6 address without brackets. "
        'Put the host in brackets: "[::1]:8025".',
    ),
    (
        "[http]\nlisten = '10.0.0.256:80'",
        "line 2: [http] listen: '10.0.0.256:80' has no host that can be. "
        'Write it as "127.0.0.1:8025".',
    ),
    (
        "[tiny]\ndomain = 'https://s.example.org'",
        "line 2: [tiny] domain: 'https://s.example.org' is not a host name. "
        'Write it as "sms.example.org".',
    ),
    (
        "[[link]]\nname = 'o'\nkind = 'smpp'\nhost = 'a b'",
        "line 4: [[link]] host: 'a b' has no host that can be. Write it as \"smpp.example.org\".",
    ),
    (
        f"{ACCOUNT}callbacks = 'ftp://example.org/sms'",
        "line 3: [[account]] callbacks: 'ftp://example.org/sms' is not an http or https URL. "
        'Write it in full, such as "https://example.org/sms".',
    ),
    (
        f"{ACCOUNT}callbacks = 'example.org/sms'",
        "line 3: [[account]] callbacks: 'example.org/sms' is not an http or https URL. "
        'Write it in full, such as "https://example.org/sms".',
    ),
    (
        f"{ACCOUNT}callbacks = 'https://'",
        "line 3: [[account]] callbacks: 'https://' is not an http or https URL. "
        'Write it in full, such as "https://example.org/sms".',
    ),
    (
        "[http]\npublic_url = 'https://example.org'",
        "line 2: [http] public_url: this key is unknown. "
        "Known here: listen, listen_tls, trusted_proxies.",
    ),
    (
        f"{SMSFACTOR}inbox_url = 'fred:xpasswordx@example.org'",
        "line 4: [account.smsfactor] inbox_url: '***@example.org' is not an http or https URL. "
        'Write it in full, such as "https://example.org/sms".',
    ),
    (
        "[store]\nurl = 'mysql://root:xpasswordx@db/chappe'",
        "line 2: [store] url: it names no store that Chappe knows. "
        'Write it as "sqlite:///chappe.db" or "postgresql://user@host/database".',
    ),
    (
        f"{ACCOUNT}ips = [\n'192.0.2.7',\n'300.0.0.1']",
        "line 5: [[account]] ips: '300.0.0.1' is neither an address nor a network. "
        'Write it as "192.0.2.7", "192.0.2.0/24" or "2001:db8::/32".',
    ),
    (
        "[http]\ntrusted_proxies = ['10.0.0.1/8']",
        "line 2: [http] trusted_proxies: '10.0.0.1/8' is neither an address nor a network. "
        'Write the network as "10.0.0.0/8".',
    ),
    (
        f"{LINK}hours = '8-20'",
        "line 5: [[link]] hours: '8-20' names no hours. Write them as \"08:00-20:00\".",
    ),
    (
        f"{ACCOUNT}countries = ['UK']",
        "line 3: [[account]] countries: 'UK' is not a country. Write its two letters, "
        'such as "FR".',
    ),
    (
        "[[price]]\nchannel = 'voice'\ncountry = 'moon'\nprice = 1",
        "line 3: [[price]] country: 'moon' is not a country. Write its two letters, "
        'such as "FR"; or a zone: france, overseas, near, elsewhere.',
    ),
    (
        f"{ACCOUNT}short_code = '36-105'",
        "line 3: [[account]] short_code: '36-105' is not a short code. Write 3 to 15 digits.",
    ),
    (
        f"{ACCOUNT}email = 'fred'",
        'line 3: [[account]] email: it is not a mail address. Write it as "fred@example.org".',
    ),
    (
        f"{ACCOUNT}sftp_keys = ['ssh-ed25519 xpasswordx']",
        "line 3: [[account]] sftp_keys: it is not a public key. "
        'Copy the line "ssh-ed25519 AAAA..." whole.',
    ),
    (
        f"{LINK}system_id = 'opérateur'",
        "line 5: [[link]] system_id: 'opérateur' is not plain ASCII. Write it as \"chappe\".",
    ),
    (
        f"{LINK}errors = 'npai'",
        'line 5: [[link]] errors: a text is not a table. Write it as { "99" = "npai" }.',
    ),
    (
        f"{LINK}errors = {{ 'no such' = 'npai' }}",
        'line 5: [[link]] errors.\'no such\': it is no error. Write it as "99" or "UNDELIV/99".',
    ),
    (
        f"{LINK}statuses = {{ '0x' = 'later' }}",
        'line 5: [[link]] statuses.0x: it is no status. Write it as "0x0401" or "1025".',
    ),
    (
        f"{LINK}statuses = {{ 1025 = 'soon' }}",
        "line 5: [[link]] statuses.1025: 'soon' is not on its list. Write one of later, throttled, "
        "npai, ported, invalid_operator, network, operator_credit, unrecognised, validity, absent, "
        "memory_full, barred, blocked, content, blacklisted, unknown_network, deleted, rejected, "
        "form, congested.",
    ),
]

# Secrets, which no sentence quotes.
SECRETS = [
    (
        f"{ACCOUNT}password = ''",
        "line 3: [[account]] password: it is empty. "
        "Give it at least one character, or remove the key.",
    ),
    (
        f"{ACCOUNT}password = 123456",
        "line 3: [[account]] password: a number is not a text. Write the secret in quotes.",
    ),
    (
        f"{ACCOUNT}api_keys = 'xpasswordx'",
        "line 3: [[account]] api_keys: a text is not a list. Put it in brackets: [ ... ].",
    ),
    (
        f"{ACCOUNT}api_keys = ['a',\n'xpassword\\nx',\n\"xpassword\\nx\"]",
        "line 5: [[account]] api_keys: it holds a control character or is too long. "
        "Keep to at most 200 printable characters.",
    ),
    (
        f"{LINK}password = 'xpasswordx'",
        "line 5: [[link]] password: it holds a control character or is too long. "
        "Keep to at most 8 printable characters.",
    ),
    (
        f"{LINK}password = 'été'",
        "line 5: [[link]] password: it is not plain ASCII. Keep to at most 8 ASCII characters.",
    ),
    (
        f"{HIGHSMS}hmac = 'xpasswordx'",
        "line 4: [account.highsms] hmac: what stands here is not on its list. "
        'Write "off", "optional" or "required".',
    ),
]

# What only two places together show.
BETWEEN = [
    (
        f"{SIM}{SIM}",
        f"line 5: [[link]] name: 'sim' is the name of another link. {_TWICE}",
    ),
    (
        "[[link]]\nkind = 'smpp'\nname = 'o'",
        'line 1: [[link]]: it has no host. Add host = "...", the operator\'s SMPP centre.',
    ),
    (
        f"{SIM}port = 2775",
        "line 4: [[link]] port: a simulated link has no use for it. "
        'Remove it, or write kind = "smpp".',
    ),
    (
        f"{LINK}tls_ca = '/ca.pem'",
        "line 5: [[link]] tls_ca: tls is not set. Write tls = true, or remove it.",
    ),
    (
        f"{ACCOUNT}{ACCOUNT}",
        f"line 4: [[account]] login: 'fred' names another account, whatever its case. {_TWICE}",
    ),
    (
        "[[account]]\nlogin = 'f@x.fr'\nemail = 'f@x.fr'\n[[account]]\nlogin = 'g'\n"
        "email = 'f@x.fr'",
        f"line 6: [[account]] email: 'f@x.fr' names another account, whatever its case. {_TWICE}",
    ),
    (
        f"{ACCOUNT}[[account]]\nlogin = 'FRED'",
        f"line 4: [[account]] login: 'FRED' names another account, whatever its case. {_TWICE}",
    ),
    (
        f"{ACCOUNT}hlr_credit = -1",
        "line 3: [[account]] hlr_credit: -1 is out of bounds. Write 0 to 100000000 look-ups.",
    ),
    (
        "[lookup]\ntimeout_s = 5",
        "line 1: [lookup]: it has no url. Add url = ..., "
        "http or https URL of at most 2000 characters.",
    ),
    (
        "[lookup]\nurl = 'lookup.example.org'",
        "line 2: [lookup] url: 'lookup.example.org' is not an http or https URL. "
        'Write it in full, such as "https://lookup.example.org/numbers".',
    ),
    (
        "[lookup]\nurl = 'https://chappe:xpasswordx@lookup.example.org/'",
        "line 2: [lookup] url: there is a login in it. "
        'Take it out; what the service knows us by is key = "...".',
    ),
    (
        "[lookup]\nurl = 'https://lookup.example.org/'\nkey = 'clé'",
        "line 3: [lookup] key: it is not plain ASCII. Keep to at most 1000 ASCII characters.",
    ),
    (
        "[lookup]\nurl = 'https://lookup.example.org/'\ntimeout_s = 0",
        "line 3: [lookup] timeout_s: 0 is out of bounds. Write 1 to 60 seconds.",
    ),
    (
        "[lookup]\nurl = 'https://lookup.example.org/'\ncache_h = 721",
        "line 3: [lookup] cache_h: 721 is out of bounds. Write 0 to 720 hours.",
    ),
    (
        "[tracing]\nsample = 0.1",
        "line 1: [tracing]: it has no endpoint. Add endpoint = ..., "
        "http or https URL of at most 2000 characters.",
    ),
    (
        "[tracing]\nendpoint = '127.0.0.1:4318'",
        "line 2: [tracing] endpoint: '127.0.0.1:4318' is not an http or https URL. "
        'Write it in full, such as "http://127.0.0.1:4318".',
    ),
    (
        "[tracing]\nendpoint = 'http://chappe:xpasswordx@127.0.0.1:4318'",
        "line 2: [tracing] endpoint: a login, a query or a '#' is in it. "
        'Write no more than where the collector is, such as "http://127.0.0.1:4318".',
    ),
    (
        "[tracing]\nendpoint = 'http://127.0.0.1:4318'\nsample = 1.01",
        "line 3: [tracing] sample: 1.01 is out of bounds. Write 0 to 1 of the orders.",
    ),
    (
        "[tracing]\nendpoint = 'http://127.0.0.1:4318'\nspans_max = 0",
        "line 3: [tracing] spans_max: 0 is out of bounds. Write 1 to 10000 spans a second.",
    ),
    (
        f"{ACCOUNT}api_keys = ['xpasswordx', 'b']\n[[account]]\nlogin = 'g'\n"
        "api_keys = ['c',\n 'xpasswordx']",
        f"line 7: [[account]] api_keys: this key stands in the file twice. {_TWICE}",
    ),
    (
        f"{HIGHSMS}token = 'xpasswordx'\n[[account]]\nlogin = 'g'\n"
        "highsms = { token = 'xpasswordx' }",
        f"line 7: [account.highsms] token: this token stands in the file twice. {_TWICE}",
    ),
    (
        "[[route]]\nlinks = ['sim', 'calls']",
        "line 2: [[route]] links: some of them take calls only, and the others none. "
        "Write a [[route]] for each.",
    ),
    (
        "[[route]]\nlinks = ['sim']\nchannel = 'voice'",
        "line 3: [[route]] channel: these links take no such messages. "
        'Links of kind "calls" go with channel = "voice", all others with the others.',
    ),
    (
        f"{LINK}[[route]]\nlinks = ['orange', 'sfr']",
        "line 6: [[route]] links: 'sfr' is no link of this file. "
        "Declare it, or name one of: 'orange'.",
    ),
    (
        "[[route]]\nlinks = ['sim']\naccount = 'fred'",
        "line 3: [[route]] account: 'fred' is no account of this file. "
        "Declare it, or name one of: none.",
    ),
    (
        # What is wrong is not missing, nor is it at its default.
        "[[link]]\nkind = 'smpp'\nname = 'o'\nhost = 1",
        'line 4: [[link]] host: 1 is not a text. Write it in quotes, such as "1".',
    ),
    (
        f"{HIGHSMS}hmac = 'required'\nhmac_key = ''",
        "line 5: [account.highsms] hmac_key: it is empty. "
        "Give it at least one character, or remove the key.",
    ),
    (
        "[smtp]\nlisten = '127.0.0.1:8025'\n[http]\nlisten = '1'",
        "line 4: [http] listen: '1' has no host. Write it as \"127.0.0.1:1\".",
    ),
    (
        f"{PRICE}{PRICE}quality = 'high'",
        "line 9: [[price]] quality: 'high' is not on its list. Write \"low\".",
    ),
    (
        "[retention]\nrecords_days = 50\ntexts_days = 0",
        "line 3: [retention] texts_days: 0 is out of bounds. Write 41 to 36500 days.",
    ),
    (
        f"{HIGHSMS}hmac = 'required'",
        "line 4: [account.highsms] hmac: 'required' needs a key. "
        "Add hmac_key (or api_key for the old form).",
    ),
    (
        f"{HIGHSMS}routes = ['S']\nroute = 'B'",
        "line 5: [account.highsms] route: 'B' is not in routes. Add it there.",
    ),
    (
        f"{ACCOUNT}pays_from = 'anna'",
        "line 3: [[account]] pays_from: 'anna' is no account of this file. Declare it.",
    ),
    (
        f"{ACCOUNT}pays_from = 'fred'",
        "line 3: [[account]] pays_from: 'fred' draws on another's balances itself. "
        "Name one that has its own.",
    ),
    (
        f"{ACCOUNT}parent = 'anna'",
        "line 3: [[account]] parent: 'anna' is no account of this file. Declare it.",
    ),
    (
        f"{ACCOUNT}parent = 'fred'",
        "line 3: [[account]] parent: 'fred' stands beneath another account itself. "
        "Name one that does not.",
    ),
    (
        f"{HIGHSMS}routes = ['S']\nroute_balances = {{ S = 1, G = 2 }}",
        "line 5: [account.highsms] route_balances.G: 'G' is not in routes. Add it there.",
    ),
    (
        f"{PRICE}{PRICE}",
        "line 5: [[price]]: voice to FR of that quality has a price already. " + _TWICE,
    ),
    (
        "[http]\nlisten = 'h:1'\n[smtp]\nlisten = 'h:1'",
        f"line 4: [smtp] listen: 'h:1' is another door's place. {_TWICE}",
    ),
    (
        "[sftp]\nlisten = '127.0.0.1:8025'",
        f"line 2: [sftp] listen: '127.0.0.1:8025' is another door's place. {_TWICE}",
    ),
    (
        "[http]\nlisten_tls = 'h:1'",
        "line 2: [http] listen_tls: there is no certificate for it. Add [tls] with cert and key.",
    ),
    (
        "[retention]\ntexts_days = 100\nrecords_days = 50",
        "line 3: [retention] records_days: records would go after 50 days, before their texts. "
        "Write records_days = 100 or more.",
    ),
    (
        "[retention]\ntexts_days = 500",
        "line 2: [retention] texts_days: records would go after 400 days, before their texts. "
        "Write records_days = 500 or more.",
    ),
]

CASES = [*SYNTAX, *NAMES, *SHAPES, *VALUES, *FORMS, *SECRETS, *BETWEEN]
