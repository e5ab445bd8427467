"""The form as an ordinary aiogram bot: a state machine in memory, no database; aiogram's own webhook handling."""

from __future__ import annotations

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from bench.peers import form

router = Router()


class Filling(StatesGroup):
    first = State()
    second = State()
    third = State()
    result = State()
    text = State()
    sending = State()


_NEXT = {Filling.first.state: Filling.second, Filling.second.state: Filling.third, Filling.third.state: Filling.result}


def keyboard(*buttons: tuple[str, str]) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text=label, callback_data=data)] for label, data in buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows)


@router.callback_query(F.data == form.START)
async def start(press: CallbackQuery, state: FSMContext) -> None:
    await press.answer()
    await state.set_state(Filling.first)
    await state.set_data({"numbers": []})
    assert isinstance(press.message, Message)
    await press.message.answer(form.NUMBERS[0])


@router.message(Filling.first)
@router.message(Filling.second)
@router.message(Filling.third)
async def number(message: Message, state: FSMContext) -> None:
    text = (message.text or "").strip()
    if not text.isdecimal():
        await message.answer(form.NO_NUMBER)
        return
    numbers = [*(await state.get_data())["numbers"], int(text)]
    await state.update_data(numbers=numbers)
    await state.set_state(_NEXT[str(await state.get_state())])
    if len(numbers) < len(form.NUMBERS):
        await message.answer(form.NUMBERS[len(numbers)])
    else:
        buttons = [(label, f"c/{place}") for place, label in enumerate(form.RESULTS)]
        await message.answer(form.CHOICE, reply_markup=keyboard(*buttons))


@router.callback_query(Filling.result, F.data.startswith("c/"))
async def result(press: CallbackQuery, state: FSMContext) -> None:
    await press.answer()
    await state.update_data(result=int((press.data or "")[2:]))
    await state.set_state(Filling.text)
    assert isinstance(press.message, Message)
    await press.message.answer(form.TEXT)


@router.message(Filling.text)
async def text_given(message: Message, state: FSMContext) -> None:
    data = await state.update_data(text=message.text or "")
    await state.set_state(Filling.sending)
    shown = form.summary(data["numbers"], data["result"], data["text"])
    await message.answer(shown, reply_markup=keyboard(("✅ Gửi báo cáo", form.SEND)))


@router.callback_query(Filling.sending, F.data == form.SEND)
async def send(press: CallbackQuery, state: FSMContext) -> None:
    await press.answer()
    await state.clear()
    assert isinstance(press.message, Message)
    await press.message.answer(form.RECEIVED)


def main() -> None:
    hook = form.Hook.from_environment()
    bot = Bot(hook.token, session=AiohttpSession(api=TelegramAPIServer.from_base(hook.api_base)))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=hook.secret).register(app, path=hook.path)
    setup_application(app, dispatcher, bot=bot)

    async def tell_telegram(_app: web.Application) -> None:
        await bot.set_webhook(hook.url, secret_token=hook.secret)

    app.on_startup.append(tell_telegram)
    web.run_app(app, host="127.0.0.1", port=hook.port, access_log=None, print=lambda *_: None)


if __name__ == "__main__":
    main()
