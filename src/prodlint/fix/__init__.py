"""Violations with fixes in, a proved new text out: edits chosen, applied, proved and written. Decides no fix itself."""
