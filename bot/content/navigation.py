"""Where am I, what is below, the way back."""

from bot.content.pack import Content
from bot.content.parts import ScreenId, marked
from bot.content.schema import HOME, Menu, Screen


def children(content: Content, screen_id: str) -> tuple[Screen, ...]:
    """Return the screens that a menu's buttons lead to, in order; none for other screens."""
    menu = content.screens.get(screen_id)
    if not isinstance(menu, Menu):
        return ()
    return tuple(content.screens[item] for item in menu.items if item in content.screens)


def parent(content: Content, screen_id: str) -> Screen | None:
    """Return the screen that Back leads to from ``screen_id``; None for the first menu only.

    It is the menu that lists the screen; of several the one whose id the screen's id goes on from; where no
    menu lists it (any more), what is left of the id when levels are taken from its end; else the first menu.
    """
    if screen_id == HOME:
        return None
    listing = [menu for menu in content.menus.values() if screen_id in menu.items and menu.id != screen_id]
    if not listing:
        return _shortened(content, screen_id)
    return max(listing, key=lambda menu: len(menu.id) if screen_id.startswith(f"{menu.id}-") else 0)


def nearest(content: Content, screen_id: str) -> Screen:
    """Return the screen with this id, or the nearest one above it left: for buttons and links of old."""
    return content.screens.get(screen_id) or _shortened(content, screen_id)


def trail(content: Content, screen_id: str) -> tuple[Screen, ...]:
    """Return the screens from the first menu down to ``screen_id``, both included: the breadcrumb."""
    steps = [nearest(content, screen_id)]
    while (above := parent(content, steps[0].id)) and above not in steps:
        steps.insert(0, above)
    return tuple(steps)


def reachable(content: Content) -> frozenset[str]:
    """Return the ids of the screens that somebody who starts at the first menu can tap their way to."""
    found: set[str] = set()
    waiting = [HOME]
    while waiting:
        screen_id = waiting.pop()
        if screen_id not in found and screen_id in content.screens:
            found.add(screen_id)
            waiting += neighbours(content.screens[screen_id])
    return frozenset(found)


def neighbours(screen: Screen) -> tuple[str, ...]:
    """Return the ids of all screens that a screen's buttons lead to."""
    return tuple(dict.fromkeys(target for _, target in marked(screen, ScreenId) if target != screen.id))


def _shortened(content: Content, screen_id: str) -> Screen:
    """Take levels from the end of an id until a screen has it; the first menu when none has."""
    shorter = screen_id
    while shorter := shorter.rpartition("-")[0]:
        if found := content.screens.get(shorter):
            return found
    return content.root
