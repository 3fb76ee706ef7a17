"""The rounds in which villages are screened for disputes."""
