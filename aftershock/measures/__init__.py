"""Pure functions from price frames to measures: no files, no clocks, no state."""
