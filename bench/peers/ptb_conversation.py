"""The form as a python-telegram-bot ConversationHandler with PicklePersistence; its webhook is the library's own."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from bench.peers import form

FIRST, SECOND, THIRD, RESULT, TEXT, SENDING = range(6)

Context = ContextTypes.DEFAULT_TYPE


def keyboard(*buttons: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)] for label, data in buttons])


async def pressed(update: Update) -> Message:
    assert update.callback_query is not None
    await update.callback_query.answer()
    message = update.callback_query.message
    assert isinstance(message, Message)
    return message


def told(context: Context) -> dict[str, Any]:
    assert context.user_data is not None
    return context.user_data


async def start(update: Update, context: Context) -> int:
    told(context)["numbers"] = []
    await (await pressed(update)).reply_text(form.NUMBERS[0])
    return FIRST


async def number(update: Update, context: Context) -> int | None:
    assert update.message is not None
    text = (update.message.text or "").strip()
    if not text.isdecimal():
        await update.message.reply_text(form.NO_NUMBER)
        return None
    numbers: list[int] = told(context)["numbers"]
    numbers.append(int(text))
    if len(numbers) < len(form.NUMBERS):
        await update.message.reply_text(form.NUMBERS[len(numbers)])
    else:
        buttons = [(label, f"c/{place}") for place, label in enumerate(form.RESULTS)]
        await update.message.reply_text(form.CHOICE, reply_markup=keyboard(*buttons))
    return (FIRST, SECOND, THIRD, RESULT)[len(numbers)]


async def result(update: Update, context: Context) -> int:
    assert update.callback_query is not None
    told(context)["result"] = int((update.callback_query.data or "")[2:])
    await (await pressed(update)).reply_text(form.TEXT)
    return TEXT


async def text_given(update: Update, context: Context) -> int:
    assert update.message is not None
    data = told(context)
    data["text"] = update.message.text or ""
    shown = form.summary(data["numbers"], data["result"], data["text"])
    await update.message.reply_text(shown, reply_markup=keyboard(("✅ Gửi báo cáo", form.SEND)))
    return SENDING


async def send(update: Update, context: Context) -> int:
    told(context).clear()
    await (await pressed(update)).reply_text(form.RECEIVED)
    return ConversationHandler.END


def conversation() -> ConversationHandler[Any]:
    typed = filters.TEXT & ~filters.COMMAND
    begin = CallbackQueryHandler(start, pattern=f"^{form.START}$")
    return ConversationHandler(
        entry_points=[begin],
        states={
            **{state: [MessageHandler(typed, number)] for state in (FIRST, SECOND, THIRD)},
            RESULT: [CallbackQueryHandler(result, pattern="^c/")],
            TEXT: [MessageHandler(typed, text_given)],
            SENDING: [CallbackQueryHandler(send, pattern=f"^{form.SEND}$")],
        },
        fallbacks=[begin],
        name="report",
        persistent=True,
    )


def main() -> None:
    # It warns that a conversation by chat and user does not follow presses by message, which is not wanted here.
    warnings.simplefilter("ignore")
    hook = form.Hook.from_environment()
    kept = PicklePersistence(Path(hook.folder) / "conversations.pickle")
    builder = Application.builder().token(hook.token).base_url(f"{hook.api_base}/bot").persistence(kept)
    app = builder.build()
    app.add_handler(conversation())
    app.run_webhook("127.0.0.1", hook.port, hook.path, secret_token=hook.secret, webhook_url=hook.url)


if __name__ == "__main__":
    main()
