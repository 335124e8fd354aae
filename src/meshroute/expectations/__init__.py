"""Expectations: files that say where requests must go, running them, and how much of the routes they cover."""

from __future__ import annotations

from meshroute.expectations.cases import Case, Check, Result, Suite
from meshroute.expectations.coverage import Coverage, coverage_of
from meshroute.expectations.files import read_suite
from meshroute.expectations.junit import junit_xml
from meshroute.expectations.report import report_object
from meshroute.expectations.running import Runner

__all__ = [
    "Case",
    "Check",
    "Coverage",
    "Result",
    "Runner",
    "Suite",
    "coverage_of",
    "junit_xml",
    "read_suite",
    "report_object",
]
