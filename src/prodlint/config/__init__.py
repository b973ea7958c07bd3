"""Configuration files and the command line in, the settings for one file out.

``keys`` is the one table of keys; ``source`` reads files, ``values`` checks them against the table, ``overrides`` does
the same for the command line, ``scope`` puts both together, ``settings`` knows which file's settings hold where, and
``show`` and ``reference`` explain.
"""

from prodlint.config.overrides import Overrides
from prodlint.config.scope import Active, FileSettings, Suppressing
from prodlint.config.settings import Configuration, load

__all__ = ["Active", "Configuration", "FileSettings", "Overrides", "Suppressing", "load"]
