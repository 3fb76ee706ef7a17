"""What waits in a phone: the page that shows it, and the door through which it comes in."""
