"""Emotional speech corpora: one reader each, by the published naming of its files."""

from models.corpora.base import LABELS, Clip, CorpusReader, read_waveform
from models.corpora.check import CorpusReport, check_corpora, check_corpus
from models.corpora.folder import FolderSettings
from models.corpora.registry import READERS, find_corpora, load_corpus, parse_source

__all__ = [
    "LABELS",
    "READERS",
    "Clip",
    "CorpusReader",
    "CorpusReport",
    "FolderSettings",
    "check_corpora",
    "check_corpus",
    "find_corpora",
    "load_corpus",
    "parse_source",
    "read_waveform",
]
