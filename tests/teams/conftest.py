from tests.audit.holds import the_record_holds  # noqa: F401
