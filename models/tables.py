"""Imports every table, so that migrations and tests see them all."""

import importlib
import pkgutil

import models
from models.base import Base


def load() -> type[Base]:
    """Import each module of `models` once and return the base that knows their tables."""
    for module in pkgutil.iter_modules(models.__path__):
        if module.name not in {"migrations", "tables"}:
            importlib.import_module(f"models.{module.name}")
    return Base
