"""Documents: inquiries as files (CSV, XLSX, JSONL, HTML), and filled sheets read back.

May import domain, content and i18n; knows no database and no Telegram.
"""
