"""The demo township: an invented cast and two years of invented cases on the real tree of units."""
