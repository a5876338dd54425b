"""The words by which reports are understood: one spelling for text, the lists of words, and issues in words."""
