"""Work that outlives the process that does it: rows, leases, and a runner. What is done is a kind's affair."""
