"""Threads, queues and their shutdown: joins a source, the segmenter and a model into events."""
