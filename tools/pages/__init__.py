"""Pages that `graphflow viz` makes, tried in a browser; `tools/drive_page` is the command."""
