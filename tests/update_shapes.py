"""Updates of the Bot API as hypothesis strategies: every kind of message and event, and what no server should send.

Valid ones keep to the published shapes, with new fields among them; spoilt ones are valid ones with something wrong.
People are drawn by place: who they are is the test's affair. Knows no bot.
"""

import copy
from typing import Any

from hypothesis import strategies as st

Raw = dict[str, Any]
KNOWN, STRANGERS = 60, 140
"""People 1 … KNOWN are known to the test; the next ones are not."""
HUGE = 2**52 - 1
DATE = 1_716_400_000
BUTTON = "button:"
"""Begins callback data that stands for a button which that person was shown; a number follows."""

people = st.integers(1, KNOWN) | st.integers(1, KNOWN) | st.integers(KNOWN + 1, KNOWN + STRANGERS) | st.just(HUGE)
numbers = st.integers(1, 10_000) | st.just(2**31)
words = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(codec="utf-8"), max_size=300),
    st.text("aăâđeêoôơuưy\u0300\u0301\u0303\u0309\u0323 \u200b\u202e\u05d0\u0627😀👩‍👩‍👦\0", max_size=40),
    st.sampled_from(
        ("24/26", "Đúng", "13/5", "/help", "/start", "/summary", "/baocao", "1", "<b>", "{{ 7 }}", "mai", "Bảo tàng")
    ),
    st.builds(lambda sign, count: sign * count, st.sampled_from("a😀<đ\u0301\u202e"), st.integers(1000, 4096)),
)
commands = st.sampled_from(
    ("help", "baocao", "summary", "review", "moi", "lich", "tientrinh", "stop", "dulieu", "tonghop")
)
ids = st.text("ABCabc-_019", min_size=20, max_size=40)


def person(number: int) -> Raw:
    """Return the User object."""
    return {"id": number, "is_bot": False, "first_name": f"Nguyễn Văn {number}", "language_code": "vi"}


def private(number: int) -> Raw:
    """Return the Chat object of a person."""
    return {"id": number, "type": "private", "first_name": f"Nguyễn Văn {number}"}


groups = st.sampled_from(
    (
        {"id": -41, "type": "group", "title": "Nhóm"},
        {"id": -(10**12) - 5, "type": "supergroup", "title": "Nhóm", "is_forum": True},
        {"id": -(10**12) - 6, "type": "channel", "title": "Kênh"},
    )
)
sized = st.fixed_dictionaries({"file_id": ids, "file_unique_id": ids}, optional={"file_size": st.integers(0, 2**31)})
photo = st.lists(st.builds(lambda file, n: file | {"width": n, "height": n}, sized, numbers), min_size=1, max_size=3)
document = st.builds(
    lambda file, facts: file | facts,
    sized,
    st.fixed_dictionaries({}, optional={"file_name": words, "mime_type": st.sampled_from(("a/b", "image/png", ""))}),
)
location = st.fixed_dictionaries({"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180)})
written = st.fixed_dictionaries(
    {"text": words},
    optional={
        "entities": st.just([{"type": "bot_command", "offset": 0, "length": 5}]),
        "link_preview_options": st.just({}),
    },
)
commanded = st.builds(lambda name, rest: {"text": f"/{name} {rest}".strip()}, commands, st.just("") | words)
media = st.one_of(
    st.fixed_dictionaries({"photo": photo}, optional={"caption": words, "media_group_id": ids}),
    st.fixed_dictionaries({"document": document}, optional={"caption": words, "media_group_id": ids}),
    st.builds(
        lambda kind, file: {kind: file}, st.sampled_from(("voice", "audio", "video", "video_note", "sticker")), sized
    ),
    st.builds(lambda file: {"animation": file, "document": file}, document),
)
CONTENT = (
    *({"contact": {"phone_number": "+84", "first_name": "A", "user_id": HUGE}}, {"dice": {"emoji": "🎲", "value": 6}}),
    *({"game": {"title": "g", "description": "d", "photo": []}}, {"poll": {"id": "1", "question": "?", "options": []}}),
    *({"story": {"chat": private(1), "id": 1}}, {"paid_media": {"star_count": 1, "paid_media": []}}),
    *(
        {"new_chat_title": "T"},
        {"new_chat_members": [person(1)]},
        {"left_chat_member": person(1)},
        {"group_chat_created": True},
    ),
    *({"migrate_to_chat_id": -(10**12)}, {"pinned_message": {"message_id": 1, "date": 0, "chat": private(1)}}),
    *({"web_app_data": {"data": "x", "button_text": "y"}}, {"users_shared": {"request_id": 1, "users": []}}),
    *({"successful_payment": {"currency": "XTR", "total_amount": 1}}, {"checklist": {"title": "t", "tasks": []}}),
    *(
        {"gift": {"gift": {}}},
        {"video_chat_started": {}},
        {"write_access_allowed": {}},
        {"content_of_next_year": {"a": [1]}},
        {},
    ),
)
others = st.sampled_from(CONTENT) | st.builds(lambda where: {"location": where}, location)
extras = st.fixed_dictionaries(
    {},
    optional={
        "reply_to_message": st.builds(
            lambda n: {"message_id": n, "date": DATE, "chat": private(1), "text": "a"}, numbers
        ),
        "forward_origin": st.just({"type": "hidden_user", "sender_user_name": "Ẩn danh", "date": DATE}),
        "via_bot": st.just({"id": 5, "is_bot": True, "first_name": "b"}),
        "quote": st.just({"text": "q", "position": 0}),
        "message_thread_id": numbers,
        "has_protected_content": st.just(True),
        "edit_date": st.integers(DATE, DATE + 10**6),
        "field_of_next_year": st.recursive(st.none() | words, lambda some: st.lists(some, max_size=2), max_leaves=4),
    },
)


def _message(who: int, number: int, content: Raw, more: Raw, where: Raw | None) -> Raw:
    head = {"message_id": number, "date": DATE + number, "chat": where or private(who), "from": person(who)}
    return head | content | more


messages = st.builds(_message, people, numbers, written | commanded | written | media | others, extras, st.none())
group_messages = st.builds(_message, people, numbers, written | commanded | media | others, extras, groups)
data = st.one_of(
    st.integers(0, 200).map(lambda n: f"{BUTTON}{n}"),
    st.integers(0, 200).map(lambda n: f"{BUTTON}{n}"),
    words.map(lambda said: said.encode()[:64].decode("utf-8", "ignore")),
    st.just(""),
)


def _query(who: int, number: int, about: Raw) -> Raw:
    return {"id": str(number), "from": person(who), "chat_instance": "1", **about}


presses = st.builds(
    lambda who, number, sent, said: _query(
        who, number, {"data": said, "message": {"message_id": number, "date": sent, "chat": private(who), "text": "a"}}
    ),
    people,
    numbers,
    st.sampled_from((DATE, 0)),  # 0: the platform keeps it no longer
    data,
)
odd_presses = st.builds(
    _query,
    people,
    numbers,
    st.sampled_from(({"game_short_name": "g"}, {"inline_message_id": "i", "data": "x"}, {"data": "x"})),
)
STATUSES = ("creator", "administrator", "member", "restricted", "left", "kicked")
memberships = st.builds(
    lambda who, where, old, new: {
        "chat": where or private(who),
        "from": person(who),
        "date": DATE,
        "old_chat_member": {"user": person(7), "status": old},
        "new_chat_member": {"user": person(7), "status": new, "until_date": 0},
    },
    people,
    st.none() | groups,
    st.sampled_from(STATUSES),
    st.sampled_from(STATUSES),
)
events = st.one_of(
    st.builds(lambda body: {"message": body}, messages),
    st.builds(lambda body: {"message": body}, messages),
    st.builds(lambda body: {"callback_query": body}, presses),
    st.builds(lambda body: {"callback_query": body}, presses),
    st.builds(lambda body: {"message": body}, group_messages),
    st.builds(lambda body: {"edited_message": body}, messages | group_messages),
    st.builds(
        lambda kind, body: {kind: body}, st.sampled_from(("channel_post", "edited_channel_post")), group_messages
    ),
    st.builds(lambda body: {"callback_query": body}, odd_presses),
    st.builds(lambda kind, body: {kind: body}, st.sampled_from(("my_chat_member", "chat_member")), memberships),
    st.builds(lambda body: {"business_message": body}, messages),
    st.sampled_from(
        (
            {"inline_query": {"id": "1", "from": person(1), "query": "q", "offset": ""}},
            {"poll": {"id": "1", "question": "?", "options": []}},
            {"poll_answer": {"poll_id": "1", "user": person(1), "option_ids": [0]}},
            {
                "message_reaction": {
                    "chat": private(1),
                    "message_id": 1,
                    "date": 0,
                    "old_reaction": [],
                    "new_reaction": [],
                }
            },
            {"chat_join_request": {"chat": private(1), "from": person(1), "date": 0}},
            {"event_of_next_year": {"from": person(1)}},
            {},
        )
    ),
)


def _deep(depth: int) -> Any:
    made: Any = "đáy"
    for n in range(depth):
        made = {"a": made} if n % 2 else [made]
    return made


wrong = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), words, st.just([]), st.just({}),
    st.integers(100, 3000).map(_deep),
)  # fmt: skip


def _spoil(event: Raw, path: list[int], value: Any, *, drop: bool) -> Raw:
    """Follow `path` down the event, by place, and put something wrong there, or take away what is there."""
    event = copy.deepcopy(event)
    spot: Any = event
    for step in path:
        keys = list(spot) if isinstance(spot, dict) else list(range(len(spot))) if isinstance(spot, list) else []
        if not keys:
            break
        key = keys[step % len(keys)]
        if isinstance(spot[key], dict | list) and spot[key] and step % 3:
            spot = spot[key]
        elif drop and isinstance(spot, dict):
            del spot[key]
            break
        else:
            spot[key] = value
            break
    return event


spoilt = st.builds(
    lambda event, path, value, drop: _spoil(event, path, value, drop=drop),
    events,
    st.lists(st.integers(0, 11), min_size=4, max_size=4),
    wrong,
    st.booleans(),
)
updates = st.builds(lambda event: (True, event), events) | st.builds(lambda event: (False, event), spoilt)
"""(keeps to the Bot API's shapes?, the update without its id)."""
