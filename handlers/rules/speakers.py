"""Who spoke at a conference: what the reading calls them, and the values that the forms have for them."""

from messages.reading import particulars

VALUES = {
    "secretary": "branch_secretary",
    "deputy": "deputy_secretary",
    "standing_committee": "standing_committee_member",
}

BRANCH = "branch_secretary"
"""The value by which a question is one for who spoke."""


def value(read: str | None) -> str | None:
    """Return the forms' value of what was read, which is mostly the same."""
    return VALUES.get(read or "", read)


def of_answer(text: str) -> str | None:
    """Return the value meant by an answer in words ("đ/c Trần Văn E, Phó Giám đốc Sở"), None where that is not sure."""
    return value(particulars.who_spoke(text))
