"""The pages of what one is told: the inbox, and how to be told outside it."""
