"""What can go wrong with a phone, tried on the real adb server: ``tools/faults`` prints the table.

``bench`` makes one check under one fault and judges what came of it; ``catalogue`` lists them all.
"""
