"""The commands of ``python -m bot``, a module for each part of the work."""
