"""
Secrets and personal data taken out of text before anybody keeps or shows it.

What goes says what it was: `[redacted e-mail]`. Addresses of machines stay, and so do times, hashes and ids: those who
mend a service need them. What has no shape and no name beside it (a password alone on a line) cannot be known.
"""

# ruff: noqa: E501  (a pattern that is cut into lines is harder to read than a long one)

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.numbers_of_people import card, iban, telephone

MARK = re.compile(r"\[redacted [a-z-]{1,12}(?: [a-z]{1,12})?\]")
#: what one round leaves may have another shape then; more rounds than these only text made for it takes
MOST_ROUNDS = 6


def gone(kind: str) -> str:
    return f"[redacted {kind}]"


@dataclass(frozen=True)
class Shape:
    """
    What a secret of one kind looks like.

    `pattern` may begin with a group `keep`, which stays. It is not looked for in text without any of `hints`, which
    are in small letters. `real` says of a match whether it is one.
    """

    kind: str
    pattern: re.Pattern[str]
    hints: tuple[str, ...] = ()
    real: Callable[[re.Match[str]], bool] = lambda found: True

    def taken(self, text: str, small: str) -> str:
        if self.hints and not any(hint in small for hint in self.hints):
            return text
        return self.pattern.sub(self._one, text)

    def _one(self, found: re.Match[str]) -> str:
        kept = found.groupdict().get("keep") or ""
        return kept + gone(self.kind) if self.real(found) else found.group()


def redacted(text: str) -> str:
    """
    The text without secrets and personal data, in time that grows as the text does. Done twice, it changes nothing.

    >>> redacted("postgresql://app:hunter2@db/shop")
    'postgresql://[redacted credentials]@db/shop'
    >>> redacted("ana@example.com bought with 4111 1111 1111 1111 from 10.0.0.7")
    '[redacted e-mail] bought with [redacted card number] from 10.0.0.7'
    """
    for _ in range(MOST_ROUNDS):
        before = text
        text = _round(text)
        if text == before:
            break
    return text


def _round(text: str) -> str:
    text = _torn_keys(text)
    small = text.lower()
    for shape in SHAPES:
        text = shape.taken(text, small)
    for taken in (iban, card, telephone):
        text = taken(text)
    return text


# private keys

BEGIN, END = (
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
    r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
)
WHOLE = re.compile(rf"{BEGIN}(?:(?!-----(?:BEGIN|END) )[\s\S])*{END}")
HEADLESS = re.compile(rf"^[A-Za-z0-9+/=\s]*{END}")
BODY = re.compile(r"\s*[A-Za-z0-9+/=]{1,80}\s*")
TAILLESS = re.compile(rf"{BEGIN}(?:(?:\s|\\[nr]){{1,8}}[A-Za-z0-9+/]{{20,}}={{0,2}})*")


def _torn_keys(text: str) -> str:
    """Private keys, also those whose beginning or end was cut off with the text around them."""
    if "PRIVATE KEY" not in text:
        return text
    text = WHOLE.sub(gone("private key"), text)
    lines, inside = text.split("\n"), False
    for at in reversed(range(len(lines))):
        ends = HEADLESS.match(lines[at])
        inside = bool(ends) or (inside and bool(BODY.fullmatch(lines[at])))
        if inside:
            lines[at] = gone("private key") + lines[at][ends.end() :] if ends else ""
    return TAILLESS.sub(gone("private key"), "\n".join(lines))


# secrets beside their names

#: after any of these stands a secret, whatever it looks like
STRONG = (
    r"passw(?:or)?d|passphrase|passwrd|secret|credentials?|api[_. -]?keys?|(?:access|private|signing|encryption|auth|account"
    r"|master|service|shared|licen[cs]e|storage|client|session|webhook|routing|integration|ssh|deploy)[_. -]?key"
    r"|secret[_. -]?access[_. -]?key|client[_. -]?secret|connection[_. -]?string|requirepass|masterauth"
    r"|(?<![a-z])(?:pwd|pass|dsn|passwort)(?![a-z])"
)
#: after any of these stands a secret, or a word of a sentence
WEAK = (
    r"token|j?sessionid|phpsessid|signature|(?<![a-z])(?:sig|otp|sid|auth)(?![a-z])|[_-]authorization|x-amz-credential"
)
SUFFIX = r"(?:[_.-]?(?:value|hash|plain|text|id|v?\d{1,3}))?"
QUOTE = r"(?:\\{0,4}[\"'`])?"
SIGN = rf"{QUOTE}\]?[ \t]{{0,4}}(?:=>|:=|==|[:=]|%3[aAdD])(?![ \t]+[\w.-]{{1,40}}=[^\s=])[ \t]{{0,4}}"
NOT_MARK = r"(?!\\{0,4}[\"'`]?\[redacted )"
VALUE = (
    r"(?:\\{1,4}\"[^\"\\\n]+|\\{1,4}'[^'\\\n]+|[bru]?\"(?:[^\"\\\n]|\\.)+|[bru]?'(?:[^'\\\n]|\\.)+|`[^`\n]+"
    r"|[^\s\"'`&;,(){}\[\]<>|\\][^\s\"'`&;,)}\]<>|\\]*)"
)
NAMED = re.compile(rf"(?i:(?P<keep>(?P<name>{STRONG}){SUFFIX}(?P<sign>{SIGN})){NOT_MARK}(?P<value>{VALUE}))")
CALLED = re.compile(rf"(?i:(?P<keep>(?P<name>{WEAK}){SUFFIX}(?P<sign>{SIGN})){NOT_MARK}(?P<value>{VALUE}))")
# the whole line, as a passphrase in YAML has spaces
LINE = re.compile(
    r"(?im:^(?P<keep>[ \t]{0,40}(?:-[ \t])?[\w.-]{0,40}(?:passw(?:or)?d|passphrase|secret):[ \t]{1,8})"
    r"(?P<value>(?![\"'|>{\[$&*!])[^\n#]*[^\s#]))"
)
SAID = re.compile(
    rf"(?i:(?P<keep>(?:passw(?:or)?d|passphrase|pin|token|secret|key)[ \t](?:is|was|=|of)[ \t]){NOT_MARK}(?P<value>{VALUE}))"
)
OPTION = re.compile(
    r"(?i:(?P<keep>(?<!\S)--?[\w-]{0,30}(?:passw(?:or)?d|passphrase|token|secret|api-?key|access-?key)[ \t]{1,4})"
    rf"{NOT_MARK}(?P<value>(?!-){VALUE}))"
)
ELEMENT = re.compile(rf"(?i:(?P<keep><[\w:.-]{{0,40}}(?:{STRONG}|token)>)(?P<value>[^<\n]{{1,4000}})(?=</))")
SQL = re.compile(
    r"(?i:(?P<keep>(?:identified by|password|requirepass|masterauth)[ \t]+)(?P<value>'[^'\n]+|\"[^\"\n]+))"
)
USER = re.compile(
    r"(?P<keep>(?<!\S)(?:-u|--user|--proxy-user)[ =]{0,2}[\"']?)(?P<value>[^\s:\"']{1,100}:[^\s\"']{1,200})"
)
#: letters and digits in no order beside a word for a key
NEAR = re.compile(
    r"(?i:(?P<keep>(?:key|auth|credential|secret|token|hmac|salt)\b[\"']?[ \t]{0,4}(?:[:=]|is|was)?[ \t]{0,4}[\"']?)"
    r"(?P<value>[A-Za-z0-9+/_=-]{24,512}))"
)

NOTHING = re.compile(
    r"(?i:\W*(?:null|none|nil|true|false|undefined|empty|unset|yes|no|ok|\*+|x{3,}|\.{3}|\d{1,3}"
    r"|required|missing|invalid|expired|incorrect|wrong)?\W*)"
)
#: a value that is looked up elsewhere, or a line of a program
LOOKED_UP = re.compile(
    r"\$|\{\{|%[({]|<[\w -]+>|\.{3}|(?:os|self|cls|this|config|settings|env|environ|process|System|getpass|request|args|kwargs"
    r"|params|ctx|conf|options|opts)[.\[(]|(?:get|read|load|fetch|decode|encode|str|input|await)\w*[ (.]"
)
WORD = re.compile(r"[A-Za-z]{1,19}[.!?:]?")
HEX_OR_UUID = re.compile(r"(?i:[0-9a-f]+|[0-9a-f-]{36}|\d+|[a-z]+(?:[_/-][a-z0-9]+)*)")


def _held(found: re.Match[str]) -> bool:
    value, quoted = _bare(found["value"])
    if NOTHING.fullmatch(value) or LOOKED_UP.match(value):
        return False
    name = found.groupdict().get("name") or ""
    return quoted or value.lower() != name.lower()


def _held_or_word(found: re.Match[str]) -> bool:
    """A word of a sentence (`invalid token: unexpected end`) is no token, and a way (`auth=ldap`) no credential."""
    value, quoted = _bare(found["value"])
    a_word = WORD.fullmatch(value) and (":" in found["sign"] or found["name"].lower() == "auth")
    return _held(found) and (quoted or not a_word)


def _odd(found: re.Match[str]) -> bool:
    return _held(found) and not WORD.fullmatch(_bare(found["value"])[0])


def _mixed(found: re.Match[str]) -> bool:
    """Letters of both sizes and digits, many of them different: neither a word, nor a hash, nor a path."""
    value = found["value"]
    sorts = (str.isdigit, str.islower, str.isupper)
    mixed = all(any(is_one(letter) for letter in value) for is_one in sorts)
    return mixed and len(set(value)) >= 14 and not HEX_OR_UUID.fullmatch(value)


def _bare(value: str) -> tuple[str, bool]:
    """The value without its opening quote, and whether it had one."""
    bare = re.sub(r"^[bru]?\\{0,4}[\"'`]", "", value)
    return bare, bare != value


# what programs send

HEADER = re.compile(
    rf"(?i:(?P<keep>(?:authorization|authentication|www-authenticate-response){QUOTE}[ \t]{{0,4}}[:=][ \t]{{0,4}}{QUOTE}"
    r"(?:basic|bearer|digest|token|apikey|negotiate|ntlm|aws4-hmac-sha256|splunk|key|hawk|sso-key|genie)[ \t]+)"
    r"(?!\[redacted )(?P<value>[^\s\"'\\\n][^\"'\\\n]*))"
)
BARE_HEADER = re.compile(
    rf"(?i:(?P<keep>authorization{QUOTE}[ \t]{{0,4}}:[ \t]{{0,4}}{QUOTE})(?P<value>[\w.~+/=-]{{16,}}))"
)
BEARER = re.compile(r"(?i:(?P<keep>\b(?:bearer|basic)[ \t]+)(?P<value>[A-Za-z0-9._~+/-]{8,}={0,2}))")
COOKIE = re.compile(
    rf"(?i:(?P<keep>\b(?:set-)?cookie2?{QUOTE}[ \t]{{0,4}}:[ \t]{{0,4}}{QUOTE})(?!\[redacted )(?P<value>[\w.%!#$&*+^|~-]{{1,200}}=[^\"'\n]*))"
)
USERINFO = re.compile(
    r"(?P<keep>://)(?!\[redacted |git@)(?:[^\s/?#\"'<>@\[]{1,256}|[^\s/:@?#\"'<>\[]{0,128}:(?!\d{1,5}[/?#])[^\s@\"'<>]{1,256})(?=@)"
)
SIGNED = re.compile(
    r"(?i:(?P<keep>[?&;](?:amp;)?(?:sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token)|access_token|code_verifier)=)"
    r"(?!\[redacted )(?P<value>[^&\s\"'<>]+))"
)
MAIL = re.compile(
    r"(?<![\w.+%-])(?!git@)[\w.+%-]{1,128}(?:@|%40)(?:[A-Za-z0-9-]{1,63}\.){1,8}"
    r"(?!(?:service|socket|timer|mount|slice|scope|target|device)\b)[A-Za-z]{2,24}(?![\w-])"
)


def _sent(found: re.Match[str]) -> bool:
    value = found["value"].strip()
    return not (value.islower() and value.replace(" ", "").isalpha()) and not LOOKED_UP.match(value)


def _carried(found: re.Match[str]) -> bool:
    value = found["value"]
    inner = value[1:].rstrip("=")
    return any(c.isdigit() for c in value) or value.endswith("=") or (inner.lower() != inner and inner.isalpha())


def _whole(pattern: str) -> re.Pattern[str]:
    """Not inside of a longer word."""
    return re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})")


SHAPES = (
    Shape("cookie", COOKIE, ("cookie",)),
    Shape("credentials", HEADER, ("auth",), _sent),
    Shape("credentials", BARE_HEADER, ("authorization",), _mixed),
    Shape("token", BEARER, ("bearer", "basic"), _carried),
    Shape("credentials", USERINFO, ("@",)),
    Shape("webhook", re.compile(r"(?P<keep>hooks\.slack\.com/(?:services|workflows|triggers)/)[\w/-]{8,}"), ("hooks.slack",)),
    Shape("signature", SIGNED, ("=",)),
    Shape("token", _whole(r"eyJ[\w-]{5,}(?:\.[\w-]+){1,4}\.?"), ("eyj",)),
    Shape("token", _whole(r"xox[a-z](?:\.xox[a-z])?-[\w-]{8,}|xapp-[\w-]{8,}"), ("xox", "xapp-")),
    Shape("key", _whole(r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"), ("akia", "asia", "abia", "acca")),
    Shape("token", _whole(r"gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}"), ("gh", "github_pat_")),
    Shape("token", _whole(r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas)-[\w.-]{16,}"), ("gl",)),
    Shape("key", _whole(r"[prs]k_(?:live|test)_\w{8,}|whsec_[\w+/=]{16,}"), ("k_live_", "k_test_", "whsec_")),
    Shape("key", _whole(r"AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}"), ("aiza", "ya29.", "gocspx-")),
    Shape("key", _whole(r"SG\.[\w-]{16,64}\.[\w-]{16,64}"), ("sg.",)),
    Shape("key", _whole(r"(?:AC|SK)[0-9a-f]{32}(?![A-Za-z0-9])"), ("ac", "sk")),
    Shape("key", _whole(r"sk-(?P<value>[\w-]{20,})"), ("sk-",), _mixed),
    Shape("token", _whole(r"npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,}|hf_[A-Za-z]{30,}|dop_v1_[0-9a-f]{40,}"), ("npm_", "pypi-", "hf_", "dop_v1_")),
    Shape("token", _whole(r"hv[bsr]\.[\w-]{20,}|dapi[0-9a-f]{32}|shp(?:at|ca|pa|ss)_[0-9a-f]{32}"), ("hv", "dapi", "shp")),
    Shape("token", _whole(r"\d{8,10}:AA[\w-]{33}(?![\w-])|key-[0-9a-f]{32}(?![0-9a-f])"), (":aa", "key-")),
    Shape("password", LINE, ("pass", "secret"), _held),
    Shape("secret", ELEMENT, ("</",), _held),
    Shape("password", SQL, ("identified by", "password", "requirepass", "masterauth")),
    Shape("credentials", USER, ("-u", "--proxy-user")),
    Shape("secret", OPTION, ("--",), _held),
    Shape("secret", NAMED, ("pass", "secret", "credential", "key", "string", "masterauth", "pwd", "dsn"), _held),
    Shape("secret", CALLED, ("token", "sess", "sig", "otp", "sid", "auth", "x-amz-credential"), _held_or_word),
    Shape("secret", SAID, (" is ", " was ", " = ", " of "), _odd),
    Shape("secret", NEAR, ("key", "auth", "credential", "secret", "token", "hmac", "salt"), _mixed),
    Shape("e-mail", MAIL, ("@", "%40")),
)  # fmt: skip
