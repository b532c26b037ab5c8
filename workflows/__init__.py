"""The SOP engine: an office's procedure is data that is checked, run and timed here.

Pure Python: no Django, no database, no clock of its own. `engine` has the functions that the shell calls.
"""
