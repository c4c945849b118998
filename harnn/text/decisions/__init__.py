"""From the levels' outputs to decisions: decoding, thresholds, calibration, and what to trust."""
