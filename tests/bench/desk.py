"""The phone of somebody at the office, as the fake platform sees it: what is shown there, and when. Knows no bot."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Desk:
    """`lines` are all messages and changes, oldest first; `buttons` the newest data of each label."""

    person: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)
    buttons: dict[str, tuple[int, str]] = field(default_factory=dict)

    def shows(self, message: int, args: dict[str, Any], at: float, pushed: int) -> None:
        """Note a message or a change of one, and how many pushes had arrived by then."""
        self.lines.append({"message": message, "text": str(args.get("text", "")), "at": at, "pushed": pushed})
        for row in _markup(args).get("inline_keyboard", []):
            self.buttons |= {each["text"]: (message, each["callback_data"]) for each in row}

    def pressed(self, label: str, number: int) -> dict[str, Any]:
        """Return the press of the newest button of that label, as the Bot API tells of it."""
        message, data = self.buttons[label]
        chat = {"id": self.person, "type": "private", "first_name": "Văn phòng"}
        who = {"id": self.person, "is_bot": False, "first_name": "Văn phòng", "language_code": "vi"}
        on = {"message_id": message, "date": 1, "chat": chat, "text": "…"}
        return {"id": str(number), "from": who, "message": on, "chat_instance": "1", "data": data}


def _markup(args: dict[str, Any]) -> dict[str, Any]:
    found = args.get("reply_markup") or {}
    return json.loads(found) if isinstance(found, str) else found
