"""What is handed in: the files of a folder, the members of an archive, and the lists beside them."""
