"""Documents of word processors: .docx, .doc, .wps, .rtf."""
