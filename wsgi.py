"""The application for a WSGI server."""

from caseapp import create_app

app = create_app()
