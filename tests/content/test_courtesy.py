"""Thanks alone are known as such; whatever might ask for something is not."""

import pytest

from bot.content.search.courtesy import only_thanks

THANKS = (
    "Thank you",
    "thanks a lot sir",
    "ok thanks",
    "Thanks for your quick reply",
    "thank you so much for the information sir, God bless you",
    "tysm",
    "Shukriya",
    "bohat shukriya sir ji",
    "jawab ka shukriya",
    "madad ke liye bohat shukriya",
    "JazakAllah khair",
    "JazakAllah bhai. Allah hafiz",
    "آپ کا بہت شکریہ",
    "جواب کے لیے شکریہ",
    "رہنمائی کے لئے بہت شکریہ",
    "جزاک اللہ خیراً",
    "Рақмет",
    "Көп рахмет Сізге",
    "Жауабыңызға үлкен рақмет!",
    "спасибо",
    "👍",
    "🙏🏻❤️",
)
MORE = (
    "",
    "?",
    "ok",
    "yes thanks",
    "no thanks",
    "thank you?",
    "شکریہ؟",
    "thanks, no answer yet",
    "thanks for nothing",
    "Thanks but how much",
    "thank you, please reply",
    "thanks reply",
    "help thanks",
    "information for this thanks",
    "Thank you. What about the fee",
    "thanks 15000",
    "madad shukriya",
    "kab tak jawab ka shukriya",
    "جواب شکریہ",
    "شکریہ، فیس کتنی ہے",
    "жауап рахмет",
    "Рақмет, тағы бір сұрақ",
    "👎",
    "👍👎",
    "👍?",
    "thanks " * 20,
)


@pytest.mark.parametrize("text", THANKS)
def test_thanks_in_every_way_of_writing_ask_for_nothing(text: str) -> None:
    assert only_thanks(text)


@pytest.mark.parametrize("text", MORE)
def test_a_single_word_more_may_be_a_question(text: str) -> None:
    assert not only_thanks(text)
