"""Builds a Vietnamese syllable out of bare letters and a heap of marks; knows how syllables are made, no words."""

import functools
import unicodedata

ACUTE, GRAVE, HOOK, TILDE, DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
ROOF, HORN, BREVE, BAR = "\u0302", "\u031b", "\u0306", "đ"
_TONES = frozenset((ACUTE, GRAVE, HOOK, TILDE, DOT))
_STOPS = ("c", "ch", "p", "t")  # after these a syllable rises or falls, nothing else
_ONSETS = (
    *("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr"),
    *("b", "c", "d", "g", "h", "k", "l", "m", "n", "r", "s", "t", "v", "x", ""),
)
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oan oang oanh "
    "oat oay oăc oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân "
    "uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt uyn uynh uyt "
    "uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu"
)


def build(letters: str, marks: str) -> str | None:
    """Give the one syllable of these letters with all these marks ("nop" + roof, dot: "nộp"); None if there is none."""
    tones = [mark for mark in marks if mark in _TONES]
    shape = "".join(sorted(mark for mark in marks if mark not in _TONES and mark != BAR))
    bars = marks.count(BAR)
    for onset in _ONSETS:
        rime = _rimes().get((letters[len(onset) :], shape)) if letters.startswith(onset) else None
        if rime and len(tones) <= 1 and bars <= (onset == "d"):
            return _toned("đ" if bars else onset, rime, tones[0] if tones else "")
    return None


def is_possible(word: str) -> bool:
    """Say whether a word, with or without its marks, can be a syllable."""
    parts = unicodedata.normalize("NFD", word)
    letters = "".join("d" if c == BAR else c for c in parts if not unicodedata.combining(c))
    marks = "".join(c for c in parts if unicodedata.combining(c) or c == BAR)
    if marks.strip(BAR):
        return build(letters, marks) is not None
    return any(letters.startswith(onset) and letters[len(onset) :] in _bare_rimes() for onset in _ONSETS)


@functools.cache
def _bare_rimes() -> frozenset[str]:
    return frozenset(letters for letters, _ in _rimes())


@functools.cache
def _rimes() -> dict[tuple[str, str], str]:
    """Key every rime by its bare letters and the marks that shape its vowels."""
    return {_parts(rime): rime for rime in _RIMES.split()}


def _parts(rime: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", rime)
    shape = sorted(c for c in parts if unicodedata.combining(c))
    return "".join(c for c in parts if not unicodedata.combining(c)), "".join(shape)


def _toned(onset: str, rime: str, tone: str) -> str | None:
    if rime.endswith(_STOPS) and tone not in (ACUTE, DOT):
        return None
    at = _place(rime)
    return unicodedata.normalize("NFC", onset + rime[: at + 1] + tone + rime[at + 1 :])


def _place(rime: str) -> int:
    """Say which letter bears the tone: the last shaped one, that before a final consonant, else the middle or first."""
    vowels = [index for index, c in enumerate(rime) if unicodedata.normalize("NFD", c)[0] in "aeiouy"]
    shaped = [index for index in vowels if rime[index] in "ăâêôơư"]
    if shaped:
        return shaped[-1]
    if vowels[-1] < len(rime) - 1:
        return vowels[-1]
    return 1 if len(vowels) > 2 else 0  # noqa: PLR2004 - "oai", "uya"; "hòa", "của" by the office's spelling
