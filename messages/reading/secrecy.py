"""Recognises the stamps of state secrets (MẬT, TỐI MẬT, TUYỆT MẬT) on accented text; knows not what follows from it.

Without marks "mat" is far more often mặt, mất or mắt, so only file names in capitals are judged unaccented.
"""

import re
import unicodedata

from messages.reading import words

_STAMP_LINE = re.compile(r"(?:(?:độ mật|(?:mức )?độ|dấu) ?:? ?)?(?:tuyệt |tối )?mật")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACED = re.compile(r"(?:\w ){2,}\w")
_GRADE = re.compile(r"(?<!\w)(?:TUYỆT|TỐI) MẬT(?!\w)")
_TALK = re.compile(r"(?<!\w)(?:độ mật|(?:đóng )?dấu (?:độ )?(?:(?:tuyệt|tối) )?mật)(?!\w)")
_DENIED = re.compile(r"(?<!\w)(?:không|chưa|chẳng|mức|miễn)(?: \w+){0,4}$")
_NONE_AFTER = re.compile(r" ?:? ?(?:không|thường|khẩu|ong|độ|thiết|mã)(?!\w)")
NEAR = 200
"""Letters before a stamp in which a denial is looked for: five words."""
_NONE = frozenset({"không", "thường"})
_SPREAD = re.compile(r"(?<!\w)(?<!\W\w )(?:T Ố I |T U Y Ệ T )?M Ậ T(?!\w| \w(?!\w))")
_NAME_ANYHOW = re.compile(r"tuyet[ _.-]?mat(?![a-z])|toimat(?![a-z])")
_NAME_JOINED = re.compile(r"(?:TOI|TUYET)[ _.-]?MAT(?![A-Z])")


def is_marked_secret(text: str) -> bool:
    """Say whether `text` carries a stamp: alone on a line, in capitals, or named ("độ mật", "đóng dấu mật")."""
    clean = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    if "ậ" not in clean.lower():  # every stamp has that letter, and hardly any message does
        return False
    return any(_is_stamped(line) for line in clean.splitlines())


def filename_marked_secret(name: str) -> bool:
    """Say whether a file's name marks it as secret: "bao_cao_MAT.docx", "TOIMAT.pdf", "công văn mật.doc"."""
    stem = re.sub(r"\.\w{1,5}$", "", unicodedata.normalize("NFC", name).strip())
    if _NAME_JOINED.search(stem) or _NAME_ANYHOW.search(stem.lower()):
        return True
    parts = re.findall(r"[^\W_]+", stem)
    return any(_is_secret_part(parts, index) for index in range(len(parts)))


def _is_stamped(line: str) -> bool:
    bare = re.sub(r"[^\w\s:]", " ", line.replace("_", " "))
    bare = " ".join(bare.split()).strip(": ")
    joined = bare.replace(" ", "") if _SPACED.fullmatch(bare) else bare
    if _STAMP_LINE.fullmatch(bare.lower()) or joined.lower() in ("mật", "tốimật", "tuyệtmật"):
        return True
    return _in_capitals(bare) or _is_talked_of(bare.lower())


def _in_capitals(line: str) -> bool:
    if any(not _is_denied(line, match.start()) for match in _GRADE.finditer(line)):
        return True
    parts = line.split()
    return _SPREAD.search(line) is not None or any(
        part.strip(":") == "MẬT" and _is_stamp(parts, index) for index, part in enumerate(parts)
    )


def _is_denied(line: str, at: int) -> bool:
    """Say whether what stands there is denied by one of the few words before it; a line may be as long as a file."""
    return _DENIED.search(line[max(at - NEAR, 0) : at].lower().rstrip()) is not None


def _is_stamp(parts: list[str], index: int) -> bool:
    before = {part.lower().strip(":") for part in parts[max(index - 1, 0) : index]}
    after = {part.lower().strip(":") for part in parts[index + 1 : index + 2]}
    denied = _DENIED.search(" ".join(parts[max(index - 5, 0) : index]).lower())
    harmless = _NONE if ":" in parts[index] else words.listed("after_mật")
    return not before & words.listed("before_mật") and not after & harmless and not denied


def _is_talked_of(line: str) -> bool:
    return any(
        not _is_denied(line, match.start()) and not _NONE_AFTER.match(line, match.end())
        for match in _TALK.finditer(line)
    )


def _is_secret_part(parts: list[str], index: int) -> bool:
    part = parts[index]
    if part.lower() == "mật":
        return _is_stamp(parts, index)
    before = {part.lower() for part in parts[max(index - 1, 0) : index]}
    after = {part.lower() for part in parts[index + 1 : index + 2]}
    return part == "MAT" and not before & words.listed("before_file_mat") and not after & words.listed("after_file_mat")
