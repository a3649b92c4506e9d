"""The terminal explorer: what stands on its screen is worked out without Textual, `app` alone draws it."""
