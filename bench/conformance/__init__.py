"""How many forms run: every form of a folder is opened and filled in at random, and the outcome counted.

Run as `python -m bench.conformance FOLDER [--seed N] [--walks N]`. A form is a workbook (.xlsx, .xls, .csv, .md), an
XForm (.xml), or a Markdown table in a string of a Python file, as pyxform's own tests have them. Each form runs; or it
is no form, because pyxform does not compile it either or it is other XML; or it is refused with a reason; or it breaks:
an exception, too long a time, or a draft that is not the same when it is loaded again. The exit code is 1 when any
breaks.
"""

from bench.conformance.sweeping import Tally, sweep
from bench.conformance.walking import walk

__all__ = ["Tally", "sweep", "walk"]
