"""Kinds of place are the campaign's data: whichever form lists them, under whatever name."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from campaigns import folder
from campaigns.schema import Campaign, Option
from handlers import install
from handlers.branch import places
from models.campaign import CampaignState
from models.committee import Committee
from tests.world import CAMPAIGN, World, local

KINDS = (Option(value="loudspeaker", label="Loa truyền thanh", counted="buổi phát"),)


def another(given: Campaign) -> Campaign:
    """Return a plan whose report is a form of another name, with another question for other kinds of place."""
    old = given.form("study_report")
    parts = [
        part.model_copy(
            update={
                "questions": tuple(
                    q.model_copy(update={"id": "where", "options": KINDS}) if q.id == "dissemination" else q
                    for q in part.questions
                )
            }
        )
        for part in old.parts
    ]
    form = old.model_copy(update={"name": "year_report", "parts": tuple(parts)})
    due = [
        each.model_copy(update={"form": "year_report"} if each.form == "study_report" else {})
        for each in given.plan.deadlines
    ]
    plan = given.plan.model_copy(update={"name": "nam-sau", "deadlines": tuple(due)})
    return replace(given, plan=plan, forms=(*(each for each in given.forms if each.name != "study_report"), form))


async def test_next_years_form_lists_its_own_places(world: World) -> None:
    """A plan whose report has another name offers what its own question lists; the one before keeps its kinds."""
    await world.start_campaign()
    await world.move_to(local("2024-05-20 09:00"))

    async def labels(session: Any) -> dict[str, str]:
        return await places.labels(await world.assistant.moment(session))

    assert "zalo" in await world.read(labels)

    async def start(session: Any) -> None:
        committee = (await session.scalars(select(Committee))).one()
        made = await install.campaign(session, committee, another(folder.load(CAMPAIGN)))
        made.state, made.started_at = CampaignState.LIVE, world.clock.now()

    await world.write(start)
    assert await world.read(labels) == {"loudspeaker": "Loa truyền thanh"}
