"""Live changes: two topics are followed once a process, and what changes is worked out once for all who ask the same.

The way of a change: a record of the topic → `changes` → the `hub` asks the `index` who may want it → `matching` says who does →
each `group` (same document, variables and scope) renders it once → each `subscriber` of the group gets the bytes over its
connection (`websocket`, `streams`), or holds them while its client is slow.
"""
