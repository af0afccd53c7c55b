"""From what the crawler finds to what teams read: archive, queue, processing, database, pages."""

import os

# Work is spread over processes, where the threads of each one's matrix products would fight for the cores. Read by
# numpy's BLAS when it is loaded; whoever sets them keeps them.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
