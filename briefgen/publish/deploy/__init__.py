"""A built site to where the world reads it: a folder, a git branch, a server over ssh, an object store.

One plan for all of them (`plan.py`), and a module a kind of target. A target says what is there and
carries a plan out; it deletes nothing that is not in the plan, and a plan deletes nothing that an
earlier deploy did not put there.
"""
