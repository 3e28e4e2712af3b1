"""The computed sentences: every title and caption says what the data show, and changes when they change.

Each function has a condition for its strongest sentence and a fallback that is always true. No causes, no advice.
One module a page; `common` holds the turns of phrase they share.
"""
