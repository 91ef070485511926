"""Gene pictures as files: their panels, layout, table and thumbnails."""
