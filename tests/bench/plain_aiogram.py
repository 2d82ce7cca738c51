"""The contender as aiogram's own example of a form shows it: finite states, memory storage, defaults."""

import os
import sys
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove

from tests.bench import questions

QUESTIONS = questions.read()


class Form(StatesGroup):
    """A state for each question."""

    q0, q1, q2, q3, q4, q5 = State(), State(), State(), State(), State(), State()


STATES = (Form.q0, Form.q1, Form.q2, Form.q3, Form.q4, Form.q5)
dispatcher = Dispatcher(storage=MemoryStorage())


async def _ask(message: Message, state: FSMContext, number: int) -> None:
    question = QUESTIONS[number]
    await state.set_state(STATES[number])
    buttons = [[KeyboardButton(text=label) for label in question.labels]]
    keyboard: Any = ReplyKeyboardMarkup(keyboard=buttons) if question.labels else ReplyKeyboardRemove()
    await message.answer(f"<b>Câu {number + 1}/6.</b> {question.ask}", parse_mode="HTML", reply_markup=keyboard)


@dispatcher.message(Command("baocao"))
async def _start(message: Message, state: FSMContext) -> None:
    await state.clear()
    await _ask(message, state, 0)


def _hears(number: int) -> Any:
    async def hear(message: Message, state: FSMContext) -> None:
        question, said = QUESTIONS[number], message.text or ""
        if not questions.fits(question, said):
            await message.answer(question.help)
            return
        known = await state.update_data({question.name: said})
        if number + 1 < len(QUESTIONS):
            await _ask(message, state, number + 1)
            return
        await state.clear()
        kept = "\n".join(f"{each.ask} {known[each.name]}" for each in QUESTIONS)
        await message.answer(f"Đã ghi:\n{kept}")

    return hear


for place, each in enumerate(STATES):
    dispatcher.message(each)(_hears(place))


def main(url: str, token: str) -> None:
    """Run until killed."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    dispatcher.run_polling(Bot(token, session=session))


if __name__ == "__main__":
    main(sys.argv[1], os.environ["BENCH_TOKEN"])
