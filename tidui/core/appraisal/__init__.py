"""The performance chain: facts → indicators → scores → ranks → grades → pay.

Read ``chain`` first: it calls the stages in their order.
"""
