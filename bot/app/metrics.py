"""Metrics for Prometheus: counts and times, nobody's words or ids."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.domain.events import Event, Helped, ScreenOpened, Searched

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Bounds of waiting that tell a good day from a bad one."""


class Metrics:
    """All metrics of one process; the names are listed in ``docs/operating.md``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.updates = Counter("bot_updates", "Updates stored in the inbox", registry=self.registry)
        self.handled = Counter("bot_updates_handled", "Updates handled", registry=self.registry)
        self.handling = Histogram(
            "bot_update_seconds",
            "From storing an update to the end of handling it",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.quarantined = Counter("bot_updates_quarantined", "Updates put aside", registry=self.registry)
        self.faults = Counter("bot_faults", "Faults by place", ["place"], registry=self.registry)
        self.refused = Counter(
            "bot_deliveries_refused", "Notices that Telegram refused", ["outcome"], registry=self.registry
        )
        self.announced = Counter(
            "bot_announcement_results",
            "Recipients of announcements by result",
            ["result"],
            registry=self.registry,
        )
        self.screens = Counter("bot_screens_opened", "Screens shown", ["screen"], registry=self.registry)
        self.searches = Counter("bot_searches", "Free texts looked up", ["found"], registry=self.registry)
        self.helped = Counter("bot_answers_helped", "Did the answer help", ["good"], registry=self.registry)
        self.inbox = Gauge("bot_inbox_waiting", "Updates not finished", registry=self.registry)
        self.outbox = Gauge("bot_outbox_waiting", "Notices not delivered", registry=self.registry)
        self.redis = Gauge(
            "bot_redis_working",
            "Whether limits are common to all replicas (1) or not",
            registry=self.registry,
        )
        self.replicas = Gauge("bot_replicas", "Replicas in touch, this one included", registry=self.registry)

    def count(self, event: Event) -> None:
        """Count something that happened."""
        match event:
            case ScreenOpened(screen=screen):
                self.screens.labels(screen).inc()
            case Searched(rejected=rejected):
                self.searches.labels("no" if rejected else "yes").inc()
            case Helped(good=good):
                self.helped.labels("yes" if good else "no").inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
