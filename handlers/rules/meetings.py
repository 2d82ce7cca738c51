"""In which form a session was held, as an answer says it: the values that the forms have for it."""

from messages.reading import particulars, words
from messages.reading.asked import is_marked_as_asking

FORMS = frozenset({"in_person", "online", "hybrid"})
"""The values by which a question is one for the form."""
_EITHER = frozenset(("hoặc", "hoac", "nếu", "neu"))


def form_of_answer(text: str) -> str | None:
    """Return the value meant by "trực tiếp tại hội trường"; None if not sure: a "không", a question, "hoặc"."""
    told = words.tell(words.normal(text))
    if told.has("not", "not_yet") or is_marked_as_asking(told) or _EITHER & set(told.tokens):
        return None
    meant = particulars.form(told)
    with_branch = told.has("somebody", "joint") or "chi bộ" in " ".join(told.tokens)
    return None if meant == "embedded" and with_branch and not told.has("routine") else meant
