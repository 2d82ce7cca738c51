"""What a message asks: each function says whether one thing holds. Knows no order of rules."""

from messages.reading import fold, rhetoric, words
from messages.reading.done import has_done, has_not, is_whenever
from messages.reading.heard import Heard, without_particles
from messages.reading.words import Phrase, Told

_A_SENTENCE = 3  # words
_OF_WHICH = frozenset(("ngay", "thu", "hom", "mung", "thang", "han", "so", "la", "duoc", "luc", "quy", "con"))
_SO_FAR = 12  # tokens


def opts_out(heard: Heard) -> bool:
    """Say whether the writer wants no more messages."""
    told = heard.told
    reminded = told.has("no_reminders") and not has_done(heard)  # "nộp rồi, đừng nhắc nữa" is done
    return reminded or told.has("opt_out") or told.followed("stop", "messages", gap=2)


def was_out_of_reach(heard: Heard) -> bool:
    """ "điện thoại hỏng, giờ mới thấy tin" says why nothing was answered, and nothing of the duty."""
    return heard.told.has("out_of_reach") and not heard.told.has("finished", "promise", "hands_in", "asks")


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
    if ends_asking(told) or "?" in told.tokens:
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
    if (has_not(heard) and told.has("pleads") and not ends_asking(told)) or (
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
    return ends_asking(told) or _has_asking_word(told) or _chooses(told)


def _chooses(told: Told) -> bool:
    """ "24 hay 26"; "báo cho chú em hay" chooses nothing."""
    end = len(without_particles(told.tokens))
    return not told.has("not_or") and any(one.end < end for one in told.all("or"))


def _wonders(told: Told) -> bool:
    """ "gửi rồi mà không biết anh nhận được chưa"."""
    return told.has("question") and fold.fits((without_particles(told.tokens) or [""])[-1], "chưa")


def ends_asking(told: Told) -> bool:
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
        not any(_denies_word(told, no, ask) for tag in ("not", "not_yet", "have") for no in told.all(tag))
        and not told.tag_at("closed", ask.start)
        and not (told.tokens[ask.start - 1] in ("còn", "con") and told.has("closed", "did"))
        and fold.unmarked(told.tokens[ask.end] if ask.end < len(told.tokens) else "")
        not in ("cung", "do", "het", "dau")
        and not _is_whoever(told, ask)
        for ask in told.all("asking_word")
    )


def _denies_word(told: Told, no: Phrase, ask: Phrase) -> bool:
    """ "không ai"; but "không có bí thư thì ai báo cáo" asks."""
    return told.is_near(no, ask, 4) and not any(fold.fits(told.tokens[i], "thì") for i in range(no.end, ask.start))


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
        or ends_asking(told)
        or (told.has("or") and not told.has("not_or"))
    ):
        return True
    end = len(without_particles(told.tokens))
    at_the_end = any(ask.end >= end for tag in ("question", "asks_of_figures") for ask in told.all(tag)) or any(
        ask.end >= end and not any(told.is_near(no, ask, 2) for no in told.all("not"))
        for ask in told.all("asking_word")
    )
    return at_the_end or any(token in ("vậy", "hả", "nhỉ") for token in told.tokens)
