"""One file per thing people say or the clock says. A decision is one transaction; a run is a story of named steps."""
