"""Builds any report: balanced numbers or one named defect, in every format and with the dirt of real pages."""

from tests.factory.record import Record, blank_record, random_record, with_defect, zero_record

__all__ = ["Record", "blank_record", "random_record", "with_defect", "zero_record"]
