"""The application for a WSGI server."""

from caseapp import create_app, load_makers

app = create_app()
load_makers()
