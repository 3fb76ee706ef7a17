"""What is told of somebody that is encrypted wherever it is stored, is shown with a reason alone, and leaves in no file
without one."""

from __future__ import annotations

PERSONAL = ("phone", "address", "id_number")
"""The names of columns, and of keys in JSON."""
