"""Raw Telegram updates are read as what people did, and nothing in them can do harm."""

import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import telegram_updates
from bot.channel import Malformed
from messages.types import Heard, Incoming, Upload

PERSON = {"id": 501, "is_bot": False, "first_name": "A"}
CHAT = {"id": 501, "type": "private"}
GROUP = {"id": -100, "type": "supergroup"}


def message(**content):
    """A private message with this content."""
    return {"update_id": 7, "message": {"message_id": 11, "date": 1716170400, "from": PERSON, "chat": CHAT, **content}}


def heard(kind, **facts):
    """What is heard of `message`."""
    return Incoming(kind, **{"account": "501", "message_id": "11", "chat": "501", **facts})


def membership(chat, old, new):
    """A change of what the bot is in a chat."""
    change = {"old_chat_member": {"status": old}, "new_chat_member": {"status": new}}
    return {"update_id": 7, "my_chat_member": {"chat": chat, "from": PERSON, "date": 1716170400, **change}}


def press(**facts):
    """A button press."""
    return {"update_id": 7, "callback_query": {"id": "9", "from": PERSON, **facts}}


SIZES = [
    {"file_id": "s", "width": 90, "height": 60},
    {"file_id": "l", "width": 1280, "height": 853, "file_size": 99},
    {"file_id": "m", "width": 320, "height": 213},
]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (message(text="chào"), heard(Heard.TEXT, text="chào")),
        (message(text="ok", reply_to_message={"message_id": 5}), heard(Heard.TEXT, text="ok", reply_to="5")),
        (
            message(photo=SIZES, caption="bản giấy", media_group_id="77"),
            heard(Heard.FILE, text="bản giấy", upload=Upload("l", "photo", size=99, album="77")),
        ),
        (
            message(document={"file_id": "d", "file_name": "báo cáo.docx", "file_size": 5}),
            heard(Heard.FILE, upload=Upload("d", "document", "báo cáo.docx", 5)),
        ),
        (message(voice={"file_id": "v"}), heard(Heard.VOICE)),
        (message(audio={"file_id": "v"}, caption="họp"), heard(Heard.VOICE, text="họp")),
        (message(video_note={"file_id": "v"}), heard(Heard.VOICE)),
        (message(sticker={"file_id": "v"}), heard(Heard.STICKER)),
        (message(contact={"phone_number": "0"}), heard(Heard.CONTACT)),
        (message(location={"latitude": 1.5, "longitude": 2}), heard(Heard.OTHER)),
        (message(video={"file_id": "v"}, caption="hội nghị"), heard(Heard.OTHER, text="hội nghị")),
        (message(animation={"file_id": "g"}, document={"file_id": "g"}), heard(Heard.OTHER)),
        (message(dice={"value": 6}), heard(Heard.OTHER)),
        (message(pinned_message={"message_id": 3}), None),
        (message(text="nhóm", chat=GROUP), None),
        (message(new_chat_members=[PERSON], chat=GROUP), None),
        ({"update_id": 7, "channel_post": {"message_id": 1, "chat": {"id": -1, "type": "channel"}}}, None),
        ({"update_id": 7, "poll": {}}, None),
        ({"update_id": 7}, None),
        ({"update_id": 7, "edited_message": message(text="25/26")["message"]}, heard(Heard.EDITED, text="25/26")),
        ({"update_id": 7, "edited_message": message(location={"latitude": 1})["message"]}, None),
        (
            press(message={"message_id": 11, "chat": CHAT, "date": 0}, data="a:1"),
            heard(Heard.CHOICE, data="a:1"),
        ),
        (press(inline_message_id="x", data="a:1"), None),
        (press(message={"message_id": 11, "chat": CHAT}, game_short_name="x"), None),
        (press(message={"message_id": 11, "chat": GROUP}, data="a:1"), None),
        (membership(CHAT, "member", "kicked"), heard(Heard.BLOCKED, message_id="")),
        (membership(CHAT, "kicked", "member"), heard(Heard.UNBLOCKED, message_id="")),
        (membership(GROUP, "left", "member"), heard(Heard.GROUP, message_id="", chat="-100", private=False)),
        (membership(GROUP, "kicked", "administrator"), heard(Heard.GROUP, message_id="", chat="-100", private=False)),
        (membership(GROUP, "member", "administrator"), None),
        (membership(GROUP, "member", "left"), None),
        (membership({"id": -5, "type": "channel"}, "left", "administrator"), None),
    ],
)
def test_reads(raw, expected):
    """Every kind of update is heard as what it is, or concerns nobody."""
    assert telegram_updates.read(raw) == expected


def test_words_are_composed():
    """Text and file names come in NFC, however the phone typed them."""
    typed = unicodedata.normalize("NFD", "đồng chí, báo cáo")
    assert telegram_updates.read(message(text=typed)).text == "đồng chí, báo cáo"
    document = {"file_id": "d", "file_name": unicodedata.normalize("NFD", "số liệu.xlsx")}
    assert telegram_updates.read(message(document=document)).upload.name == "số liệu.xlsx"


@pytest.mark.parametrize(
    "raw",
    [
        {"message": None},
        {"message": []},
        {"message": {}},
        message(text=5),
        message(text="a", chat={"id": "501", "type": "private"}),
        message(text="a", **{"from": None}),
        message(text="a", **{"from": {"id": True}}),
        message(text="a", message_id=10**30),
        message(photo=[]),
        message(photo=[1]),
        message(photo=[{"width": 1, "height": 1}]),
        message(document={}),
        message(document={"file_id": "d", "file_size": "5"}),
        press(message={"message_id": 11, "chat": CHAT}, data=5),
        membership(CHAT, "member", None),
    ],
)
def test_wrong_shapes_are_malformed(raw):
    """What has the wrong shape is named so."""
    with pytest.raises(Malformed):
        telegram_updates.read(raw)


@pytest.mark.parametrize(
    ("raw", "account", "moment"),
    [
        (message(text="a"), "501", 1716170400),
        (
            {"update_id": 7, "edited_message": {**message(text="a")["message"], "edit_date": 1716170460}},
            "501",
            1716170460,
        ),
        (press(message={"message_id": 11, "chat": CHAT, "date": 5}, data="a"), "501", None),
        (membership(CHAT, "member", "kicked"), "501", 1716170400),
        (message(text="a", date="hôm qua"), "501", None),
        (message(text="a", date=10**40), "501", None),
        ({"update_id": 7, "message": []}, "", None),
        ({"update_id": 7, "message": {"from": 5}}, "", None),
        ({"update_id": 7}, "", None),
    ],
)
def test_stores_what_has_an_id(raw, account, moment):
    """Key, account and moment are found where they are, and an unreadable update is stored all the same."""
    update = telegram_updates.to_store(raw)
    assert (update.key, update.account, update.raw) == ("7", account, raw)
    assert update.said_at == (moment and datetime.fromtimestamp(moment, UTC))


@pytest.mark.parametrize("item", [None, 5, [], {}, {"update_id": "7"}, {"update_id": True}, {"update_id": 2**63}])
def test_does_not_store_what_has_no_id(item):
    """Without an id there is nothing to confirm."""
    with pytest.raises(Malformed):
        telegram_updates.to_store(item)


def test_no_string_can_block_the_inbox():
    """NUL and lone surrogates, which databases refuse, are taken out; emoji stay."""
    raw = json.loads(r'{"update_id": 7, "message": {"text": "a\u0000b\ud800c\ud83d\ude00", "x\u0000": ["\udc00"]}}')
    assert telegram_updates.to_store(raw).raw == {"update_id": 7, "message": {"text": "abc😀", "x": [""]}}


def test_nothing_nested_without_end_can_block_the_inbox():
    """What no reader could walk through is cut off; the rest of the update is kept."""
    deep: object = "x"
    for _ in range(5000):
        deep = [deep]
    raw = {"update_id": 7, "message": {"text": "a", "from": {"id": 5}, "new": deep}}
    stored = telegram_updates.to_store(raw)
    assert (stored.key, stored.account, stored.raw["message"]["text"]) == ("7", "5", "a")
    assert len(json.dumps(stored.raw)) < 1000


KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
NAMES = [
    *KINDS,
    *("update_id", "from", "chat", "id", "type", "text", "caption", "date", "edit_date", "message_id", "data"),
    *("photo", "document", "voice", "animation", "file_id", "file_name", "file_size", "width", "height"),
    *("reply_to_message", "media_group_id", "status", "old_chat_member", "new_chat_member", "pinned_message"),
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.characters(categories=["Cs"])
    | st.sampled_from(["private", "supergroup", "kicked", "member", "left", 10**30, 501])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=6),
    max_leaves=30,
)
UPDATES = st.fixed_dictionaries({}, optional=dict.fromkeys(KINDS, JSON))
BODIES = st.builds(
    lambda name, body, extra: {"update_id": 7, name: {**body, **extra}},
    st.sampled_from(KINDS),
    st.just({"message_id": 11, "from": PERSON, "chat": CHAT, "message": {"message_id": 11, "chat": CHAT}}),
    st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4),
)


@settings(max_examples=200, deadline=None)
@given(UPDATES | BODIES)
def test_reading_never_breaks(raw):
    """Whatever comes, it is heard, concerns nobody, or is Malformed; and what is heard can be stored."""
    try:
        incoming = telegram_updates.read(raw)
    except Malformed:
        return
    if incoming:
        assert incoming.account.lstrip("-").isdigit()
        repr_of_words = incoming.text + incoming.data + (incoming.upload.name if incoming.upload else "")
        assert "\0" not in repr_of_words
        repr_of_words.encode()


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_storing_never_breaks(item):
    """Whatever comes, it is stored or has no id."""
    try:
        update = telegram_updates.to_store(item)
    except Malformed:
        return
    json.dumps(update.raw, ensure_ascii=False).encode()
