"""Everything that was found, read back and joined."""

from ngff_core.report.report import SCHEMA, Report, Reporter

__all__ = ["SCHEMA", "Report", "Reporter"]
