"""Takes out of a message what its writer does not say of their own work: greetings, quotations, wishes, orders."""

import functools
import re

from messages.reading import fold, words
from messages.reading.fold import any_of as _any

_QUOTED_LINE = re.compile(
    r"^[ \t]*(?:[>|]|(?:\[[^\]\n]{2,40}\] ?)?(?:Văn phòng|VP|Trợ lý|Bot)[^:\n]{0,40}:).*$", re.MULTILINE
)
_QUOTED = re.compile(r"[\"“«][^\"“”«»\n]{15,}[\"”»]|^[ \t]*\[[^\]\n]{15,}\]", re.MULTILINE)
_WISH = re.compile(
    r"(?<!\w)(?:(?:nh[aâ]n )?(?:ng[aà]y |m[uùồ]ng |hôm nay )?\d{1,2}(?: ?/ ?| th[aá]ng )\d{1,2} ,? ?)?"
    r"(?:chúc|chuc(?= (?:anh|chi|dong|ca|moi|cac|em|van|mung|suc))) [^.,;!?]*"
)
_MERRY = re.compile(r"(?:ng[aà]y )?\d{1,2} ?[/-] ?\d{1,2} (?:th[aậ]t )?vui(?: v[eẻ])?(?!\w)")
_OFFER = re.compile(  # "có gì chưa rõ em xin phép hỏi lại", "nếu thiếu gì anh nhắn em"; "có gì mai em báo" promises
    rf"(?:^|(?<=[,.;!] ))(?:{_any('nếu')} )?{_any('có', 'cần', 'thiếu', 'chưa', 'còn')} "
    rf"{_any('gì', 'sai sót', 'thiếu sót', 'vướng mắc', 'thắc mắc', 'chỗ nào', 'thấy')}(?!\w)"
    rf"(?![^.;!?]*(?:\d| {_any('mai', 'hôm', 'thứ')} ))[^.;!?]*"
)
_PLACE = _any("bên", "chi bộ", "ấp", "thôn")
_OWN = _any("em", "tôi", "mình", "cháu", "chúng")
_OTHERS = re.compile(  # "bên Bảo tàng nộp 21/22 rồi mà bên em …"
    rf"^{_PLACE} (?!(?:{_OWN}|{_any('anh', 'chị')}) )[^.;!?]*?"
    rf" {_any('mà', 'còn', 'nhưng', 'riêng')} (?={_PLACE} {_OWN}(?!\w))"
)
_BEFORE = _any("năm ngoái", "năm trước", "năm kia", "kỳ trước", "quý trước", "đợt trước", "lần trước", "khóa trước")
_NOW = _any("năm nay", "kỳ này", "quý này", "đợt này", "lần này", "khóa này")
_COMPARED = re.compile(  # "năm 2023 dự 30/32, năm nay dự 31/32"
    rf"(?<!\w)(?:{_BEFORE}|{_any('năm')} 20\d\d)(?!\w)[^.;!?]*?(?=(?<!\w){_NOW} [^.;!?]*\d)"
)
_SENTENCE = re.compile(r"[^.!?;…]*[.!?;…]*")


def without_quoted(text: str) -> str:
    """Drop quoted lines and passages, unless nothing is left: then the quotation is what was meant."""
    left = _QUOTED.sub(" , ", _QUOTED_LINE.sub(" ", text))
    return left if any(c.isalnum() for c in left) else text


def without_wishes(normal: str) -> str:
    """Drop "chúc … cuối tuần vui vẻ" up to the end of its clause, and "8/3 vui vẻ"."""
    merry = _MERRY.sub(" vui ", normal) if "vui" in normal else normal
    return _WISH.sub(" ", merry) if "ch" in merry else merry


def without_others(normal: str) -> str:
    """Drop what another branch or year did before the writer's own or this one, and offers to answer."""
    normal = normal if "?" in normal else _COMPARED.sub(" ", normal)
    left = normal if "?" in normal else _OFFER.sub(" ", normal).strip(" ,.;")
    return _OTHERS.sub("", left if _says_more(left) else normal)


def _says_more(left: str) -> bool:
    return any(word[0].isalnum() and word not in _polite() for word in left.split())


def without_orders(normal: str) -> str:
    """Drop from each sentence what tells the assistant to change something: it is text, nobody obeys it."""
    if not _orders().search(normal):
        return normal
    return "".join(_before_order(sentence) for sentence in _SENTENCE.findall(normal))


@functools.cache
def _orders() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_any(*words.phrases('orders'))}(?!\w)")


def _before_order(sentence: str) -> str:
    told = words.tell(sentence)
    if not told.has("orders") or "?" in sentence:
        return sentence
    clause = told.clauses[told.all("orders")[0].start]
    kept = (token for token, own in zip(told.tokens, told.clauses, strict=True) if own < clause)
    return " ".join([*kept, ". "])


def without_greetings(normal: str) -> str:
    """Drop "em chào anh, " at the head and "em cảm ơn anh ạ" at the end, where something is left that says more."""
    opening, closing = _greetings()
    opened = opening.sub("", normal)
    left = closing.sub("", opened).strip(" ,.;!")
    if _says_more(left):
        return left
    return opened if any(c.isalnum() for c in opened) else normal


@functools.cache
def _greetings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    whom = rf"(?: (?:{_any(*_WHOM)})(?!\w))"
    me = rf"(?:{_any('em', 'tôi', 'mình', 'chi bộ', 'chi bộ em', 'chúng em', 'chúng tôi', 'cháu', 'bên em')} )?"
    hail = _any("chào", "xin chào", "kính chào", "alo", "a lô", "hi", "hello", "thưa", "kính thưa", "kính gửi")
    title = rf"{_any('kính gửi', 'kính thưa')} [^,.;:!?]{{0,60}}[,.;:!]"
    told = _any("báo cáo")
    end = r" ?[,.;:!]* *"
    thanks = _any("cảm ơn", "cám ơn", "cảm ơn nhiều", "tks", "thanks", "thank", "trân trọng", "trân trọng cảm ơn")
    lead = _any("xin", "rất", "chân thành", "xin chân thành", "xin trân trọng", "trân trọng")
    says_who = (
        r"chi b[oộ](?: (?!c[oó] |g[oồ]m|d[uự] |v[aắ]ng|[dđ][aả]ng|[dđ][aã] |ch[uư]a|kh[oô]ng|s[eẽ] )[^\W\d]+){1,6} ?: "
    )
    report = rf"{told} (?:{_any(*_HEARERS)})(?!\w)"
    greeting = rf"(?:{title}{end}|{says_who}|{me}(?:{hail}|{report}){whom}*(?!\w){end})"
    opening = rf"^(?:(?:{_any('dạ', 'vâng', 'uh')}[ ,]+)?{greeting})+"
    return re.compile(opening), re.compile(rf"(?:^|(?<= )(?<!qu[aâầ]n )){me}(?:{lead} )?{thanks}{whom}*[ ./!]*$")


@functools.cache
def _polite() -> frozenset[str]:
    said = {*words.listed("particles"), *(part for phrase in _WHOM for part in phrase.split()), "ok", "vâng", "dạ"}
    return frozenset(said | {fold.unmarked(word) for word in said})


_HEARERS = ("đồng chí", "các đồng chí", "anh", "chị", "bác", "chú", "cô", "sếp", "lãnh đạo", "văn phòng", "đảng ủy")
_WHOM = (
    *("đồng chí", "anh", "chị", "em", "bác", "chú", "cô", "thầy", "sếp", "các", "cả nhà", "mọi người", "anh em", "ạ"),
    *("văn phòng", "chánh văn phòng", "đảng ủy", "lãnh đạo", "quý", "toàn thể", "trợ lý", "bot", "ơi", "nhé", "nha"),
    *("nhiều", "trước", "buổi sáng", "buổi chiều", "buổi tối", "ad", "admin", "thân mến", "bí thư", "thủ trưởng"),
)
