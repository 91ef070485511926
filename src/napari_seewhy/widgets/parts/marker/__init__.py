"""The fluorescent marker: its threshold, previewed on a field."""
