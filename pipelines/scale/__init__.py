"""Work spread over the machines of an existing Dask scheduler (docs/scaling.md). Only these modules know of Dask."""
