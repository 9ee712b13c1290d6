"""Words that only thank: whoever writes nothing else waits for no answer.

A question taken for thanks is lost, thanks taken for a question cost staff one look. So a message only thanks
when every one of its words is known here; a single other word, or a question mark, makes it something else.
"""

from typing import Final

from bot.content.search.spelling import key, words


def _keys(text: str) -> frozenset[str]:
    return frozenset(key(word) for line in text.splitlines() for word in words(line))


_THANKS: Final = _keys("""
    thank thanks thankyou thankful thanx thanks thnx thx tnx ty tysm grateful
    shukriya shukria shukran jazak jazakallah jazakumullah meharbani mehrbani nawazish
    شکریہ شکریا شکراً جزاک جزاکم مہربانی نوازش مشکور ممنون
    рақмет рахмет раxмет рақметтер алғыс спасибо спс благодарю raqmet rahmet rakhmet
""")
"""One of these must stand in the message."""
_AROUND: Final = _keys("""
    you u so very much a lot many really i am and the your
    ok okay good great nice perfect dear sir madam mam bhai bro brother sister janab
    god allah bless khair khairan best regards bye goodbye khuda hafiz
    aap ap apka aapka ka ki ke ko bohat bohot bahut buhat bht se dil ji jee hai hain acha theek thik
    آپ کا کی کے کو بہت دل سے جی ہے ہیں اچھا ٹھیک اوکے اللہ خیر خیرا جناب بھائی صاحب خدا حافظ
    сізге сіздерге көп үлкен мың жақсы жарайды ағай апай бауырым құрметті сау болыңыз болыңыздар аман
    алла разы болсын большое вам огромное хорошо sizge kop ulken jaqsy zharaidy
    көмегіңізге көмектескеніңізге жауабыңызға ақпаратқа ақпаратыңызға кеңесіңізге уақытыңызға
""")
"""What may stand around it; the Kazakh ending says "for" by itself."""
_FOR: Final = _keys("for")
_GIFTS: Final = _keys(
    "help reply answer response info information guidance support quick kind detailed advice"
)
"""What people thank for; without "for" before it they may be asking for it."""
_SAKE: Final = _keys("ka ki ke kay کا کی کے")
_URDU_GIFTS: Final = _keys("jawab madad maloomat rehnumai جواب مدد معلومات رہنمائی")
"""The same, where the word for "for" stands behind it."""
_LIYE: Final = _keys("liye liay lye لیے لئے")
_SIGNS: Final = frozenset("🙏👍❤♥🌹🤝💐👌😊🙂🌷💚💙😍🥰👏")
"""What thanks without a word."""
_SHADES: Final = frozenset("\ufe0f\u200d🏻🏼🏽🏾🏿")
_LONGEST: Final = 15
"""Words of thanks; more of them tell a story."""
_QUESTION: Final = frozenset("?؟;")


def only_thanks(text: str) -> bool:
    """Tell whether a text thanks and says nothing else, in English, Urdu, Roman Urdu or Kazakh."""
    if not _QUESTION.isdisjoint(text):
        return False
    said = [key(word) for word in words(text)]
    if not said:
        signs = set("".join(text.split())) - _SHADES
        return bool(signs) and signs <= _SIGNS
    if len(said) > _LONGEST or _THANKS.isdisjoint(said):
        return False
    return all(_belongs(said, at) for at in range(len(said)))


def _belongs(said: list[str], at: int) -> bool:
    """Tell whether a word belongs to thanks, where it stands."""
    word, before, after = said[at], said[:at], said[at + 1 : at + 2]
    if word in _GIFTS:
        return not _FOR.isdisjoint(before)
    if word in _URDU_GIFTS:
        return not _SAKE.isdisjoint(after)
    return word in _THANKS or word in _AROUND or word in _FOR or word in _LIYE
