"""A bell that tells of news, and what waits for it."""

import asyncio

import pytest

from bot.news import News


async def test_a_ring_wakes_whoever_waits() -> None:
    """A ring since the mark was taken counts, too."""
    news = News()
    mark = news.mark
    news.ring()
    async with asyncio.timeout(5):
        await news.wait(mark, 60)
    assert mark.is_set()
    assert not news.mark.is_set(), "the next one waits for the next ring"


@pytest.mark.parametrize("steps", range(4))
async def test_a_stop_that_comes_with_the_news_is_heard(steps: int) -> None:
    """Whoever is stopped while the news is on its way to it stops, and does not begin another round."""
    news = News()
    waiting = asyncio.create_task(news.wait(news.mark, 60))
    await asyncio.sleep(0.01)
    news.ring()
    for _ in range(steps):
        await asyncio.sleep(0)
    if waiting.cancel():
        with pytest.raises(asyncio.CancelledError):
            await waiting
