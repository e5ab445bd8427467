"""What the emulators of the platforms share: the HTTP side, the faults on purpose, the journal of calls.

What a platform answers, and how strictly it looks at what it is asked, is each emulator's own.
"""
