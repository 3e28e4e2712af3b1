"""Where prices come from: the bundled snapshot, the store, Yahoo, and files that people bring."""
