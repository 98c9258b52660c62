"""What must go goes, what operators need stays, and neither takes long."""

# ruff: noqa: E501  (lines of logs are as long as they are)

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.redaction import MARK, redacted

B64 = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{B64}\n{B64}\nMzEf==\n-----END RSA PRIVATE KEY-----"
LETTERS = "Ab3dEf7hIjKlMn0pQrStUvWxYz12345678AbCdEf"


def made(*parts: str) -> str:
    """A secret that no scanner of repositories takes for one."""
    return "".join(parts)


#: (text, what must not be left of it)
GOES = [
    (made("xox", "b-12345-67890-", LETTERS), LETTERS),
    (made("xapp-", "1-A0-1-", LETTERS), LETTERS),
    (f"https://hooks.slack.com/services/T01/B02/{LETTERS}", LETTERS),
    (made("AK", "IAIOSFODNN7EXAMPLE"), "IOSFODNN7"),
    (made("AS", "IAIOSFODNN7EXAMPLE"), "IOSFODNN7"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalr"),
    ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "MDENG"),
    (made("gh", "p_", LETTERS), LETTERS),
    (made("gh", "s_", LETTERS), LETTERS),
    (made("github_", "pat_11AA_", LETTERS), LETTERS),
    (made("gl", "pat-", LETTERS[:20]), LETTERS[:20]),
    (made("sk_", "live_", LETTERS[:24]), LETTERS[:24]),
    (made("AI", "za", LETTERS[:35]), LETTERS[:35]),
    (made("SG", ".", LETTERS[:22], ".", LETTERS), LETTERS[:22]),
    (made("SK", "0123456789abcdef" * 2), "0123456789abcdef"),
    (made("eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJlLW9mLWl0"), "c2lnbmF0"),
    (PEM, B64),
    (PEM.replace("\n", "\\n"), B64),
    (PEM[: len(PEM) - 40], B64),
    (PEM[40:], B64),
    ("Authorization: Basic YW5hOmh1bnRlcjI=", "YW5h"),
    ("Authorization: Basic dXNlcjpwYXNz", "dXNl"),
    ('{"Authorization": "Bearer abcdef.123456"}', "abcdef"),
    ("curl -H 'authorization: Bearer s3cr3tvalue' https://shop.example", "s3cr3t"),
    ("sent Bearer 9f8e7d6c5b4a to the shop", "9f8e7d6c5b4a"),
    ("Proxy-Authorization: Digest username=ana, response=abcd", "abcd"),
    ("Cookie: sid=31d4d96e407aad42; theme=dark", "31d4d96e"),
    ("set-cookie: session=abc; Path=/; HttpOnly", "abc"),
    ("postgresql://app:hunter2@db/shop", "hunter2"),
    ("redis://:hunter2@cache:6379/0", "hunter2"),
    ("amqp://app:hun/ter2@queue/", "ter2"),
    ("https://deadbeef@git.example/shop.git", "deadbeef"),
    ("GET /login?user=ana&password=hunter2&next=/ 200", "hunter2"),
    ("GET /x?token=hunter2 HTTP/1.1", "hunter2"),
    ("GET /x?access_token=a1b2c3", "a1b2c3"),
    ("https://bucket.example/k?X-Amz-Signature=fe5f80f77d5fa3be", "fe5f80"),
    ('{"password": "correct horse", "user": "u7"}', "correct horse"),
    ('{"password":"hun\\"ter2"}', "ter2"),
    ('msg="{\\"api_key\\":\\"hunter2\\"}"', "hunter2"),
    ("{'client_secret': 'hunter2'}", "hunter2"),
    ('"dbPassword" : "hunter2"', "hunter2"),
    ("password: hunter2", "hunter2"),
    ("secret: 'correct horse'", "correct horse"),
    ("DB_PASSWORD=hunter2 node server.js", "hunter2"),
    ("export API_KEY='hunter2'", "hunter2"),
    ("api-key: hunter2", "hunter2"),
    ("x-api-key: hunter2", "hunter2"),
    ("apikey=hunter2", "hunter2"),
    ("Server=db;User Id=app;Password=hunter2;Encrypt=true", "hunter2"),
    ("Server=db;Uid=app;Pwd=hunter2;", "hunter2"),
    ("AccountName=a;AccountKey=aGVsbG8gd29ybGQ=;EndpointSuffix=x", "aGVs"),
    ("Endpoint=sb://x/;SharedAccessKey=aGVsbG8gd29ybGQ=", "aGVs"),
    ("jdbc:postgresql://db/shop?user=app&password=hunter2", "hunter2"),
    ("spring.datasource.password=hunter2", "hunter2"),
    ("mysqldump --password=hunter2 shop", "hunter2"),
    ("deploy --token hunter2 --force", "hunter2"),
    ("curl -u ana:hunter2 https://shop.example", "hunter2"),
    ("<password>hunter2</password>", "hunter2"),
    ("ALTER ROLE app WITH PASSWORD 'hunter2'", "hunter2"),
    ("CREATE USER app IDENTIFIED BY 'hunter2'", "hunter2"),
    ("the password is hunter2, use it", "hunter2"),
    (f"deploy key {LETTERS}", LETTERS),
    (f"auth: {LETTERS}", LETTERS),
    ("password=[redacted] and password=hunter2", "hunter2"),
    ("write to ana.lopez+shop@mail.example.com now", "ana.lopez"),
    ("user=ana%40example.com", "ana%40"),
    ("<Ana@Example.COM>", "Ana@"),
    ("called +44 20 7946 0958 twice", "7946"),
    ("called (555) 234-5678", "234-5678"),
    ('"phone": "020 7946 0958"', "7946"),
    ("customer_phone=02079460958", "7946"),
    ("card 4111 1111 1111 1111 declined", "1111"),
    ("card=4111111111111111", "4111"),
    ("amex 3782 822463 10005", "822463"),
    ("pan: 5555-5555-5555-4444", "5555"),
    ("IBAN DE89370400440532013000", "3704"),
    ("to GB82 WEST 1234 5698 7654 32 by ana", "WEST"),
]

#: lines of logs that stay as they are
STAYS = """
2026-11-24T19:57:13.123456+00:00 INFO shop.checkout order 4711 took 0.123456 s
2026-11-24 19:57:13,123 [http-nio-8080-exec-7] WARN c.e.shop.Checkout - pool is at 19/20
Nov 24 19:57:13 host-7 sshd[2112]: Connection closed by 10.0.0.7 port 51234 [preauth]
10.0.0.7 - - [24/Nov/2026:19:57:13 +0000] "GET /orders/17?page=2 HTTP/1.1" 200 5316 "-" "Mozilla/5.0 (X11)"
ts=1764014233 level=error msg="dial tcp [2001:db8::1]:5432: connect: connection refused"
time=1764014233123456789 seq=4111111111111111 offset=18446744073709551615
trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7
dd.trace_id=4532015112830366 dd.span_id=6011000990139424
traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
commit 9fceb02d0ae598e95dc970b74767f19372d61af8 (HEAD -> main, tag: v2.14.3)
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
request_id=f47ac10b-58cc-4372-a567-0e02b2c3d479 done
incident 01ARZ3NDEKTSV4RRFFQ69G5FAV is open
image registry.example/shop/web:2.14.3-rc.1@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
Python 3.11.9 (main, Apr  2 2026, 00:00:00) [GCC 12.2.0] on linux, openssl 3.0.14
Traceback (most recent call last):
  File "/srv/shop/app.py", line 214, in checkout
    client = Client(token=token, password=self.password)
    password = os.environ["DB_PASSWORD"]
    secret = get_secret("db")
KeyError: 'DB_PASSWORD'
psycopg.OperationalError: connection to server at "10.0.0.9", port 5432 failed: FATAL: password authentication failed for user "app"
SyntaxError: invalid token: unexpected end of input
Unexpected token < in JSON at position 0
java.lang.IllegalStateException: pool closed
    at com.example.shop.auth.TokenFilter.doFilter(TokenFilter.java:88) ~[shop-2.14.3.jar:2.14.3]
    at org.apache.tomcat.util.threads.ThreadPoolExecutor$Worker.run(ThreadPoolExecutor.java:659)
goroutine 17 [running]: main.(*Server).Auth(0xc0000b4000, {0x7f3c, 0x10})
    /go/src/shop/auth.go:42 +0x1d4
node:internal/process/task_queues:95
    at async Object.handler (/app/node_modules/@scope/pkg/dist/index.js:12:34)
npm WARN deprecated lodash@4.17.20: update to lodash@4.17.21
git@github.com:example/shop.git fetched 12 objects
postgresql@15-main.service: Main process exited, code=exited, status=1/FAILURE
worker@3.service: Scheduled restart job, restart counter is at 5.
kernel: [12345.678901] Out of memory: Killed process 2112 (python3) total-vm:8123456kB, anon-rss:4123456kB
max_tokens=512 token_count=17 tokens: 88 pass=12 fail=0
password: required
password=null token= user=ana secret=
token expired, authorization: denied, cookie: missing
password changed for user 4711
DB_PASSWORD=${DB_PASSWORD} api_key={{ vault.key }}
cache key: user:123 hit=true key=orders/2026/11
Idempotency-Key 5f2b9f7e-8d0a-4e8e-b6f0-0c4b7d1d7a11 seen before
basic authentication is on; bearer authentication is off
http://10.0.0.7:8080/healthz?probe=1#top and wss://shop.example:443/ws
http://shop.example:8080/users/@ana
mem 4294967296 of 8589934592 bytes, gc 1.234e+10, drift +1.23456789 s, -0.00012
disk 93 % /dev/sda1 41152736 38273124 2879612, inode 6011000990139
up 1234567.89 1000000000000 packets 5500000000
AS64496 GE0/0/1 is down, VLAN 4094, MAC 52:54:00:12:34:56
status=500 duration_ms=2300 bytes=3530111333300000.5
auth=ldap auth=ok bypass=1 primary key: orders_pkey secretName: db-creds secret "db-creds" not found
{"level":"info","key":"orders:17","session":"7","user":"u-4711","sign":"plus","signal":15}
level=info caller=token.go:88 component=authz msg="3 tokens left" passed=12 passthrough=on
Mar 01 00:00:00 p99=812ms p50=12ms rate=0.25/s (3/12) 555-1234
X-Request-Id: 7b0c2f6e9f3e4c1c8f0a1b2c3d4e5f60
""".strip().splitlines()


@pytest.mark.parametrize(("text", "secret"), GOES, ids=[f"{n}" for n, _ in enumerate(GOES)])
def test_secrets_and_personal_data_go(text: str, secret: str) -> None:
    for around in ("{}", "2026-11-24T19:57:13Z WARN before\n{}\nafter", "\t{} ", "a=1 {}"):
        left = redacted(around.format(text) if "{" not in text else around.replace("{}", text))
        assert secret not in left
        assert MARK.search(left), left


@pytest.mark.parametrize("line", STAYS)
def test_what_operators_need_stays(line: str) -> None:
    assert redacted(line) == line


def test_a_whole_log_stays() -> None:
    assert redacted("\n".join(STAYS)) == "\n".join(STAYS)


def test_a_password_with_spaces_goes_whole_from_a_line_of_its_own() -> None:
    text = "db:\n  db_password: correct horse battery\n  - passphrase: four words of it  # old\n  host: db"
    assert redacted(text) == (
        "db:\n  db_password: [redacted password]\n  - passphrase: [redacted password]  # old\n  host: db"
    )


def test_what_stands_around_a_secret_stays() -> None:
    assert (
        redacted("GET /x?token=hunter2&page=2 200 from 10.0.0.7")
        == "GET /x?token=[redacted secret]&page=2 200 from 10.0.0.7"
    )
    assert redacted("Server=db;Password=hunter2;Encrypt=true") == "Server=db;Password=[redacted secret];Encrypt=true"
    assert redacted(f"a\n{PEM}\nb") == "a\n[redacted private key]\nb"
    assert redacted("Set-Cookie: a=b; Path=/\nNext: line") == "Set-Cookie: [redacted cookie]\nNext: line"
    assert (
        redacted("mail ana@example.com, then call +442079460958.")
        == "mail [redacted e-mail], then call [redacted telephone]."
    )


PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from([text for text, _ in GOES]),
    st.sampled_from(STAYS),
    st.sampled_from(
        [" ", "\n", '"', "'", ":", "=", "@", "://", "password=", "token: ", "[redacted secret]", "[redacted ", "+1"]
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_twice_is_as_once(text: str) -> None:
    once = redacted(text)
    assert redacted(once) == once


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(GOES), st.text(alphabet=" \n\t,|", max_size=5), st.sampled_from(STAYS))
def test_a_secret_goes_wherever_it_stands(case: tuple[str, str], gap: str, line: str) -> None:
    assert case[1] not in redacted(f"{line}\n{gap}{case[0]}\n{line}")


#: what patterns that look back would stumble over
NASTY = [
    "a", "a.", "a@", "@a.", "a%40", "1", "1 ", "+1", "+1 ", "4111", "DE89", "A1", "://", "://a:", "eyJ", "eyJa.", "a-", "_",
    'password="', "password='", "password=", "password:", "password", "token: ", "token", "key ", "cookie: a", "cookie: ",
    "Authorization: Basic ", "Bearer ", "\\", '\\"', '"', "<password>", "--token ", "-u a", " ", "\t", "xox", "sk-", "SG.a",
    "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n", "A" * 64 + "\n",
    "?sig=", "[redacted ", "(555) ", "phone: 1", " is ",
]  # fmt: skip


def seconds(text: str) -> float:
    """Of this thread alone, whatever else the machine does."""

    def once() -> float:
        start = time.thread_time()
        redacted(text)
        return time.thread_time() - start

    return min(once() for _ in range(5))


@pytest.mark.parametrize("piece", NASTY)
def test_time_grows_as_the_text_does(piece: str) -> None:
    short, long = (seconds((piece * (size // len(piece) + 1))[:size]) for size in (8_192, 65_536))
    assert long < 0.05 + 30 * short
    assert long < 3.0
