"""Sections and intents: what a visitor can ask about, as the search and the statistics count it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Section(StrEnum):
    """A part of the House's work; every section id is a screen too, and a topic to subscribe to."""

    VISA = "visa"
    TOURISM = "tourism"
    CULTURE = "culture"
    EDUCATION = "education"
    TRADE = "trade"
    INVESTMENT = "investment"
    FLIGHTS = "flights"
    CONTACTS = "contacts"


_INTENTS_BY_SECTION: Final = {
    Section.VISA: (
        "visa_requirement",
        "visa_documents",
        "visa_fee",
        "visa_processing_time",
        "visa_application_place",
        "visa_status",
        "visa_validity",
        "visa_student",
        "visa_medical",
        "visa_transit",
        "visa_extension",
        "visa_refusal",
        "evisa_eligibility",
        "invitation_letter",
        "registration_of_stay",
        "work_permit",
    ),
    Section.TOURISM: (
        "places_almaty",
        "places_other",
        "best_season",
        "halal_food",
        "currency",
        "sim_card",
        "emergency",
        "accommodation",
        "tour_packages",
        "local_transport",
        "trip_cost",
    ),
    Section.CULTURE: (
        "nauryz",
        "cultural_events",
        "traditions_food",
        "history_religion",
        "kazakh_language",
        "sister_cities",
    ),
    Section.EDUCATION: (
        "universities_medical",
        "universities_general",
        "admission_requirements",
        "tuition_fees",
        "scholarship",
        "degree_recognition",
        "language_of_instruction",
        "student_housing",
    ),
    Section.TRADE: (
        "export_to_kz",
        "import_from_kz",
        "customs_rules",
        "logistics_routes",
        "b2b_meeting",
        "business_invitation",
        "trade_exhibition",
    ),
    Section.INVESTMENT: (
        "invest_incentives",
        "invest_sectors",
        "special_economic_zone",
        "company_registration",
        "property_purchase",
    ),
    Section.FLIGHTS: (
        "flight_direct",
        "flight_schedule",
        "flight_price",
        "flight_booking",
        "flight_refund",
        "baggage",
    ),
    Section.CONTACTS: (
        "address",
        "working_hours",
        "phone",
        "honorary_consul",
        "embassy_contact",
        "inquiry_status",
    ),
}

INTENTS: Final[Mapping[str, Section]] = MappingProxyType(
    {intent: section for section, intents in _INTENTS_BY_SECTION.items() for intent in intents}
)
"""Every intent that an article must answer, and the one section it belongs to."""

SMALLTALK: Final = "none_smalltalk"
"""Greeting, thanks, chit-chat: answer briefly and show the menu."""
OFFTOPIC: Final = "none_offtopic"
"""Outside the House's work: decline politely and show the menu."""
REJECTED: Final = frozenset({SMALLTALK, OFFTOPIC})
"""Intents that no article answers."""
