"""All recipes judged by one protocol, in one table (`emoscope-models league`)."""
