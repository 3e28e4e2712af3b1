"""The measures side by side with other libraries and with the floor: `make bench`."""
