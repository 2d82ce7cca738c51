"""The contender as python-telegram-bot's own examples show it: ConversationHandler, PicklePersistence, defaults."""

import os
import sys
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.ext import (
    AIORateLimiter,
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.bench import questions

QUESTIONS = questions.read()


async def _ask(update: Update, number: int) -> int:
    question = QUESTIONS[number]
    keyboard = ReplyKeyboardMarkup([list(question.labels)]) if question.labels else ReplyKeyboardRemove()
    await update.message.reply_text(f"<b>Câu {number + 1}/6.</b> {question.ask}", "HTML", reply_markup=keyboard)
    return number


async def _start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    context.user_data.clear()
    return await _ask(update, 0)


def _hears(number: int) -> Any:
    async def hear(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        question, said = QUESTIONS[number], update.message.text
        if not questions.fits(question, said):
            await update.message.reply_text(question.help)
            return number
        context.user_data[question.name] = said
        if number + 1 < len(QUESTIONS):
            return await _ask(update, number + 1)
        kept = "\n".join(f"{each.ask} {context.user_data[each.name]}" for each in QUESTIONS)
        await update.message.reply_text(f"Đã ghi:\n{kept}")
        return ConversationHandler.END

    return hear


async def _help(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_text("Gõ /baocao để báo cáo.")


async def _broadcast(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    context.application.create_task(_to_all(context.bot, int(context.args[0]), " ".join(context.args[1:])))


async def _to_all(bot: Any, people: int, text: str) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Dừng nhận trích đoạn", callback_data="stop")]])
    for n in range(1, people + 1):
        await bot.send_message(100_000 + n, text, "HTML", reply_markup=buttons)


def main(url: str, token: str, store: str, limited: bool) -> None:
    """Run until killed."""
    builder = Application.builder().token(token).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot")
    if limited:
        builder = builder.rate_limiter(AIORateLimiter(max_retries=5))
    app = builder.persistence(PicklePersistence(store)).build()
    text = filters.TEXT & ~filters.COMMAND
    states = {number: [MessageHandler(text, _hears(number))] for number in range(len(QUESTIONS))}
    start = CommandHandler("baocao", _start)
    app.add_handler(ConversationHandler([start], states, [start], name="report", persistent=True))
    app.add_handler(CommandHandler("help", _help))
    app.add_handler(CommandHandler("broadcast", _broadcast))
    app.run_polling()


if __name__ == "__main__":
    main(sys.argv[1], os.environ["BENCH_TOKEN"], sys.argv[2], "--limited" in sys.argv)
