"""What pages are made of: the link, inputs, figures, tables, notices and the look."""
