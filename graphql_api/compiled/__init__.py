"""Documents compiled into plans: what an operation asks for, worked out once, so that each run makes only the calls it needs.

graphql-core's executor is the authority. A plan gives the answer that the executor would give, or it raises; then the
operation is run by the executor, which knows how to tell its errors. Only valid documents are compiled.
"""
