"""The time zone that Indonesian sites mean when they print a time without one."""

from __future__ import annotations

from datetime import timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")  # Waktu Indonesia Barat: Java, Sumatra and most of the editorial offices
