"""The plain values an office's own form can ask for, by names without marks: docs/mau-rieng.md lists them."""

from typing import Any

from messages import numbers
from messages.documents import consolidated_annex, text
from messages.documents.consolidated import Consolidated
from messages.documents.summed import COUNTED, INCOMPLETE, REOPENED, WAITING, Line, Part

_WHOLE = 10_000


def values_of(made: Consolidated) -> dict[str, Any]:
    """Return all values of a report: what is said once, the first duty's figures and rows, and each duty's."""
    first = _part(made, made.parts[0]) if made.parts else {}
    return {
        "co_quan": made.committee_name,
        "ban_hanh": made.issuer,
        "cap_tren": made.superior_heading,
        "noi_gui": made.addressee,
        "noi_dung": made.title,
        "ke_hoach_so": made.plan_ref.number,
        "ke_hoach_ngay": made.plan_ref.issued_on,
        "dia_danh": made.place,
        "so_lieu_den": numbers.moment(made.as_of),
        "du_thao": "DỰ THẢO" if made.draft else "",
        **first,
        "viec": [_part(made, part) for part in made.parts],
        **{name: " ".join(made.beside.sentences.get(figure, ())) for name, figure in BESIDE.items()},
    }


BESIDE = {
    "nhac": "reminders",
    "kiem_tra": "inspections",
    "tuyen_truyen": "activities",
    "cong_tin": "portal",
    "van_nghe": "arts",
}
"""Sentences on what is known besides reports, by the name a form asks for them."""


def _part(made: Consolidated, part: Part) -> dict[str, Any]:
    return {
        "ten": part.title,
        "tong": _total(part),
        "dong": [_row(made, n, line) for n, line in enumerate(part.lines, 1)],
        "chua_bao_cao": [{"chi_bo": line.name} for line in part.unreported],
        "chon": {name: [{"ten": label, "so": n} for _, label, n in found] for name, found in part.choices.items()},
        "cong": _asked_for(part) | {name: each.total for name, each in part.sums.items()},
        "dem": {name: [{"ten": label, "so": n} for _, label, n in found] for name, found in part.tallies.items()},
        "y_kien": {
            name: [{"chi_bo": text.branch_title(each.branch), "noi_dung": each.words} for each in said]
            for name, said in part.words.items()
        },
    }


def _asked_for(part: Part) -> dict[str, int | None]:
    """Return the numbers the form asks for, empty before anybody gave one: a form may be made ready early."""
    return {each.question: None for each in part.columns if each.kind == "count"}


def _total(part: Part) -> dict[str, Any]:
    total = part.total
    both = bool(total.branches and total.summoned)
    return {
        "chi_bo": part.owing,
        "da_bao_cao": len(part.counted),
        "chua_bao_cao": len(part.unreported),
        "cho_ra_soat": _open(part, WAITING, INCOMPLETE),
        "mo_lai": _open(part, REOPENED),
        "sau_han": len(part.late),
        "dang_vien": total.summoned if total.branches else None,
        "du": total.attended if total.branches else None,
        "ty_le": numbers.percent(total.attended, total.summoned) if both else "",
        "ty_le_so": numbers.share(total.attended, total.summoned) / _WHOLE if both else None,
        "mien": total.exempt if total.branches else None,
        "quan_chung": total.masses,
        "cam_ket": total.pledged,
        "tin_bai": total.items,
    }


def _open(part: Part, *how: str) -> int:
    """Return how many reports stand so, counted in a draft or not."""
    return len(part.of(*how)) + sum(line.mark in how for line in part.marked)


def _row(made: Consolidated, n: int, line: Line) -> dict[str, Any]:
    rate = numbers.share(line.attended, line.summoned) if line.attended is not None and line.summoned else None
    return {
        "stt": n,
        "chi_bo": line.name,
        "da_bao_cao": "x" if line.how == COUNTED else "",
        "ngay": line.held_on,
        "hinh_thuc": line.form,
        "bao_cao_vien": line.speaker,
        "dang_vien": line.summoned,
        "du": line.attended,
        "ty_le": numbers.percent(line.attended or 0, line.summoned or 0) if rate is not None else "",
        "ty_le_so": rate / _WHOLE if rate is not None else None,
        "mien": line.exempt,
        "quan_chung": line.masses,
        "cam_ket": line.pledged,
        "tin_bai": line.items,
        "ghi_chu": consolidated_annex.note_of(made, line),
    }
