"""The numbers behind the charts as plain tables, units in the headers, one module a page."""
