"""Routers: a handler reads the update, calls one use case and shows one view. They never call each other."""
