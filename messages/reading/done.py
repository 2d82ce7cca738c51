"""What a message says is done, is not, or is promised: each function says whether one thing holds."""

from datetime import timedelta

from messages.reading import fold, rhetoric, spoken, words
from messages.reading.dates import Found
from messages.reading.heard import Heard, length, without_particles
from messages.reading.words import Phrase, Told

_A_SENTENCE = 3  # words
_A_COURTESY = 9  # words
_TO_PART = 3  # tokens in "mới xong được 60%"
_TO_ABLE = 5  # tokens in "chẳng ai chủ trì được"
_POSTED = frozenset(("bai", "tin", "tren", "len", "xong", "duoc", "video", "clip", "anh"))
_SO_FAR, _FAR = 12, 12  # tokens
_A_SEASON = timedelta(days=90)


def is_whenever(told: Told) -> bool:
    """ "khi nào bí thư về em trình rồi gửi" asks nothing; "khi nào em phải nộp" does."""
    said = any(when.end <= verb.start for when in told.all("whenever") for verb in told.all("verb"))
    return said or any(
        told.is_near(when, act, _FAR)
        and any(when.end <= link.start < act.start for tag in ("finished", "closed", "come") for link in told.all(tag))
        for when in told.all("when_asked")
        for act in told.all("hands_in")
    )


def denies(heard: Heard) -> bool:
    """ "đã nộp đâu" says that nothing was handed in; "không biết nộp ở đâu" asks."""
    if _needs_no_reminder(heard):
        return False
    tokens = without_particles(heard.told.tokens)
    ends = len(tokens) > 1 and fold.fits(tokens[-1], "đâu") and fold.unmarked(tokens[-2]) not in ("o", "cho", "ve")
    return (
        heard.told.has("denied")
        or rhetoric.denies(heard.told)
        or (ends and _denies_at_the_end(heard.told) and not heard.told.has("how_so"))
    )


def _denies_at_the_end(told: Told) -> bool:
    """ "đã nộp đâu", "không nộp đâu"; "sẽ không quên đâu" denies no deed."""
    did = any(told.clauses[each.start] == told.clauses[-1] for each in told.all("did"))
    acts = (*told.all("verb"), *told.all("able"), *told.all("come"))
    return did or any(told.is_near(no, act, _A_SENTENCE) for no in told.all("not") for act in acts)


def _needs_no_reminder(heard: Heard) -> bool:
    """ "học xong hết rồi, không phải nhắc nữa đâu ạ"."""
    told = heard.told
    last = [token for token, at in zip(told.tokens, told.clauses, strict=True) if at == told.clauses[-1]]
    return any(fold.fits(token, word) for token in last for word in ("nhắc", "giục")) and has_done(heard)


def heeds(heard: Heard) -> bool:
    """ "rõ, chi bộ sẽ thực hiện nghiêm túc", "em sẽ lưu ý" name neither a day nor a step."""
    told = heard.told
    only_heeds = told.has("heed") and not told.has("verb") and length(heard) <= _A_COURTESY
    heeds = told.has("receipt") and told.has("heed")
    named = [heard.read(found, "future").date for found in heard.found]
    return (
        (heeds or only_heeds or (bool(named) and _only_repeats(told)))
        and set(named) <= {heard.due}
        and not told.has("doing")
        and not has_not(heard)
    )


def _only_repeats(told: Told) -> bool:
    """ "đã rõ, 30/5" says the due day again."""
    return told.has("receipt") and not told.has("verb", "promise", "finished")


def plans(heard: Heard) -> bool:
    """A firm promise: a word of intention, or a day to come that no "đã … rồi" contradicts."""
    told = heard.told
    if is_leisure(heard):
        return False
    if is_whenever(told) or any(_is_firm(told, promise) for promise in told.all("promise")):
        return True
    if any(_is_meant(heard, meant) for meant in told.all("meant")) or _is_at_work(heard) or _waits(told):
        return True
    if told.has("assures") and not has_done(heard) and not has_not(heard) and not _is_past(heard):
        return True
    if _has_some_left(told) or _prepares(told) or any(_is_still_today(heard, found) for found in heard.found):
        return True
    return (
        (_does_then(told) and not _happened_then(heard))
        or _does_today(heard)
        or any(_is_planned(heard, found) for found in heard.found if not heard.repeats(found))
    )


def _prepares(told: Told) -> bool:
    """ "đã họp chi ủy, chuẩn bị họp chi bộ"."""
    over = {told.clauses[end.start] for tag in ("did", "closed", "finished") for end in told.all(tag)}
    return any(
        fold.fits(told.tokens[ready.end - 1], "bị")
        and told.clauses[ready.start] not in over
        and any(told.is_near(ready, act, 1) for act in told.all("holds"))
        for ready in told.all("assures")
    )


def _is_still_today(heard: Heard, found: Found) -> bool:
    """ "vừa họp xong, chiều gửi báo cáo": today, handed in where nothing is said to be over."""
    told, clause = heard.told, heard.clause(found)
    over = {told.clauses[end.start] for tag in ("did", "closed", "finished", "received") for end in told.all(tag)}
    handed = any(
        told.clauses[sent.start] == clause and sent.start > heard.place(found) for sent in told.all("hands_in")
    )
    sent = any(told.clauses[sent.start] in over for sent in told.all("hands_in"))
    return (
        heard.direction(found) == 0
        and handed
        and bool(over)
        and not sent
        and clause not in over
        and not heard.read(found, "any").range
    )


def _does_today(heard: Heard) -> bool:
    """ "nay em gửi liền"."""
    told = heard.told
    return not told.has("did", "closed") and any(
        heard.direction(found) == 0
        and heard.clause(found) == told.clauses[act.start]
        and heard.place(found) < act.start
        and any(told.is_near(act, at_once, 2) for at_once in told.all("at_once"))
        for found in heard.found
        for act in told.all("hands_in")
    )


def _has_some_left(told: Told) -> bool:
    """ "còn phần tuyên truyền nữa"; "không còn gì nữa" is all there was."""
    left = [still for still in told.all("still") if not any(no.end == still.start for no in told.all("not"))]
    more = told.all("some_more")
    return not told.has("question", "asking", "already") and any(
        told.is_near(still, one, 6) for still in left for one in more
    )


def is_leisure(heard: Heard) -> bool:
    """ "mai đi ăn cưới nhé"; "bữa nay mắc đám giỗ, mai gửi" is no leisure."""
    works = heard.told.has("hands_in", "holds", "report", "finished", "asks_of_figures")
    return heard.told.has("leisure") and not works and not heard.told.has("blocked")


def _is_firm(told: Told, promise: Phrase) -> bool:
    """ "đang ốm" is no promise; without marks "da dang" is "đã đăng"."""
    hindered = any(
        told.is_near(promise, blocked, 1) or blocked.start == promise.start for blocked in told.all("blocked")
    )
    denied = any(no.end == promise.start for tag in ("did", "not", "not_yet") for no in told.all(tag))
    return not hindered and not denied and not _is_begged(told, promise)


def _is_begged(told: Told, promise: Phrase) -> bool:
    """ "mong văn phòng rà soát lại giúp" promises nothing."""
    again = fold.fits(told.tokens[promise.end - 1], "lại")
    return again and any(told.is_near(ask, promise, _A_SENTENCE) for ask in told.all("asks"))


def _is_meant(heard: Heard, meant: Phrase) -> bool:
    """ "định họp mà không họp được" is over."""
    told = heard.told
    off = any(no.start > meant.end for tag in ("not", "not_yet", "called_off") for no in told.all(tag))
    return not off and not any(did.end == meant.start for did in told.all("did"))


def _is_at_work(heard: Heard) -> bool:
    """ "đang điền"; "chưa họp được, hội trường đang sửa" is no work of theirs."""
    told = heard.told
    return any(
        _is_firm(told, doing)
        and not _is_posting(told, doing)
        and not _is_meanwhile(told, doing)
        and (told.has("verb", "report", "finished") or not told.has("idle"))
        and (
            not (has_not(heard) or has_done(heard) or told.has("blocked", "hindered"))
            or any(told.is_near(doing, verb, 2) for verb in told.all("verb"))
        )
        for doing in told.all("doing")
    )


def _is_meanwhile(told: Told, doing: Phrase) -> bool:
    """ "anh nhắn lúc em đang họp"."""
    before = range(max(doing.start - _A_SENTENCE, 0), doing.start)
    return any(
        told.tokens[i] in ("lúc", "luc", "khi", "hồi", "hoi") and told.clauses[i] == told.clauses[doing.start]
        for i in before
    )


def _is_posting(told: Told, doing: Phrase) -> bool:
    """Without marks "dang 2 bai", "bai dang tren trang" are "đăng"."""
    if told.tokens[doing.start] != "dang":
        return False
    after = told.tokens[doing.end] if doing.end < len(told.tokens) else ""
    before = told.tokens[doing.start - 1] if doing.start else ""
    counts = any(token[0].isdigit() for token in told.tokens[doing.end : doing.end + 2])  # "dang du 5 bai"
    return counts or after in _POSTED or before in ("bai", "tin", "da", "duoc", "vua")


def _waits(told: Told) -> bool:
    waiting = told.followed("waits", "verb", gap=5) or told.followed("waits", "approval", gap=5)
    return waiting and not told.has("blocked")


def _does_then(told: Told) -> bool:
    """ "trình ký xong là em nộp", "ký rồi gửi": one thing, and then the other."""
    did = {told.clauses[each.start] for each in told.all("did")}
    return any(
        told.clauses[link.start] not in did
        and any(told.is_near(link, act, 3) for act in told.all("hands_in"))
        and not any(told.is_near(link, end, 9) for tag in ("closed", "finished", "not_yet") for end in told.all(tag))
        and (
            any(told.is_near(verb, link, 3) for verb in told.all("verb"))
            or (link.tag == "then" and any(end.start == link.start for end in told.all("finished")))
            or (link.tag == "finished" and link.start and told.clauses[link.start - 1] != told.clauses[link.start])
            or (link.tag == "finished" and link.start and told.tokens[link.start - 1] == ",")
        )
        for link in (*told.all("closed"), *told.all("then"), *_finished_first(told))
    )


def _happened_then(heard: Heard) -> bool:
    """ "tối qua em làm xong rồi nộp luôn": one thing, and then the other, on a day gone by."""
    return any(heard.direction(found) < 0 and heard.is_fixed(found) for found in heard.found) and not any(heard.ahead())


def _finished_first(told: Told) -> list[Phrase]:
    """ "sếp ký xong em gửi": something finished, and then somebody who acts."""
    return [
        end
        for end in told.all("finished")
        if end.end < len(told.tokens)
        and (
            fold.unmarked(told.tokens[end.end]) in ("em", "toi", "chi", "ben", "minh", "se")
            or (told.tokens[end.end] in ("a", "anh", "tui") and told.tag_at("verb", end.end + 1))
            or (_opens_clause(told, end) and any(sent.start == end.end for sent in told.all("hands_in")))
            or any(
                sent.start <= end.end + 1 and told.is_near(sent, at_once, 0) and sent.start >= end.end
                for sent in told.all("hands_in")
                for at_once in told.all("at_once")
            )
        )
    ]


def _opens_clause(told: Told, end: Phrase) -> bool:
    """ "thứ năm họp, xong gửi"."""
    return bool(end.start) and (
        told.clauses[end.start - 1] != told.clauses[end.start] or told.tokens[end.start - 1] == ","
    )


def _is_planned(heard: Heard, found: Found) -> bool:
    direction = heard.direction(found)
    if found.is_due or is_busy_day(heard, found) or (_comes_back(heard, found) and has_not(heard)):
        return False
    if found.is_until and has_not(heard) and not _does_beside(heard, found):
        return False  # "không làm được, cả xưởng tăng ca đến hết tháng"
    if found.is_until and direction >= 0 and heard.told.has("finished") and not heard.told.has("did", "closed"):
        return True  # "từ giờ đến 30 em xong", "trong chiều nay em xong"
    if direction > 0:
        return (
            heard.is_fixed(found)
            or _is_far_back(heard, found)
            or heard.is_only_then(found)
            or not _is_done_beside(heard, found)
        )
    reading = heard.read(found, "any")
    still_open = direction == 0 and reading.range is not None and reading.range[1] > heard.today
    ends = heard.told.has("finished") and not heard.told.has("did", "closed")
    return still_open and (ends or heard.is_only_then(found))


def _does_beside(heard: Heard, found: Found) -> bool:
    """Say whether the clause of a day does, hands in, promises or asks something."""
    clause = heard.clause(found)
    acts = (each for tag in ("holds", "hands_in", "finished", "promise", "asks") for each in heard.told.all(tag))
    return any(heard.told.clauses[act.start] == clause for act in acts)


def _is_far_back(heard: Heard, found: Found) -> bool:
    """ "20/11 tọa đàm xong họp luôn", said three days before: nobody tells of a day of last year."""
    past = heard.read(found, "past").date
    alone = not heard.told.has("did", "closed") and not any(heard.direction(one) <= 0 for one in heard.found)
    return alone and found.is_day and past is not None and heard.today - past > _A_SEASON


def is_busy_day(heard: Heard, found: Found) -> bool:
    """ "mai bận rồi", "hôm nay bận quá": on that day nothing is done; but "bận quá mai làm"."""
    clause, told = heard.clause(found), heard.told
    inside = [token for token, at in zip(told.tokens, told.clauses, strict=True) if at == clause]
    return any(fold.fits(token, "bận") for token in inside) and not told.has("verb") and not found.is_until


def _comes_back(heard: Heard, found: Found) -> bool:
    """ "đi công tác tới 25/3 mới về nên chưa ký được": on that day somebody is back."""
    after = heard.told.tokens[heard.place(found) + 1 : heard.place(found) + 1 + _A_SENTENCE]
    sends = any(heard.told.clauses[sent.start] == heard.clause(found) for sent in heard.told.all("hands_in"))
    return not sends and any(token in ("về", "ve") for token in after)


def _is_done_beside(heard: Heard, found: Found) -> bool:
    """Say whether the clause of a day, or all else where that clause does nothing, tells of something done."""
    clause, told = heard.clause(found), heard.told
    acts = any(told.clauses[verb.start] == clause for verb in told.all("verb"))
    return any(not acts or told.clauses[end.start] == clause for end in _done(heard))


def has_not(heard: Heard) -> bool:
    """Say whether something is not done yet, or cannot be."""
    return heard.once("not done", lambda: _has_not(heard))


def _has_not(heard: Heard) -> bool:
    told = heard.told
    if any(_is_near_any(told, no, ("verb", "able", "finished"), 3) for no in denials(told, "not_yet")):
        return True
    nots = denials(told, "not")
    if any(_denies_act(told, no) or _is_near_any(told, no, ("able",), _TO_ABLE) for no in nots):
        return True
    if any(_is_lacking(told, lack, what) for lack in told.all("lack") for what in told.all("resource")):
        return True
    is_about_it = told.has("verb") or length(heard) <= _A_SENTENCE
    return is_about_it and any(_closes_clause(told, no) for no in denials(told, "not_yet"))


def _denies_act(told: Told, no: Phrase) -> bool:
    """ "không nộp"; but "không nộp trễ" denies the lateness, "không dám làm phiền" nothing that is asked for."""
    return any(
        told.is_near(no, act, 1)
        and not any(late.start in (act.start, act.end) for tag in ("late", "delay") for late in told.all(tag))
        and not told.tag_at("messages", act.start)
        for act in told.all("verb")
    )


def _is_lacking(told: Told, lack: Phrase, what: Phrase) -> bool:
    """ "thiếu người" is a want, "thiếu hai người" a figure."""
    between = told.tokens[lack.end : what.start]
    counted = any(token[0].isdigit() or token in spoken.WORDS for token in between)
    denied = fold.fits(told.tokens[lack.start - 1] if lack.start else "", "không")  # "không thiếu ai"
    return told.is_near(lack, what, 1) and not counted and not denied


def denials(told: Told, tag: str) -> list[Phrase]:
    """Give the negations that nothing denies: "không phải chưa họp", "chưa họp sao được" are none."""
    return [
        no
        for no in told.all(tag)
        if not any(twice.end == no.start for twice in told.all("not_so"))
        and not any(told.is_near(no, could, 4) for could in told.all("how_could"))
        and not _is_shown(told, no)
    ]


def _is_shown(told: Told, no: Phrase) -> bool:
    """ "danh sách vẫn ghi chưa nộp" tells what stands there, not what is so."""
    before = range(max(no.start - _A_SENTENCE, 0), no.start)
    return any(told.tag_at("shows", i) and told.clauses[i] == told.clauses[no.start] for i in before)


def _is_near_any(told: Told, one: Phrase, tags: tuple[str, ...], gap: int) -> bool:
    return any(told.is_near(one, other, gap) for tag in tags for other in told.all(tag))


def _closes_clause(told: Told, phrase: Phrase) -> bool:
    rest = (
        told.tokens[i] for i in range(phrase.end, len(told.tokens)) if told.clauses[i] == told.clauses[phrase.start]
    )
    return all(words.is_particle(token) or token in ("đâu", "dau") for token in rest)


def has_done(heard: Heard) -> bool:
    """Say whether something was done."""
    posted = heard.items and heard.told.has("did", "closed", "finished") and not heard.told.has("promise")
    return bool(_done(heard) or posted)


def protests(heard: Heard) -> bool:
    """ "nộp từ hôm qua rồi mà sao vẫn báo chưa"."""
    return heard.told.has("protest") and has_done(heard)


def was_handed_in(heard: Heard) -> bool:
    """ "nộp hôm thứ bảy rồi, bỏ vào khe cửa vì không có ai": what is lacking is only a reason."""
    told = heard.told
    done = {told.clauses[end.start] for end in _done(heard)}
    done |= {heard.clause(found) for found in heard.found if heard.direction(found) < 0}
    given = (one for one in told.all("hands_in") if fold.unmarked(told.tokens[one.start]) in ("nop", "gui"))
    sent = {told.clauses[one.start] for one in given} & done
    nots = [no for tag in ("not", "not_yet") for no in told.all(tag)]
    before = bool(nots) and max(told.clauses[no.start] for no in nots) < min(sent, default=0)
    reasons = all(_is_given_as_reason(told, no) and told.clauses[no.start] not in sent for no in nots)
    return bool(sent and nots) and (reasons or (before and told.has("closed")))


def _is_given_as_reason(told: Told, no: Phrase) -> bool:
    return any(fold.fits(token, "vì") for token in told.tokens[max(no.start - 2, 0) : no.start])


def only_untold(heard: Heard) -> bool:
    """ "họp rồi, chưa kịp báo thôi": what is lacking is only the telling."""
    told = heard.told
    nots = denials(told, "not_yet")
    untold = [no for no in nots if any(told.is_near(no, tell, 1) for tell in told.all("tells_others"))]
    return bool(untold) and len(untold) == len(nots) and any(end.start < untold[0].start for end in _done(heard))


def is_half_done(heard: Heard) -> bool:
    """ "họp rồi mà chưa viết báo cáo": one thing done, another not, and no word of when."""
    told = heard.told
    lacks = [no for no in denials(told, "not_yet") if any(told.is_near(no, what, 3) for what in told.all("report"))]
    held = [end for end in _done(heard) if any(told.is_near(act, end, 3) for act in told.all("holds"))]
    says_when = told.has("promise", "doing", "then", "at_once") or any(heard.ahead())
    return not says_when and any(end.end <= no.start for end in held for no in lacks)


def is_done_after_all(heard: Heard) -> bool:
    """ "hôm qua không họp được nhưng sáng nay đã họp xong"."""
    told = heard.told
    turns = [index for index, token in enumerate(told.tokens) if token in ("nhưng", "nhung")]
    nots = [no.start for tag in ("not", "not_yet") for no in told.all(tag)]
    return bool(turns) and all(no < turns[-1] for no in nots) and any(end.start > turns[-1] for end in _done(heard))


def _done(heard: Heard) -> list[Phrase]:
    """Give the phrases that say so."""
    return heard.once("done", lambda: _found_done(heard))


def _found_done(heard: Heard) -> list[Phrase]:
    told = heard.told
    done = [did for did in told.all("did") if any(told.is_near(did, verb, 1) for verb in told.all("verb"))]
    done = [did for did in done if not (_is_only_then(heard, did) or _is_yet_to(heard, did))]
    if not _is_part_way(told):
        done += [end for end in told.all("finished") if not (_opens_next(told, end) or _is_yet_to(heard, end))]
    return done + [
        closed
        for closed in told.all("closed")
        if not _opens_next(told, closed)
        and (told.has("did", "finished") or not any(closed.end == verb.start for verb in told.all("verb")))
        and not any(
            told.tokens[index] in ("bị", "bi") and told.clauses[index] == told.clauses[closed.start]
            for index in range(closed.start)
        )
        and any(
            told.is_near(verb, closed, _SO_FAR) and not _is_of_receipt(told, verb, closed) for verb in told.all("verb")
        )
    ]


def _is_part_way(told: Told) -> bool:
    """ "mới được 60%, cuối tuần em xong" is not finished."""
    return any(
        token.endswith("%") and any(0 < index - new.start <= _TO_PART for new in told.all("only_then"))
        for index, token in enumerate(told.tokens)
    )


def _is_only_then(heard: Heard, did: Phrase) -> bool:
    return any(heard.place(found) < did.start and heard.is_only_then(found) for found in heard.ahead())


def _opens_next(told: Told, end: Phrase) -> bool:
    """ "xong là em nộp", "sắp xong", "chưa xong"."""
    after = any(told.is_near(end, link, 1) for link in told.all("then"))
    before = any(early.end == end.start for tag in ("nearly", "not_yet", "not") for early in told.all(tag))
    before = before or (_then_only(told, end) and not told.has("did", "closed"))
    before = before or (
        not told.has("did", "closed") and any(told.is_near(effort, end, _A_SENTENCE) for effort in told.all("assures"))
    )
    return before or (after and not told.has("did"))


def _is_yet_to(heard: Heard, end: Phrase) -> bool:
    """ "10/6 mới xong", said before that day."""
    only = any(end.start in (new.start, new.end) for new in heard.told.all("only_then"))
    return only and any(
        heard.place(found) < end.start and heard.clause(found) == heard.told.clauses[end.start]
        for found in heard.ahead()
    )


def _then_only(told: Told, end: Phrase) -> bool:
    """ "29 là xong"; but "thế là xong"."""
    before = [fold.unmarked(token) for token in told.tokens[max(end.start - 2, 0) : end.start]]
    return before[-1:] == ["la"] and before[0] not in ("the", "vay", "nhu")


def _is_of_receipt(told: Told, verb: Phrase, closed: Phrase) -> bool:
    """ "nhận báo cáo rồi", "báo cáo đồng chí em biết rồi" close the knowing, not the doing."""
    return any(
        known.end == closed.start or (told.is_near(known, verb, 2) and not told.tag_at("verb", closed.start - 1))
        for known in told.all("received")
    ) or any(told.is_near(known, verb, 1) for known in told.all("received"))


def holds_again(heard: Heard) -> bool:
    """ "đã họp nhưng chỉ có 10/25, thứ bảy này họp lại": those figures are of what does not count."""
    told = heard.told
    return any(
        heard.clause(found) == told.clauses[again.start] for again in told.all("again") for found in heard.ahead()
    )


def was_called_off(heard: Heard) -> bool:
    """ "hôm qua định họp nhưng vắng quá lại thôi"."""
    told = heard.told
    return told.has("called_off") and not has_done(heard) and not any(heard.ahead())


def was_then(heard: Heard) -> bool:
    """Say whether it only names a day gone by, of what is asked for."""
    past = (found for found in heard.found if heard.direction(found) < 0 and not _is_hindered_on(heard, found))
    return any(past) and _is_about_it(heard)


def _is_hindered_on(heard: Heard, found: Found) -> bool:
    """ "hôm qua em nghỉ ốm, nay em làm"."""
    told, clause = heard.told, heard.clause(found)
    here = {tag for tag, phrases in told.found.items() if any(told.clauses[one.start] == clause for one in phrases)}
    return bool(here & {"blocked", "hindered"}) and not here & {"verb", "did", "finished"}


def _is_past(heard: Heard) -> bool:
    return any(heard.direction(found) < 0 for found in heard.found)


def is_today(heard: Heard) -> bool:
    """Say whether it only names a day, of what is asked for."""
    busy = heard.found and all(is_busy_day(heard, each) for each in heard.found)
    return bool(heard.found) and not busy and not heard.told.has("receipt") and _is_about_it(heard)


def _is_about_it(heard: Heard) -> bool:
    """A day with something done on it, or a day and hardly a word more; "hôm nay trời đẹp quá" is neither."""
    tokens = without_particles(heard.told.tokens)
    is_there = tokens[-2:] in (["@date", "có"], ["@date", "co"])  # "trước 5h chiều nay có"
    return heard.told.has("verb") or is_there or length(heard) < _A_SENTENCE
