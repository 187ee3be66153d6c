"""Recordings by the thousand to partitioned Parquet, on one machine or many; a killed run goes on."""
