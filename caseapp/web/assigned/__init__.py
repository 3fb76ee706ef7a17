"""Contacts that have been kept for long enough: what is proposed to be erased, asked for and signed."""
