"""The benchmarks: Liaison against its marks and against its nearest peers, on one machine in one run."""
