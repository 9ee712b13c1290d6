"""Wiring: builds everything from the settings. Any part can be replaced by an argument."""

import time
from dataclasses import dataclass
from datetime import timedelta

from aiogram import Bot, Dispatcher

from bot.app.alarm import Alarm, careful
from bot.app.announcing import Announcing, Needs, build_announcing
from bot.app.calendars import HolidayKeeper, office_hours
from bot.app.care import OwnerNotes, appointments, courier_hooks, intake_hooks, sender_fault
from bot.app.child_work import SHEET_PATIENCE, ChildExports, ChildSheets
from bot.app.clients import build_bot, build_pace, owners_told
from bot.app.crashing import Crasher, CrashingMessenger
from bot.app.metrics import Metrics
from bot.app.painting import DrawnStatistics
from bot.app.private import build_privacy
from bot.app.replicas import neighbours_of, owner_of
from bot.app.settings import Settings
from bot.app.stores import Stores, open_stores
from bot.content.checks import check_references
from bot.content.loader import load_content
from bot.content.pack import Content
from bot.content.problems import ContentError
from bot.content.search.finding import Search
from bot.domain.caretaker import Caretaker
from bot.domain.clock import Clock, SystemClock
from bot.domain.counter import Counter
from bot.domain.courier import Courier
from bot.domain.daily import Daily
from bot.domain.desk import Desk
from bot.domain.events import EventLog
from bot.domain.fact_desk import FactDesk
from bot.domain.fact_notes import FactNotes
from bot.domain.flood import Flood
from bot.domain.hours import OfficeHours
from bot.domain.intake import Intake
from bot.domain.library import Library
from bot.domain.neighbours import Neighbours
from bot.domain.privacy import Privacy
from bot.domain.roster import Roster
from bot.domain.staff_chat import StaffChat
from bot.domain.threads import Threads
from bot.i18n.catalogues import Catalogues
from bot.storage.database import Database
from bot.storage.facts import SqlFacts
from bot.storage.reports import SqlReports
from bot.telegram.dispatcher import build_dispatcher
from bot.telegram.export_jobs import ExportJobs
from bot.telegram.menus import CommandMenus
from bot.telegram.messenger import TelegramMessenger
from bot.telegram.middlewares import CallerParts
from bot.telegram.topics import Topics
from bot.telegram.unreadable import Unreadable
from bot.telegram.updates import handler_of
from bot.telegram.writing import MessengerParts


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The whole bot, built and not yet running."""

    settings: Settings
    clock: Clock
    database: Database
    neighbours: Neighbours
    stores: Stores
    catalogues: Catalogues
    library: Library
    metrics: Metrics
    staff_chat: StaffChat
    desk: Desk
    counter: Counter
    bot: Bot
    """Answers taps and messages."""
    courier_bot: Bot
    """Sends of the bot's own accord; shares the pace."""
    dispatcher: Dispatcher
    intake: Intake
    courier: Courier
    announcing: Announcing
    command_menus: CommandMenus
    hours: OfficeHours
    holiday_keeper: HolidayKeeper
    daily: Daily
    topics: Topics
    events: EventLog
    privacy: Privacy
    pictures: DrawnStatistics
    exports: ExportJobs
    fact_desk: FactDesk
    fact_notes: FactNotes
    caretaker: Caretaker
    owner_notes: OwnerNotes
    alarm: Alarm
    crasher: Crasher

    async def close(self) -> None:
        """Close the connections to Telegram; whoever opened the database closes it."""
        await self.bot.session.close()
        await self.courier_bot.session.close()
        await self.announcing.bot.session.close()
        await self.pictures.close()
        await self.events.flush()
        await self.database.close()


def load_pack(settings: Settings) -> Content:
    """The content pack of the settings, fit to run. Raises ``ContentError`` with every problem."""
    content = load_content(settings.content_dir) if settings.content_dir else load_content()
    today = SystemClock().now().astimezone(settings.zone).date()
    if problems := check_references(content, today):
        raise ContentError(problems)
    return content


async def build_app(
    settings: Settings,
    *,
    database: Database,
    catalogues: Catalogues,
    content: Content,
    clock: Clock | None = None,
) -> App:
    """Build the bot on an open, migrated database."""
    clock = clock or SystemClock()
    stores = open_stores(database)
    library = Library(content)
    metrics = Metrics()
    events = EventLog(stores.events, clock, count=metrics.count)
    owner = owner_of(database)
    neighbours = neighbours_of(settings, owner, metrics)
    pace = build_pace(settings, neighbours)
    bot = build_bot(settings, pace, urgent=True)
    courier_bot = build_bot(settings, pace, urgent=False)
    staff_chat = StaffChat(settings.staff_chat, marks=stores.marks, neighbours=neighbours)
    await staff_chat.load()
    crasher = Crasher(settings.crash_at)
    alarm = Alarm(clock, owners_told(settings, stores.people, catalogues, bot))
    desk = Desk(inquiries=stores.inquiries, clock=clock, staff_chat=staff_chat)
    counter = Counter(
        inquiries=stores.inquiries, clock=clock, staff_chat=staff_chat, open_limit=settings.open_limit
    )
    menus = CommandMenus(bot=bot, marks=stores.marks, catalogues=catalogues, staff_chat_id=staff_chat.id)
    hours = office_hours(settings)
    holiday_keeper = HolidayKeeper(hours, clock, reply_work=timedelta(hours=settings.reply_hours))
    fact_desk = FactDesk(SqlFacts(database), library, clock, neighbours)
    await fact_desk.refresh()
    pictures = DrawnStatistics(
        reports=SqlReports(database), hours=hours, library=library, catalogues=catalogues, clock=clock
    )
    messenger = TelegramMessenger(
        MessengerParts(
            bot=courier_bot,
            inquiries=stores.inquiries,
            people=stores.people,
            sessions=stores.sessions,
            outbox=stores.outbox,
            library=library,
            catalogues=catalogues,
            clock=clock,
            staff_chat=staff_chat,
            staff_language=settings.staff_language,
            zone=settings.zone,
            expected_reply=holiday_keeper.expected_reply,
            waiting_hours=settings.waiting_hours,
            pictures=pictures,
        )
    )
    courier = Courier(
        outbox=stores.outbox,
        messenger=CrashingMessenger(messenger, crasher),
        pace=pace,
        clock=clock,
        owner=owner,
        hooks=courier_hooks(stores.people, desk, staff_chat, metrics),
        neighbours=neighbours,
    )
    daily = Daily(
        appointments(settings),
        marks=stores.marks,
        staff_chat=staff_chat,
        hours=hours,
        clock=clock,
        wake=courier.wake,
    )
    caretaker = Caretaker(
        inquiries=stores.inquiries,
        outbox=stores.outbox,
        marks=stores.marks,
        staff_chat=staff_chat,
        owners=settings.admins,
        clock=clock,
        wake=courier.wake,
    )
    fact_notes = FactNotes(
        fact_desk,
        people=stores.people,
        owners=settings.admins,
        marks=stores.marks,
        clock=clock,
        at=settings.reminder_time,
        zone=settings.zone,
        wake=courier.wake,
    )
    announcing = build_announcing(
        Needs(
            settings=settings,
            broadcasts=stores.broadcasts,
            people=stores.people,
            catalogues=catalogues,
            clock=clock,
            pace=pace,
            owner=owner,
            metrics=metrics,
            library=library,
            pictures=pictures,
            bot=build_bot(settings),
            courier_bot=courier_bot,
            wake_courier=courier.wake,
            fault=sender_fault(metrics),
        )
    )
    maker = ChildExports(settings, clock)
    roster = Roster(people=stores.people, owners=settings.admins)
    exports = ExportJobs(
        bot=courier_bot, maker=maker, audit=stores.audit, clock=clock, rights_of=roster.rights_of
    )
    privacy = build_privacy(
        settings,
        database,
        people=stores.people,
        sessions=stores.sessions,
        marks=stores.marks,
        clock=clock,
        staff_chat=staff_chat,
        settle=events.flush,
    )
    dispatcher = build_dispatcher(
        CallerParts(
            people=stores.people,
            sessions=stores.sessions,
            catalogues=catalogues,
            library=library,
            clock=clock,
            staff_chat=staff_chat,
            staff_language=settings.staff_language,
            owners=settings.admins,
        ),
        zone=settings.zone,
        flood=Flood(settings.flood_limit, now=time.monotonic, neighbours=neighbours),
        people=stores.people,
        sessions=stores.sessions,
        inquiries=stores.inquiries,
        catalogues=catalogues,
        desk=desk,
        counter=counter,
        caretaker=caretaker,
        threads=Threads(inquiries=stores.inquiries, clock=clock, staff_chat=staff_chat),
        courier=courier,
        broadcasts=stores.broadcasts,
        announcements=announcing.announcements,
        carrier=announcing.carrier,
        boards=announcing.boards,
        clock=clock,
        staff_chat=staff_chat,
        command_menus=menus,
        waiting_hours=settings.waiting_hours,
        events=events,
        privacy=privacy,
        audit=stores.audit,
        roster=roster,
        search=Search.load(content),
        exports=exports,
        export_part_bytes=settings.export_part_bytes,
        sheets=ChildSheets(patience=SHEET_PATIENCE),
        pictures=pictures,
        fact_desk=fact_desk,
    )
    unreadable = Unreadable(bot, people=stores.people, catalogues=catalogues, now=time.monotonic)
    notes = OwnerNotes(settings.admins, outbox=stores.outbox, clock=clock, wake=courier.wake)
    intake = Intake(
        inbox=stores.inbox,
        handle=careful(handler_of(dispatcher, bot, unreadable.answer), alarm, crasher),
        clock=clock,
        owner=owner,
        hooks=intake_hooks(metrics, notes, clock, courier.wake),
        neighbours=neighbours,
    )
    return App(
        settings=settings,
        clock=clock,
        database=database,
        neighbours=neighbours,
        stores=stores,
        catalogues=catalogues,
        library=library,
        metrics=metrics,
        staff_chat=staff_chat,
        desk=desk,
        counter=counter,
        bot=bot,
        courier_bot=courier_bot,
        dispatcher=dispatcher,
        intake=intake,
        courier=courier,
        announcing=announcing,
        command_menus=menus,
        hours=hours,
        holiday_keeper=holiday_keeper,
        daily=daily,
        topics=messenger.topics,
        events=events,
        pictures=pictures,
        exports=exports,
        fact_desk=fact_desk,
        fact_notes=fact_notes,
        caretaker=caretaker,
        owner_notes=notes,
        privacy=privacy,
        alarm=alarm,
        crasher=crasher,
    )
