"""What the three command lines share: parser, streams, signals, exit codes, and how failures are told."""
