"""Whose a duty is, and what a message asks for: each function says whether one thing holds. Knows no order of rules."""

from messages.reading import fold, rhetoric, words
from messages.reading.dates import Found
from messages.reading.done import denials, has_done, has_not, is_whenever
from messages.reading.heard import Heard, without_particles
from messages.reading.words import Phrase, Told

_A_SENTENCE = 3  # words
_GIVES = frozenset(
    ("gửi", "gui", "nộp", "nop", "báo", "bao", "cáo", "cao", "liệu", "lieu", "quả", "qua")
)  # "gửi cho anh"
_SPEAKERS = frozenset(
    ("anh", "em", "chị", "chi", "tôi", "toi", "tui", "mình", "minh", "bác", "bac", "chú", "chu", "cô", "co")
)
_OF_WHICH = frozenset(("ngay", "thu", "hom", "mung", "thang", "han", "so", "la", "duoc", "luc", "quy", "con"))
_TO_ABLE = 5  # tokens in "chẳng ai chủ trì được"
_A_CALL = 4  # tokens in "10/6 chi bộ xin nộp"
_SO_FAR = 12  # tokens


def opts_out(heard: Heard) -> bool:
    """Say whether the writer wants no more messages."""
    told = heard.told
    reminded = told.has("no_reminders") and not has_done(heard)  # "nộp rồi, đừng nhắc nữa" is done
    return reminded or told.has("opt_out") or told.followed("stop", "messages", gap=2)


def was_out_of_reach(heard: Heard) -> bool:
    """ "điện thoại hỏng, giờ mới thấy tin" says why nothing was answered, and nothing of the duty."""
    return heard.told.has("out_of_reach") and not heard.told.has("finished", "promise", "hands_in", "asks")


def is_not_theirs(heard: Heard) -> bool:
    """Say whether somebody else is to be asked."""
    told = heard.told
    handed = any(
        told.is_near(hand, act, 9) and not _takes_it(told, hand, act)
        for hand in told.all("hand_over")
        for act in told.all("takes_over")
        if not _sends_after(told, act)
    )
    charged = any(
        1 <= act.start - who.end <= _A_SENTENCE and told.clauses[who.start] == told.clauses[act.start]
        for who in told.all("somebody")
        for act in told.all("in_charge")
    )
    charged = charged or told.followed("invites", "in_charge", gap=5)  # "do Công đoàn phụ trách"
    handed = handed or (told.has("task") and told.followed("hand_over", "to_someone", gap=0))
    whose_left = [whose for whose in told.all("not_mine") if not _are_counted(told, whose)]
    return (
        handed
        or (charged and not told.has("question", "did"))
        or any(not (_will_ask(told, whose) or _is_retort(told, whose)) for whose in whose_left)
        or (told.has("to_someone") and told.followed("hand_over", "task", gap=1))
    )


def _are_counted(told: Told, whose: Phrase) -> bool:
    """ "3 đồng chí mới chuyển sinh hoạt về" are members, and not who writes."""
    before = range(max(whose.start - _TO_ABLE, 0), whose.start)
    return any(told.tokens[i][0].isdigit() and told.clauses[i] == told.clauses[whose.start] for i in before)


def _takes_it(told: Told, hand: Phrase, act: Phrase) -> bool:
    """ "để đó anh lo", "để em lo" hand nothing over; "để anh Minh lo" does."""
    return told.tokens[hand.start] in ("để", "de") and told.tokens[act.start - 1] in _SPEAKERS


def _sends_after(told: Told, act: Phrase) -> bool:
    """ "nhờ các cháu làm giúp, xong bác gửi" keeps the work."""
    return any(
        sent.start > act.end
        and told.tokens[sent.start - 1] in _SPEAKERS
        and told.tokens[act.start - 1] not in _SPEAKERS
        for sent in told.all("hands_in")
    )


def _will_ask(told: Told, whose: Phrase) -> bool:
    """ "để em hỏi bác Năm" asks somebody first, and keeps the work."""
    before = told.tokens[max(whose.start - 2, 0) : whose.start]
    asks = told.tokens[whose.start] in ("hỏi", "hoi")
    return asks and any(fold.unmarked(token) in ("de", "se", "dang", "phai", "da") for token in before)


def _is_retort(told: Told, whose: Phrase) -> bool:
    """ "chẳng phải tôi đã gửi rồi sao"."""
    denied = [fold.unmarked(token) for token in told.tokens[whose.start : whose.start + 2]] == ["khong", "phai"]
    return denied and without_particles(told.tokens)[-1:] in (["sao"], ["hả"], ["ư"]) and told.has("did", "closed")


def is_handed_over(heard: Heard) -> bool:
    """ "bí thư chuyển công tác rồi nên chưa họp được" gives a reason, and names nobody else."""
    told = heard.told
    because = any(word in ("nên", "nen", "vì", "do") for word in told.tokens)
    reasons = has_not(heard) and (because or told.has("successor"))
    return is_not_theirs(heard) and not reasons and not _only_left(told)


def _only_left(told: Told) -> bool:
    """ "bí thư nghỉ hưu rồi, đang chờ người mới": another has gone, and nobody is named in their place."""
    left = told.all("departs")
    named = told.has("in_charge", "takes_over") or len(told.all("not_mine")) > len(left)
    return bool(left) and not named and all(_is_another(told, one) for one in left)


def _is_another(told: Told, left: Phrase) -> bool:
    before = range(max(left.start - _TO_ABLE, 0), left.start)
    same = [index for index in before if told.clauses[index] == told.clauses[left.start]]
    return any(told.tag_at("somebody", i) for i in same) and not any(
        told.tokens[i] in ("tôi", "em", "tui") for i in same
    )


def asks_openly(heard: Heard) -> bool:
    """ "em hỏi tí, …", "24/26 có đạt không": whatever figures there are, are part of the question."""
    told = heard.told
    figures = any(each is not None for each in (heard.counts.attended, heard.counts.absent, heard.counts.masses))
    of_figures = figures and told.has("asks_of_figures") and is_marked_as_asking(told) and not has_done(heard)
    asking = any(not _is_put_off(told, ask) for ask in told.all("asking")) or _opens_with_why(told)
    if of_figures and _reports_first(heard):
        return False
    if figures and not has_done(heard) and _asks_which_figure(told):
        return True
    return of_figures or (figures and _asks_in_one_clause(heard)) or (asking and heard.counts.total is None)


def _asks_which_figure(told: Told) -> bool:
    """ "cho em hỏi, chi bộ có 40 đảng viên, 6 đồng chí đi học, em ghi 40 hay 34 ạ?"."""
    return "?" in told.tokens and any(
        told.tokens[one.start - 1][0].isdigit() and told.tokens[one.end][0].isdigit()
        for one in told.all("or")
        if one.start > 0 and one.end < len(told.tokens)
    )


def _asks_in_one_clause(heard: Heard) -> bool:
    """ "tỷ lệ 24/26 tính ra mấy phần trăm", "em ghi 24/26 hay 24/24": the figures are what is asked about."""
    told = heard.told
    if has_done(heard) or any(heard.direction(found) <= 0 for found in heard.found) or not is_marked_as_asking(told):
        return False
    said = zip(told.tokens, told.clauses, strict=True)
    figures = {clause for token, clause in said if token[0].isdigit()}
    asked = {told.clauses[one.start] for tag in ("question", "asking", "asking_word", "or") for one in told.all(tag)}
    words_only = [own for token, own in zip(told.tokens, told.clauses, strict=True) if token[0].isalnum()]
    if _ends_asking(told) or "?" in told.tokens:
        asked.add(words_only[-1] if words_only else 0)
    return bool(figures) and figures <= asked


def _reports_first(heard: Heard) -> bool:
    """ "họp 6/12 có 32/35 đồng chí, anh cho hỏi …": figures of a day gone by, and only then a question."""
    told = heard.told
    asking = min((ask.start for ask in told.all("asking")), default=0)
    reported = heard.counts.attended is not None and heard.counts.total is not None
    return reported and any(
        heard.direction(found) <= 0 and heard.place(found) < asking and heard.clause(found) < told.clauses[asking]
        for found in heard.found
    )


def _opens_with_why(told: Told) -> bool:
    """ "tại sao em nộp rồi mà vẫn báo chưa"."""
    return len(told.tokens) > 1 and [fold.unmarked(token) for token in told.tokens[:2]] in (
        ["tai", "sao"],
        ["vi", "sao"],
    )


def _is_so_many_more(told: Told, ask: Phrase) -> bool:
    """ "còn mấy mục nữa là xong"."""
    return told.tokens[ask.start] in ("mấy", "may") and any(
        0 <= more.start - ask.end <= 1 for more in told.all("some_more")
    )


def cannot_do(told: Told, ask: Phrase) -> bool:
    """ "không biết làm" asks nothing, "không biết làm thế nào" does."""
    knows_not = fold.unmarked(told.tokens[ask.end - 1]) == "biet"
    return knows_not and told.tag_at("verb", ask.end) and not told.has("asking_word", "or")


def _is_no_day(told: Told, ask: Phrase) -> bool:
    """ "chưa dám hứa hôm nào", "chưa chốt được ngày nào" ask for no day."""
    days = [fold.unmarked(token) for token in told.tokens[ask.start : ask.end]] in (["hom", "nao"], ["ngay", "nao"])
    return days and any(told.is_near(no, ask, 4) and not told.has("asking") for no in told.all("not_yet"))


def _is_put_off(told: Told, ask: Phrase) -> bool:
    """ "để em hỏi lại bí thư", "mai em hỏi lại", "xin phép hỏi lại anh sau" ask nobody here."""
    before = [fold.unmarked(token) for token in told.tokens[max(ask.start - 2, 0) : ask.start]]
    if before[-1:] and before[-1] in ("de", "se", "dang"):
        return True
    after = told.tokens[ask.end : ask.end + _A_SENTENCE]
    again = any(fold.unmarked(token) in ("lai", "them") for token in (told.tokens[ask.end - 1], *after[:1]))
    return again and (bool({"de", "se", "@date"} & set(before)) or "sau" in after)


def asks_for_later(heard: Heard) -> bool:
    """Say whether a later day is asked for."""
    told = heard.told
    if told.has("hearsay") and (told.has("question") or _ends_asking(told)):
        return False  # "nghe nói hạn lùi đến 5/6, đúng không"
    if any(not _is_undone(told, delay) for delay in told.all("delay")) and not _only_moved(heard):
        return True
    if _asks_to_be_late(heard) or any(
        told.is_near(ask, days, 4) for ask in _begs(told) for days in told.all("some_days")
    ):
        return True
    later = [found for found in heard.found if heard.direction(found) >= 0]
    too_late = [found for found in later if not _is_in_time(heard, found)]
    if (too_late and _asks_with_date(told)) or (later and _may(told) and told.has("verb")):
        return True
    if heard.due and too_late and (told.has("too_short") or _begs_to_send(told)) and not has_done(heard):
        return True
    return any(_is_asked_for(heard, found) for found in later) or any(_is_sent_on(heard, found) for found in too_late)


def asks_if_late(heard: Heard) -> bool:
    """ "ngày 31/5 nộp có bị tính trễ không", "chậm thì có bị phê bình không" ask what follows, and for no more time."""
    return heard.told.has("if_late") and not _begs(heard.told)


def _begs_to_send(told: Told) -> bool:
    """ "cho em nộp khi về": nothing stands between but those asking."""
    return any(
        told.is_near(ask, sent, _A_CALL)
        and told.tokens[ask.start - 1] not in _GIVES
        and all(told.tag_at("for_whom", index) for index in range(ask.end, sent.start))
        for ask in _begs(told)
        for sent in told.all("hands_in")
    )


def _is_in_time(heard: Heard, found: Found) -> bool:
    """ "chị cho em gửi vào thứ hai", before the due day: no later day is asked for."""
    day = heard.read(found, "future")
    end = day.range[1] if day.range else day.date
    return heard.due is not None and end is not None and end <= heard.due and day.delta_days is None


def _only_moved(heard: Heard) -> bool:
    """ "mất điện nên dời sang 21/5 học", in time, "lui lại 17/5, có 24/25": nobody is asked for anything."""
    told = heard.told
    if _begs(told) or told.has("may_i", "pardon") or not heard.due or not heard.found:
        return False
    if heard.counts.attended is not None and heard.counts.total is not None:
        return any(heard.direction(found) <= 0 or not heard.is_fixed(found) for found in heard.found)
    days = [heard.read(found, "future") for found in heard.found if heard.direction(found) >= 0]
    return (
        bool(days)
        and (told.has("holds") or bool({"nên", "nen"} & set(told.tokens)))
        and all(day.date is not None and day.delta_days is None and day.date <= heard.due for day in days)
    )


def _may(told: Told) -> list[Phrase]:
    """Give what asks for leave; "có thể chiều mai em nộp" only supposes."""
    asks = is_marked_as_asking(told)
    return [
        may
        for may in told.all("may_i")
        if asks or fold.unmarked(" ".join(told.tokens[may.start : may.end])) != "co the"
    ]


def _asks_to_be_late(heard: Heard) -> bool:
    """ "cho em trễ chút", "nộp sau hạn được không"; "đã nộp muộn" asks for nothing."""
    told = heard.told
    if has_done(heard):
        return False
    begged = any(told.is_near(ask, late, _SO_FAR) for ask in _begs(told) for late in told.all("late"))
    return begged or (bool(_may(told)) and told.has("late"))


def _is_asked_for(heard: Heard, found: Found) -> bool:
    """A day after the due day, begged for in the same clause."""
    told, place = heard.told, heard.place(found)
    if not heard.due or has_done(heard) or told.has("firm"):
        return False
    day = heard.read(found, "future")
    end = day.range[1] if day.range else day.date
    begged = any(
        ask.end <= place and told.clauses[ask.start] == told.clauses[place] and told.tokens[ask.start - 1] not in _GIVES
        for ask in _begs(told)
    ) or any(0 <= may.start - place <= _A_SENTENCE for may in _may(told))
    begged = begged or told.has("pardon")
    begged = begged or any(
        0 <= ask.start - place <= _A_CALL and any(told.is_near(ask, sent, 0) for sent in told.all("hands_in"))
        for ask in _begs(told)
        if told.tokens[ask.start] == "xin"
    )
    return begged and end is not None and end > heard.due


def _is_sent_on(heard: Heard, found: Found) -> bool:
    """ "nhiều việc quá, 22/10 em nộp": a day with its month, after the due day, on which it is handed in."""
    told, place, day = heard.told, heard.place(found), heard.read(found, "future")
    after_it = fold.unmarked(told.tokens[max(place - 1, 0)]) in ("sau", "le", "qua")  # "sau lễ 2/9"
    if not found.is_day or day.date is None or after_it or has_done(heard) or is_marked_as_asking(told):
        return False
    return heard.due is not None and any(
        0 < sent.start - place <= _A_CALL and told.clauses[sent.start] == told.clauses[place]
        for sent in told.all("hands_in")
    )


def _begs(told: Told) -> list[Phrase]:
    """Give what begs; "xin lỗi" and "xin chào" do not."""
    return [
        ask
        for ask in told.all("asks")
        if fold.unmarked(told.tokens[ask.end] if ask.end < len(told.tokens) else "") not in ("loi", "chao", "bao")
        and not any(asking.start == ask.start for asking in told.all("asking"))
        and not any(_is_undone_at(told, delay) and delay.end == ask.start for delay in told.all("delay"))
    ]


def _is_undone_at(told: Told, delay: Phrase) -> bool:
    """ "đã gia hạn cho chi bộ đến 28/11" was granted."""
    return any(told.is_near(did, delay, 0) for did in told.all("did"))


def _is_undone(told: Told, delay: Phrase) -> bool:
    """ "không xin lùi", "đã nộp chậm 2 ngày", "báo cáo chậm nhất 29/5" ask for nothing."""
    at_latest = delay.end < len(told.tokens) and fold.unmarked(told.tokens[delay.end]) == "nhat"
    over = not _begs(told) and any(told.is_near(delay, closed, 0) for closed in told.all("closed"))  # "lại hoãn rồi"
    forced = any(one.start <= delay.start < one.end for one in told.all("blocked")) and not _may(told)
    return (
        at_latest
        or _asks_about(told, delay)
        or (forced and not _begs(told) and not told.has("pardon") and "@date" not in told.tokens)
        or over
        or any(told.is_near(no, delay, 1) for tag in ("did", "not", "need_not") for no in told.all(tag))
    )


def _asks_about(told: Told, delay: Phrase) -> bool:
    """ "được gia hạn đến bao giờ", "có cần xin gia hạn không", "có gia hạn không anh" want to know."""
    until_when = told.has("when_asked") and not told.has("whenever") and "xin" not in told.tokens
    before = [fold.unmarked(token) for token in told.tokens[max(delay.start - 2, 0) : delay.start]]
    whether = "@date" not in told.tokens and (before[-1:] == ["co"] or "can" in before) and _ends_asking(told)
    return until_when or whether


def _asks_with_date(told: Told) -> bool:
    """ "cho em đến @date", "xin @date": nothing stands between but those asking and what they will do."""
    days = [index for index, word in enumerate(told.tokens) if word == "@date"]
    return any(
        ask.end <= day <= ask.end + 6
        and (not told.tag_at("verb", ask.start - 1) or told.tokens[day - 1] in ("đến", "tới", "den", "toi"))
        and all(told.tag_at("for_whom", index) for index in range(ask.end, day))
        for ask in told.all("asks")
        for day in days
    )


def brings_figures(heard: Heard) -> bool:
    """Say whether it brings figures of attendance, a report in short."""
    counts = heard.counts
    if heard.told.has("expected") and not has_done(heard):
        return False
    if is_whenever(heard.told) and not has_done(heard):
        return False
    if counts.attended is None and counts.absent == 0 and any(heard.is_only_then(found) for found in heard.found):
        return False  # "thứ năm mới có mặt đông đủ để họp"
    if counts.attended is not None or counts.over:
        if counts.total is None and not counts.masses and _is_otherwise(heard):
            return False
        return not counts.bare or counts.masses is not None or bool(heard.found)
    return (
        counts.masses is not None
        or (counts.roughly and not heard.told.has("blocked", "called_off"))
        or (counts.absent is not None and not has_not(heard))
    )


def cannot_hold(heard: Heard) -> bool:
    """ "có 3 người, 2 người đi vắng, không thể họp": the figures are the reason."""
    told = heard.told
    if "?" in told.tokens or told.has("how_so"):
        return False
    return not has_done(heard) and any(
        any(told.is_near(no, act, 2) for act in told.all("holds"))
        and not any(
            token[0].isdigit()
            for token, own in zip(told.tokens, told.clauses, strict=True)
            if own == told.clauses[no.start]
        )
        and any(told.is_near(no, able, _TO_ABLE) for able in told.all("able"))
        and (
            heard.counts.absent is not None or all(heard.clause(day) == told.clauses[no.start] for day in heard.ahead())
        )
        for tag in ("not", "not_yet")
        for no in denials(told, tag)
    )


def _is_otherwise(heard: Heard) -> bool:
    """ "3 đ/c đi học nên chưa họp được", "học bù cho 2 đ/c vào thứ tư tuần sau" report nobody present."""
    return not has_done(heard) and (has_not(heard) or any(heard.is_fixed(found) for found in heard.ahead()))


def is_attached(heard: Heard) -> bool:
    """ "em gửi báo cáo đính kèm": here it is."""
    told = heard.told
    return told.has("attached") and not told.has("promise", "received", "not", "not_yet") and not heard.found


def asks(heard: Heard) -> bool:
    """Say whether it is a question."""
    told = heard.told
    if (told.has("protest") and has_done(heard)) or (is_whenever(told) and "?" not in told.tokens):
        return False
    if rhetoric.despairs(told, lacks=has_not(heard)):
        return False
    if (has_not(heard) and told.has("pleads") and not _ends_asking(told)) or (
        told.has("already") and has_done(heard) and not _wonders(told)
    ):
        return False
    if (
        "?" in told.tokens
        or any(
            not _is_put_off(told, ask)
            and not _is_no_day(told, ask)
            and not _is_so_many_more(told, ask)
            and not rhetoric.is_none(told, ask)
            for tag in ("question", "asking")
            for ask in told.all(tag)
        )
        or (told.followed("asks", "wanted", gap=4) and not told.has("attached"))
        or (told.has("wanted") and told.tokens[-1] in ("với", "voi"))  # "anh gửi em cái kế hoạch với"
    ):
        return True
    return _ends_asking(told) or _has_asking_word(told) or (told.has("or") and not told.has("not_or"))


def _wonders(told: Told) -> bool:
    """ "gửi rồi mà không biết anh nhận được chưa"."""
    return told.has("question") and fold.fits((without_particles(told.tokens) or [""])[-1], "chưa")


def _ends_asking(told: Told) -> bool:
    """ "có phải học bù không", "đã nhận được chưa", "nộp đâu": at the end, or in a sentence with its opener."""
    if len(told.tokens) >= _A_SENTENCE and told.tokens[-1] in ("à", "hả", "hử", "chăng", "nhỉ"):
        return True
    tokens = without_particles(told.tokens)
    last = tokens[-1] if len(tokens) > 1 else ""
    if fold.fits(last, "chưa"):
        sound = fold.unmarked(tokens[-2]) in ("dat", "du", "dung", "on", "ok", "duoc", "chuan", "xong")
        return told.has("opens_question") or sound or told.tag_at("act", len(tokens) - 2)
    assured = any(whole.end == len(tokens) for whole in told.all("compound"))  # "không sai đâu"
    if (fold.unmarked(last) in ("khong", "may", "nhi") and not _is_machine(tokens)) or (
        fold.fits(last, "đâu") and not told.has("did", "not") and not assured
    ):
        return True
    return any(_closes(told, opener) for opener in told.all("opens_question"))


def _is_machine(tokens: list[str]) -> bool:
    """ "hỏng máy", but "ngày máy" is a slip for "ngày mấy"."""
    return tokens[-1] == "máy" and fold.unmarked(tokens[-2]) not in _OF_WHICH


def _closes(told: Told, opener: Phrase) -> bool:
    """ "có nộp bản giấy không, em đang in"; "đã nộp chưa anh kiểm tra giúp"; but not "có 2 đồng chí không đi"."""
    return any(
        any(fold.fits(told.tokens[index], word) for word in ("không", "chưa"))
        and told.clauses[index] == told.clauses[opener.start]
        and told.tokens[index - 1] not in ("đồng", "chúng", ":")
        and _breaks_off(told, index + 1)
        for index in range(opener.end + 1, min(opener.end + _SO_FAR, len(told.tokens)))
    )


def _breaks_off(told: Told, index: int) -> bool:
    """Say whether a clause ends at `index` or turns to somebody there."""
    if index >= len(told.tokens) or told.clauses[index] != told.clauses[index - 1]:
        return True
    return words.is_particle(told.tokens[index]) or fold.unmarked(told.tokens[index]) in ("cho", "de", "thi")


def _has_asking_word(told: Told) -> bool:
    """ "ai", "gì", "nào" ask, unless something before them denies ("không ai") or takes them all ("ai cũng")."""
    return any(
        not any(told.is_near(no, ask, 4) for tag in ("not", "not_yet", "have") for no in told.all(tag))
        and not told.tag_at("closed", ask.start)
        and not (told.tokens[ask.start - 1] in ("còn", "con") and told.has("closed", "did"))
        and fold.unmarked(told.tokens[ask.end] if ask.end < len(told.tokens) else "")
        not in ("cung", "do", "het", "dau")
        and not _is_whoever(told, ask)
        for ask in told.all("asking_word")
    )


def _is_whoever(told: Told, ask: Phrase) -> bool:
    """ "ai rành thì làm giùm" names whoever it may be."""
    after = range(ask.end, min(ask.end + _A_SENTENCE, len(told.tokens)))
    then = any(fold.fits(told.tokens[i], "thì") and told.clauses[i] == told.clauses[ask.start] for i in after)
    return told.tokens[ask.start] == "ai" and then and "?" not in told.tokens


def is_marked_as_asking(told: Told) -> bool:
    """A question mark, "cho hỏi", a choice, or a word of asking where the message ends."""
    if (
        "?" in told.tokens
        or told.has("asking")
        or _opens_with_why(told)
        or _ends_asking(told)
        or (told.has("or") and not told.has("not_or"))
    ):
        return True
    end = len(without_particles(told.tokens))
    at_the_end = any(ask.end >= end for tag in ("question", "asks_of_figures") for ask in told.all(tag)) or any(
        ask.end >= end and not any(told.is_near(no, ask, 2) for no in told.all("not"))
        for ask in told.all("asking_word")
    )
    return at_the_end or any(token in ("vậy", "hả", "nhỉ") for token in told.tokens)
