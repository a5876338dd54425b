"""Builds any report: balanced numbers or one named defect, in every format and with the dirt of real pages."""

from tests.factory.record import DEFECTS, Record, blank_record, random_record, rule_results, with_defect, zero_record

__all__ = ["DEFECTS", "Record", "blank_record", "random_record", "rule_results", "with_defect", "zero_record"]
