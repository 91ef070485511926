"""Parts that several dock widgets share."""
