"""What commands print, and where to: colours, files, whatever the terminal can show."""
