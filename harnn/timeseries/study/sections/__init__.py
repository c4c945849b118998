"""The sections of a study's report, a file each."""
